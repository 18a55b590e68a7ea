"""Duty of coordinators, planned by an administrator: who is on it, and the week of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fastapi import APIRouter
from fastapi.responses import Response

from service.domain.emergencies.duty import (
    DutyPlan,
    duty_roster,
    plan_duty,
    roster_entry,
)
from service.errors import AppError
from service.pages.admin.visit import AdminFormDep, AdminVisit, AdminVisitDep, redirect_to
from service.pages.shared.forms import read
from service.pages.staff.duty_week import drawn_week, sent_week
from service.pages.staff.emergencies import roster_lines
from service.web.paths import Username

router = APIRouter(prefix="/admin/people")


@router.get("/{username}/duty")
async def week(username: Username, visit: AdminVisitDep) -> Response:
    """The week of one coordinator, among everybody's."""
    return await _draw(visit, username)


@router.post("/{username}/duty")
async def plan(username: Username, sent: AdminFormDep) -> Response:
    """Keep it; what is wrong is said with what was typed."""
    visit, hours = sent.visit, sent_week(sent.form)
    on_duty = sent.form.text("on_duty") == "1"
    try:
        wanted = read(DutyPlan, {"on_duty": on_duty, "hours": hours})
        who = visit.stamp.staff_id
        await visit.run(plan_duty, visit.reference, who, username, wanted, visit.now)
    except AppError as error:
        return await _draw(visit, username, hours, on_duty=on_duty, error=error)
    return redirect_to(f"/admin/people/{username}/duty", "saved")


async def _draw(
    visit: AdminVisit,
    username: str,
    typed: Mapping[str, Sequence[str]] | None = None,
    *,
    on_duty: bool = False,
    error: AppError | None = None,
) -> Response:
    person = await visit.run(roster_entry, visit.reference, username, visit.now)
    context = {
        "coordinator": person,
        "days": drawn_week(person.hours if typed is None else typed),
        "on_duty": person.on_duty if typed is None else on_duty,
        "roster": roster_lines(await visit.run(duty_roster, visit.reference, visit.now)),
        "plan_at": "/admin/people",
    }
    return visit.draw("admin/people/duty.html", context, error=error)
