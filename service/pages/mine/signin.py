"""Signing in by a one-time code, so that several phones show the same reports; and out again."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from service.db import async_unit_of_work
from service.domain.kernel.codes import tidy_code
from service.domain.kernel.follower_secrets import claimed_follower
from service.domain.notices import citizens
from service.domain.notices.citizens import Target
from service.errors import AppError, NotFound, invalid
from service.i18n import N_, language_in_use
from service.pages.shared.citizen import CitizenDep, forget_citizen, keep_citizen
from service.pages.shared.forms import FormDep, read
from service.pages.shared.report_secrets import keep_secret
from service.pages.shared.visit import PageVisit, PageVisitDep
from service.rendering.engine import page
from service.sending.channels import offered
from service.web.dependencies import ResourcesDep, SessionDep
from service.web.rates import allow, sender_of

router = APIRouter()


@router.get("/mine/signin")
async def form(visit: PageVisitDep, citizen: CitizenDep) -> Response:
    """Show where the code is to go."""
    if citizen is not None:
        return RedirectResponse("/mine", status_code=303)
    return _draw(visit, channels=offered(visit.resources.settings))


@router.post("/mine/signin")
async def ask(visit: PageVisitDep, sent: FormDep) -> Response:
    """Send a code and ask for it. Whether the target is known is told by nothing."""
    typed = sent.text("target")
    channels = offered(visit.resources.settings)
    try:
        await allow(visit.request, visit.resources, "code")
        target = read(Target, {"target": typed}).target
        channel, address = citizens.read_target(target, visit.reference.config.region)
        if channel not in channels:
            raise invalid(["target"], N_("Ở đây chưa gửi được mã theo cách này. Hãy dùng cách kia."))
        async with async_unit_of_work(visit.resources.engine) as session:
            code_id = await session.run_sync(
                citizens.ask_code,
                visit.resources.settings.secret,
                channel,
                address,
                asker=sender_of(visit.request, visit.resources).address_hash,
                language=language_in_use.get(),
                now=visit.now,
            )
    except AppError as error:
        return _draw(visit, typed=typed, error=error, channels=channels)
    return _draw(visit, typed=address, code_id=code_id, channels=channels)


@router.post("/mine/signin/code")
async def enter(visit: PageVisitDep, sent: FormDep) -> Response:
    """The code; right, and this browser is signed in."""
    typed = sent.text("target")[:254]
    channels = offered(visit.resources.settings)
    try:
        await allow(visit.request, visit.resources, "code_try")
        code_id = _code_id(sent.text("code_id"))
    except AppError as error:
        return _draw(visit, typed=typed, error=error, channels=channels)
    label = visit.request.headers.get("user-agent", "")
    async with async_unit_of_work(visit.resources.engine) as session:
        token, wrong = await session.run_sync(
            citizens.enter_code,
            visit.resources.settings.secret,
            code_id,
            sent.text("code")[:40],
            label=label,
            now=visit.now,
        )
    if token is None:
        refusal = invalid(["code"], wrong or "")
        return _draw(visit, typed=typed, code_id=code_id, error=refusal, channels=channels)
    response = RedirectResponse("/mine", status_code=303)
    keep_citizen(response, token, visit.resources)
    return response


@router.post("/mine/signout")
async def leave(sent: FormDep, session: SessionDep, citizen: CitizenDep) -> Response:
    """Sign this browser out, or every one of theirs."""
    if citizen is not None:
        await session.run_sync(citizens.sign_out_citizen, citizen, everywhere=bool(sent.text("everywhere")))
    response = RedirectResponse("/mine", status_code=303)
    forget_citizen(response)
    return response


@router.get("/mine/open/{code}")
async def open_mine(
    request: Request, code: str, session: SessionDep, resources: ResourcesDep, citizen: CitizenDep
) -> Response:
    """To one's own report, which this browser may then answer, rate and reopen."""
    tidy = tidy_code(code)
    if tidy is None:
        raise NotFound(N_("Không có phản ánh này. Hãy xem lại mã."))
    if citizen is None:
        return RedirectResponse("/mine/signin", status_code=303)
    secret = await session.run_sync(citizens.secret_for, resources.settings.secret, citizen, tidy)
    response = RedirectResponse(f"/r/{tidy}", status_code=303)
    keep_secret(request, response, resources, tidy, secret, own=claimed_follower(secret) is None)
    return response


def _code_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise invalid(["code"], N_("Mã này đã hết hạn hoặc đã nhập sai nhiều lần. Hãy xin mã mới.")) from None


def _draw(
    visit: PageVisit,
    *,
    channels: frozenset[str],
    typed: str = "",
    code_id: UUID | None = None,
    error: AppError | None = None,
) -> Response:
    context: dict[str, object] = {
        "reference": visit.reference,
        "channels": channels,
        "typed": typed,
        "code_id": code_id,
        "error": error,
        "minutes": int(citizens.LASTS.total_seconds() // 60),
    }
    headers = {"cache-control": "no-store"}
    return page(visit.request, "mine/signin.html", context, headers=headers)
