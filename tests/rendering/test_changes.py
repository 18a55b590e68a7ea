"""How figures moved, in words: counts where they are few, times from the double on, else a share."""

from __future__ import annotations

import pytest

from service.i18n import language_in_use
from service.i18n.changes import change_words
from service.i18n.wording import distance_words, figure_number, number_words, percent_words


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        (45, 3, "Tăng từ 3 lên 45 so với kỳ trước"),
        (3, 19, "Giảm từ 19 xuống 3 so với kỳ trước"),
        (0, 1, "Giảm từ 1 xuống 0 so với kỳ trước"),
        (3, 3, "Như kỳ trước"),
        (300, 20, "Gấp 15 lần kỳ trước"),
        (40, 20, "Gấp 2 lần kỳ trước"),
        (45, 20, "Gấp 2,3 lần kỳ trước"),
        (39, 20, "Tăng 95% so với kỳ trước"),
        (28, 25, "Tăng 12% so với kỳ trước"),
        (27, 24, "Tăng 12,5% so với kỳ trước"),
        (15, 24, "Giảm 37,5% so với kỳ trước"),
        (0, 24, "Giảm 100% so với kỳ trước"),
        (1, 3000, "Giảm 99,9% so với kỳ trước"),
        (3001, 3000, "Tăng 0,1% so với kỳ trước"),
        (2400000, 2000, "Gấp 1.200 lần kỳ trước"),
    ],
)
def test_counts(now: int, before: int, said: str) -> None:
    change = change_words(now, before, "kỳ trước")
    assert change is not None
    assert change.text == said
    assert change.way == (now > before) - (now < before)
    assert change.counted == (before < 20 and now != before)


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        (4.31, 4.3, "Như kỳ trước"),
        (4.5, 4.0, "Tăng 12,5% so với kỳ trước"),
        (30.0, 2.0, "Gấp 15 lần kỳ trước"),
        (6.0, 8.0, "Giảm 25% so với kỳ trước"),
    ],
)
def test_measures_have_no_counts(now: float, before: float, said: str) -> None:
    change = change_words(now, before, "kỳ trước", counts=False)
    assert change is not None
    assert (change.text, change.counted) == (said, False)


def test_nothing_before_says_nothing() -> None:
    assert change_words(45, 0, "kỳ trước") is None


def test_in_english() -> None:
    token = language_in_use.set("en")
    try:
        told = [change_words(*pair, "kỳ trước") for pair in ((45, 3), (300, 20), (27, 24))]
        assert [each.text for each in told if each] == [
            "Up from 3 to 45 on the previous period",
            "15 times the previous period",
            "Up 12.5% on the previous period",
        ]
    finally:
        language_in_use.reset(token)


@pytest.mark.parametrize(
    ("rate", "digits", "said"),
    [
        (2999 / 3000, 1, "99,9%"),
        (0.9995, 1, "99,9%"),
        (0.9994, 1, "99,9%"),
        (1 / 3000, 1, "0,1%"),
        (1e-9, 1, "0,1%"),
        (1, 1, "100%"),
        (0, 1, "0%"),
        (199 / 200, 0, "99%"),
        (1 / 250, 0, "1%"),
        (1, 0, "100%"),
        (0.845, 0, "85%"),
        (1.4, 1, "140,0%"),
    ],
)
def test_a_share_is_all_or_nothing_only_where_it_is(rate: float, digits: int, said: str) -> None:
    assert percent_words(rate, digits) == said


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (100 * 2999 / 3000, "%", "99,9"),
        (100 / 3000, "%", "0,1"),
        (100.0, "%", "100"),
        (100 * 28 / 33, "%", "84,8"),
        (-6.25, "%", "-6,3"),
        (53.25, "giờ", "53,3"),
        (1234.0, "phản ánh", "1.234"),
    ],
)
def test_figures(value: float, unit: str, said: str) -> None:
    assert figure_number(value, unit) == said


@pytest.mark.parametrize(
    ("metres", "said"),
    [
        (12.5, "15 m"),
        (2, "5 m"),
        (997.4, "995 m"),
        (997.5, "1 km"),
        (1050, "1,1 km"),
        (9970, "10 km"),
        (8377100, "8.377 km"),
    ],
)
def test_distances_round_as_the_phone_does(metres: float, said: str) -> None:
    assert distance_words(metres) == said
    assert number_words(2.5) == "3"
