"""Keeping the counted days true: after events, from the beginning, and looking whether they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.domain.figures.packs import LAYOUT, pack
from service.models import Event, FigureDay, FigureState, Report

MOST_EVENTS = 100_000_000
SPAN = timedelta(days=31)
MOST_REPORTS = 10_000
"""Of one piece that is compared; a hundred thousand take a second."""

# Whatever happened to reports since: placed events after the bookmark, and those without a place yet.
_TOUCHED = text("""
SELECT DISTINCT (report.created_at AT TIME ZONE :zone)::date AS day
FROM (
  (SELECT report_id FROM event WHERE position > :after AND position <= :until ORDER BY position LIMIT :most)
  UNION ALL
  (SELECT report_id FROM event WHERE position IS NULL AND :unplaced LIMIT :most)
) AS told JOIN report ON report.id = told.report_id
ORDER BY day
""")


class CountDifference(NamedTuple):
    """A day whose kept records are not what a recount finds; numbers of reports."""

    day: date
    kept: int
    counted: int


def is_built(state: FigureState, zone: ZoneInfo) -> bool:
    """Return whether days have been counted in this city's time, with the bits as they are read now."""
    return state.timezone == zone.key and state.layout == LAYOUT


def read_state(session: Session) -> FigureState:
    """Return how far days have been counted."""
    return session.get_one(FigureState, 1, populate_existing=True)


def touched_days(session: Session, state: FigureState, zone: ZoneInfo, most: int) -> list[date]:
    """Return the days whose reports something happened to since they were counted, by at most `most`
    events.
    """
    return _touched(session, zone, state.position, 2**62, most, unplaced=True)


def refresh(session: Session, zone: ZoneInfo) -> bool:
    """Count anew the days that events touched since last time, or all where none was; True when this did it.

    However many events there were, each day is counted once. At any one time one does this: whoever comes
    second leaves it to the first. Nothing is lost by that: the bookmark stays where it was for the next run.
    """
    state = session.scalar(select(FigureState).with_for_update(skip_locked=True))
    if state is None:
        return False
    if not is_built(state, zone):
        _rebuild(session, state, zone)
        return True
    newest = session.scalar(select(func.max(Event.position))) or 0
    if newest > state.position:
        _recount(session, zone, _touched(session, zone, state.position, newest, MOST_EVENTS))
        state.position = newest
        session.flush()
    return True


def affordable_days(session: Session, days: list[date], most_reports: int) -> list[date]:
    """Return the newest of these days that together had at most so many reports when they were counted
    last.
    """
    query = select(FigureDay.day, FigureDay.reports).where(FigureDay.day.in_(days))
    numbers: dict[date, int] = {row.day: row.reports for row in session.execute(query)}
    found: list[date] = []
    for day in sorted(days, reverse=True):
        most_reports -= numbers.get(day, 0)
        if most_reports < 0:
            break
        found.append(day)
    return found


def rebuild(session: Session, zone: ZoneInfo) -> int:
    """Count every day from the beginning; the number of reports."""
    state = session.scalars(select(FigureState).with_for_update()).one()
    _rebuild(session, state, zone)
    return session.scalar(select(func.coalesce(func.sum(FigureDay.reports), 0))) or 0


def day_ranges(session: Session, zone: ZoneInfo, after: date | None = None) -> list[tuple[date, date]]:
    """Return all days that have, or had, reports (those after one day), in pieces of first and last day: at
    most a month, and of few enough reports that a piece is compared in a fraction of a second.
    """
    first, last = _span(session, zone)
    if after is not None and first is not None:
        first = max(first, after + timedelta(days=1))
    if first is None or last is None:
        return []
    rows = session.execute(select(FigureDay.day, FigureDay.reports).where(FigureDay.day >= first))
    numbers: dict[date, int] = {row.day: row.reports for row in rows}
    found: list[tuple[date, date]] = []
    for start, end in _spans(first, last):
        begin, reports = start, 0
        for day in _days(start, end):
            if day > begin and reports + numbers.get(day, 0) > MOST_REPORTS:
                found.append((begin, day - timedelta(days=1)))
                begin, reports = day, 0
            reports += numbers.get(day, 0)
        found.append((begin, end))
    return found


def compare_days(session: Session, zone: ZoneInfo, first: date, last: date) -> list[CountDifference]:
    """Return days from `first` to `last` that a recount finds otherwise than kept.

    The bookmark is locked until the transaction ends: nothing is counted meanwhile.
    """
    state = session.scalars(select(FigureState).with_for_update()).one()
    waiting = set(touched_days(session, state, zone, MOST_EVENTS))
    stored = session.scalars(select(FigureDay).where(FigureDay.day.between(first, last)))
    before = {row.day: row for row in stored}
    after = {row.day: row for row in pack(session, zone, first, last)}
    found = []
    for day in sorted({*before, *after} - waiting):
        old, new = before.get(day), after.get(day)
        if old is None or new is None or (old.facts, old.cells) != (new.facts, new.cells):
            found.append(CountDifference(day, old.reports if old else 0, new.reports if new else 0))
    for row in before.values():
        session.expunge(row)
    return found


def recount_differences(session: Session, zone: ZoneInfo) -> Iterator[CountDifference]:
    """Yield all days that a recount finds otherwise than kept, in one transaction."""
    for first, last in day_ranges(session, zone):
        yield from compare_days(session, zone, first, last)


def recount_days(session: Session, zone: ZoneInfo, days: Iterable[date]) -> None:
    """Count these days anew."""
    _recount(session, zone, days)


def _touched(
    session: Session, zone: ZoneInfo, after: int, until: int, most: int, *, unplaced: bool = False
) -> list[date]:
    data = {"zone": zone.key, "after": after, "until": until, "most": most, "unplaced": unplaced}
    return list(session.scalars(_TOUCHED, data))


def _rebuild(session: Session, state: FigureState, zone: ZoneInfo) -> None:
    newest = session.scalar(select(func.max(Event.position))) or 0
    session.execute(delete(FigureDay))
    first, last = _span(session, zone)
    for start, end in _spans(first, last):
        _store(session, zone, start, end)
    state.position, state.timezone, state.layout = newest, zone.key, LAYOUT
    session.flush()


def _recount(session: Session, zone: ZoneInfo, days: Iterable[date]) -> None:
    for day in days:
        session.execute(delete(FigureDay).where(FigureDay.day == day))
        _store(session, zone, day, day)


def _store(session: Session, zone: ZoneInfo, first: date, last: date) -> None:
    rows = [row._asdict() for row in pack(session, zone, first, last)]
    if rows:
        session.execute(insert(FigureDay), rows)


def _span(session: Session, zone: ZoneInfo) -> tuple[date | None, date | None]:
    """Return the first and the last day that has, or had, reports."""
    seen = session.execute(select(func.min(Report.created_at), func.max(Report.created_at))).one()
    span = session.execute(select(func.min(FigureDay.day), func.max(FigureDay.day))).one()
    days = [moment.astimezone(zone).date() for moment in seen if moment] + [day for day in span if day]
    return min(days, default=None), max(days, default=None)


def _spans(first: date | None, last: date | None) -> Iterator[tuple[date, date]]:
    while first is not None and last is not None and first <= last:
        yield first, min(last, first + SPAN)
        first += SPAN + timedelta(days=1)


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += timedelta(days=1)


def note_run(session: Session, now: datetime, took_ms: int) -> None:
    """Write down when days were last counted, and how long that took."""
    state = read_state(session)
    state.counted_at, state.took_ms = now, took_ms
