"""Signing in by the OpenID provider: there with a state, back with a code, in with what the claims grant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncSession

from service.db import async_unit_of_work
from service.domain.city.reference import Reference
from service.domain.kernel import audit
from service.domain.kernel.tokens import is_same
from service.domain.people import factors, identities
from service.domain.people.grants import NO_DEPARTMENT, NO_WARDS, contact_of, grant_of
from service.domain.people.identities import DISABLED, SignInRefusal
from service.errors import AppError, Forbidden
from service.i18n import N_, language_in_use, pick, translate
from service.models import Staff
from service.oidc.fetcher import ProviderRefused
from service.oidc.flow import SignInFlow, drop_flow, keep_flow, new_flow, read_flow
from service.oidc.people import presented
from service.oidc.provider import Identified, Provider
from service.oidc.tokens import vouched
from service.pages.login.login import draw_sign_in, is_own_path
from service.pages.login.pending import keep_pending
from service.pages.login.second_factor import finish_sign_in
from service.pages.shared.visit import PageVisit, not_here
from service.signin.throttling import SignInAttempt, let_in, note_failure
from service.web.dependencies import NowDep, ReferenceDep, Resources, ResourcesDep
from service.web.rates import allow

router = APIRouter()

TURNED = {
    DISABLED: N_("Tài khoản của bạn ở đây đã bị khóa. Hãy hỏi {contact}."),
    NO_DEPARTMENT: N_("Tài khoản của bạn chưa thuộc đơn vị nào ở đây. Hãy hỏi {contact}."),
    NO_WARDS: N_("Nhóm phường, xã của tài khoản này không còn ở đây. Hãy hỏi {contact}."),
}
NOT_GRANTED = N_("Tài khoản của bạn chưa được giao vai trò nào ở đây. Hãy hỏi {contact}.")
CANCELLED = N_("Bạn chưa đăng nhập xong ở nơi quản lý tài khoản. Hãy thử lại.")
TOO_LATE = N_("Lần đăng nhập này đã quá lâu hoặc bắt đầu ở trình duyệt khác. Hãy đăng nhập lại từ đầu.")


@dataclass(frozen=True, slots=True)
class ProviderVisit(PageVisit):
    """Somebody between here and the provider."""

    provider: Provider

    @property
    def back(self) -> str:
        """Return where the provider sends the browser; it must know the address."""
        return self.resources.settings.public_url.rstrip("/") + "/login/oidc/callback"


@router.get("/login/oidc")
async def begin(
    request: Request,
    resources: ResourcesDep,
    reference: ReferenceDep,
    now: NowDep,
    next: Annotated[str, Query(max_length=500)] = "",  # noqa: A002 - the address's own word
) -> Response:
    """To the provider, with a new state, nonce and challenge."""
    visit = ProviderVisit(request, resources, reference, now, _provider(resources))
    destination = next if is_own_path(next) else ""
    try:
        await allow(request, resources, "oidc")
        flow = new_flow(destination, now)
        address = await visit.provider.address(flow, visit.back, language_in_use.get())
    except AppError as error:
        return draw_sign_in(request, reference, resources, destination, error=error)
    response = RedirectResponse(address, status_code=303)
    response.headers["Cache-Control"] = "no-store"
    keep_flow(response, resources.settings, flow)
    return response


@router.get("/login/oidc/callback")
async def back(request: Request, resources: ResourcesDep, reference: ReferenceDep, now: NowDep) -> Response:
    """From the provider: first all that is asked of it, then one transaction."""
    visit = ProviderVisit(request, resources, reference, now, _provider(resources))
    flow = read_flow(request, resources.settings, now)
    destination = flow.destination if flow else ""
    try:
        await allow(request, resources, "oidc")
        who = await _identified(visit, flow)
        response = await _enter(visit, who, destination)
    except AppError as error:
        if isinstance(error, ProviderRefused):
            await note_failure(request, resources, "", now, {"how": "provider", "reason": error.reason})
        response = draw_sign_in(request, reference, resources, destination, error=error)
    response.headers["Cache-Control"] = "no-store"
    drop_flow(response)
    return response


async def _identified(visit: ProviderVisit, flow: SignInFlow | None) -> Identified:
    """Return who the provider says has come. Raises ProviderRefused, ProviderAway."""
    params = visit.request.query_params
    if flow is None or not is_same(params.get("state", ""), flow.state):
        raise ProviderRefused("state", TOO_LATE)
    if problem := params.get("error"):
        raise ProviderRefused(f"error {problem}", CANCELLED)
    return await visit.provider.identify(
        flow, params.get("code", ""), visit.back, params.get("iss", ""), visit.now
    )


async def _enter(visit: ProviderVisit, who: Identified, destination: str) -> Response:
    """Sign in, or lead on to the second factor. Raises Forbidden for who may not."""
    person, resources = presented(who), visit.resources
    grant = grant_of(visit.reference, who.claims)
    async with async_unit_of_work(resources.engine) as session:
        found = await session.run_sync(
            identities.sign_in_by_provider,
            visit.reference,
            person,
            grant,
            at=visit.now,
            link_by_email=visit.provider.link_by_email,
        )
        if isinstance(found, SignInRefusal):
            await _note_turned(visit, session, found, {"issuer": person.issuer, "subject": person.subject})
        else:
            sealed = factors.seal_secret(resources.settings.secret, who.id_token)
            await session.run_sync(identities.keep_id_token, person.issuer, person.subject, sealed)
            return await _past_the_factor(visit, session, found, who, destination)
    raise Forbidden(TURNED.get(found.reason, NOT_GRANTED), contact=_whom_to_ask(visit.reference))


async def _past_the_factor(
    visit: ProviderVisit, session: AsyncSession, account: Staff, who: Identified, destination: str
) -> Response:
    """Lead past the second factor: the provider's word counts where it is trusted;
    else one's own is asked for.
    """
    request, resources, issuer = visit.request, visit.resources, str(who.claims["iss"])
    strong = vouched(who.token_claims, visit.provider.trusted_factors)
    if not strong:
        missing = account.totp_since is None
        if not missing or factors.must_have(visit.reference, account):
            secret = factors.new_secret() if missing else ""
            response = RedirectResponse("/login/enrol" if missing else "/login/code", status_code=303)
            keep_pending(
                response, resources, account.id, destination, visit.now, secret=secret, issuer=issuer
            )
            return response
    attempt = SignInAttempt(request, resources, "cookie", visit.now)
    entered = await let_in(attempt, session, account, "provider", issuer, strong=strong)
    return finish_sign_in(request, resources, entered, destination)


async def _note_turned(
    visit: ProviderVisit, session: AsyncSession, turned: SignInRefusal, facts: dict[str, object]
) -> None:
    attempt = SignInAttempt(visit.request, visit.resources, "cookie", visit.now)
    facts |= {"reason": turned.reason, "address": attempt.address}
    await session.run_sync(audit.write_entry, "signin.refused", turned.username, at=visit.now, after=facts)


def _whom_to_ask(reference: Reference) -> str:
    contact = contact_of(reference)
    return pick(contact) if contact else translate(N_("quản trị viên của hệ thống"))


def _provider(resources: Resources) -> Provider:
    if resources.oidc is None:
        raise not_here()
    return resources.oidc
