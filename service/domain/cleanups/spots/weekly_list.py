"""Weekly list of hot spots: places where litter is reported again and again and nobody cleans."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from geo.clusters import Cells, hot_cells, neighbourhood, place_cell_at
from geo.columns import degrees_of
from service.domain.city.calendar import Calendar
from service.domain.city.reference import Reference
from service.domain.kernel.sql import one_at_a_time
from service.models import Area, Cleanup, Hotspot, Report, Work, WorkKind, WorkStatus

DAYS = 28
LEAST, MOST = 3, 40
"""So many reports of the last weeks make a hot spot; so many stand on a week's list."""
CATEGORIES = ("litter",)
"""What brooms cure."""
LISTED_FROM = time(6)
"""On Mondays from this hour on there is the week's list."""
NOT_HELD = (WorkStatus.CANCELLED, WorkStatus.LAPSED)


def propose_spots(session: Session, reference: Reference, calendar: Calendar, now: datetime) -> int:
    """Write the list of this week if it is not there; how many places stand on it.

    A place where a clean-up was in the last weeks, or is going to be, is left out.
    """
    monday = monday_of(calendar, now)
    if calendar.local(now) < datetime.combine(monday, LISTED_FROM, tzinfo=calendar.timezone):
        return 0
    one_at_a_time(session, "hotspots")  # of two workers the second finds the list
    if session.scalar(select(Hotspot.id).where(Hotspot.found_on == monday).limit(1)) is not None:
        return 0
    since = datetime.combine(monday - timedelta(days=DAYS), time(), tzinfo=calendar.timezone)
    until = datetime.combine(monday, time(), tzinfo=calendar.timezone)
    cleaned = cells_of_cleanups(session, since)
    found = 0
    for code in CATEGORIES:
        if (category := reference.category_by_code.get(code)) is None:
            continue
        cells, _ = cells_between(session, category.id, since, until)
        spots = [each for each in hot_cells(cells, 2 * MOST, LEAST) if each.cell not in cleaned][:MOST]
        for rank, spot in enumerate(spots, 1):
            point = func.ST_SetSRID(func.ST_MakePoint(spot.lon, spot.lat), 4326)
            within = select(Area.id).where(Area.valid_to.is_(None), func.ST_Covers(Area.geom, point))
            session.add(
                Hotspot(
                    found_on=monday,
                    category_id=category.id,
                    cell=spot.cell,
                    lon=spot.lon,
                    lat=spot.lat,
                    ward_id=session.scalar(within.order_by(Area.id).limit(1)),
                    reports=spot.number,
                    rank=rank,
                )
            )
        found += len(spots)
    session.flush()
    return found


def monday_of(calendar: Calendar, now: datetime) -> date:
    """Return the Monday of the week."""
    today = calendar.local(now).date()
    return today - timedelta(days=today.weekday())


def cells_between(
    session: Session, category_id: int, since: datetime, until: datetime
) -> tuple[Cells, list[datetime]]:
    """Return the cells of the public reports of a kind that came between two moments, and when they came."""
    rows = session.execute(
        select(Report.cell, Report.created_at).where(
            Report.category_id == category_id,
            Report.published,
            Report.created_at >= since,
            Report.created_at < until,
        )
    ).all()
    return np.array([row[0] for row in rows], dtype=np.int64), [row[1] for row in rows]


def cells_of_cleanups(session: Session, since: datetime) -> set[int]:
    """Return the cells in and around clean-ups that began after a moment or are going to."""
    rows = session.scalars(
        select(Work.geom)
        .join(Cleanup, Cleanup.work_id == Work.id)
        .where(
            Cleanup.from_old.is_(False),
            Work.kind == WorkKind.CLEANUP,
            Work.starts_at >= since,
            Work.status.not_in(NOT_HELD),
            Work.geom.is_not(None),
        )
    )
    found: set[int] = set()
    for geom in rows:
        if geom is not None:
            lon, lat = degrees_of(geom)
            found.update(neighbourhood(place_cell_at(lon, lat)))
    return found
