"""Reading counted days: those of the period as they are kept, what was touched since counted at once anew."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.figures.days import CountedDay, CountedDaysCache, join_days, unpack_day
from service.domain.figures.packs import PUBLISHED, midnight, pack
from service.domain.figures.reckon import OVERDUE, Bools, ReportColumns
from service.domain.figures.upkeep import affordable_days, is_built, read_state, touched_days
from service.domain.reports.filters import Filters

MOST_EVENTS_BEHIND = 500
MOST_REPORTS_ANEW = 6_000
"""Days that events newer than the bookmark touched are counted anew for who reads, the newest first and only
so many reports; the others the worker counts within seconds."""

_NAMES = ("day", "lead", "category", "ward", "rule", "hours", "lasted")


@dataclass(frozen=True, slots=True)
class Scope:
    """Filters of the reports that are counted; None means no such condition. Days are those of
    reception, both included.
    """

    first: date | None = None
    last: date | None = None
    categories: frozenset[int] | None = None
    wards: frozenset[int] | None = None
    departments: frozenset[int] | None = None
    published: bool = True


def scope_of(filters: Filters, zone: ZoneInfo) -> Scope | None:
    """Return the public reports of these filters, or None where counted days cannot tell: a moment within
    a day.
    """
    moments = [moment for moment in (filters.created_after, filters.created_before) if moment]
    if any(moment != midnight(moment.astimezone(zone).date(), zone) for moment in moments):
        return None
    after, before = filters.created_after, filters.created_before
    return Scope(
        first=after.astimezone(zone).date() if after else None,
        last=before.astimezone(zone).date() - timedelta(days=1) if before else None,
        categories=filters.categories,
        wards=filters.wards,
        departments=filters.departments,
    )


def read_facts(
    session: Session,
    reference: Reference,
    scope: Scope,
    now: datetime,
    *,
    cells: bool = False,
    cache: CountedDaysCache | None = None,
) -> ReportColumns | None:
    """Return the facts of the scope's reports, with their map cells if asked for; None where nothing was
    counted.

    Whoever reads often says where days are `cache` meanwhile.
    """
    zone = ZoneInfo(reference.timezone)
    state = read_state(session)
    if not is_built(state, zone):
        return None
    behind = touched_days(session, state, zone, MOST_EVENTS_BEHIND)
    fresh = affordable_days(session, behind, MOST_REPORTS_ANEW)
    first, last = scope.first or date.min, scope.last or date.max
    cache = cache or CountedDaysCache()
    days = cache.read(session, first, last)
    for day in fresh:
        if first <= day <= last:
            days.pop(day, None)
            days |= {row.day: unpack_day(row) for row in pack(session, zone, day, day)}
    ordered = {day: days[day] for day in sorted(days)}
    whole = scope.first is None and scope.last is None
    return _taken(cache.join(ordered) if whole else join_days(ordered.values()), scope, now, cells=cells)


def _taken(days: CountedDay, scope: Scope, now: datetime, *, cells: bool) -> ReportColumns:
    """Return the scope's part of these days."""
    late = days.late_from < int(now.timestamp() * 1_000_000)
    mask = _mask(days, scope)
    columns = {name: getattr(days, name) for name in _NAMES}
    facts = ReportColumns(
        **columns | {"marks": (days.marks & ~PUBLISHED) | late.astype(np.int32) * OVERDUE},
        cell=days.cell if cells else np.empty(0, dtype=np.int64),
    )
    return facts if mask is None else facts.where(mask)


def _mask(days: CountedDay, scope: Scope) -> Bools | None:
    parts: list[Bools] = []
    if scope.published:
        parts.append((days.marks & PUBLISHED) != 0)
    for name, wanted in (
        ("category", scope.categories),
        ("ward", scope.wards),
        ("lead", scope.departments),
    ):
        if wanted is not None:
            parts.append(np.isin(getattr(days, name), sorted(wanted)))
    return np.logical_and.reduce(parts) if parts else None
