"""A city's working calendar: which days and hours are worked, and arithmetic over them. No deadlines here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

Name = Mapping[str, str]
"""A name by language: `{"vi": …, "en": …}`; `vi` is always there, but for a plain weekly day of rest."""
Hours = tuple[tuple[time, time], ...]
Interval = tuple[datetime, datetime]

ZERO = timedelta(0)
ONE_DAY = timedelta(days=1)
MIDNIGHT = time(0)
WEEK = range(7)


class DayOff(NamedTuple):
    """Reason why a day is not worked. A weekly day of rest has no name of its own."""

    kind: Literal["holiday", "weekly"]
    name: Name


@dataclass(frozen=True, slots=True)
class Day:
    """Date: its working times in UTC (none on a day off), their sum, and why it is off."""

    date: date
    intervals: tuple[Interval, ...]
    worked: timedelta
    off: DayOff | None


WEEKLY_REST = DayOff("weekly", {})


@dataclass(frozen=True, slots=True)
class Calendar:
    """Working hours by weekday (Monday is 0), holidays, and days of rest that are worked instead.

    Hours are local wall-clock times, in order and without overlap; an end of 00:00 is the midnight after.
    A swapped working day has the hours of its weekday, or of the longest day of the week if that
    weekday has none. Days are worked out on first use and kept. Instants are aware; answers are local.
    Raises ValueError for hours that cannot be: no working day at all, overlaps, a day both off and worked.
    """

    timezone: ZoneInfo
    working_hours: Mapping[int, Hours]
    holidays: Mapping[date, Name] = field(default_factory=dict)
    extra_working_days: Mapping[date, Name] = field(default_factory=dict)
    _days: dict[date, Day] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for weekday, hours in self.working_hours.items():
            _check_hours(weekday, hours)
        if not any(self.working_hours.values()):
            raise ValueError("a calendar needs at least one weekday that is worked")
        if both := self.holidays.keys() & self.extra_working_days.keys():
            raise ValueError(f"{min(both)} cannot be a holiday and a working day at once")

    def local(self, instant: datetime) -> datetime:
        """Return the same instant on the city's clock. Raises ValueError for a time without zone."""
        if instant.tzinfo is None:
            raise ValueError("a time without zone cannot be placed in the calendar")
        return instant.astimezone(self.timezone)

    def day(self, on: date) -> Day:
        """Return the facts of one date."""
        known = self._days.get(on)
        if known is None:
            known = self._days[on] = self._work_out(on)
        return known

    def is_working_day(self, on: date) -> bool:
        return self.day(on).off is None

    def day_off(self, on: date) -> DayOff | None:
        """Return why `on` is a day off, or None if it is worked."""
        return self.day(on).off

    def next_working_day(self, after: date) -> date:
        """Return the first working day after `after`, which itself is not considered."""
        return next(day.date for day in self.days_after(after) if day.off is None)

    def days_after(self, after: date) -> Iterator[Day]:
        """Yield every day from the one after `after`, without end."""
        while True:
            after += ONE_DAY
            yield self.day(after)

    def working_intervals(self, on: date) -> tuple[Interval, ...]:
        """Return the working times of a date, local; empty on a day off."""
        return tuple((self.local(opens), self.local(closes)) for opens, closes in self.day(on).intervals)

    def closing(self, on: date) -> datetime:
        """Return when work ends on a working day. Raises ValueError on a day off."""
        day = self.day(on)
        if day.off is not None:
            raise ValueError(f"{on} is a day off")
        return self.local(day.intervals[-1][1])

    def end_of_day(self, on: date) -> datetime:
        """Return the last second of a date (24:00 written so that its date is still the day itself)."""
        return datetime.combine(on, time(23, 59, 59), self.timezone)

    def midnight_after(self, on: date) -> datetime:
        """Return the first instant of the day after a date."""
        return datetime.combine(on + ONE_DAY, MIDNIGHT, self.timezone)

    def add_wall_time(self, start: datetime, amount: timedelta) -> datetime:
        """Return `amount` later on the local clock: a day is a day, also when daylight saving changes it."""
        return (self.local(start).replace(tzinfo=None) + amount).replace(tzinfo=self.timezone)

    def wall_time_between(self, start: datetime, end: datetime) -> timedelta:
        """Return the span from `start` to `end` on the local clock; nothing if it was set back meanwhile."""
        wall = self.local(end).replace(tzinfo=None) - self.local(start).replace(tzinfo=None)
        return max(wall, ZERO)

    def add_working_time(self, start: datetime, amount: timedelta) -> datetime:
        """Return the first instant by which `amount` (not negative) of working time has passed since
        `start`.
        """
        if amount < ZERO:
            raise ValueError("working time is added, never taken away")
        if not amount:
            return self.local(start)
        begin = start.astimezone(UTC)
        on = self.local(start).date()
        left = amount + self._worked_before(on, begin)
        while (worked := self.day(on).worked) < left:
            left -= worked
            on += ONE_DAY
        for opens, closes in self.day(on).intervals:
            if closes - opens >= left:
                return self.local(opens + left)
            left -= closes - opens
        raise AssertionError("a day's intervals add up to its working time")

    def working_time_between(self, start: datetime, end: datetime) -> timedelta:
        """Return working time from `start` to `end`; negative if `end` comes first."""
        begin, finish = start.astimezone(UTC), end.astimezone(UTC)
        if finish < begin:
            return -self.working_time_between(end, start)
        on, last = self.local(start).date(), self.local(end).date()
        total = self._worked_before(last, finish) - self._worked_before(on, begin)
        while on < last:
            total += self.day(on).worked
            on += ONE_DAY
        return total

    def _worked_before(self, on: date, instant: datetime) -> timedelta:
        """Return working time of a date that lies before an instant (UTC)."""
        total = ZERO
        for opens, closes in self.day(on).intervals:
            if instant >= closes:
                total += closes - opens
            elif instant > opens:
                total += instant - opens
        return total

    def _work_out(self, on: date) -> Day:
        if on in self.extra_working_days:
            hours = self.working_hours.get(on.weekday()) or max(self.working_hours.values(), key=_length)
        elif on in self.holidays:
            return Day(on, (), ZERO, DayOff("holiday", self.holidays[on]))
        else:
            hours = self.working_hours.get(on.weekday(), ())
        intervals = self._intervals(on, hours)
        worked = sum((closes - opens for opens, closes in intervals), ZERO)
        return Day(on, intervals, worked, None if intervals else WEEKLY_REST)

    def _intervals(self, on: date, hours: Hours) -> tuple[Interval, ...]:
        found = []
        for start, end in hours:
            until = on + ONE_DAY if end == MIDNIGHT else on
            opens = datetime.combine(on, start, self.timezone).astimezone(UTC)
            closes = datetime.combine(until, end, self.timezone).astimezone(UTC)
            # Hours that daylight saving leaves out do not exist that day.
            if opens < closes:
                found.append((opens, closes))
        return tuple(found)


def city_calendar(
    timezone: str,
    working_hours: Mapping[int, Hours],
    holidays: Mapping[date, Name],
    swapped: Mapping[date, Name],
    days_off: Mapping[date, Name],
    working_days: Mapping[date, Name],
) -> Calendar:
    """Return public holidays and swapped working days, with what the city decided for itself above them."""
    return Calendar(
        ZoneInfo(timezone),
        dict(working_hours),
        {day: name for day, name in holidays.items() if day not in working_days} | dict(days_off),
        {day: name for day, name in swapped.items() if day not in days_off} | dict(working_days),
    )


def _check_hours(weekday: int, hours: Hours) -> None:
    if weekday not in WEEK:
        raise ValueError(f"{weekday} is no weekday: Monday is 0, Sunday is 6")
    previous = MIDNIGHT
    for number, (start, end) in enumerate(hours):
        last = number == len(hours) - 1
        if start < previous or (end == MIDNIGHT and not last) or (end != MIDNIGHT and end <= start):
            raise ValueError(f"working hours of weekday {weekday} are out of order at {start}–{end}")
        previous = end


def _length(hours: Hours) -> timedelta:
    on = date.min
    return sum(
        (
            datetime.combine(on + ONE_DAY if end == MIDNIGHT else on, end) - datetime.combine(on, start)
            for start, end in hours
        ),
        ZERO,
    )
