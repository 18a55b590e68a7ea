"""Clean-ups for everybody: what comes and what was done, one with its sign-up, one's own sign-up."""

from __future__ import annotations

from datetime import date, datetime
from itertools import groupby
from typing import Annotated
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from service.db import DomainSession, async_unit_of_work
from service.domain.city.reference import Reference
from service.domain.cleanups import signups
from service.domain.cleanups.access import CleanupWork, find_cleanup
from service.domain.cleanups.campaigns.campaigns import current_campaigns
from service.domain.cleanups.forms import NewSignup, SignupChange
from service.domain.cleanups.gifts.reading import gifts_of_cleanup
from service.domain.cleanups.gifts.trees import list_trees
from service.domain.cleanups.public.calendar_file import MEDIA_TYPE, calendar_days, calendar_file
from service.domain.cleanups.public.views import (
    cancelled_because,
    list_public_cleanups,
    view_public_cleanup,
)
from service.domain.cleanups.views import CleanupFilter, CleanupView
from service.domain.works.access import require_works
from service.errors import AppError, NotFound
from service.i18n import N_, language_in_use, translate
from service.models import CleanupSignup, NoticeChannel, WorkStatus
from service.pages.cleanups.own_link import NOT_YOURS, OwnLink, signup_of_link
from service.pages.shared.forms import FormDep, read
from service.pages.shared.kinds import wards_by_name
from service.pages.shared.preview import LinkPreview
from service.rendering.engine import page
from service.sending.channels import offered
from service.sending.push import push_key
from service.web.dependencies import NowDep, ReferenceDep, Resources, ResourcesDep, SessionDep
from service.web.rates import allow

router = APIRouter()

MOST_SHOWN = 100


class CleanupsQuery(BaseModel):
    """Filters in the address of the list."""

    ward: Annotated[str, Field(max_length=20)] = ""
    state: Annotated[str, Field(max_length=10)] = ""
    near: Annotated[str, Field(max_length=60)] = ""


@router.get("/cleanups")
async def index(
    request: Request,
    session: SessionDep,
    reference: ReferenceDep,
    now: NowDep,
    filters: Annotated[CleanupsQuery, Query()],
) -> Response:
    """Return the list: coming day by day, or done; of a ward, or nearest first."""
    require_works(reference)
    over = filters.state == "done"
    found = await session.run_sync(list_public_cleanups, reference, _wanted(reference, filters, now))
    zone = ZoneInfo(reference.timezone)
    near = bool(filters.near)
    days = groupby(found, key=lambda each: None if near else each.starts_at.astimezone(zone).date())
    context = {
        "reference": reference,
        "now": now,
        "asked": filters,
        "over": over,
        "days": [(list(each), _day_words(day)) for day, each in days],
        "wards": wards_by_name(reference),
        "campaigns": await session.run_sync(current_campaigns, now.astimezone(zone).date()),
        "near": near,
        "islands": ["citizens/cleanups.ts"],
    }
    return page(request, "cleanups/index.html", context)


@router.get("/cleanups.ics")
async def calendar(
    session: SessionDep,
    reference: ReferenceDep,
    resources: ResourcesDep,
    now: NowDep,
    filters: Annotated[CleanupsQuery, Query()],
) -> Response:
    """Return the calendar to subscribe to, with those that were cancelled."""
    require_works(reference)
    days = calendar_days(now, _wanted(reference, filters, now).ward_id)
    found = await session.run_sync(list_public_cleanups, reference, days)
    return _ics(found, resources, translate(N_("Ra quân dọn vệ sinh")))


@router.get("/cleanups/{code}.ics")
async def one_calendar(
    code: str, session: SessionDep, reference: ReferenceDep, resources: ResourcesDep
) -> Response:
    """Return the calendar file of one."""
    _, view = await _one(session, reference, code)
    return _ics([view], resources, view.title)


@router.get("/cleanups/{code}")
async def show(
    request: Request,
    code: str,
    session: SessionDep,
    reference: ReferenceDep,
    resources: ResourcesDep,
    now: NowDep,
) -> Response:
    """Return the page of one: when, where, the sign-up; afterwards its result."""
    found, view = await _one(session, reference, code)
    given = await session.run_sync(_given, reference, found)
    return _draw(request, view, reference, resources, now, given, {})


@router.post("/cleanups/{code}")
async def join(
    request: Request,
    code: str,
    sent: FormDep,
    reference: ReferenceDep,
    resources: ResourcesDep,
    now: NowDep,
) -> Response:
    """Sign up. The form sent twice is one sign-up, for its id came with the page."""
    await allow(request, resources, "signup")
    fields = sent.fields()
    key = resources.settings.secret
    try:
        people = sent.number("people")
        body = {"id": fields["id"], "people": people, "email": fields.get("email", "")}
        asked = read(NewSignup, body)
        async with async_unit_of_work(resources.engine) as session:
            signup, _ = await session.run_sync(
                lambda s: signups.sign_up(
                    s, reference, key, code, asked, language=language_in_use.get(), now=now
                )
            )
    except NotFound:
        raise
    except AppError as error:
        async with async_unit_of_work(resources.engine) as session:
            found, view = await _one(session, reference, code)
            given = await session.run_sync(_given, reference, found)
        return _draw(request, view, reference, resources, now, given, dict(fields), error=error)
    token = signups.signup_token(key, signup.id)
    return RedirectResponse(f"/cleanups/{code}/me?t={token}&done=joined", status_code=303)


@router.get("/cleanups/{code}/me")
async def mine(
    request: Request,
    code: str,
    session: SessionDep,
    reference: ReferenceDep,
    resources: ResourcesDep,
    now: NowDep,
    link: Annotated[OwnLink, Query()],
) -> Response:
    """Return the page of one sign-up: change the number, cancel; from a mail also ask for reminders."""
    found, signup = await _own(session, reference, resources, code, link)
    view = await session.run_sync(view_public_cleanup, reference, found)
    why = await session.run_sync(cancelled_because, reference, found.work)
    return _draw_own(request, reference, resources, now, view, signup, link, why)


@router.post("/cleanups/{code}/me")
async def change(
    request: Request,
    code: str,
    sent: FormDep,
    reference: ReferenceDep,
    resources: ResourcesDep,
    now: NowDep,
    link: Annotated[OwnLink, Query()],
) -> Response:
    """Another number, none at all, or the answer of who reads the mailbox."""
    await allow(request, resources, "participate")
    key, what = resources.settings.secret, sent.text("what")
    try:
        async with async_unit_of_work(resources.engine) as session:
            _, signup = await _own(session, reference, resources, code, link)
            if what in ("remind", "not_me"):
                if not signups.is_mail_proof(key, signup.id, link.m):
                    raise NotFound(NOT_YOURS)
                await session.run_sync(
                    lambda s: signups.answer_address(s, signup, confirmed=what == "remind", now=now)
                )
            if what != "remind":
                change = read(SignupChange, {"people": sent.number("people")}) if what == "people" else None
                await session.run_sync(signups.change_signup, reference, key, code, signup.id, change, now)
    except NotFound:
        raise
    except AppError as error:
        async with async_unit_of_work(resources.engine) as session:
            found, signup = await _own(session, reference, resources, code, link)
            view = await session.run_sync(view_public_cleanup, reference, found)
            why = await session.run_sync(cancelled_because, reference, found.work)
        return _draw_own(request, reference, resources, now, view, signup, link, why, error=error)
    done = {"people": "changed", "remind": "reminded"}.get(what, "cancelled")
    return RedirectResponse(f"/cleanups/{code}/me?t={link.t}&m={link.m}&done={done}", status_code=303)


def _wanted(reference: Reference, filters: CleanupsQuery, now: datetime) -> CleanupFilter:
    ward = reference.ward_by_code.get(filters.ward)
    over = filters.state == "done"
    return CleanupFilter(
        over=over,
        cancelled=not over,
        ward_id=ward.id if ward else None,
        since=None if over else now,
        near=_near(filters.near),
        limit=MOST_SHOWN,
    )


def _near(text: str) -> tuple[float, float] | None:
    try:
        lon, lat = (float(part) for part in text.split(","))
    except ValueError:
        return None
    return (lon, lat) if -180 <= lon <= 180 and -90 <= lat <= 90 else None


def _day_words(day: date | None) -> str:
    """Return the heading of a day; of all together where they are told by distance."""
    return f"{translate(_weekday(day.weekday()))}, {day:%d/%m/%Y}" if day else translate(N_("Gần bạn nhất"))


def _weekday(number: int) -> str:
    return (
        N_("Thứ Hai"),
        N_("Thứ Ba"),
        N_("Thứ Tư"),
        N_("Thứ Năm"),
        N_("Thứ Sáu"),
        N_("Thứ Bảy"),
        N_("Chủ nhật"),
    )[number]


async def _one(session: AsyncSession, reference: Reference, code: str) -> tuple[CleanupWork, CleanupView]:
    found = await session.run_sync(find_cleanup, reference, code)
    return found, await session.run_sync(view_public_cleanup, reference, found)


def _given(session: DomainSession, reference: Reference, found: CleanupWork) -> dict[str, object]:
    id_, why = found.work.id, cancelled_because(session, reference, found.work)
    gifts = gifts_of_cleanup(session, reference, id_)
    return {"gifts": gifts, "trees": list_trees(session, id_), "why": why}


async def _own(
    session: AsyncSession, reference: Reference, resources: Resources, code: str, link: OwnLink
) -> tuple[CleanupWork, CleanupSignup]:
    signup_id = signup_of_link(resources, link)
    return await session.run_sync(signups.find_signup, code, signup_id, reference)


def _ics(found: list[CleanupView], resources: Resources, name: str) -> Response:
    text = calendar_file(found, resources.settings.public_url, name)
    headers = {"Content-Disposition": 'attachment; filename="ra-quan.ics"'}
    return Response(text, media_type=MEDIA_TYPE, headers=headers)


def _about(view: CleanupView, reference: Reference, resources: Resources, now: datetime) -> dict[str, object]:
    base = resources.settings.public_url.rstrip("/")
    before = next((each for each in view.pictures if each.kind == "before"), None)
    after = next((each for each in view.pictures[::-1] if each.kind == "after"), None)
    picture = after or before
    image = f"{base}/media/{picture.public_key.removeprefix('public/')}" if picture else ""
    return {
        "reference": reference,
        "now": now,
        "cleanup": view,
        "ward": reference.wards.get(view.ward_id or 0),
        "lead": reference.departments.get(view.lead_id),
        "before": before,
        "after": after,
        "open": view.status == WorkStatus.ANNOUNCED and view.starts_at > now,
        "preview": LinkPreview(
            title=view.title,
            url=f"{base}/cleanups/{view.code}",
            description=view.meet_words,
            image=image,
        ),
    }


def _draw(
    request: Request,
    view: CleanupView,
    reference: Reference,
    resources: Resources,
    now: datetime,
    given: dict[str, object],
    filled: dict[str, object],
    *,
    error: AppError | None = None,
) -> Response:
    context = {
        **_about(view, reference, resources, now),
        **given,
        "filled": {"people": "1", "email": "", "id": str(uuid4()), **filled},
        "by_mail": NoticeChannel.EMAIL in offered(resources.settings),
        "error": error,
        "fields": error.errors if error else (),
    }
    return page(request, "cleanups/show.html", context, status=error.status if error else 200)


def _draw_own(
    request: Request,
    reference: Reference,
    resources: Resources,
    now: datetime,
    view: CleanupView,
    signup: CleanupSignup,
    link: OwnLink,
    why: str,
    *,
    error: AppError | None = None,
) -> Response:
    context = {
        **_about(view, reference, resources, now),
        "signup": signup,
        "why": why,
        "call_sign": signups.call_sign(UUID(str(signup.id))),
        "link": link,
        "push_key": push_key(resources.settings),
        "islands": ["citizens/cleanup_mine.ts"],
        "by_mail": signups.is_mail_proof(resources.settings.secret, signup.id, link.m),
        "error": error,
        "fields": error.errors if error else (),
    }
    return page(request, "cleanups/mine.html", context, status=error.status if error else 200)
