"""Numbers on a report's advertisement: read, confirmed, corrected, refused, entered."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel

from service.api.shared.answers import refusals
from service.domain.numbers import sightings
from service.domain.numbers.sightings import NumberSeen, SightingDecision, SightingView
from service.web.dependencies import NowDep, SessionDep, WakeAfter
from service.web.paths import LongRowId
from service.web.viewer import StaffDep

router = APIRouter(tags=["numbers"])


class SightingList(BaseModel):
    """Numbers of one report, those that wait first."""

    items: list[SightingView]


@router.get("/reports/{name}/sightings", responses=refusals(401, 403, 404))
async def list_sightings(name: str, session: SessionDep, staff: StaffDep, now: NowDep) -> SightingList:
    """The telephone numbers that were read on the report's photos, typed by its sender or by colleagues."""
    found = await session.run_sync(sightings.list_sightings, staff.asker, name, now=now)
    return SightingList(items=found)


@router.post(
    "/reports/{name}/sightings", responses=refusals(400, 401, 403, 404, 422), dependencies=[WakeAfter]
)
async def add_sighting(
    name: str, sent: NumberSeen, session: SessionDep, staff: StaffDep, now: NowDep
) -> SightingList:
    """Enter a number that a colleague reads on the advertisement; it counts as confirmed."""
    found = await session.run_sync(sightings.enter_sighting, staff.asker, name, sent, now=now)
    return SightingList(items=found)


@router.post(
    "/sightings/{sighting_id}/decision",
    responses=refusals(400, 401, 403, 404, 422),
    dependencies=[WakeAfter],
)
async def decide_on_sighting(
    sighting_id: LongRowId,
    sent: SightingDecision,
    session: SessionDep,
    staff: StaffDep,
    now: NowDep,
) -> SightingList:
    """Confirm, correct or refuse a number; answers all numbers of its report."""
    found = await session.run_sync(sightings.decide_sighting, staff.asker, sighting_id, sent, now=now)
    return SightingList(items=found)
