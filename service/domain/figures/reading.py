"""Reading counted days: those of the period in pieces, what was touched since counted at once anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.figures.packs import PUBLISHED, RECORD, midnight, pack
from service.domain.figures.reckon import OVERDUE, Bools, Facts
from service.domain.figures.upkeep import affordable, is_built, read_state, touched
from service.domain.queries.filters import Filters
from service.domain.reference import Reference
from service.models import FigureDay

DAYS_AT_ONCE = 60
MOST_EVENTS_BEHIND = 500
MOST_REPORTS_ANEW = 6_000
"""Days that events newer than the bookmark touched are counted anew for who reads, the newest first and only
so many reports; the others the worker counts within seconds."""

_NAMES = ("lead", "category", "ward", "rule", "hours", "lasted")


@dataclass(frozen=True, slots=True)
class Scope:
    """Which reports are counted; None means no such condition. Days are those of reception, both included."""

    first: date | None = None
    last: date | None = None
    categories: frozenset[int] | None = None
    wards: frozenset[int] | None = None
    departments: frozenset[int] | None = None
    published: bool = True


def scope_of(filters: Filters, zone: ZoneInfo) -> Scope | None:
    """The public reports of these filters, or None where counted days cannot tell: a moment within a day."""
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
    session: Session, reference: Reference, scope: Scope, now: datetime, *, cells: bool = False
) -> Facts | None:
    """The facts of the scope's reports, with their map cells if asked for; None where nothing was counted."""
    zone = ZoneInfo(reference.timezone)
    state = read_state(session)
    if not is_built(state, zone):
        return None
    behind = touched(session, state, zone, MOST_EVENTS_BEHIND)
    fresh = affordable(session, behind, MOST_REPORTS_ANEW)
    pieces = [_taken(row, scope, now, cells=cells) for row in _days(session, zone, scope, fresh, cells=cells)]
    if not pieces:
        return Facts(*(np.empty(0, dtype=np.int64) for _ in Facts.__slots__))
    return Facts(*(np.concatenate([getattr(each, name) for each in pieces]) for name in Facts.__slots__))


def _days(session: Session, zone: ZoneInfo, scope: Scope, fresh: list[date], *, cells: bool) -> Iterator[Any]:
    first, last = scope.first or date.min, scope.last or date.max
    columns = (FigureDay.day, FigureDay.facts, *((FigureDay.cells,) if cells else ()))
    wanted = select(*columns).where(FigureDay.day.between(first, last), FigureDay.day.not_in(fresh))
    after = date.min
    while rows := session.execute(
        wanted.where(FigureDay.day > after).order_by(FigureDay.day).limit(DAYS_AT_ONCE)
    ).all():
        yield from rows
        after = rows[-1].day
    for day in fresh:
        if first <= day <= last:
            yield from pack(session, zone, day, day)


def _taken(row: Any, scope: Scope, now: datetime, *, cells: bool) -> Facts:
    """The scope's part of one day, in the machine's own numbers."""
    records = np.frombuffer(row.facts, dtype=RECORD)
    mask = _mask(records, scope)
    taken = records if mask is None else records[mask]
    cell = np.frombuffer(row.cells, dtype=">i8") if cells else np.empty(0, dtype=">i8")
    late = taken["late_from"] < int(now.timestamp() * 1_000_000)
    marks = (taken["marks"].astype(np.int32) & ~PUBLISHED) | late.astype(np.int32) * OVERDUE
    columns = {name: taken[name].astype(np.int32) for name in _NAMES}
    return Facts(
        day=np.full(len(taken), row.day.toordinal(), dtype=np.int32),
        marks=marks,
        cell=(cell if mask is None or not cells else cell[mask]).astype(np.int64),
        **columns,
    )


def _mask(records: Any, scope: Scope) -> Bools | None:
    parts: list[Bools] = []
    if scope.published:
        parts.append((records["marks"] & PUBLISHED) != 0)
    for name, wanted in (
        ("category", scope.categories),
        ("ward", scope.wards),
        ("lead", scope.departments),
    ):
        if wanted is not None:
            parts.append(np.isin(records[name], sorted(wanted)))
    return np.logical_and.reduce(parts) if parts else None
