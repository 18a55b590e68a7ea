"""A map file of premises on its way from an upload to what is kept: read in a child, in a thread."""

from __future__ import annotations

from datetime import datetime

from anyio import CapacityLimiter, to_thread
from sqlalchemy.orm import Session

from service.db import async_unit_of_work
from service.domain.city.city import load_calendar
from service.domain.city.reference import Reference
from service.domain.cleanups.offices.map_file import PremisesImport, take_premises
from service.domain.works.actions import ActionContext
from service.routefile.reader import read_ground_areas
from service.web.dependencies import Resources
from service.web.viewer import Colleague

_at_once = CapacityLimiter(2)


async def take_premises_file(
    resources: Resources, reference: Reference, staff: Colleague, now: datetime, name: str, data: bytes
) -> PremisesImport:
    """Keep the premises of a map file, all or none. Raises UnsupportedMedia, TooLarge, Invalid, Forbidden."""
    found = await to_thread.run_sync(read_ground_areas, name, data, limiter=_at_once)

    def keep(session: Session) -> PremisesImport:
        ctx = ActionContext(session, reference, load_calendar(session, reference), staff.actor, now)
        return take_premises(ctx, found)

    async with async_unit_of_work(resources.engine) as session:
        return await session.run_sync(keep)
