"""Due instants on real Vietnamese dates, against a slow count, and how they are explained."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.deadlines.deadlines import (
    UNITS,
    CountStep,
    ExtensionLimit,
    Policy,
    Term,
    Unit,
    compute_due,
)
from tests.domain.city.calendars import CHICAGO, VIETNAM, at, chicago, hue, local
from tests.domain.deadlines import oracle
from tests.examples import examples

STANDARD = Term("working_days", 7)
EMERGENCY = Term("hours", 4)
ACCEPT = Term("working_hours", 8)


def _due(term: Term, received: str) -> str:
    return local(compute_due(term, at(received), hue()).at)


@pytest.mark.parametrize(
    ("received", "ends"),
    [
        ("2026-03-02 09:00", "2026-03-11 17:30"),  # an ordinary Monday
        ("2026-03-02 00:00", "2026-03-11 17:30"),
        ("2026-03-02 17:30", "2026-03-11 17:30"),  # after work: still that day's receipt
        ("2026-03-06 23:59", "2026-03-17 17:30"),  # Friday's last minute
        ("2026-03-07 00:00", "2026-03-18 17:30"),  # Saturday: received on Monday, which is not counted
        ("2026-03-08 12:00", "2026-03-18 17:30"),
        ("2026-03-09 08:00", "2026-03-18 17:30"),
        ("2026-02-13 16:00", "2026-03-03 17:30"),  # the last Friday before Tết 2026
        ("2026-02-15 10:00", "2026-03-04 17:30"),  # the Sunday before Giao thừa
        ("2026-02-17 00:05", "2026-03-04 17:30"),  # the first minutes of Tết
        ("2027-02-03 10:00", "2027-02-19 17:30"),  # the eve of Tết 2027, which takes 4 to 10 February
        ("2027-02-08 10:00", "2027-02-22 17:30"),
        ("2026-04-24 15:00", "2026-05-08 17:30"),  # Giỗ Tổ with its Monday, then 30/4 and 1/5
        ("2026-04-29 18:00", "2026-05-12 17:30"),  # the eve of 30/4
        ("2026-08-20 09:00", "2026-08-28 17:30"),  # counts Saturday 22/8, worked for 31/8
        ("2026-08-21 09:00", "2026-09-03 17:30"),  # 22/8 to 28/8 are six; 31/8 to 2/9 are off
        ("2026-12-31 09:00", "2027-01-12 17:30"),  # across the new year
        ("2028-02-18 09:00", "2028-02-29 17:30"),  # ends on the leap day
        ("2028-02-28 09:00", "2028-03-08 17:30"),  # counts it
    ],
)
def test_seven_working_days(received: str, ends: str) -> None:
    assert _due(STANDARD, received) == ends


@pytest.mark.parametrize(
    ("received", "ends"),
    [
        ("2026-02-16 23:00", "2026-02-17 03:00"),  # day and night, Tết too
        ("2028-02-28 22:00", "2028-02-29 02:00"),
    ],
)
def test_four_hours_run_by_night_and_on_holidays_too(received: str, ends: str) -> None:
    assert _due(EMERGENCY, received) == ends


@pytest.mark.parametrize(
    ("received", "ends"),
    [
        ("2026-03-02 07:30", "2026-03-02 17:30"),
        ("2026-03-02 09:10", "2026-03-03 09:10"),
        ("2026-03-02 12:00", "2026-03-03 11:30"),
        ("2026-03-06 23:59", "2026-03-09 17:30"),
        ("2026-03-07 10:00", "2026-03-09 17:30"),
        ("2026-02-13 15:00", "2026-02-23 15:00"),
        ("2026-08-21 16:30", "2026-08-22 16:30"),
    ],
)
def test_eight_working_hours(received: str, ends: str) -> None:
    assert _due(ACCEPT, received) == ends


@pytest.mark.parametrize(
    ("received", "days", "ends"),
    [
        ("2026-03-02 09:00", 1, "2026-03-03 23:59:59"),
        ("2026-03-01 09:00", 2, "2026-03-03 23:59:59"),  # received on a Sunday: only not counted
        ("2026-03-02 23:59", 10, "2026-03-12 23:59:59"),
        ("2026-03-02 09:00", 5, "2026-03-09 23:59:59"),  # ends on a Saturday, so on Monday
        ("2026-02-01 09:00", 15, "2026-02-23 23:59:59"),  # ends on Giao thừa, so after Tết
        ("2026-08-20 09:00", 2, "2026-08-22 23:59:59"),  # ends on the worked Saturday
        ("2028-02-14 09:00", 15, "2028-02-29 23:59:59"),
    ],
)
def test_calendar_days_end_with_the_last_of_them(received: str, days: int, ends: str) -> None:
    assert _due(Term("calendar_days", days), received) == ends


def test_the_citys_clock_decides_the_day_of_receipt() -> None:
    """20:00 UTC on Friday is Saturday 03:00 in Huế."""
    answer = compute_due(STANDARD, datetime(2026, 3, 6, 20, tzinfo=UTC), hue()).at
    assert local(answer) == "2026-03-18 17:30"
    assert answer.tzinfo == VIETNAM


def test_hours_across_daylight_saving_are_real_hours() -> None:
    night = at("2026-03-07 23:00", CHICAGO)
    assert local(compute_due(EMERGENCY, night, chicago()).at) == "2026-03-08 04:00"
    assert (
        local(compute_due(Term("hours", 24), at("2026-10-31 12:00", CHICAGO), chicago()).at)
        == "2026-11-01 11:00"
    )


def test_working_hours_across_daylight_saving() -> None:
    """The night shift of 8 March is five hours, that of 1 November seven."""
    spring = compute_due(ACCEPT, at("2026-03-08 00:00", CHICAGO), chicago()).at
    assert local(spring) == "2026-03-09 08:30"
    autumn = compute_due(ACCEPT, at("2026-11-01 00:00", CHICAGO), chicago()).at
    assert local(autumn) == "2026-11-01 23:00"


def test_days_across_daylight_saving_end_on_the_local_clock() -> None:
    received = at("2026-03-06 12:00", CHICAGO)
    assert local(compute_due(Term("working_days", 2), received, chicago()).at) == "2026-03-09 17:30"
    assert local(compute_due(Term("calendar_days", 2), received, chicago()).at) == "2026-03-08 23:59:59"


RECEIVED = st.datetimes(datetime(2026, 1, 1), datetime(2027, 3, 1)).map(  # noqa: DTZ001
    lambda moment: moment.replace(second=0, microsecond=0)
)
TERMS = st.one_of(
    st.builds(Term, st.just("hours"), st.integers(1, 100)),
    st.builds(Term, st.just("working_hours"), st.integers(1, 60)),
    st.builds(Term, st.just("working_days"), st.integers(1, 15)),
    st.builds(Term, st.just("calendar_days"), st.integers(1, 40)),
)


@settings(max_examples=examples(120))
@given(TERMS, RECEIVED)
def test_equals_the_slow_count(term: Term, received: datetime) -> None:
    expected = oracle.base(term.unit, term.amount, received)
    if term.unit == "calendar_days":
        expected -= timedelta(seconds=1)
    assert compute_due(term, received.replace(tzinfo=VIETNAM), hue()).at.replace(tzinfo=None) == expected


@given(TERMS, RECEIVED, st.timedeltas(timedelta(0), timedelta(days=9)))
def test_received_later_is_never_due_earlier(term: Term, received: datetime, later: timedelta) -> None:
    first = received.replace(tzinfo=VIETNAM)
    assert compute_due(term, first, hue()).at <= compute_due(term, first + later, hue()).at


@given(TERMS, RECEIVED)
def test_a_longer_term_is_due_later_or_at_once(term: Term, received: datetime) -> None:
    first = received.replace(tzinfo=VIETNAM)
    longer = Term(term.unit, term.amount + 1)
    assert first < compute_due(term, first, hue()).at <= compute_due(longer, first, hue()).at


@given(st.integers(1, 30), RECEIVED)
def test_the_explanation_tells_every_day_once(days: int, received: datetime) -> None:
    answer = compute_due(Term("working_days", days), received.replace(tzinfo=VIETNAM), hue())
    told = [step for step in answer.steps if step.kind in ("counted", "day_off")]
    for step, following in pairwise(told):
        assert step.until is not None
        assert following.day == step.until + timedelta(days=1)
    counted = [step for step in told if step.kind == "counted"]
    assert [step.first for step in counted] == [1, *(step.last + 1 for step in counted[:-1])]
    assert told[-1] == counted[-1]
    assert (counted[-1].last, counted[-1].until) == (days, answer.at.date())


def test_explains_seven_days_over_tet() -> None:
    steps = compute_due(STANDARD, at("2026-02-14 10:00"), hue()).steps
    assert [_short(step) for step in steps] == [
        ("received", None, None),
        ("received_on_day_off", "14/02", "23/02"),
        ("receipt_not_counted", "23/02", None),
        ("counted", "24/02", "27/02"),
        ("day_off", "28/02", "01/03"),
        ("counted", "02/03", "04/03"),
        ("due", None, None),
    ]
    steps = compute_due(STANDARD, at("2026-02-13 10:00"), hue()).steps
    names = [step.name.get("vi") for step in steps if step.name is not None]
    assert names[:3] == [None, "Giao thừa Tết Nguyên Đán", "Tết Nguyên Đán"]


def test_explains_working_hours_day_by_day() -> None:
    steps = compute_due(ACCEPT, at("2026-03-06 12:10"), hue()).steps
    assert steps[1] == CountStep("clock_starts", at=at("2026-03-06 13:30"))
    assert [(s.kind, s.first, s.last) for s in steps[2:-1]] == [
        ("worked", 240, 240),
        ("day_off", 0, 0),
        ("worked", 240, 480),
    ]


def test_explains_a_last_day_that_moves() -> None:
    steps = compute_due(Term("calendar_days", 5), at("2026-03-02 09:00"), hue()).steps
    assert [_short(step) for step in steps[1:-1]] == [
        ("receipt_not_counted", "02/03", None),
        ("counted", "03/03", "07/03"),
        ("moved", "07/03", "09/03"),
    ]


def _short(step: CountStep) -> tuple[str, str | None, str | None]:
    day, until = (value.strftime("%d/%m") if value else None for value in (step.day, step.until))
    return step.kind, day, until


def test_a_step_as_plain_values() -> None:
    steps = compute_due(STANDARD, at("2026-04-29 10:00"), hue()).steps
    assert [step.as_json() for step in steps][:3] == [
        {"kind": "received", "at": "2026-04-29T10:00:00+07:00"},
        {"kind": "receipt_not_counted", "day": "2026-04-29"},
        {
            "kind": "day_off",
            "day": "2026-04-30",
            "until": "2026-04-30",
            "name": {"vi": "Ngày Chiến thắng", "en": "Liberation Day/Reunification Day"},
        },
    ]


@pytest.mark.parametrize("amount", [0, -1, 10_001, 1.5, "7", True, None])
def test_a_term_that_is_none_is_refused(amount: Any) -> None:
    with pytest.raises(ValueError, match="term"):
        Term("hours", amount)


def test_an_unknown_unit_is_refused() -> None:
    unit: Any = "weeks"
    with pytest.raises(ValueError, match="'weeks'"):
        Term(unit, 1)


@given(st.sampled_from(UNITS), st.integers(1, 400))
def test_a_time_without_zone_is_refused(unit: Unit, amount: int) -> None:
    with pytest.raises(ValueError, match="without zone"):
        compute_due(Term(unit, amount), datetime(2026, 3, 2, 9), hue())  # noqa: DTZ001


def test_a_policy_survives_its_spec() -> None:
    policy = Policy(
        "standard",
        ACCEPT,
        STANDARD,
        ExtensionLimit(2, Term("working_days", 10), approval=True),
        amber_ratio=0.7,
    )
    assert Policy.of("standard", policy.spec()) == policy
    plain = Policy("emergency", Term("hours", 1), EMERGENCY)
    assert Policy.of("emergency", plain.spec()) == plain


@pytest.mark.parametrize("ratio", [0.0, 1.0, -1.0, 80.0])
def test_amber_outside_the_term_is_refused(ratio: float) -> None:
    with pytest.raises(ValueError, match="amber"):
        Policy("standard", ACCEPT, STANDARD, amber_ratio=ratio)


def test_extensions_are_not_counted_below_zero() -> None:
    with pytest.raises(ValueError, match="counted from 0"):
        ExtensionLimit(-1)


def test_another_zone_gives_another_day() -> None:
    """The same instant is Friday evening in Paris and Saturday in Huế."""
    instant = at("2026-03-06 19:00", ZoneInfo("Europe/Paris"))
    assert local(compute_due(STANDARD, instant, hue()).at) == "2026-03-18 17:30"
