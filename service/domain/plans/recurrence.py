"""Dates of what comes again: a subset of RRULE (RFC 5545), moved around the city's public holidays.

Taken: FREQ=DAILY, WEEKLY, MONTHLY or YEARLY with INTERVAL, BYDAY, BYMONTHDAY, BYMONTH. A rule that names no
day means once in each week, month or year, whenever that is: it begins with it and is due at its end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from dateutil.relativedelta import relativedelta
from dateutil.rrule import rrulestr

from service.domain.city.calendar import Calendar
from service.errors import invalid
from service.i18n import N_
from service.models import HolidayHandling

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
MOST = 4000
"""Dates of one rule: every day of ten years."""
_PARTS = {
    "FREQ": re.compile(r"DAILY|WEEKLY|MONTHLY|YEARLY"),
    "INTERVAL": re.compile(r"[1-9]\d?"),
    "BYDAY": re.compile(r"(-1|[1-5])?(MO|TU|WE|TH|FR|SA|SU)(,(-1|[1-5])?(MO|TU|WE|TH|FR|SA|SU))*"),
    "BYMONTHDAY": re.compile(r"-?([1-9]|[12]\d|3[01])(,-?([1-9]|[12]\d|3[01]))*"),
    "BYMONTH": re.compile(r"([1-9]|1[0-2])(,([1-9]|1[0-2]))*"),
}
_STEP = {"DAILY": "days", "WEEKLY": "weeks", "MONTHLY": "months", "YEARLY": "years"}


@dataclass(frozen=True, slots=True)
class Occurrence:
    """Occurrence of what comes again: when it begins and when it is due, the same where a day is named."""

    starts: date
    due: date


def rule_parts(rule: str, field: str = "repeats") -> dict[str, str]:
    """Return the parts of a rule. Raises Invalid at `field` for what is no rule, or none of this subset."""
    pairs = [each.partition("=") for each in rule.upper().split(";")]
    parts = {name: value for name, _, value in pairs}
    fits = len(parts) == len(pairs) and all(
        name in _PARTS and _PARTS[name].fullmatch(value) for name, value in parts.items()
    )
    numbered = bool(re.search(r"\d", parts.get("BYDAY", "")))
    if not fits or "FREQ" not in parts or (numbered and parts["FREQ"] != "MONTHLY"):
        raise invalid([field], N_("Không hiểu quy tắc lặp lại này."))
    return parts


def weekday_of_week(day: str, number: int) -> str:
    """Return the rule of a weekday in the n-th week of each month, the first being the week (Monday to
    Sunday) that has the 1st in it, the last (−1) that with the last day: it may lie in the month beside.
    """
    at = WEEKDAYS.index(day)
    if number == -1:
        days = [back - 1 if back <= 0 else back for back in range(at - 6, at + 1)]
    else:
        shift = 7 * (number - 1)
        days = [on if on > 0 else on - 1 for on in range(at - 5 + shift, at + 2 + shift)]
    return f"FREQ=MONTHLY;BYDAY={day};BYMONTHDAY={','.join(str(each) for each in days)}"


def occurrences(
    rule: str, first: date, last: date, calendar: Calendar, on_holiday: HolidayHandling = HolidayHandling.KEEP
) -> list[Occurrence]:
    """Return every occurrence between two days, both included, in order; each day once.

    A day that is a public holiday of the city stays (`keep`), is left out (`skip`), or moves to the last
    working day before or the first one after it; a weekly day of rest is no holiday. Days moved may lie
    outside `first` to `last`. Raises Invalid for a rule that is none.
    """
    parts = rule_parts(rule)
    if last < first:
        return []
    if not parts.keys() & {"BYDAY", "BYMONTHDAY"} and parts["FREQ"] != "DAILY":
        return list(_periods(parts, first, last))
    found: dict[date, None] = {}
    for day in _days(rule, first, last):
        moved = _around_holidays(day, calendar, on_holiday)
        if moved is not None:
            found[moved] = None
    return [Occurrence(day, day) for day in sorted(found)]


def _days(rule: str, first: date, last: date) -> Iterator[date]:
    dates = rrulestr(rule.upper(), dtstart=datetime.combine(first, time()))
    for number, at in enumerate(dates):
        if at.date() > last or number >= MOST:
            return
        yield at.date()


def _periods(parts: dict[str, str], first: date, last: date) -> Iterator[Occurrence]:
    """Yield the weeks, months or years that touch the time, cut to it."""
    begin = {
        "WEEKLY": first - timedelta(days=first.weekday()),
        "MONTHLY": first.replace(day=1),
        "YEARLY": first.replace(month=1, day=1),
    }[parts["FREQ"]]
    interval = int(parts.get("INTERVAL", 1))
    if parts["FREQ"] == "MONTHLY" and interval in (2, 3, 6):
        begin = begin.replace(month=begin.month - (begin.month - 1) % interval)  # quarters and half-years
    step = relativedelta(**{_STEP[parts["FREQ"]]: interval})
    while begin <= last:
        after = begin + step
        yield Occurrence(max(begin, first), min(after - timedelta(days=1), last))
        begin = after


def _around_holidays(day: date, calendar: Calendar, on_holiday: HolidayHandling) -> date | None:
    off = calendar.day_off(day)
    if off is None or off.kind != "holiday" or on_holiday == HolidayHandling.KEEP:
        return day
    if on_holiday == HolidayHandling.SKIP:
        return None
    if on_holiday == HolidayHandling.AFTER:
        return calendar.next_working_day(day)
    while not calendar.is_working_day(day):
        day -= timedelta(days=1)
    return day
