"""Changing a clean-up: its facts, time and place; who signed up is told of another time or place."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from fastapi.responses import Response

from service.domain.city.reference import Reference
from service.domain.cleanups.day_view import CleanupDay, view_day
from service.domain.cleanups.forms import CleanupChange
from service.domain.cleanups.steps import change_cleanup
from service.domain.cleanups.views import CleanupView
from service.domain.works.actions import ActionContext
from service.domain.works.units import unit_code
from service.errors import AppError
from service.models import WorkStatus
from service.pages.cleanups.tool_rows import draw_tools, read_tools, sent_tools, tool_fields
from service.pages.shared.forms import Fields, FormDep, SentForm, read
from service.pages.shared.kinds import departments_by_name
from service.pages.shared.visit import StaffVisit, StaffVisitDep, answer_form, not_here
from service.pages.staff.staffroom import draw_staff_page
from service.web.dependencies import WakeAfter, WithWorks

router = APIRouter(prefix="/manage/cleanups/{code}/change", dependencies=[WakeAfter, WithWorks])

TEXTS = ("title", "note", "meet_words", "bring", "pickup_words")
MOMENTS = ("starts_at", "ends_at")
CHANGEABLE = (WorkStatus.DRAFT, WorkStatus.ANNOUNCED)


@router.get("")
async def show_change(visit: StaffVisitDep, code: str) -> Response:
    """Return the form with what stands."""
    return await _draw(visit, code)


@router.post("")
async def change_one(visit: StaffVisitDep, code: str, form: FormDep) -> Response:
    """Change what differs from what stands."""
    await _found(visit, code)
    key = visit.resources.settings.secret

    def verb(ctx: ActionContext) -> None:
        cleanup = view_day(ctx, code).cleanup
        body = _body(form, fill_change(cleanup, visit.reference), visit.reference)
        if (rows := sent_tools(form)) != tool_fields(cleanup.tools):
            body["tools"] = read_tools(rows)
        change_cleanup(ctx, key, code, read(CleanupChange, body))

    return await answer_form(
        visit.act(verb),
        lambda error: _draw(visit, code, form, error),
        f"/manage/cleanups/{code}?done=step#said",
    )


def fill_change(cleanup: CleanupView, reference: Reference) -> Fields:
    """Return the clean-up as the form is filled in with it."""
    zone = ZoneInfo(reference.timezone)
    return Fields(
        {name: getattr(cleanup, name) for name in TEXTS}
        | {name: f"{getattr(cleanup, name).astimezone(zone):%d/%m/%Y %H:%M}" for name in MOMENTS}
        | {
            "lon": str(round(cleanup.lon, 6)),
            "lat": str(round(cleanup.lat, 6)),
            "capacity": str(cleanup.capacity or ""),
            "collector": unit_code(reference, cleanup.collector_id) or "",
            "no_waste": "1" if cleanup.no_waste else "",
            "version": str(cleanup.version),
        }
    )


def _body(form: SentForm, before: Mapping[str, str], reference: Reference) -> dict[str, object]:
    zone = ZoneInfo(reference.timezone)
    changed = {name for name in before if form.text(name) != before[name].strip().replace("\r\n", "\n")}
    body: dict[str, object] = {"version": form.number("version"), "reason": form.text("reason")}
    body |= {name: form.text(name) for name in TEXTS if name in changed}
    body |= {name: form.moment(name, zone) for name in MOMENTS if name in changed}
    if changed & {"lon", "lat"}:
        body["location"] = {"lon": form.text("lon"), "lat": form.text("lat")}
    if "capacity" in changed:
        body["capacity"] = form.whole_or_text("capacity")
    if "collector" in changed:
        body["collector"] = form.text("collector") or None
    if "no_waste" in changed:
        body["no_waste"] = form.text("no_waste") == "1"
    return body


async def _found(visit: StaffVisit, code: str) -> CleanupDay:
    """Return the clean-up. Raises NotFound also for who does not lead it."""
    day = await visit.act(lambda ctx: view_day(ctx, code))
    if not day.leads:
        raise not_here()
    return day


async def _draw(
    visit: StaffVisit, code: str, form: SentForm | None = None, error: AppError | None = None
) -> Response:
    day = await _found(visit, code)
    context = {
        "cleanup": day.cleanup,
        "open": day.cleanup.status in CHANGEABLE,
        "departments": departments_by_name(visit.reference),
        "typed": form.fields() if form else fill_change(day.cleanup, visit.reference),
        "tool_rows": draw_tools(sent_tools(form) if form else tool_fields(day.cleanup.tools)),
    }
    return draw_staff_page(visit, "cleanups/change.html", context, error=error)
