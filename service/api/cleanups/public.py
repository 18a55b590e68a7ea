"""Clean-ups for everybody: lists, one, and one's own sign-up."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.security.utils import get_authorization_scheme_param
from pydantic import Field

from geo.points import PointError, parse_pair
from service.api.cleanups.answers import CleanupOut, CleanupPage, SignupOut, cleanup_out
from service.api.shared.answers import refusals
from service.api.shared.query import StrictQuery
from service.domain.city.reference import Reference
from service.domain.cleanups import signups
from service.domain.cleanups.access import find_cleanup
from service.domain.cleanups.forms import NewSignup, SignupChange
from service.domain.cleanups.public.views import mask_cleanups
from service.domain.cleanups.push_reminders import remind_by_push
from service.domain.cleanups.views import CleanupFilter, CleanupView, list_cleanups, view_cleanup
from service.domain.people.devices import Browser
from service.domain.reports.drafts import PLACE_MESSAGES, Moment
from service.domain.works.access import require_works
from service.errors import NotFound, invalid
from service.i18n import N_, language_in_use
from service.models import CleanupSignup, Work
from service.web.cursors import Cursors
from service.web.dependencies import NowDep, ReferenceDep, ResourcesDep, SessionDep, WakeAfter
from service.web.rates import allow
from service.web.viewer import ViewerDep

router = APIRouter(tags=["clean-ups"])

_SIGNUP_REFUSED = refusals(400, 404, 409, 413, 422, 429)
NOT_YOURS = N_("Lượt đăng ký này không có, hoặc mã bí mật chưa đúng.")


class CleanupsWanted(StrictQuery):
    """Filters of clean-ups. `over` are those with a result, the latest first; the others by their beginning.

    With `near` (`lon,lat`) the nearest come first, on one page. Colleagues also ask for `drafts`.
    """

    state: Literal["coming", "over"] = "coming"
    cancelled: bool = False
    drafts: bool = False
    ward: Annotated[str, Field(max_length=20)] | None = None
    lead: Annotated[str, Field(max_length=100)] | None = None
    since: Moment | None = None
    until: Moment | None = None
    near: Annotated[str, Field(max_length=100)] | None = Field(None, description="`lon,lat`")
    cursor: Annotated[str, Field(max_length=500)] | None = Field(None, description="`next` of the last page.")
    limit: Annotated[int, Field(ge=1, le=200)] = 50


@router.get("/cleanups", responses=refusals(400, 401, 404, 422))
async def list_of_cleanups(
    query: Annotated[CleanupsWanted, Query()],
    session: SessionDep,
    reference: ReferenceDep,
    resources: ResourcesDep,
    viewer: ViewerDep,
    now: NowDep,
) -> CleanupPage:
    """Return clean-ups that everybody may see; colleagues also those of their units."""
    require_works(reference)
    cursors, kind = Cursors(resources.settings.secret), f"cleanups:{query.state}"
    after = cursors.open(kind, query.cursor) if query.cursor else None
    wanted = _filter(query, reference, now, after)
    found = await session.run_sync(list_cleanups, viewer.asker.staff, wanted)
    shown, base = found[: query.limit], resources.settings.public_url
    if viewer.asker.staff is None:
        shown = mask_cleanups(reference, shown)
    more = len(found) > query.limit and wanted.near is None
    return CleanupPage(
        items=[cleanup_out(each, reference, base) for each in shown],
        next=cursors.seal(kind, _place_in_list(shown[-1])) if more else None,
    )


@router.get("/cleanups/{cleanup}", responses=refusals(401, 404, 422))
async def one_cleanup(
    cleanup: str, session: SessionDep, reference: ReferenceDep, resources: ResourcesDep, viewer: ViewerDep
) -> CleanupOut:
    """Return one clean-up by its code."""
    actor = viewer.asker.staff
    found = await session.run_sync(find_cleanup, reference, cleanup, actor)
    view = await session.run_sync(view_cleanup, found, public=actor is None)
    if actor is None:
        [view] = mask_cleanups(reference, [view])
    return cleanup_out(view, reference, resources.settings.public_url)


@router.post(
    "/cleanups/{cleanup}/signups",
    status_code=201,
    responses={**_SIGNUP_REFUSED, 200: {"model": SignupOut, "description": "The same sign-up again"}},
    dependencies=[WakeAfter],
)
async def join_cleanup(
    request: Request,
    response: Response,
    cleanup: str,
    sent: NewSignup,
    session: SessionDep,
    reference: ReferenceDep,
    resources: ResourcesDep,
    now: NowDep,
) -> SignupOut:
    """Sign up, without an account or a name. Who finds no place waits (`state`). Keep the `token`."""
    await allow(request, resources, "signup")
    key, language = resources.settings.secret, language_in_use.get()
    signup, new = await session.run_sync(
        lambda s: signups.sign_up(s, reference, key, cleanup, sent, language=language, now=now)
    )
    response.status_code = 201 if new else 200
    code = await session.run_sync(lambda s: s.get_one(Work, signup.work_id).code)
    return _own(signup, code, key, resources.settings.public_url)


@router.patch(
    "/cleanups/{cleanup}/signups/{signup_id}",
    responses=refusals(400, 401, 404, 409, 413, 422, 429),
    dependencies=[WakeAfter],
)
async def change_own_signup(
    request: Request,
    cleanup: str,
    signup_id: UUID,
    sent: SignupChange,
    session: SessionDep,
    reference: ReferenceDep,
    resources: ResourcesDep,
    now: NowDep,
) -> SignupOut:
    """Come with another number of people. `Authorization: Signup <token>`."""
    return await _change(request, cleanup, signup_id, sent, session, reference, resources, now)


@router.delete(
    "/cleanups/{cleanup}/signups/{signup_id}",
    responses=refusals(400, 401, 404, 409, 422, 429),
    dependencies=[WakeAfter],
)
async def cancel_own_signup(
    request: Request,
    cleanup: str,
    signup_id: UUID,
    session: SessionDep,
    reference: ReferenceDep,
    resources: ResourcesDep,
    now: NowDep,
) -> SignupOut:
    """Do not come; the place goes to who waits. `Authorization: Signup <token>`. Again it changes nothing."""
    return await _change(request, cleanup, signup_id, None, session, reference, resources, now)


@router.post(
    "/cleanups/{cleanup}/signups/{signup_id}/push",
    responses=refusals(400, 401, 404, 409, 413, 422, 429),
)
async def remind_in_browser(
    request: Request,
    cleanup: str,
    signup_id: UUID,
    sent: Browser,
    session: SessionDep,
    reference: ReferenceDep,
    resources: ResourcesDep,
    now: NowDep,
) -> SignupOut:
    """Remind in a browser instead of by mail. `Authorization: Signup <token>`."""
    return await _remind(request, cleanup, signup_id, sent, session, reference, resources, now)


@router.delete(
    "/cleanups/{cleanup}/signups/{signup_id}/push", responses=refusals(400, 401, 404, 409, 422, 429)
)
async def stop_reminding(
    request: Request,
    cleanup: str,
    signup_id: UUID,
    session: SessionDep,
    reference: ReferenceDep,
    resources: ResourcesDep,
    now: NowDep,
) -> SignupOut:
    """Remind in no browser any more. `Authorization: Signup <token>`. Again it changes nothing."""
    return await _remind(request, cleanup, signup_id, None, session, reference, resources, now)


async def _remind(
    request: Request,
    cleanup: str,
    signup_id: UUID,
    browser: Browser | None,
    session: SessionDep,
    reference: Reference,
    resources: ResourcesDep,
    now: datetime,
) -> SignupOut:
    await allow(request, resources, "participate")
    key, language = resources.settings.secret, language_in_use.get()
    _check_own(request, key, signup_id)
    signup = await session.run_sync(
        lambda s: remind_by_push(s, reference, cleanup, signup_id, browser, language=language, now=now)
    )
    return _own(signup, cleanup.strip().upper(), key, resources.settings.public_url)


def _check_own(request: Request, key: bytes, signup_id: UUID) -> None:
    scheme, token = get_authorization_scheme_param(request.headers.get("authorization"))
    if scheme.lower() != "signup" or signups.read_signup_token(key, token) != signup_id:
        raise NotFound(NOT_YOURS)


async def _change(
    request: Request,
    cleanup: str,
    signup_id: UUID,
    sent: SignupChange | None,
    session: SessionDep,
    reference: Reference,
    resources: ResourcesDep,
    now: datetime,
) -> SignupOut:
    await allow(request, resources, "participate")
    key = resources.settings.secret
    _check_own(request, key, signup_id)
    signup = await session.run_sync(signups.change_signup, reference, key, cleanup, signup_id, sent, now)
    return _own(signup, cleanup.strip().upper(), key, resources.settings.public_url)


def _own(signup: CleanupSignup, code: str, key: bytes, public_url: str) -> SignupOut:
    token = signups.signup_token(key, signup.id)
    return SignupOut.of(signup, code, signups.call_sign(signup.id), token, public_url.rstrip("/"))


def _filter(
    query: CleanupsWanted, reference: Reference, now: datetime, after: list[str] | None
) -> CleanupFilter:
    over = query.state == "over"
    return CleanupFilter(
        over=over,
        cancelled=query.cancelled,
        drafts=query.drafts,
        ward_id=_ward(reference, query.ward),
        lead_ids=_lead(reference, query.lead),
        since=query.since if over or query.since else now,
        until=query.until,
        near=_near(query.near),
        after=(datetime.fromisoformat(after[0]), UUID(after[1])) if after else None,
        limit=query.limit + 1,
    )


def _ward(reference: Reference, code: str | None) -> int | None:
    if code is None:
        return None
    if (ward := reference.ward_by_code.get(code)) is None:
        raise invalid(["query", "ward"], N_("Không có phường, xã “{code}”."), code=code)
    return ward.id


def _lead(reference: Reference, code: str | None) -> tuple[int, ...]:
    if code is None:
        return ()
    if (unit := reference.department_by_code.get(code)) is None:
        raise invalid(["query", "lead"], N_("Không có đơn vị “{code}”."), code=code)
    return (unit.id,)


def _near(text: str | None) -> tuple[float, float] | None:
    if text is None:
        return None
    try:
        point = parse_pair(text)
    except PointError as error:
        raise invalid(["query", "near"], PLACE_MESSAGES[error.problem]) from None
    return point


def _place_in_list(view: CleanupView) -> list[str]:
    return [view.starts_at.isoformat(), str(view.id)]
