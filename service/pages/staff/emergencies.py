"""The banner of emergencies on desk and wall with “Tôi nhận”, and a coordinator's own duty."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from service.domain.emergencies.duty import (
    DutyChange,
    DutyView,
    RosterEntry,
    change_duty,
    duty_roster,
    hours_text,
    own_duty,
)
from service.domain.emergencies.takers import Alarms, read_alarms, take_emergency
from service.errors import AppError, Conflict
from service.i18n import N_, translate
from service.models import Role
from service.pages.shared.forms import FormDep, read
from service.pages.shared.visit import StaffVisit
from service.pages.staff.duty_week import DAY_WORDS, drawn_week, sent_week
from service.pages.staff.staffroom import draw_staff_page, visit_by, visit_of
from service.rendering.engine import page
from service.web.dependencies import WakeAfter

router = APIRouter()

WallVisit = Annotated[StaffVisit, visit_of("/wall")]
CoordinatorVisit = Annotated[StaffVisit, visit_by(Role.TRIAGE)]


async def alarms_of(visit: StaffVisit) -> dict[str, object]:
    """Return what `staff/_alarms.html` shows, for the pages that carry it."""
    alarms: Alarms = await visit.run(read_alarms, visit.reference, visit.now, visit.staff.actor.wards)
    return {"alarms": alarms, "alarm_confirmation": "", "alarm_refused": ""}


@router.get("/emergencies")
async def banner(visit: WallVisit) -> Response:
    """The banner as it is now: asked for whenever something happens, and every few seconds."""
    return await _draw(visit)


@router.post("/emergencies/{code}/take", dependencies=[WakeAfter])
async def taken(visit: CoordinatorVisit, code: str, _sent: FormDep) -> Response:
    """“Tôi nhận”; who was a moment too late reads who has it."""
    try:
        await visit.run(take_emergency, visit.staff.asker, code, visit.now)
    except Conflict as error:
        if not visit.by_script:
            raise
        return await _draw(visit, refused=translate(error.detail, **error.params))
    if not visit.by_script:
        return RedirectResponse(f"/desk?case={code}", status_code=303)
    return await _draw(visit, confirmation=translate(N_("Bạn đã nhận {code}."), code=code))


@router.get("/account/duty")
async def duty(visit: CoordinatorVisit) -> Response:
    """Show the person's own switch, hours and mobile number."""
    found = await visit.run(own_duty, visit.reference, visit.staff.account.id, visit.now)
    return _duty_page(visit, found, roster=await visit.run(duty_roster, visit.reference, visit.now))


@router.post("/account/duty")
async def change(visit: CoordinatorVisit, sent: FormDep) -> Response:
    """Keep them; what is wrong is said with what was typed."""
    on_duty, hours, phone = sent.text("on_duty") == "1", sent_week(sent), sent.text("phone") or None
    try:
        change = read(DutyChange, {"on_duty": on_duty, "hours": hours, "phone": phone})
        await visit.run(change_duty, visit.reference, visit.staff.account.id, change, visit.now)
    except AppError as error:
        return _duty_page(visit, DutyView(on_duty, hours, phone, now=False), error=error)
    return RedirectResponse("/account/duty?done=1", status_code=303)


def _duty_page(
    visit: StaffVisit,
    found: DutyView,
    *,
    roster: Sequence[RosterEntry] = (),
    error: AppError | None = None,
) -> Response:
    context = {
        "duty": found,
        "roster": roster_lines(roster),
        "days": drawn_week(found.hours),
    }
    return draw_staff_page(visit, "account/duty.html", context, "staff/account.ts", error=error)


def roster_lines(roster: Sequence[RosterEntry]) -> list[tuple[RosterEntry, str]]:
    """Return each coordinator with the hours of the week in words; empty for day and night."""
    return [
        (each, "; ".join(f"{translate(DAY_WORDS[day])} {hours_text(each.hours, day)}" for day in each.hours))
        for each in roster
    ]


async def _draw(visit: StaffVisit, *, confirmation: str = "", refused: str = "") -> Response:
    context = {
        "reference": visit.reference,
        "now": visit.now,
        "account": visit.staff.account,
        **await alarms_of(visit),
        "alarm_confirmation": confirmation,
        "alarm_refused": refused,
    }
    return page(visit.request, "staff/_alarms.html", context, status=409 if refused else 200)
