"""Dates of what comes again, and how they move around the holidays of the country."""

from __future__ import annotations

from datetime import date, time

import pytest

from service.domain.city.calendar import Calendar, city_calendar
from service.domain.city.public_holidays import with_public_days
from service.domain.plans.recurrence import Occurrence, occurrences, weekday_of_week
from service.errors import Invalid
from service.models import HolidayHandling

FIRST_FRIDAY = "FREQ=MONTHLY;BYDAY=1FR"


@pytest.fixture(scope="module")
def calendar() -> Calendar:
    off, swapped = with_public_days("VN", {}, {})
    hours = {day: ((time(7, 30), time(17, 30)),) if day < 5 else () for day in range(7)}
    return city_calendar("Asia/Ho_Chi_Minh", hours, off, swapped, {}, {})


def days(
    rule: str, first: date, last: date, calendar: Calendar, on_holiday: HolidayHandling = HolidayHandling.KEEP
) -> list[date]:
    return [each.due for each in occurrences(rule, first, last, calendar, on_holiday)]


def test_both_readings_of_the_first_friday_of_2019(calendar: Calendar) -> None:
    year = date(2019, 1, 1), date(2019, 12, 31)
    nth = days(FIRST_FRIDAY, *year, calendar)
    week = days(weekday_of_week("FR", 1), *year, calendar)
    assert len(nth) == len(week) == 12
    assert nth[:3] == [date(2019, 1, 4), date(2019, 2, 1), date(2019, 3, 1)]
    assert [each for each in week if each not in nth] == [
        date(2019, 5, 31),
        date(2019, 8, 30),
        date(2019, 11, 29),
    ]


def test_weeks_of_a_month_are_those_that_have_its_first_and_its_last_day(calendar: Calendar) -> None:
    for year in range(2019, 2033):
        found = days(weekday_of_week("WE", 2), date(year, 1, 10), date(year, 12, 31), calendar)
        assert all(each.weekday() == 2 and 4 <= each.day <= 10 for each in found)
        last = days(weekday_of_week("MO", -1), date(year, 1, 1), date(year, 12, 31), calendar)
        assert len(last) == 12 and all(
            each.month != (each.fromordinal(each.toordinal() + 7)).month for each in last
        )


@pytest.mark.parametrize(
    ("on_holiday", "moved"),
    [
        (HolidayHandling.BEFORE, date(2026, 4, 29)),
        (HolidayHandling.AFTER, date(2026, 5, 4)),
        (HolidayHandling.KEEP, date(2026, 5, 1)),
        (HolidayHandling.SKIP, None),
    ],
)
def test_a_holiday_is_met(calendar: Calendar, on_holiday: HolidayHandling, moved: date | None) -> None:
    found = days(FIRST_FRIDAY, date(2026, 5, 1), date(2026, 5, 31), calendar, on_holiday)
    assert found == ([moved] if moved else [])


def test_two_years_before_the_holidays(calendar: Calendar) -> None:
    found = days(FIRST_FRIDAY, date(2026, 1, 1), date(2027, 12, 31), calendar, HolidayHandling.BEFORE)
    assert {date(2026, 4, 29), date(2026, 12, 31), date(2027, 2, 3)} <= set(found)
    assert not {date(2026, 5, 1), date(2027, 1, 1), date(2027, 2, 5)} & set(found)
    assert len(found) == 24
    # A weekly day of rest is no holiday: who cleans on Sundays goes on doing so.
    sundays = days(
        "FREQ=WEEKLY;BYDAY=SU", date(2026, 6, 1), date(2026, 6, 30), calendar, HolidayHandling.BEFORE
    )
    assert sundays == [date(2026, 6, day) for day in (7, 14, 21, 28)]


def test_rules_without_a_day_begin_and_end_with_their_time(calendar: Calendar) -> None:
    quarters = occurrences("FREQ=MONTHLY;INTERVAL=3", date(2026, 2, 15), date(2026, 9, 10), calendar)
    assert quarters == [
        Occurrence(date(2026, 2, 15), date(2026, 3, 31)),
        Occurrence(date(2026, 4, 1), date(2026, 6, 30)),
        Occurrence(date(2026, 7, 1), date(2026, 9, 10)),
    ]
    weeks = occurrences("FREQ=WEEKLY", date(2026, 6, 3), date(2026, 6, 9), calendar)
    assert [each.due for each in weeks] == [date(2026, 6, 7), date(2026, 6, 9)]


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "FREQ=HOURLY",
        "FREQ=MONTHLY;COUNT=9",
        "FREQ=WEEKLY;BYDAY=1FR",
        "FREQ=DAILY;FREQ=DAILY",
        "RRULE:FREQ=DAILY",
    ],
)
def test_other_rules_are_refused(calendar: Calendar, rule: str) -> None:
    with pytest.raises(Invalid):
        occurrences(rule, date(2026, 1, 1), date(2026, 2, 1), calendar)
