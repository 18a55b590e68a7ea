"""Due instants counted slowly and another way: minute by minute on the local clock of Vietnam.

Shares nothing with the code but the list of holidays. Times are naive local minutes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from itertools import count

from tests.domain.city.calendars import hue

Pauses = Sequence[tuple[datetime, datetime]]
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
HORIZON = 60 * 24 * 90


def off(day: date) -> bool:
    days = hue()
    return day not in days.extra_working_days and (day.weekday() > 4 or day in days.holidays)


def works(minute: datetime) -> bool:
    clock = minute.hour * 60 + minute.minute
    return not off(minute.date()) and (450 <= clock < 690 or 810 <= clock < 1050)


def base(unit: str, amount: int, received: datetime) -> datetime:
    """The due instant without pauses; calendar days end at 24:00 here."""
    if unit == "hours":
        return received + amount * 60 * MINUTE
    if unit == "working_hours":
        return _nth(received, amount * 60, works)
    if unit == "working_days":
        day, left = receipt(received), amount
        while left:
            day += DAY
            left -= not off(day)
        return datetime.combine(day, datetime.min.time()) + 1050 * MINUTE
    day = received.date() + amount * DAY
    return midnight(_on_working_day(day))


def effective(unit: str, amount: int, received: datetime, pauses: Pauses) -> datetime:
    """Pauses that begin before the due instant add their minutes; again, until none more begins before it."""
    due = base(unit, amount, received)
    while True:
        stood = _stood(unit, received, due, pauses)
        later = settle(unit, _later(unit, base(unit, amount, received), stood)) if stood else due
        if later == due:
            return due
        due = later


def receipt(received: datetime) -> date:
    return _on_working_day(received.date())


def midnight(day: date) -> datetime:
    return datetime.combine(day + DAY, datetime.min.time())


def settle(unit: str, reached: datetime) -> datetime:
    if unit == "working_days":
        return datetime.combine(reached.date(), datetime.min.time()) + 1050 * MINUTE
    if unit == "calendar_days":
        return midnight(_on_working_day((reached - MINUTE).date()))
    return reached


def _on_working_day(day: date) -> date:
    while off(day):
        day += DAY
    return day


def _counted_from(unit: str, received: datetime) -> datetime:
    if unit == "working_days":
        return midnight(receipt(received))
    return midnight(received.date()) if unit == "calendar_days" else received


def _stood(unit: str, received: datetime, due: datetime, pauses: Pauses) -> int:
    """Minutes of the pauses that begin before `due`, each minute once."""
    minutes = set()
    for begin, end in _joined(pauses):
        if begin < due:
            minutes |= {begin + n * MINUTE for n in range((end - begin) // MINUTE)}
    since = _counted_from(unit, received)
    counts = works if unit.startswith("working") else _always
    return sum(counts(minute) for minute in minutes if minute >= since)


def _joined(pauses: Pauses) -> list[tuple[datetime, datetime]]:
    """Pauses that touch are one pause: minutes coloured in, then read off again."""
    stood = {begin + n * MINUTE for begin, end in pauses for n in range((end - begin) // MINUTE)}
    begins = sorted(minute for minute in stood if minute - MINUTE not in stood)
    ends = sorted(minute + MINUTE for minute in stood if minute + MINUTE not in stood)
    return list(zip(begins, ends, strict=True))


def _always(_minute: datetime) -> bool:
    return True


def _later(unit: str, start: datetime, minutes: int) -> datetime:
    return _nth(start, minutes, works) if unit.startswith("working") else start + minutes * MINUTE


def _nth(start: datetime, minutes: int, counts: Callable[[datetime], bool]) -> datetime:
    """The end of the `minutes`-th minute from `start` that counts."""
    for n in count():
        assert n < HORIZON
        minutes -= counts(start + n * MINUTE)
        if not minutes:
            return start + (n + 1) * MINUTE
    raise AssertionError("unreachable")
