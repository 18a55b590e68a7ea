"""Monthly readings: electricity, water and paper of units, entered and corrected by their people."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from service.api.emulation.shared import READS, WRITES
from service.db import DomainSession
from service.domain.city.city import load_calendar
from service.domain.emulation.entries import readings
from service.domain.emulation.entries.readings import MeterDraft, ReadingView
from service.domain.indicators.values import unit_asked
from service.web.dependencies import NowDep, ReferenceDep, SessionDep, WithWorks
from service.web.viewer import StaffDep

router = APIRouter(tags=["emulation"], dependencies=[WithWorks])


class ReadingList(BaseModel):
    """Readings of the last twelve months that are over, the newest first."""

    items: list[ReadingView]


@router.get("/meter-readings", responses=READS)
async def meter_readings(
    session: SessionDep,
    reference: ReferenceDep,
    staff: StaffDep,
    now: NowDep,
    unit: Annotated[str, Query(max_length=60)] = "",
) -> ReadingList:
    """Return the readings of a unit, or of all that one reads."""

    def run(sync: DomainSession) -> list[ReadingView]:
        wanted = unit_asked(reference, staff.actor, unit)
        units = [wanted] if unit and wanted is not None else None
        month = readings.last_month(load_calendar(sync, reference), now)
        return readings.list_readings(sync, reference, staff.actor, units, month=month)

    return ReadingList(items=await session.run_sync(run))


@router.put("/meter-readings", responses=WRITES)
async def put_meter_reading(
    sent: MeterDraft, session: SessionDep, reference: ReferenceDep, staff: StaffDep, now: NowDep
) -> ReadingView:
    """Enter the value of a month, or correct the one that `replaces` names; again it changes nothing."""

    def run(sync: DomainSession) -> ReadingView:
        calendar = load_calendar(sync, reference)
        row = readings.put_reading(sync, reference, calendar, staff.actor, sent, now)
        return readings.tell_reading(sync, reference, row)

    return await session.run_sync(run)
