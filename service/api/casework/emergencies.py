"""Emergencies for programmes: what rings, taking it, and one's own duty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel

from service.api.admin.dependencies import EditStampDep
from service.api.shared.answers import refusals
from service.domain.emergencies import duty, takers
from service.domain.emergencies.duty import DutyChange, DutyPlan
from service.domain.emergencies.takers import Alarms
from service.errors import Forbidden
from service.i18n import N_
from service.models import Role
from service.web.dependencies import NowDep, ReferenceDep, SessionDep, WakeAfter
from service.web.paths import Username
from service.web.viewer import Colleague, StaffDep

router = APIRouter(tags=["casework"])

WATCHES = frozenset({Role.TRIAGE, Role.MANAGER, Role.ADMINISTRATOR})


class TakenOut(BaseModel):
    """Taker of an emergency, and the time."""

    code: str
    by: str
    at: datetime


class DutyOut(BaseModel):
    """Stored duty of the signed-in person; `now` is whether they are on duty at this moment."""

    on_duty: bool
    hours: Mapping[str, Sequence[str]]
    phone: str | None
    now: bool


class RosterEntryOut(BaseModel):
    """Duty of a coordinator: `reachable` says that a mobile number is kept, `now` that they are on duty."""

    username: str
    name: str
    on_duty: bool
    hours: Mapping[str, Sequence[str]]
    reachable: bool
    now: bool


class DutyRosterOut(BaseModel):
    """Duty of every coordinator, by name."""

    items: list[RosterEntryOut]


@router.get("/emergencies", responses=refusals(401, 403))
async def every(session: SessionDep, reference: ReferenceDep, staff: StaffDep, now: NowDep) -> Alarms:
    """Return what rings and is taken by nobody yet, the oldest first, and who is on duty."""
    check_watches(staff)
    return await session.run_sync(takers.read_alarms, reference, now, staff.actor.wards)


@router.post("/emergencies/{name}/take", responses=refusals(401, 403, 404, 409), dependencies=[WakeAfter])
async def take(name: str, session: SessionDep, staff: StaffDep, now: NowDep) -> TakenOut:
    """Take it: nobody else is told of it again. 409 names who has it where somebody was quicker."""
    found = await session.run_sync(takers.take_emergency, staff.asker, name, now)
    return TakenOut.model_validate(found, from_attributes=True)


@router.get("/duty", responses=refusals(401, 403))
async def own(session: SessionDep, reference: ReferenceDep, staff: StaffDep, now: NowDep) -> DutyOut:
    """Return the person's own switch, hours and mobile number."""
    found = await session.run_sync(duty.own_duty, reference, staff.account.id, now)
    return DutyOut.model_validate(found, from_attributes=True)


@router.put("/duty", responses=refusals(400, 401, 403, 413, 422))
async def change(
    sent: DutyChange, session: SessionDep, reference: ReferenceDep, staff: StaffDep, now: NowDep
) -> DutyOut:
    """Replace one's own switch, hours and mobile number."""
    found = await session.run_sync(duty.change_duty, reference, staff.account.id, sent, now)
    return DutyOut.model_validate(found, from_attributes=True)


@router.get("/duty/roster", responses=refusals(401, 403))
async def roster(session: SessionDep, reference: ReferenceDep, staff: StaffDep, now: NowDep) -> DutyRosterOut:
    """Return who of the coordinators is on duty, and when."""
    check_watches(staff)
    found = await session.run_sync(duty.duty_roster, reference, now)
    return DutyRosterOut(items=[_entry(each) for each in found])


@router.put("/duty/roster/{username}", responses=refusals(400, 401, 403, 404, 413, 422))
async def plan_of_other(
    username: Username,
    sent: DutyPlan,
    session: SessionDep,
    reference: ReferenceDep,
    stamp: EditStampDep,
) -> RosterEntryOut:
    """Plan a coordinator's duty: administrators. Their mobile number stays their own."""
    who = stamp.staff_id
    return _entry(await session.run_sync(duty.plan_duty, reference, who, username, sent, stamp.at))


def _entry(found: duty.RosterEntry) -> RosterEntryOut:
    return RosterEntryOut.model_validate(found, from_attributes=True)


def check_watches(staff: Colleague) -> None:
    """Raises Forbidden for roles that neither coordinate nor watch over the city."""
    if staff.account.role not in WATCHES:
        raise Forbidden(N_("Việc này dành cho điều phối viên."))
