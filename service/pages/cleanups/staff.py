"""Clean-ups for colleagues: what comes and waits, making one, announcing and cancelling it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from fastapi.responses import Response

from service.domain.cleanups.access import find_cleanup
from service.domain.cleanups.drafts import MAKERS, make_cleanup
from service.domain.cleanups.forms import CleanupStep, NewCleanup
from service.domain.cleanups.spots.spot_cleanups import NONE, SpotCleanup, draft_spot_cleanup, list_spots
from service.domain.cleanups.steps import take_cleanup_step
from service.domain.cleanups.views import CleanupFilter, list_cleanups
from service.domain.works.actions import ActionContext
from service.errors import AppError, NotFound
from service.pages.cleanups.tool_rows import draw_tools, read_tools, sent_tools
from service.pages.shared.forms import Fields, FormDep, SentForm, read
from service.pages.shared.kinds import departments_by_name
from service.pages.shared.signing import signing_choices
from service.pages.shared.visit import StaffVisit, StaffVisitDep, answer_form
from service.pages.staff.staffroom import draw_staff_page
from service.web.dependencies import WakeAfter, WithWorks

router = APIRouter(dependencies=[WakeAfter, WithWorks])

MOST_DIGITS = 9
SHOWN_AFTER = timedelta(days=31)
"""So long after its end a clean-up stands among those with a result."""


@router.get("/manage/cleanups")
async def manage_cleanups(visit: StaffVisitDep) -> Response:
    """Return the clean-ups that come, and the form that drafts one."""
    return await draw_cleanups_room(visit)


@router.post("/manage/cleanups")
async def draft_one(visit: StaffVisitDep, form: FormDep) -> Response:
    """Draft one. The form sent twice is one."""

    def verb(ctx: ActionContext) -> None:
        make_cleanup(ctx, read(NewCleanup, _body(form, visit.zone)))

    return await _do(visit, form, verb)


@router.post("/manage/cleanups/spots/{spot}")
async def clean_one_spot(visit: StaffVisitDep, spot: str, form: FormDep) -> Response:
    """Draft a clean-up at a hot spot. The form sent twice is one."""

    def verb(ctx: ActionContext) -> None:
        if not spot.isdecimal() or len(spot) > MOST_DIGITS:
            raise NotFound(NONE)
        draft_spot_cleanup(ctx, int(spot), read(SpotCleanup, {"id": form.text("id")}))

    return await _do(visit, form, verb)


@router.post("/manage/cleanups/{code}/step")
async def take_step_of_one(visit: StaffVisitDep, code: str, form: FormDep) -> Response:
    """Announce, cancel or close one."""
    sent = {"to": form.text("to"), "version": form.number("version"), "reason": form.text("reason")}
    key = visit.resources.settings.secret

    def verb(ctx: ActionContext) -> None:
        find_cleanup(ctx.session, ctx.reference, code, ctx.actor)  # none for who may not know of it
        take_cleanup_step(ctx, key, code, read(CleanupStep, sent))

    return await _do(visit, form, verb)


def _body(form: SentForm, zone: ZoneInfo) -> dict[str, object]:
    texts = ("id", "title", "note", "open_to", "lead", "meet_words", "bring", "pickup_words")
    return {
        **{name: form.text(name) for name in texts},
        "starts_at": form.moment("starts_at", zone),
        "ends_at": form.moment("ends_at", zone),
        "location": {"lon": form.text("lon"), "lat": form.text("lat")},
        "capacity": form.whole_or_text("capacity"),
        "collector": form.text("collector") or None,
        "no_waste": form.text("no_waste") == "1",
        "tools": read_tools(sent_tools(form)),
    }


async def _do(visit: StaffVisit, form: SentForm, verb: Callable[[ActionContext], None]) -> Response:
    return await answer_form(
        visit.act(verb), lambda error: draw_cleanups_room(visit, form, error), "/manage/cleanups?done=1"
    )


async def draw_cleanups_room(
    visit: StaffVisit, form: SentForm | None = None, error: AppError | None = None
) -> Response:
    """Return the room of clean-ups; with `error` the form that was sent was refused."""
    account = visit.staff.account
    wanted = CleanupFilter(drafts=True, cancelled=True, since=visit.now, limit=100)
    actor = visit.staff.actor
    found = await visit.run(list_cleanups, actor, wanted)
    units = sorted(actor.departments) if account.role in MAKERS else []
    begun = CleanupFilter(until=visit.now, lead_ids=units, limit=100)
    done = CleanupFilter(over=True, since=visit.now - SHOWN_AFTER, lead_ids=begun.lead_ids)
    departments = departments_by_name(visit.reference)
    mine = visit.staff.actor.departments
    lon, lat = visit.reference.config.middle
    zone = visit.zone
    spots = await visit.run(list_spots, visit.now)
    context = {
        "coming": [each for each in found if each.starts_at > visit.now],
        "running": await visit.run(list_cleanups, actor, begun),
        "over": await visit.run(list_cleanups, actor, done),
        "mine": mine,
        "spots": spots,
        "ward_names": {each.id: each.full_name for each in visit.reference.wards.values()},
        "new_id": uuid4,
        "last_month": f"{visit.now.astimezone(zone).replace(day=1) - timedelta(days=1):%m/%Y}",
        "may_make": account.role in MAKERS,
        "signing_choices": await visit.run(signing_choices, visit.reference, actor.department_id),
        "leads": [each for each in departments if each.id in mine or visit.staff.actor.of_city],
        "departments": departments,
        "tool_rows": draw_tools(sent_tools(form) if form else ()),
        "typed": form.fields() if form else Fields({"id": str(uuid4()), "lon": str(lon), "lat": str(lat)}),
    }
    return draw_staff_page(visit, "cleanups/manage.html", context, error=error)
