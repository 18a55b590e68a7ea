"""The time a case has left, in working hours where its term counts them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.deadlines.remaining import Left, left_of
from service.rendering.case_words import left_words, span_words
from tests.domain.city.calendars import hue
from tests.support.small_city import NOON

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""Monday 08:00 in Huế."""


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of that March day, Huế's time."""
    return datetime(2026, 3, day, hour - 7, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seen", "minutes"),
    [
        (at(4, 12), 240 + 480 + 480),  # Wednesday noon to Friday evening
        (at(6, 11), 30 + 240),
        (at(6, 17), 30),
        (at(6, 18), 0),
        (at(9, 8), -30),  # Monday half an hour after work begins
        (at(7, 12), 0),
    ],
)
def test_working_time_until_friday_evening(seen: datetime, minutes: int) -> None:
    left = left_of(hue(), "working_days", START, at(6, 17, 30), seen)
    assert left is not None
    assert (left.minutes, left.working) == (minutes, True)


def test_other_terms_run_day_and_night() -> None:
    left = left_of(hue(), "hours", NOON, NOON + timedelta(hours=4), NOON + timedelta(hours=1))
    assert left == Left(180, False, 25)
    assert left_of(hue(), "hours", NOON, None, NOON) is None


@given(st.integers(-30_000, 60_000), st.integers(1, 30_000), st.sampled_from(["hours", "working_hours"]))
def test_what_is_used_and_left_agree(seen_min: int, term_min: int, unit: str) -> None:
    due = START + timedelta(minutes=term_min)
    seen = START + timedelta(minutes=seen_min)
    left = left_of(hue(), unit, START, due, seen)
    assert left is not None
    assert 2 <= left.used <= 100
    assert (left.minutes < 0) <= (seen > due)
    if seen > due:
        assert left.used == 100
    real = (due - seen) / timedelta(minutes=1)
    assert abs(left.minutes) <= abs(real) + 1


@pytest.mark.parametrize(
    ("minutes", "working", "said"),
    [
        (30, True, "30 phút làm việc"),
        (270, True, "4 giờ 30 phút làm việc"),
        (1475, True, "24 giờ làm việc"),
        (61, False, "1 giờ 1 phút"),
        (3000, False, "2 ngày"),
    ],
)
def test_words(minutes: int, working: bool, said: str) -> None:
    assert span_words(minutes, working=working) == said


def test_colours_and_pauses() -> None:
    words = left_words(Left(600, True, 40), "amber")
    assert words is not None
    assert (words.tone, words.used, words.text) == ("amber", 40, "Còn 10 giờ làm việc")
    late = left_words(Left(-90, True, 100), "red")
    assert late is not None
    assert (late.tone, late.text) == ("red", "Trễ 1 giờ 30 phút làm việc")
    after_hours = left_words(Left(0, True, 100), "red")
    assert after_hours is not None
    assert (after_hours.text, after_hours.tone) == ("Trễ hạn", "red")
    paused = left_words(Left(600, True, 40), "green", paused=True)
    assert paused is not None
    assert (paused.tone, paused.text) == ("grey", "Đang dừng, còn 10 giờ làm việc")
    assert left_words(None, None) is None
