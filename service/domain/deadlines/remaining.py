"""How much time a case has left, as those count it who work on it: in working hours where its term does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from service.domain.city.calendar import Calendar

ONE_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Left:
    """`minutes` until the deadline, negative once it has passed; working time if `working`.

    `used` is the part of the whole time that is gone, of 100.
    """

    minutes: int
    working: bool
    used: int


def left_of(
    calendar: Calendar, unit: str, started: datetime, due: datetime | None, seen: datetime
) -> Left | None:
    """What is left at `seen` of a term counted in `unit` (see `deadlines.UNITS`); None without a deadline."""
    if due is None:
        return None
    working = unit.startswith("working")

    def between(start: datetime, end: datetime) -> timedelta:
        if start >= end:
            return timedelta()
        return calendar.working_time_between(start, end) if working else end - start

    whole, rest = between(started, due), between(seen, due)
    late = between(due, seen)
    used = 100 if due < seen or not whole else round(100 * (1 - rest / whole))
    minutes = -(late // ONE_MINUTE) if due < seen else rest // ONE_MINUTE
    return Left(minutes, working, max(2, min(100, used)))
