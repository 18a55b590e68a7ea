"""The second step of signing in: the code, or getting a second factor where the role must have one."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from segno import make

from service.db import async_unit_of_work
from service.domain.city.reference import Reference
from service.domain.people import factors
from service.domain.people.own_account import own_row
from service.errors import AppError
from service.i18n import pick
from service.models import Role, Staff
from service.pages.login.pending import drop_pending, read_pending
from service.pages.shared.forms import FormDep
from service.rendering.engine import page
from service.signin.known_devices import remember_device
from service.signin.throttling import SignedIn, SignInAttempt, let_in, spend_code
from service.web.dependencies import NowDep, ReferenceDep, Resources, ResourcesDep, SessionDep
from service.web.viewer import sign_in_cookie

router = APIRouter()

HOMES: Mapping[str, str] = {
    Role.TRIAGE: "/desk",
    Role.INSPECTOR: "/inspect",
    Role.MANAGER: "/manage",
    Role.ADMINISTRATOR: "/admin",
}
"""Where each role begins; everyone else at their queue."""


@router.get("/login/code")
async def ask(request: Request, reference: ReferenceDep, resources: ResourcesDep, now: NowDep) -> Response:
    """The form for the code."""
    if read_pending(request, resources, now) is None:
        return RedirectResponse("/login", status_code=303)
    return page(request, "login/code.html", {"reference": reference, "error": None})


@router.post("/login/code")
async def answer(
    request: Request,
    sent: FormDep,
    reference: ReferenceDep,
    resources: ResourcesDep,
    now: NowDep,
) -> Response:
    """A code of now or a recovery code lets one in."""
    pending = read_pending(request, resources, now)
    if pending is None:
        return RedirectResponse("/login", status_code=303)
    attempt = SignInAttempt(request, resources, "cookie", now)
    async with async_unit_of_work(resources.engine) as session:
        account = await session.run_sync(own_row, pending.staff_id)
    try:
        await spend_code(attempt, account, sent.text("code"))
        async with async_unit_of_work(resources.engine) as session:
            how = f"{pending.how} and code"
            entered = await let_in(attempt, session, account, how, pending.issuer, strong=True)
    except AppError as error:
        return page(request, "login/code.html", {"reference": reference, "error": error}, status=error.status)
    return finish_sign_in(request, resources, entered, pending.destination)


@router.get("/login/enrol")
async def begin(
    request: Request, session: SessionDep, reference: ReferenceDep, resources: ResourcesDep, now: NowDep
) -> Response:
    """The QR code for the telephone."""
    pending = read_pending(request, resources, now)
    if pending is None or not pending.secret:
        return RedirectResponse("/login", status_code=303)
    account = await session.run_sync(own_row, pending.staff_id)
    return page(request, "login/enrol.html", enrolment(reference, account, pending.secret))


@router.post("/login/enrol")
async def finish(
    request: Request,
    sent: FormDep,
    reference: ReferenceDep,
    resources: ResourcesDep,
    now: NowDep,
) -> Response:
    """Enrol by the first good code: the person is signed in and is told the recovery codes."""
    pending = read_pending(request, resources, now)
    if pending is None or not pending.secret:
        return RedirectResponse("/login", status_code=303)
    key, code = resources.settings.secret, sent.text("code")
    attempt, how = SignInAttempt(request, resources, "cookie", now), f"{pending.how} and enrolment"
    async with async_unit_of_work(resources.engine) as session:
        account = await session.run_sync(own_row, pending.staff_id)
        try:
            codes = await session.run_sync(factors.enrol, key, account, pending.secret, code, now)
            entered = await let_in(attempt, session, account, how, pending.issuer, strong=True)
        except AppError as error:
            context = enrolment(reference, account, pending.secret, error)
            return page(request, "login/enrol.html", context, status=error.status)
    goal = pending.destination or home_of(entered)
    response = page(request, "login/recovery.html", {"reference": reference, "codes": codes, "goal": goal})
    return _settle(request, response, resources, entered)


def home_of(entered: SignedIn) -> str:
    """Return where the person's work begins."""
    return HOMES.get(entered.account.role, "/queue")


def finish_sign_in(request: Request, resources: Resources, entered: SignedIn, destination: str) -> Response:
    """Redirect to where one wanted to go, with the session's cookie."""
    response = RedirectResponse(destination or home_of(entered), status_code=303)
    return _settle(request, response, resources, entered)


def enrolment(
    reference: Reference, account: Staff, secret: str, error: AppError | None = None
) -> dict[str, object]:
    """Return what the page of enrolment shows: the QR code as a picture, and the secret to type."""
    issuer = pick(reference.service_name)
    code = make(factors.otpauth_uri(secret, account.username, issuer), error="m")
    return {
        "reference": reference,
        "qr": code.svg_data_uri(scale=6, border=4, dark="#000", light="#fff"),
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        "error": error,
    }


def _settle(request: Request, response: Response, resources: Resources, entered: SignedIn) -> Response:
    sign_in_cookie(response, entered.session, resources)
    remember_device(request, response, resources, entered.account.id)
    drop_pending(response)
    return response
