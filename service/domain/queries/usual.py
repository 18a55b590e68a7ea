"""Usual categories of reports around a place and at an hour: a suggestion before anything is typed."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.distance import bbox_around
from service.domain.city.reference import CategoryView, Reference
from service.domain.queries.conditions import distance_m, inside_box
from service.domain.reports.drafts import check_place
from service.domain.reports.filters import Circle
from service.models import Report

RADIUS_M, WIDE_M = 400.0, 5000.0
DAYS = 180
MOST_READ = 500
FEWEST = 2
"""One report tells nothing of what is usual."""

SAME_HOURS = 3
"""How many hours before and after count as the same time of day."""


def usual_kinds(
    session: Session,
    reference: Reference,
    lon: float,
    lat: float,
    *,
    now: datetime,
    at: datetime | None = None,
    limit: int = 3,
    wide: bool = False,
) -> list[CategoryView]:
    """Return the roots of what was reported within 400 m (`wide`: 5 km) in half a year, most usual first.

    Reports made around the same hour of the day as `at` count twice: lamps fail at night. Empty for a place
    outside the city.
    """
    if check_place(reference, lon, lat):
        return []
    zone = ZoneInfo(reference.timezone)
    counts: Counter[str] = Counter()
    for category_id, seen_at in _around(session, lon, lat, now, WIDE_M if wide else RADIUS_M):
        root = reference.categories[category_id].path[0]
        counts[root] += 2 if at and _same_hours(seen_at.astimezone(zone), at.astimezone(zone)) else 1
    often = [code for code, count in counts.most_common() if count >= (1 if wide else FEWEST)]
    kinds = (reference.category_by_code[code] for code in often)
    return [kind for kind in kinds if kind.active][:limit]


def _around(
    session: Session, lon: float, lat: float, now: datetime, radius_m: float
) -> list[tuple[int, datetime]]:
    near = Circle(lon, lat, radius_m)
    query = (
        select(Report.category_id, Report.created_at)
        .where(Report.published, inside_box(bbox_around(lon, lat, radius_m)), distance_m(near) <= radius_m)
        .where(Report.created_at >= now - timedelta(days=DAYS))
        .limit(MOST_READ)
    )
    return [(row.category_id, row.created_at) for row in session.execute(query)]


def _same_hours(one: datetime, other: datetime) -> bool:
    apart = abs(one.hour - other.hour)
    return min(apart, 24 - apart) <= SAME_HOURS
