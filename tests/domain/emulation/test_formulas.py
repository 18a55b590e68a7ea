"""Formulas: exact shares, floors and caps, places with ties, what is left out."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.emulation.formulas import FORMULA, competition_ranks, fault_of, points_by, round_points
from service.domain.emulation.points.counted_points import exact_value
from service.domain.emulation.points.unit_sums import ScoreLine, total_of
from service.domain.emulation.sheets.sheet import read_scores
from service.domain.plans.imports.blocks import Content, GridCell, GridTable
from service.errors import Invalid
from service.models import CriterionSource

SHARE = {"kind": "linear", "zero": 0.7, "full": 0.95}
numbers = st.integers(0, 400).map(lambda n: n / 4)
formulas: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.builds(
        lambda zero, more: {"kind": "linear", "zero": zero, "full": zero + more},
        numbers,
        st.integers(1, 400).map(lambda n: n / 4),
    ),
    st.builds(
        lambda levels, points: {
            "kind": "steps",
            "steps": [list(pair) for pair in zip(sorted(levels), sorted(points), strict=False)],
        },
        st.lists(numbers, min_size=1, max_size=5, unique=True),
        st.lists(numbers, min_size=1, max_size=5),
    ),
    st.builds(
        lambda each, points, most: {"kind": "per", "each": each, "points": points, "most": most},
        st.integers(1, 40).map(lambda n: n / 4),
        numbers,
        numbers,
    ),
    st.just({"kind": "yes"}),
)


def test_points_follow_from_the_exact_share_and_not_from_a_rounded_one() -> None:
    formula = FORMULA.validate_python(SHARE)
    share = exact_value("percent", 100 * 100 / 120, 120)
    assert share == Fraction(5, 6)
    assert round_points(points_by(formula, 30, share)) == 16.0
    assert round_points(points_by(formula, 30, Fraction(83, 100))) == 15.6, "what rounding first would give"


@given(formula=formulas, points=st.integers(1, 200), low=numbers, more=numbers)
def test_a_formula_never_falls_and_stays_within_its_points(
    formula: dict[str, Any], points: int, low: float, more: float
) -> None:
    kind = FORMULA.validate_python(formula)
    assert fault_of(kind) == ""
    some = points_by(kind, points / 2, Fraction(low))
    others = points_by(kind, points / 2, Fraction(low + more))
    assert 0 <= some <= others <= Fraction(points, 2)


@pytest.mark.parametrize(
    "formula",
    [
        {"kind": "linear", "zero": 0.9, "full": 0.7},
        {"kind": "linear", "zero": 0, "full": 0},
        {"kind": "steps", "steps": [[0.9, 8], [0.95, 5]]},
        {"kind": "steps", "steps": [[0.9, 8], [0.9, 10]]},
    ],
)
def test_a_formula_by_which_less_is_better_is_none(formula: dict[str, Any]) -> None:
    assert fault_of(FORMULA.validate_python(formula))


def test_each_kind_says_what_it_is_told_to() -> None:
    steps = FORMULA.validate_python({"kind": "steps", "steps": [[0.95, 10], [0.9, 8]]})
    told = [points_by(steps, 10, Fraction(n, 100)) for n in (96, 95, 94, 90, 89)]
    assert told == [10, 10, 8, 8, 0]
    per = FORMULA.validate_python({"kind": "per", "each": 2, "points": 1.5, "most": 4})
    assert [points_by(per, 10, Fraction(n)) for n in (1, 2, 5, 6, 9)] == [0, 1.5, 3, 4, 4]
    yes = FORMULA.validate_python({"kind": "yes"})
    assert [points_by(yes, 5, Fraction(n)) for n in (0, 1, 7)] == [0, 5, 5]


def test_ties_share_a_place_and_the_next_is_left_out() -> None:
    assert competition_ranks([90, 85, 85, 80]) == [1, 2, 2, 4]
    assert competition_ranks([None, 80, 90.5, None]) == [None, 2, 1, None]


@given(st.lists(st.one_of(st.none(), st.integers(0, 1000).map(lambda n: n / 10)), max_size=30))
def test_a_place_is_one_more_than_those_that_have_more(points: list[float | None]) -> None:
    found = competition_ranks(points)
    ranked = sorted((own for own in points if own is not None), reverse=True)
    for own, place in zip(points, found, strict=True):
        assert place == (None if own is None else ranked.index(own) + 1)


def line(points: float, got: float, source: str = "indicator", **said: Any) -> ScoreLine:
    return ScoreLine(points=points, got=got, source=CriterionSource(source), **said)


def test_what_is_left_out_is_made_up_for_by_the_others() -> None:
    whole = total_of([line(60, 45), line(40, 0, left_out=True, cases=4, needs=5)])
    assert (whole.points, whole.left_out, whole.not_ranked) == (75.0, 40, None), "45 of 60"
    most = total_of([line(60, 0, left_out=True, cases=3, needs=5), line(40, 40)])
    assert most.points is None and most.not_ranked == {"cases": 3, "needs": 5}
    half = total_of([line(50, 0, left_out=True), line(50, 40)])
    assert half.points == 80.0, "half of the points is not more than half"


def test_a_bonus_comes_on_top_and_a_deduction_off_but_never_below_nought() -> None:
    lines = [line(100, 90, section="A"), line(5, 4, "bonus", section="B"), line(10, 6, "deduction")]
    found = total_of(lines)
    assert found.points == 88.0
    assert found.parts == [{"section": "A", "points": 90.0}, {"section": "B", "points": 4.0}]
    assert total_of([line(100, 3), line(10, 6, "deduction")]).points == 0.0


@given(st.lists(st.tuples(st.integers(1, 40), st.integers(0, 10), st.booleans()), min_size=1, max_size=12))
def test_a_unit_with_everything_has_all_points_whatever_is_left_out(
    found: list[tuple[int, int, bool]],
) -> None:
    whole = sum(points for points, _, _ in found)
    total = total_of([line(points, points, left_out=out) for points, _, out in found])
    missing = sum(points for points, _, out in found if out)
    if 2 * missing > whole:
        assert total.points is None
    else:
        assert total.points == whole
    less = total_of([line(points, points * tenth / 10, left_out=out) for points, tenth, out in found])
    assert less.points is None or total.points is None or less.points <= total.points


@pytest.mark.parametrize(
    "key", ["PT8-1-ward-W1", "PT7-0-ward-W1", "PT7-61-ward-W1", "PT7-1-", "7-1-a", "PT7-²-a"]
)
def test_a_row_of_another_movement_refuses_the_sheet(key: str) -> None:
    def content(*rows: tuple[str, ...]) -> Content:
        told = [tuple(GridCell(text) for text in row) for row in rows]
        return Content((GridTable(tuple(told)),))

    heading = ("Mã dòng", "Điểm tự chấm", "Điểm thẩm định", "Ghi chú")
    [good] = read_scores(7, content(heading, ("PT7-2-ward-W1", "4,5", "", "Ảnh")))
    assert (good.unit, good.criterion, good.claimed, good.given) == ("ward-W1", 2, 4.5, None)
    for row in ((key, "4", "", ""), ("PT7-2-ward-W1", "nhiều", "", "")):
        with pytest.raises(Invalid):
            read_scores(7, content(heading, row))
    with pytest.raises(Invalid):
        read_scores(7, content(("Đơn vị", "Điểm"), ("a", "1")))
