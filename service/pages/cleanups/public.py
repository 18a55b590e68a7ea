"""Clean-ups for everybody: what comes and what was done, one with its sign-up, one's own sign-up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from itertools import groupby
from typing import Annotated, NamedTuple
from uuid import UUID, uuid4

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field

from service.db import DomainSession
from service.domain.city.reference import Reference
from service.domain.cleanups import signups
from service.domain.cleanups.access import find_cleanup
from service.domain.cleanups.campaigns.campaigns import current_campaigns
from service.domain.cleanups.forms import NewSignup, SignupChange
from service.domain.cleanups.gifts.contribution_views import GiftLine, GiftTotals, gifts_of_cleanup
from service.domain.cleanups.gifts.trees import TreeLine, list_trees
from service.domain.cleanups.public.calendar_file import MEDIA_TYPE, calendar_days, calendar_file
from service.domain.cleanups.public.views import (
    cancelled_because,
    list_public_cleanups,
    view_public_cleanup,
)
from service.domain.cleanups.views import CleanupFilter, CleanupView
from service.errors import AppError, NotFound
from service.i18n import N_, language_in_use, translate
from service.i18n.wording import WEEKDAY_NAMES
from service.models import CleanupSignup, NoticeChannel, WorkStatus
from service.pages.cleanups.own_link import NOT_YOURS, OwnLink, signup_of_link
from service.pages.shared.forms import FormDep, read
from service.pages.shared.kinds import wards_by_name
from service.pages.shared.preview import LinkPreview
from service.pages.shared.visit import PageVisit, PageVisitDep, answer_form
from service.rendering.engine import page
from service.sending.channels import offered
from service.sending.push import push_key
from service.web.dependencies import WithWorks
from service.web.rates import allow

router = APIRouter(dependencies=[WithWorks])

MOST_SHOWN = 100


class CleanupsQuery(BaseModel):
    """Filters in the address of the list."""

    ward: Annotated[str, Field(max_length=20)] = ""
    state: Annotated[str, Field(max_length=10)] = ""
    near: Annotated[str, Field(max_length=60)] = ""


@router.get("/cleanups")
async def index(visit: PageVisitDep, filters: Annotated[CleanupsQuery, Query()]) -> Response:
    """Return the list: coming day by day, or done; of a ward, or nearest first."""
    reference, zone = visit.reference, visit.zone
    over = filters.state == "done"
    found = await visit.run(list_public_cleanups, reference, _filter_of(reference, filters, visit.now))
    near = bool(filters.near)
    days = groupby(found, key=lambda each: None if near else each.starts_at.astimezone(zone).date())
    context = {
        "reference": reference,
        "now": visit.now,
        "filters": filters,
        "over": over,
        "days": [(list(each), _day_words(day)) for day, each in days],
        "wards": wards_by_name(reference),
        "campaigns": await visit.run(current_campaigns, visit.today),
        "near": near,
        "islands": ["citizens/cleanups.ts"],
    }
    return page(visit.request, "cleanups/index.html", context)


@router.get("/cleanups.ics")
async def calendar(visit: PageVisitDep, filters: Annotated[CleanupsQuery, Query()]) -> Response:
    """Return the calendar to subscribe to, with those that were cancelled."""
    days = calendar_days(visit.now, _filter_of(visit.reference, filters, visit.now).ward_id)
    found = await visit.run(list_public_cleanups, visit.reference, days)
    return _ics(visit, found, translate(N_("Ra quân dọn vệ sinh")))


@router.get("/cleanups/{code}.ics")
async def one_calendar(code: str, visit: PageVisitDep) -> Response:
    """Return the calendar file of one."""
    view = (await visit.run(_read_one, visit.reference, code)).view
    return _ics(visit, [view], view.title)


@router.get("/cleanups/{code}")
async def show(code: str, visit: PageVisitDep) -> Response:
    """Return the page of one: when, where, the sign-up; afterwards its result."""
    return await _draw(visit, code)


@router.post("/cleanups/{code}")
async def join(code: str, visit: PageVisitDep, sent: FormDep) -> Response:
    """Sign up. The form sent twice is one sign-up, for its id came with the page."""
    await allow(visit.request, visit.resources, "signup")
    fields, key = sent.fields(), visit.resources.settings.secret

    async def joining() -> str:
        body = {"id": fields["id"], "people": sent.whole_or_text("people"), "email": fields["email"]}
        new, language = read(NewSignup, body), language_in_use.get()
        signup, _ = await visit.run(
            signups.sign_up, visit.reference, key, code, new, language=language, now=visit.now
        )
        return signups.signup_token(key, signup.id)

    return await answer_form(
        joining(),
        lambda error: _draw(visit, code, fields, error),
        lambda token: f"/cleanups/{code}/me?t={token}&done=joined",
        raised=frozenset({NotFound.status}),
    )


@router.get("/cleanups/{code}/me")
async def mine(code: str, visit: PageVisitDep, link: Annotated[OwnLink, Query()]) -> Response:
    """Return the page of one sign-up: change the number, cancel; from a mail also ask for reminders."""
    return await _draw_own(visit, code, link)


@router.post("/cleanups/{code}/me")
async def change(
    code: str, visit: PageVisitDep, sent: FormDep, link: Annotated[OwnLink, Query()]
) -> Response:
    """Another number, none at all, or the answer of who reads the mailbox."""
    await allow(visit.request, visit.resources, "participate")
    what = sent.text("what")

    async def changing() -> None:
        change = read(SignupChange, {"people": sent.whole_or_text("people")}) if what == "people" else None
        await visit.run(_change_own, visit, code, link, what, change)

    done = {"people": "changed", "remind": "reminded"}.get(what, "cancelled")
    return await answer_form(
        changing(),
        lambda error: _draw_own(visit, code, link, error),
        f"/cleanups/{code}/me?t={link.t}&m={link.m}&done={done}",
        raised=frozenset({NotFound.status}),
    )


def _change_own(
    session: DomainSession,
    visit: PageVisit,
    code: str,
    link: OwnLink,
    what: str,
    change: SignupChange | None,
) -> None:
    """Carry out what the form of a sign-up says. Raises NotFound for whom the link was not made."""
    key = visit.resources.settings.secret
    _, signup = signups.find_signup(session, code, signup_of_link(visit.resources, link), visit.reference)
    if what in ("remind", "not_me"):
        if not signups.is_mail_proof(key, signup.id, link.m):
            raise NotFound(NOT_YOURS)
        signups.answer_address(session, signup, confirmed=what == "remind", now=visit.now)
    if what != "remind":
        signups.change_signup(session, visit.reference, key, code, signup.id, change, visit.now)


def _filter_of(reference: Reference, filters: CleanupsQuery, now: datetime) -> CleanupFilter:
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
    """Return the heading of a day, of the whole list where it is ordered by distance."""
    return (
        f"{translate(WEEKDAY_NAMES[day.weekday()])}, {day:%d/%m/%Y}" if day else translate(N_("Gần bạn nhất"))
    )


class _ShownCleanup(NamedTuple):
    """A clean-up as its page shows it; `why` says why it was cancelled, empty where it was not."""

    view: CleanupView
    gifts: tuple[GiftTotals, list[GiftLine]]
    trees: list[TreeLine]
    why: str


def _read_one(session: DomainSession, reference: Reference, code: str) -> _ShownCleanup:
    found = find_cleanup(session, reference, code)
    return _ShownCleanup(
        view_public_cleanup(session, reference, found),
        gifts_of_cleanup(session, reference, found.work.id),
        list_trees(session, found.work.id),
        cancelled_because(session, reference, found.work),
    )


def _read_own(
    session: DomainSession, visit: PageVisit, code: str, link: OwnLink
) -> tuple[CleanupView, CleanupSignup, str]:
    """Return the clean-up, the sign-up of the link, and why the clean-up was cancelled. Raises NotFound."""
    signup_id = signup_of_link(visit.resources, link)
    found, signup = signups.find_signup(session, code, signup_id, visit.reference)
    view = view_public_cleanup(session, visit.reference, found)
    return view, signup, cancelled_because(session, visit.reference, found.work)


def _ics(visit: PageVisit, found: list[CleanupView], name: str) -> Response:
    text = calendar_file(found, visit.resources.settings.public_url, name)
    headers = {"Content-Disposition": 'attachment; filename="ra-quan.ics"'}
    return Response(text, media_type=MEDIA_TYPE, headers=headers)


def _about(visit: PageVisit, view: CleanupView) -> dict[str, object]:
    base = visit.resources.settings.public_url.rstrip("/")
    before = next((each for each in view.pictures if each.kind == "before"), None)
    after = next((each for each in view.pictures[::-1] if each.kind == "after"), None)
    picture = after or before
    image = f"{base}/media/{picture.public_key.removeprefix('public/')}" if picture else ""
    return {
        "reference": visit.reference,
        "now": visit.now,
        "cleanup": view,
        "ward": visit.reference.wards.get(view.ward_id or 0),
        "lead": visit.reference.departments.get(view.lead_id),
        "before": before,
        "after": after,
        "open": view.status == WorkStatus.ANNOUNCED and view.starts_at > visit.now,
        "preview": LinkPreview(
            title=view.title,
            url=f"{base}/cleanups/{view.code}",
            description=view.meet_words,
            image=image,
        ),
    }


async def _draw(
    visit: PageVisit, code: str, typed: Mapping[str, str] | None = None, error: AppError | None = None
) -> Response:
    shown = await visit.run(_read_one, visit.reference, code)
    context = {
        **_about(visit, shown.view),
        "gifts": shown.gifts,
        "trees": shown.trees,
        "why": shown.why,
        "filled": {"people": "1", "email": "", "id": str(uuid4()), **(typed or {})},
        "by_mail": NoticeChannel.EMAIL in offered(visit.resources.settings),
        "error": error,
    }
    return page(visit.request, "cleanups/show.html", context)


async def _draw_own(visit: PageVisit, code: str, link: OwnLink, error: AppError | None = None) -> Response:
    view, signup, why = await visit.run(_read_own, visit, code, link)
    settings = visit.resources.settings
    context = {
        **_about(visit, view),
        "signup": signup,
        "why": why,
        "call_sign": signups.call_sign(UUID(str(signup.id))),
        "link": link,
        "push_key": push_key(settings),
        "islands": ["citizens/cleanup_mine.ts"],
        "by_mail": signups.is_mail_proof(settings.secret, signup.id, link.m),
        "error": error,
    }
    return page(visit.request, "cleanups/mine.html", context)
