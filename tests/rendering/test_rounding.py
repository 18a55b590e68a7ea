"""Numbers as people read them: rounded once, halves away from zero, as the spreadsheet beside them does."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.figures.reckon import Tally
from service.i18n.rounding import round_half_up
from service.i18n.wording import number_words, percent_words


@pytest.mark.parametrize(
    ("value", "digits", "said"),
    [
        (6.25, 1, "6,3"),
        (-6.25, 1, "-6,3"),
        (0.5, 0, "1"),
        (2.5, 0, "3"),
        (1.005, 2, "1,01"),
        (100 * (7 / 80), 1, "8,8"),
        (-0.04, 1, "0,0"),
        (0, 0, "0"),
        (12345.65, 1, "12.345,7"),
        (1e15, 0, "1.000.000.000.000.000"),
    ],
)
def test_halves_go_away_from_zero(value: float, digits: int, said: str) -> None:
    assert number_words(value, digits) == said


@given(st.data())
def test_a_part_of_a_whole_is_rounded_once(data: st.DataObject) -> None:
    whole = data.draw(st.integers(1, 5000))
    part = data.draw(st.integers(0, whole))
    exact = Fraction(1000 * part, whole)
    tenths = int(exact + Fraction(1, 2))
    assert round_half_up(100 * (part / whole), 1) == Decimal(tenths) / 10


def test_the_rate_of_a_department_is_told_from_its_counts() -> None:
    assert percent_words(Tally(on_time=28, decided=33).on_time_rate) == "84,8%", "84.848…, not 84.85"
    assert percent_words(Tally(on_time=1, decided=16).on_time_rate) == "6,3%"
    assert percent_words(Tally(on_time=5, decided=5).on_time_rate) == "100%"
    assert percent_words(Tally().on_time_rate) == "–"
