"""Periods people report by: a week, month, quarter, year, or any days; and the one before each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from service.domain.kernel.written_days import read_day
from service.domain.reports.drafts import YEARS
from service.errors import invalid
from service.i18n import N_

KINDS = ("week", "month", "quarter", "year", "free")
MONTHS = {"month": 1, "quarter": 3, "year": 12}
DAY = timedelta(days=1)
FIRST_DAYS = 5
"""In so many first days of a month, a quarter or a year there is little to tell of it yet; of a week in
one."""

_MONTH = re.compile(r"(?:(\d{1,2})\s*[/.-]\s*)?(\d{4})")
_QUARTER = re.compile(r"(?:quý|quy|q)\s*([1-4])\s*[/.-]\s*(\d{4})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days of the city, both included."""

    kind: str
    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def until(self, today: date) -> Period:
        """Return the part of the period that has passed, today included; all of a period in the future."""
        return Period(self.kind, self.first, min(self.last, today)) if self.first <= today else self

    def before(self) -> Period:
        """Return the period before, as long by the calendar."""
        if self.kind == "free":
            return Period("free", self.first - timedelta(days=self.days), self.first - DAY)
        return period_containing(self.kind, self.first - DAY)

    def year_before(self) -> Period:
        """Return the period a year earlier; of weeks, the one 52 weeks before."""
        if self.kind == "week":
            return period_containing("week", self.first - timedelta(weeks=52))
        if self.kind != "free":
            return period_containing(self.kind, self.first.replace(year=self.first.year - 1))
        return Period("free", _year_earlier(self.first), _year_earlier(self.last))

    def a_year_before(self, counted: Period) -> Period:
        """Return as much of the period a year earlier as `counted` is of this one: whole for whole, to the
        same day of the calendar else, for a leap day shifts no comparison; of weeks as many days.
        """
        earlier = self.year_before()
        if counted == self:
            return earlier
        if self.kind == "week":
            return earlier.beginning(counted.days)
        return Period(self.kind, earlier.first, min(earlier.last, _year_earlier(counted.last)))

    def after(self) -> Period:
        """Return the period that follows."""
        if self.kind == "free":
            return Period("free", self.last + DAY, self.last + timedelta(days=self.days))
        return period_containing(self.kind, self.last + DAY)

    def beginning(self, days: int) -> Period:
        """Return the first days of the period."""
        return Period(self.kind, self.first, min(self.last, self.first + timedelta(days=days - 1)))

    def stretches(self) -> list[tuple[date, date]]:
        """Cut for a chart: by days, by weeks, or by months when it is long."""
        step = "day" if self.days <= 14 else "week" if self.days <= 100 else "month"
        found, day = [], self.first
        while day <= self.last:
            end = day if step == "day" else period_containing(step, day).last
            found.append((day, min(end, self.last)))
            day = end + DAY
        return found


def _year_earlier(day: date) -> date:
    """Return the day a year earlier; of a 29 February the day before it."""
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def period_containing(kind: str, day: date) -> Period:
    """Return the week (from Monday), month, quarter or year that the day lies in."""
    if kind == "week":
        first = day - timedelta(days=day.weekday())
        return Period(kind, first, first + timedelta(days=6))
    months = MONTHS[kind]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    number = first.year * 12 + first.month - 1 + months
    return Period(kind, first, date(number // 12, number % 12 + 1, 1) - DAY)


def period_at_hand(kind: str, today: date) -> Period:
    """Return the period that is meant where none is named: the one of today; in its first days, when there is
    next to nothing to tell, the last whole one.
    """
    present = period_containing(kind, today)
    begun = (today - present.first).days < (1 if kind == "week" else FIRST_DAYS)
    return present.before() if begun else present


def period_begun(shown: Period, today: date) -> Period | None:
    """Return the period of today where `shown` is the one before it that `period_at_hand` chose."""
    if shown.kind == "free" or shown.last >= today or shown != period_at_hand(shown.kind, today):
        return None
    return shown.after()


def read_period(kind: str, at: str, first: str, last: str, today: date) -> Period:
    """Return the period asked for: the `kind` around `at` (without it `period_at_hand`), or the days from
    `first` to `last`.

    Raises Invalid that names what is wrong.
    """
    if kind not in KINDS:
        raise invalid(["query", "period"], N_("Hãy chọn một trong: {expected}."), expected=", ".join(KINDS))
    if kind != "free":
        return period_containing(kind, _day("at", at)) if at else period_at_hand(kind, today)
    start = _day("from", first) if first else today - timedelta(days=29)
    end = _day("to", last) if last else today
    if start > end:
        raise invalid(["query", "to"], N_("Ngày cuối không được trước ngày đầu."))
    return Period("free", start, end)


def period_written(kind: str, at: str) -> str:
    """Return the period around what was asked for as its field shows it: `11/2026`, `Q4/2026`, `2026`, or a
    day; what is none as it was typed.
    """
    try:
        day = _read(at) if at else None
    except ValueError:
        return at
    if day is None:
        return ""
    if kind == "month":
        return f"{day:%m/%Y}"
    if kind == "quarter":
        return f"Q{(day.month + 2) // 3}/{day.year}"
    return str(day.year) if kind == "year" else f"{day:%d/%m/%Y}"


def _day(name: str, value: str) -> date:
    try:
        found = _read(value)
    except ValueError:
        found = date.min
    if found.year not in YEARS:
        raise invalid(["query", name], N_("Cần một ngày hoặc một tháng, ví dụ 05/11/2026, 11/2026."))
    return found


def _read(value: str) -> date:
    """Return the day, or the first of the month, quarter or year that is written. Raises ValueError."""
    if found := _QUARTER.fullmatch(value.strip()):
        return date(int(found[2]), 3 * int(found[1]) - 2, 1)
    if found := _MONTH.fullmatch(value.strip()):
        return date(int(found[2]), int(found[1] or 1), 1)
    return read_day(value)
