"""Signing in and out, for staff."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from service.db import async_unit_of_work
from service.domain.city.reference import Reference
from service.domain.people.factors import new_secret, unseal_secret
from service.domain.people.own_account import EndedSession, sign_out
from service.errors import AppError
from service.pages.login.pending import keep_pending
from service.pages.login.second_factor import finish_sign_in
from service.pages.shared.forms import FormDep
from service.rendering.engine import page
from service.signin.throttling import FactorMissing, FactorWanted, sign_in
from service.web.dependencies import NowDep, ReferenceDep, Resources, ResourcesDep
from service.web.viewer import ViewerDep, get_viewer, may_demo, sign_out_cookie

router = APIRouter()


@router.get("/login")
async def form(
    request: Request,
    reference: ReferenceDep,
    resources: ResourcesDep,
    viewer: ViewerDep,
    next: Annotated[str, Query(max_length=500)] = "",  # noqa: A002 - the address's own word
) -> Response:
    """The form, or who is signed in."""
    return draw_sign_in(request, reference, resources, next, account=viewer.account)


@router.post("/login")
async def enter(
    request: Request,
    sent: FormDep,
    reference: ReferenceDep,
    resources: ResourcesDep,
    now: NowDep,
) -> Response:
    """Sign in and go where one wanted to go."""
    username, password, destination = (sent.as_sent(name) for name in ("username", "password", "next"))
    goal = destination if is_own_path(destination) else ""
    try:
        entered = await sign_in(
            request, resources, username, password, kind="cookie", now=now, reference=reference
        )
    except FactorWanted as wanted:
        response = RedirectResponse("/login/code", status_code=303)
        keep_pending(response, resources, wanted.staff_id, goal, now)
        return response
    except FactorMissing as missing:
        response = RedirectResponse("/login/enrol", status_code=303)
        keep_pending(response, resources, missing.staff_id, goal, now, secret=new_secret())
        return response
    except AppError as error:
        return draw_sign_in(request, reference, resources, destination, username=username, error=error)
    return finish_sign_in(request, resources, entered, goal)


@router.post("/logout")
async def leave(request: Request, reference: ReferenceDep, resources: ResourcesDep, now: NowDep) -> Response:
    """Sign this browser out; who came by a provider is led there, to sign out of it too."""
    viewer, left = await get_viewer(request, reference, resources, now), EndedSession(None, None)
    if viewer.session_id is not None:
        async with async_unit_of_work(resources.engine) as session:
            left = await session.run_sync(sign_out, viewer.session_id, now)
    address = await _onwards(resources, left)
    if address is None:
        response: Response = RedirectResponse("/", status_code=303)
    else:
        # Not a redirect: a form's answer may lead only to ourselves (form-action of the policy).
        response = page(request, "login/left.html", {"reference": reference, "address": address})
    sign_out_cookie(response)
    return response


def is_own_path(text: str) -> bool:
    """Return whether `text` leads to a page of ours: never to another host, whatever a browser makes of
    slashes.
    """
    return text.startswith("/") and not text.startswith(("//", "/\\")) and text.isprintable()


def draw_sign_in(
    request: Request,
    reference: Reference,
    resources: Resources,
    destination: str,
    *,
    username: str = "",
    account: object = None,
    error: AppError | None = None,
) -> Response:
    """Return the page of signing in, with what went wrong."""
    provider = resources.oidc
    context = {
        "reference": reference,
        "destination": destination if is_own_path(destination) else "",
        "username": username,
        "account": account,
        "error": error,
        "with_demo": may_demo(request, resources),
        "provider": provider.name if provider else None,
    }
    status, headers = (error.status, error.headers) if error else (200, {})
    return page(request, "login/index.html", context, status=status, headers=headers)


async def _onwards(resources: Resources, left: EndedSession) -> str | None:
    """Return the provider's own page for signing out, for a session that was opened by it."""
    provider = resources.oidc
    if provider is None or left.issuer is None:
        return None
    id_token = unseal_secret(resources.settings.secret, left.id_token) if left.id_token else None
    return await provider.leaving(
        left.issuer, id_token or "", resources.settings.public_url.rstrip("/") + "/login"
    )
