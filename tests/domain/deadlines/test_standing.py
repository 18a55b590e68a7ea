"""How a deadline stands: one colour and one length of time for everybody, counted as its term is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.deadlines.deadlines import Unit
from service.domain.deadlines.standing import DeadlineStanding, colour_of, is_late, standing_of
from service.domain.rules.standing_words import deadline_words, span_words
from tests.domain.city.calendars import hue
from tests.support.small_city import NOON

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""Monday 08:00 in Huế."""


@dataclass(frozen=True)
class Row:
    """A report's times."""

    due_at: datetime | None
    amber_at: datetime | None = None
    paused_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    created_at: datetime = START


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of that March day, Huế's time."""
    return datetime(2026, 3, day, hour - 7, minute, tzinfo=UTC)


def stands(unit: Unit, row: Row, now: datetime) -> DeadlineStanding:
    found = standing_of(hue(), unit, row, now)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("seen", "minutes", "days", "said"),
    [
        (at(2, 8), 5 * 480, 4, "Còn 4 ngày làm việc"),  # half an hour after Monday's work began
        (at(2, 7), 5 * 480 + 30, 5, "Còn 5 ngày làm việc"),
        (at(4, 12), 240 + 480 + 480, 2, "Còn 2 ngày làm việc"),
        (at(6, 11), 30 + 240, 0, "Còn 4 giờ 30 phút làm việc"),
        (at(6, 17), 30, 0, "Còn 30 phút làm việc"),
        (at(6, 18), 0, 0, "Trễ hạn"),
        (at(7, 12), 0, 0, "Trễ hạn"),
        (at(9, 8), -30, 0, "Trễ 30 phút làm việc"),
        (at(10, 18), -960, 2, "Trễ 2 ngày làm việc"),
    ],
)
def test_working_days_until_friday_evening(seen: datetime, minutes: int, days: int, said: str) -> None:
    found = stands("working_days", Row(at(6, 17, 30)), seen)
    assert (found.days, found.working) == (days, True)
    words = deadline_words(found)
    assert words is not None
    assert words.text == said
    if seen > at(2, 8):
        assert found.minutes == minutes


def test_other_terms_run_day_and_night() -> None:
    row = Row(NOON + timedelta(hours=4), created_at=NOON)
    found = stands("hours", row, NOON + timedelta(hours=1))
    assert (found.minutes, found.working, found.used, found.days) == (180, False, 25, 0)
    assert standing_of(hue(), "hours", Row(None), NOON) is None


def test_days_of_the_calendar_are_whole_ones() -> None:
    found = stands("calendar_days", Row(at(12, 23)), at(2, 9))
    assert found.days == 10
    assert span_words(found) == "10 ngày"


@given(st.integers(-30_000, 60_000), st.integers(1, 30_000), st.sampled_from(get_args(Unit)))
def test_colour_length_and_bar_agree(seen_min: int, term_min: int, unit: Unit) -> None:
    due = START + timedelta(minutes=term_min)
    seen = START + timedelta(minutes=seen_min)
    row = Row(due, amber_at=START + timedelta(minutes=term_min * 0.8))
    found = stands(unit, row, seen)
    assert 2 <= found.used <= 100
    assert (found.colour == "red") == (seen > due) == is_late(row, seen)
    assert (found.minutes < 0) <= (seen > due)
    if seen > due:
        assert found.used == 100
    assert abs(found.minutes) <= abs((due - seen) / timedelta(minutes=1)) + 1
    assert found.days * 24 * 60 <= abs((due - seen) / timedelta(minutes=1)) + 24 * 60
    words = deadline_words(found)
    assert words is not None
    assert words.tone == found.colour


@pytest.mark.parametrize("stop", ["paused_at", "resolved_at", "closed_at"])
def test_nobody_becomes_late_once_the_clock_has_stopped(stop: str) -> None:
    row = Row(at(6, 17, 30), amber_at=at(5, 17), **{stop: at(5, 10)})
    assert colour_of(row, at(20, 9)) == "green"
    late = Row(at(6, 17, 30), amber_at=at(5, 17), **{stop: at(9, 10)})
    assert colour_of(late, at(20, 9)) == "red"


@pytest.mark.parametrize(
    ("minutes", "unit", "said"),
    [
        (30, "working_hours", "30 phút làm việc"),
        (270, "working_hours", "4 giờ 30 phút làm việc"),
        (1475, "working_hours", "24 giờ làm việc"),
        (61, "hours", "1 giờ 1 phút"),
        (2879, "hours", "47 giờ"),
        (3000, "hours", "2 ngày 2 giờ"),
        (6590, "hours", "4 ngày 13 giờ"),
        (7230, "hours", "5 ngày"),
    ],
)
def test_terms_of_hours_are_told_in_hours_and_days(minutes: int, unit: Unit, said: str) -> None:
    assert span_words(DeadlineStanding("green", minutes, 0, unit, 50)) == said


@pytest.mark.parametrize(
    ("standing", "tone", "text", "english"),
    [
        (
            DeadlineStanding("amber", 600, 0, "working_hours", 40),
            "amber",
            "Còn 10 giờ làm việc",
            "10 working hours left",
        ),
        (
            DeadlineStanding("red", -90, 0, "working_hours", 100),
            "red",
            "Trễ 1 giờ 30 phút làm việc",
            "1 hour 30 minutes of working time late",
        ),
        (
            DeadlineStanding("green", 3900, 8, "working_days", 40, stands=True),
            "grey",
            "Đang dừng, còn 8 ngày làm việc",
            "",
        ),
        (DeadlineStanding("green", 600, 1, "working_days", 40, finished=True), "green", "Xong đúng hạn", ""),
        (
            DeadlineStanding("red", -1000, 2, "working_days", 100, finished=True),
            "red",
            "Xong trễ 2 ngày làm việc",
            "",
        ),
        (DeadlineStanding("red", 0, 0, "working_days", 100, finished=True), "red", "Xong trễ hạn", ""),
        (DeadlineStanding("amber", 0, 0, "working_days", 99), "amber", "Sắp hết hạn", ""),
    ],
)
def test_a_deadline_is_told_in_these_words(
    standing: DeadlineStanding, tone: str, text: str, english: str
) -> None:
    words = deadline_words(standing)
    assert words is not None
    assert (words.tone, words.text) == (tone, text)
    assert deadline_words(None) is None
