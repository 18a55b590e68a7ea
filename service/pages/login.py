"""Signing in and out, for staff."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from service.deps import NowDep, Parts, PartsDep, ReferenceDep, SessionDep
from service.domain.factors import new_secret
from service.domain.reference import Reference
from service.domain.sessions import end_session
from service.errors import AppError
from service.pages.forms import FormDep
from service.pages.pending import keep_pending
from service.pages.secondfactor import welcome
from service.rendering import page
from service.signin import FactorMissing, FactorWanted, sign_in
from service.viewer import ViewerDep, may_demo, sign_out_cookie

router = APIRouter()


@router.get("/login")
async def form(
    request: Request,
    reference: ReferenceDep,
    parts: PartsDep,
    viewer: ViewerDep,
    next: Annotated[str, Query(max_length=500)] = "",  # noqa: A002 - the address's own word
) -> Response:
    """The form, or who is signed in."""
    return _draw(request, reference, parts, next, account=viewer.account)


@router.post("/login")
async def enter(
    request: Request,
    session: SessionDep,
    reference: ReferenceDep,
    parts: PartsDep,
    now: NowDep,
    sent: FormDep,
) -> Response:
    """Sign in and go where one wanted to go."""
    username, password, wish = (str(sent.get(name, "")) for name in ("username", "password", "next"))
    goal = wish if is_own_path(wish) else ""
    try:
        entered = await sign_in(
            request, parts, session, username, password, kind="cookie", now=now, reference=reference
        )
    except FactorWanted as wanted:
        response = RedirectResponse("/login/code", status_code=303)
        keep_pending(response, parts, wanted.staff_id, goal, now)
        return response
    except FactorMissing as missing:
        response = RedirectResponse("/login/enrol", status_code=303)
        keep_pending(response, parts, missing.staff_id, goal, now, secret=new_secret())
        return response
    except AppError as error:
        return _draw(request, reference, parts, wish, username=username, error=error)
    return welcome(request, parts, entered, goal)


@router.post("/logout")
async def leave(session: SessionDep, viewer: ViewerDep) -> Response:
    """Sign this browser out."""
    if viewer.session_id is not None:
        await session.run_sync(end_session, viewer.session_id)
    response = RedirectResponse("/", status_code=303)
    sign_out_cookie(response)
    return response


def is_own_path(text: str) -> bool:
    """Whether `text` leads to a page of ours: never to another host, whatever a browser makes of slashes."""
    return text.startswith("/") and not text.startswith(("//", "/\\")) and "\n" not in text


def _draw(
    request: Request,
    reference: Reference,
    parts: Parts,
    wish: str,
    *,
    username: str = "",
    account: object = None,
    error: AppError | None = None,
) -> Response:
    context = {
        "reference": reference,
        "wish": wish if is_own_path(wish) else "",
        "username": username,
        "account": account,
        "error": error,
        "with_demo": may_demo(request, parts),
    }
    return page(request, "login/index.html", context, status=error.status if error else 200)
