"""Waiting cases of the desk: taken by a coordinator, given back, put off until a time, brought back."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from pydantic import BaseModel, Field

from service.api.shared.answers import refusals
from service.domain.kernel.times import utc
from service.domain.reports.drafts import StrictBody
from service.domain.workspaces.desk import reservations
from service.domain.workspaces.desk.reservations import DeskReservationView
from service.web.dependencies import NowDep, ReferenceDep, SessionDep
from service.web.viewer import StaffDep

router = APIRouter(tags=["casework"])

_READ, _WRITES = refusals(401, 403, 404, 409), refusals(400, 401, 403, 404, 409, 413, 422)


class Taking(StrictBody):
    """Colleague, by username, whom the caller saw holding the case; null for nobody."""

    instead: Annotated[str, Field(max_length=64)] | None = None


class PuttingOff(StrictBody):
    """Time for which a case is put off; for the choice `at` the next `15:30` to come."""

    choice: Literal["1h", "3h", "morning", "monday", "at"]
    at: Annotated[str, Field(max_length=10)] = ""


class KeepingOut(BaseModel):
    """Name of who took the case, and until when it is put off, by whom; null for neither."""

    taken_by: str | None
    own: bool
    until: datetime | None
    put_off_by: str | None


@router.get("/reports/{name}/keeping", responses=_READ)
async def show_keeping(name: str, session: SessionDep, staff: StaffDep, now: NowDep) -> KeepingOut:
    """Return who of the desk has taken a waiting case, and until when it is put off."""
    return _out(await session.run_sync(reservations.reservation_of_case, staff.asker, name, now))


@router.put("/reports/{name}/keeping/taken", responses=_WRITES)
async def take_waiting(
    name: str, sent: Taking, session: SessionDep, staff: StaffDep, now: NowDep
) -> KeepingOut:
    """Take a waiting case to oneself, once; 409 where another than `instead` has it by now."""
    return _out(await session.run_sync(reservations.take_case_from, staff.asker, name, sent.instead, now))


@router.delete("/reports/{name}/keeping/taken", responses=_WRITES)
async def release_waiting(name: str, session: SessionDep, staff: StaffDep, now: NowDep) -> KeepingOut:
    """Give back a case that one had taken; 409 where it is a colleague's."""
    return _out(await session.run_sync(reservations.release_case, staff.asker, name, now))


@router.put("/reports/{name}/keeping/put-off", responses=_WRITES)
async def put_off_waiting(
    name: str, sent: PuttingOff, session: SessionDep, reference: ReferenceDep, staff: StaffDep, now: NowDep
) -> KeepingOut:
    """Put a waiting case off; it comes back at that time, or as soon as something happens to it."""
    zone = ZoneInfo(reference.timezone)
    await session.run_sync(reservations.put_case_off, staff.asker, name, sent.choice, sent.at, zone, now)
    return _out(await session.run_sync(reservations.reservation_of_case, staff.asker, name, now))


@router.delete("/reports/{name}/keeping/put-off", responses=_WRITES)
async def fetch_waiting_back(name: str, session: SessionDep, staff: StaffDep, now: NowDep) -> KeepingOut:
    """Bring a case back that was put off."""
    await session.run_sync(reservations.end_put_off, staff.asker, name, now)
    return _out(await session.run_sync(reservations.reservation_of_case, staff.asker, name, now))


def _out(view: DeskReservationView) -> KeepingOut:
    until = utc(view.until) if view.until else None
    return KeepingOut(taken_by=view.taken_by, own=view.own, until=until, put_off_by=view.put_off_by)
