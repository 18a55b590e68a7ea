"""Standing of a report's deadline: green, amber or red, and how long, counted as its policy counts.

Every page, list and file asks here. How a term is counted: `deadlines.py`; pauses and extensions: `clock.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from service.domain.city.calendar import ONE_DAY, ZERO, Calendar
from service.domain.deadlines.clock import ONE_MINUTE, Colour
from service.domain.deadlines.deadlines import Unit


class DeadlineColumns(Protocol):
    """The columns of a report that say until when its deadline ran."""

    @property
    def due_at(self) -> datetime | None: ...
    @property
    def paused_at(self) -> datetime | None: ...
    @property
    def resolved_at(self) -> datetime | None: ...
    @property
    def closed_at(self) -> datetime | None: ...


class Times(DeadlineColumns, Protocol):
    """All columns of a report that its deadline's standing depends on."""

    @property
    def created_at(self) -> datetime: ...
    @property
    def amber_at(self) -> datetime | None: ...


@dataclass(frozen=True, slots=True)
class DeadlineStanding:
    """Standing of a deadline at one moment.

    `minutes` until it, negative once it has passed: working time for working terms, real time for others.
    `days` of them are whole days of the term's kind, 0 for terms of hours. `used` is the part of the time
    that is gone, in percent from 2 to 100. A deadline that `stands` waits for the reporter; a `finished`
    one was kept or missed, as `colour` says.
    """

    colour: Colour
    minutes: int
    days: int
    unit: Unit
    used: int
    stands: bool = False
    finished: bool = False

    @property
    def working(self) -> bool:
        """Return whether only the time counts in which offices work."""
        return self.unit.startswith("working")


def seen_at(times: DeadlineColumns, now: datetime) -> datetime:
    """Return the instant a deadline is judged at: the end of the work or of the life, a pause, else `now`."""
    return times.resolved_at or times.closed_at or times.paused_at or now


def is_late(times: DeadlineColumns, now: datetime) -> bool:
    """Return whether the deadline passed before the work was done, before the clock stood, or by `now`."""
    return times.due_at is not None and times.due_at < seen_at(times, now)


def colour_of(times: Times, now: datetime) -> Colour | None:
    """Return red once it has passed, amber from the policy's mark on, else green; None without a deadline."""
    if times.due_at is None:
        return None
    if is_late(times, now):
        return "red"
    return "amber" if times.amber_at is not None and times.amber_at <= seen_at(times, now) else "green"


def standing_of(calendar: Calendar, unit: Unit, times: Times, now: datetime) -> DeadlineStanding | None:
    """Return how the deadline of a term counted in `unit` stands at `now`; None without a deadline."""
    colour = colour_of(times, now)
    if colour is None or times.due_at is None:
        return None
    seen, due = seen_at(times, now), times.due_at
    late = due < seen
    first, last = (due, seen) if late else (seen, due)
    apart = _between(calendar, unit, first, last)
    whole = _between(calendar, unit, times.created_at, due)
    used = 100 if late or not whole else round(100 * (1 - apart / whole))
    finished = (times.resolved_at or times.closed_at) is not None
    return DeadlineStanding(
        colour=colour,
        minutes=(-1 if late else 1) * (apart // ONE_MINUTE),
        days=_whole_days(calendar, unit, first, last),
        unit=unit,
        used=max(2, min(100, used)),
        stands=times.paused_at is not None and not finished,
        finished=finished,
    )


def _between(calendar: Calendar, unit: Unit, start: datetime, end: datetime) -> timedelta:
    if start >= end:
        return ZERO
    if unit.startswith("working"):
        return calendar.working_time_between(start, end)
    return end.astimezone(UTC) - start.astimezone(UTC)


def _whole_days(calendar: Calendar, unit: Unit, start: datetime, end: datetime) -> int:
    """Return how many days, as the term counts them, lie between two instants from beginning to end."""
    if unit == "calendar_days":
        return (end - start) // ONE_DAY
    if unit != "working_days":
        return 0
    days, on, last = 0, calendar.local(start).date(), calendar.local(end).date()
    while on <= last:
        intervals = calendar.day(on).intervals
        days += bool(intervals) and intervals[0][0] >= start and intervals[-1][1] <= end
        on += ONE_DAY
    return days
