"""Signing in and out for programmes (bearer tokens), and who one is. The page is `pages/login/login.py`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from service.api.shared.answers import refusals
from service.domain.city.reference import Reference
from service.domain.people.own_account import sign_out
from service.domain.people.staff import Account
from service.domain.queries.views import NamedCode, department_named
from service.domain.reports.drafts import StrictBody
from service.signin.throttling import sign_in
from service.web.dependencies import NowDep, ReferenceDep, ResourcesDep, SessionDep
from service.web.viewer import StaffDep, csrf_token, sign_out_cookie

router = APIRouter(tags=["sessions"])


class Credentials(StrictBody):
    """Credentials of a sign-in; `code` is that of the second factor, where the account has one."""

    username: Annotated[str, Field(min_length=1, max_length=100)]
    password: Annotated[str, Field(min_length=1, max_length=1000)]
    code: Annotated[str, Field(max_length=40)] = ""


class StaffOut(BaseModel):
    """A member of staff. Without a department the role is for the whole city."""

    username: str
    name: str
    role: str
    department: NamedCode | None
    language: str
    demo: bool


class SessionOut(BaseModel):
    """A bearer token (`Authorization: Bearer <token>`), told this once."""

    token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105
    expires_at: datetime
    staff: StaffOut


class Me(BaseModel):
    """Signed-in person. `csrf_token` is what a script sends as `X-CSRF-Token` when a cookie signs it in."""

    staff: StaffOut
    csrf_token: str


@router.post("/sessions", status_code=201, responses=refusals(400, 401, 403, 413, 422, 429))
async def create(
    request: Request,
    response: Response,
    sent: Credentials,
    reference: ReferenceDep,
    resources: ResourcesDep,
    now: NowDep,
) -> SessionOut:
    """Sign in with an account of the staff."""
    response.headers["Cache-Control"] = "no-store"
    opened = await sign_in(
        request,
        resources,
        sent.username,
        sent.password,
        kind="bearer",
        now=now,
        reference=reference,
        code=sent.code,
    )
    return SessionOut(
        token=opened.session.token,
        expires_at=opened.session.expires_at,
        staff=staff_out(opened.account, reference),
    )


@router.delete("/sessions/current", status_code=204, responses=refusals(401, 403))
async def delete(session: SessionDep, staff: StaffDep, now: NowDep) -> Response:
    """Sign out: the token or cookie that asked is worth nothing from now on."""
    await session.run_sync(sign_out, staff.session_id, now)
    response = Response(status_code=204)
    sign_out_cookie(response)
    return response


@router.get("/me", responses=refusals(401))
async def me(request: Request, reference: ReferenceDep, resources: ResourcesDep, staff: StaffDep) -> Me:
    """Return who is signed in."""
    return Me(staff=staff_out(staff.account, reference), csrf_token=csrf_token(request, resources))


def staff_out(account: Account, reference: Reference) -> StaffOut:
    """Return the account as it is shown."""
    return StaffOut(
        username=account.username,
        name=account.name,
        role=account.role,
        department=department_named(reference, account.department_id),
        language=account.language,
        demo=account.demo,
    )
