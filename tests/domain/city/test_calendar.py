"""Working days and working time, on real Vietnamese dates and across daylight saving."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.city.calendar import Calendar, Hours, city_calendar
from tests.domain.city.calendars import CHICAGO, OFFICE, VIETNAM, WEEKDAYS, at, chicago, hue, local

DAYS = st.dates(date(2025, 12, 1), date(2027, 12, 31))
INSTANTS = st.datetimes(datetime(2025, 12, 1), datetime(2027, 6, 1), timezones=st.just(VIETNAM))  # noqa: DTZ001
AMOUNTS = st.timedeltas(timedelta(0), timedelta(hours=200))


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        ("2026-02-13", True),  # the Friday before Tết
        ("2026-02-16", False),  # Giao thừa
        ("2026-02-20", False),  # Mùng bốn
        ("2026-02-23", True),
        ("2026-04-26", False),  # Giỗ Tổ, a Sunday …
        ("2026-04-27", False),  # … and the Monday for it
        ("2026-08-22", True),  # a Saturday worked …
        ("2026-08-31", False),  # … for this Monday
        ("2026-08-29", False),
        ("2028-02-29", True),
    ],
)
def test_working_days_of_vietnam(day: str, worked: bool) -> None:
    assert hue().is_working_day(date.fromisoformat(day)) is worked


def test_a_day_off_says_why() -> None:
    holiday = hue().day_off(date(2026, 4, 30))
    assert holiday is not None
    assert (holiday.kind, holiday.name["vi"]) == ("holiday", "Ngày Chiến thắng")
    weekend = hue().day_off(date(2026, 3, 1))
    assert weekend is not None
    assert (weekend.kind, dict(weekend.name)) == ("weekly", {})
    assert hue().day_off(date(2026, 3, 2)) is None


def test_the_next_working_day_jumps_tet() -> None:
    assert hue().next_working_day(date(2026, 2, 13)) == date(2026, 2, 23)
    assert hue().next_working_day(date(2027, 2, 3)) == date(2027, 2, 11)


def test_a_swapped_saturday_has_the_hours_of_the_longest_day() -> None:
    short: Hours = ((time(8), time(11)),)
    calendar = Calendar(VIETNAM, WEEKDAYS | {0: short}, {}, {date(2026, 8, 22): {"vi": "Ngày làm bù"}})
    assert [(local(a), local(b)) for a, b in calendar.working_intervals(date(2026, 8, 22))] == [
        ("2026-08-22 07:30", "2026-08-22 11:30"),
        ("2026-08-22 13:30", "2026-08-22 17:30"),
    ]


def test_a_swapped_day_keeps_the_hours_of_its_own_weekday() -> None:
    short: Hours = ((time(8), time(11)),)
    calendar = Calendar(VIETNAM, WEEKDAYS | {5: short}, {}, {date(2026, 8, 22): {"vi": "Ngày làm bù"}})
    assert local(calendar.closing(date(2026, 8, 22))) == "2026-08-22 11:00"


def test_closing_of_a_day_off_is_refused() -> None:
    with pytest.raises(ValueError, match="2026-02-17 is a day off"):
        hue().closing(date(2026, 2, 17))


def test_the_city_overrides_the_public_calendar_both_ways() -> None:
    monday, saturday, flood = date(2026, 8, 31), date(2026, 8, 22), date(2026, 10, 15)
    calendar = city_calendar(
        "Asia/Ho_Chi_Minh",
        WEEKDAYS,
        {monday: {"vi": "Ngày nghỉ"}},
        {saturday: {"vi": "Ngày làm bù"}},
        days_off={saturday: {"vi": "Không làm bù"}, flood: {"vi": "Nghỉ do lũ"}},
        working_days={monday: {"vi": "Làm việc"}},
    )
    assert [calendar.is_working_day(day) for day in (monday, saturday, flood)] == [True, False, False]


@pytest.mark.parametrize(
    "hours",
    [
        {},
        {0: ()},
        {7: OFFICE},
        {0: ((time(13), time(17)), (time(8), time(11)))},
        {0: ((time(8), time(12)), (time(11), time(17)))},
        {0: ((time(8), time(8)),)},
        {0: ((time(20), time(0)), (time(21), time(22)))},
    ],
)
def test_impossible_hours_are_refused(hours: dict[int, Hours]) -> None:
    with pytest.raises(ValueError, match=r"weekday"):
        Calendar(VIETNAM, hours)


def test_a_day_both_off_and_worked_is_refused() -> None:
    day = {date(2026, 8, 22): {"vi": "?"}}
    with pytest.raises(ValueError, match="2026-08-22"):
        Calendar(VIETNAM, WEEKDAYS, day, day)


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without zone"):
        hue().local(datetime(2026, 3, 1, 8))  # noqa: DTZ001


def test_working_time_may_not_be_taken_away() -> None:
    with pytest.raises(ValueError, match="never taken away"):
        hue().add_working_time(at("2026-03-02 08:00"), timedelta(minutes=-1))


def test_answers_are_on_the_citys_clock() -> None:
    start = at("2026-03-02 08:00").astimezone(ZoneInfo("UTC"))
    assert local(hue().add_working_time(start, timedelta(0))) == "2026-03-02 08:00"
    assert local(hue().add_working_time(start, timedelta(hours=1))) == "2026-03-02 09:00"


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-03-02 08:00", 3.5, "2026-03-02 11:30"),  # ends with the morning, not after lunch
        ("2026-03-02 08:00", 4, "2026-03-02 14:00"),
        ("2026-03-02 12:00", 4, "2026-03-02 17:30"),
        ("2026-03-06 23:59", 1, "2026-03-09 08:30"),
        ("2026-02-13 16:30", 8, "2026-02-23 16:30"),  # across Tết
        ("2026-08-21 16:30", 8, "2026-08-22 16:30"),  # into the worked Saturday
    ],
)
def test_adding_working_time(start: str, hours: float, end: str) -> None:
    assert local(hue().add_working_time(at(start), timedelta(hours=hours))) == end


@given(INSTANTS, AMOUNTS)
def test_what_was_added_lies_between(start: datetime, amount: timedelta) -> None:
    end = hue().add_working_time(start, amount)
    assert end >= start
    assert hue().working_time_between(start, end) == amount


@given(INSTANTS, AMOUNTS.filter(bool))
def test_adding_finds_the_first_such_instant(start: datetime, amount: timedelta) -> None:
    end = hue().add_working_time(start, amount)
    assert hue().working_time_between(start, end - timedelta(seconds=1)) < amount


@given(INSTANTS, INSTANTS, INSTANTS)
def test_working_time_is_additive_and_signed(a: datetime, b: datetime, c: datetime) -> None:
    between = hue().working_time_between
    assert between(a, b) + between(b, c) == between(a, c)
    assert between(a, b) == -between(b, a)


@settings(max_examples=30)
@given(st.datetimes(datetime(2026, 2, 1), datetime(2026, 5, 5)), st.integers(0, 6000))  # noqa: DTZ001
def test_working_time_counted_minute_by_minute(start: datetime, minutes: int) -> None:
    begin = start.replace(second=0, microsecond=0, tzinfo=VIETNAM)
    worked = sum(_is_worked(begin + timedelta(minutes=n)) for n in range(minutes))
    found = hue().working_time_between(begin, begin + timedelta(minutes=minutes))
    assert found == timedelta(minutes=worked)


def _is_worked(minute: datetime) -> bool:
    """The office hours told anew, without the calendar's own tables."""
    clock = (minute.hour, minute.minute)
    office = (7, 30) <= clock < (11, 30) or (13, 30) <= clock < (17, 30)
    return office and minute.weekday() < 5 and minute.date() not in hue().holidays


@given(DAYS)
def test_intervals_are_ordered_and_within_their_day(day: date) -> None:
    ends = [instant for interval in hue().working_intervals(day) for instant in interval]
    assert ends == sorted(ends)
    assert all(instant.date() == day for instant in ends)
    assert bool(ends) is hue().is_working_day(day)


def test_a_shift_over_the_lost_hour_is_an_hour_shorter() -> None:
    """8 March 2026 in Chicago has no 2:00 to 3:00; the night shift 0:00–6:00 is five hours long."""
    assert chicago().day(date(2026, 3, 8)).worked == timedelta(hours=5 + 2)
    assert chicago().day(date(2026, 3, 15)).worked == timedelta(hours=6 + 2)


def test_a_shift_over_the_repeated_hour_is_an_hour_longer() -> None:
    assert chicago().day(date(2026, 11, 1)).worked == timedelta(hours=7 + 2)
    end = chicago().add_working_time(at("2026-11-01 00:00", CHICAGO), timedelta(hours=7))
    assert local(end) == "2026-11-01 06:00"


def test_hours_that_do_not_exist_are_not_worked() -> None:
    calendar = Calendar(CHICAGO, WEEKDAYS | {6: ((time(2), time(3)),)})
    assert not calendar.is_working_day(date(2026, 3, 8))
    assert calendar.is_working_day(date(2026, 3, 15))


def test_wall_time_takes_days_as_days() -> None:
    begin = at("2026-03-07 12:00", CHICAGO)
    end = chicago().add_wall_time(begin, timedelta(days=1))
    assert local(end) == "2026-03-08 12:00"
    assert chicago().wall_time_between(begin, end) == timedelta(days=1)


def test_wall_time_is_never_negative() -> None:
    first = at("2026-11-01 01:50", CHICAGO)
    second = first.replace(minute=10, fold=1)
    assert chicago().wall_time_between(first, second) == timedelta(0)
