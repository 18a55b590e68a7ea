"""Duty of coordinators, planned by an administrator: who is on it, and the week of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import Response

from service.domain.emergencies.duty import (
    DutyPlan,
    duty_roster,
    plan_duty,
    roster_entry,
)
from service.errors import AppError
from service.pages.admin.office import AdminPage, FilledDep, OfficeDep, to
from service.pages.shared.forms import read
from service.pages.staff.duty_week import drawn_week, sent_week
from service.pages.staff.emergencies import roster_lines

router = APIRouter(prefix="/admin/people")

Username = Annotated[str, Path(max_length=100)]


@router.get("/{username}/duty")
async def week(username: Username, office: OfficeDep) -> Response:
    """The week of one coordinator, among everybody's."""
    return await _draw(office, username)


@router.post("/{username}/duty")
async def plan(username: Username, sent: FilledDep) -> Response:
    """Keep it; what is wrong is said with what was typed."""
    office, hours = sent.office, sent_week(sent.form)
    on_duty = sent.form.text("on_duty") == "1"
    try:
        wanted = read(DutyPlan, {"on_duty": on_duty, "hours": hours})
        who = office.stamp.staff_id
        await office.run(plan_duty, office.reference, who, username, wanted, office.now)
    except AppError as error:
        return await _draw(office, username, hours, on_duty=on_duty, error=error)
    return to(f"/admin/people/{username}/duty", "saved")


async def _draw(
    office: AdminPage,
    username: str,
    typed: Mapping[str, Sequence[str]] | None = None,
    *,
    on_duty: bool = False,
    error: AppError | None = None,
) -> Response:
    person = await office.run(roster_entry, office.reference, username, office.now)
    context = {
        "coordinator": person,
        "days": drawn_week(person.hours if typed is None else typed),
        "on_duty": person.on_duty if typed is None else on_duty,
        "roster": roster_lines(await office.run(duty_roster, office.reference, office.now)),
        "plan_at": "/admin/people",
    }
    return office.draw("admin/people/duty.html", context, error=error)
