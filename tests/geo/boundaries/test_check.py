"""Units by themselves and together: what is mended, what is refused, and the account of it."""

from dataclasses import replace

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Polygon, box
from shapely.geometry.base import BaseGeometry

from geo.boundaries.boundaries import Boundary, Kind, SliverLimits, check_boundaries
from geo.distance import degree_m
from geo.shapes import area_m2, multipolygon
from tests.geo.places import square
from tests.support.examples import examples

LON_M, LAT_M = degree_m(16.05)


def unit(code: str, geometry: BaseGeometry, index: int = 0) -> Boundary:
    return Boundary(code, f"U{code}", f"Xã U{code}", "xã", multipolygon(geometry), source="f", index=index)


def kinds(*units: Boundary, limits: SliverLimits = SliverLimits()) -> list[Kind]:  # noqa: B008 - frozen
    return [finding.kind for finding in check_boundaries(units, limits).findings]


def test_no_units_are_an_error() -> None:
    report = check_boundaries([])
    assert [finding.kind for finding in report.errors] == [Kind.NO_FEATURES]
    assert not report.ok


def test_neighbours_are_fine_and_come_in_the_order_of_their_codes() -> None:
    report = check_boundaries([unit("b", square(107.1, 16)), unit("a", square(107, 16))])
    assert report.findings == ()
    assert [u.code for u in report.boundaries] == ["a", "b"]


def test_the_same_code_twice_names_both_places() -> None:
    report = check_boundaries([unit("a", square(107, 16)), unit("a", square(107.5, 16), index=4)])
    (error,) = report.errors
    assert (error.kind, error.index, error.code) == (Kind.DUPLICATE_CODE, 4, "a")
    assert "feature 1 of f" in error.message
    assert str(error).startswith("f, feature 5, a: ")


def test_a_unit_without_a_code_says_which_columns_there_are() -> None:
    nameless = replace(unit("", square(107, 16)), properties={"ID": 1})
    (error,) = check_boundaries([nameless]).errors
    assert error.kind is Kind.NO_CODE
    assert "'ID'" in error.message


def test_a_unit_without_a_name_goes_by_its_code() -> None:
    report = check_boundaries([replace(unit("a", square(107, 16)), name="", full_name="")])
    assert [finding.kind for finding in report.warnings] == [Kind.NO_NAME]
    assert (report.boundaries[0].name, report.boundaries[0].full_name) == ("a", "a")


def test_a_bow_tie_is_refused_since_nobody_knows_what_was_meant() -> None:
    bowtie = Polygon([(107, 16), (107.1, 16.1), (107.1, 16), (107, 16.1)])
    (error,) = check_boundaries([unit("a", bowtie)]).errors
    assert error.kind is Kind.INVALID_SHAPE
    assert error.figures["after_m2"] > error.figures["before_m2"]


def test_a_small_loop_in_the_border_is_mended() -> None:
    loop = [(107, 16), (107.05, 16), (107.051, 16.001), (107.051, 16), (107.05, 16.001), (107.1, 16)]
    report = check_boundaries([unit("a", Polygon([*loop, (107.1, 16.1), (107, 16.1)]))])
    assert [finding.kind for finding in report.findings] == [Kind.SHAPE_REPAIRED]
    assert report.boundaries[0].geometry.is_valid


def test_a_part_within_a_part_is_refused() -> None:
    """It may have been meant as a hole, or not."""
    nested = MultiPolygon([square(107, 16), box(107.02, 16.02, 107.08, 16.08)])
    assert kinds(unit("a", nested)) == [Kind.INVALID_SHAPE]


def test_a_real_overlap_is_an_error_with_its_surface_and_place() -> None:
    first, second = square(107, 16), box(107.09, 16, 107.2, 16.1)
    report = check_boundaries([unit("b", first), unit("a", second)])
    (error,) = report.errors
    assert (error.kind, error.code, error.others) == (Kind.OVERLAP, "b", ("a",))
    assert error.figures["area_m2"] == pytest.approx(0.01 * LON_M * 0.1 * LAT_M, rel=0.001)
    assert error.place is not None
    assert 107.09 < error.place.lon < 107.1
    accepted = check_boundaries([unit("b", first), unit("a", second)], accept_overlaps=True)
    assert accepted.ok
    assert [finding.kind for finding in accepted.warnings] == [Kind.OVERLAP]
    assert all(u.geometry.equals(s) for u, s in zip(accepted.boundaries, (second, first), strict=True))


def test_a_thin_overlap_goes_to_the_smaller_code() -> None:
    wide = box(107.1 - 1.5 / LON_M, 16, 107.2, 16.1)  # 1.5 m over a border of 11 km
    report = check_boundaries([unit("b", wide), unit("a", square(107, 16))])
    (repair,) = report.repairs
    assert report.ok
    assert (repair.kind, repair.code, repair.others) == (Kind.SLIVER_GIVEN, "b", ("a",))
    assert repair.figures["width_m"] == pytest.approx(1.5, rel=0.01)
    first, second = (u.geometry for u in report.boundaries)
    assert first.equals(square(107, 16))
    assert area_m2(first.intersection(second)) < 1
    assert second.union(first).equals(wide.union(square(107, 16)))


def test_a_small_overlap_goes_to_the_smaller_code_too() -> None:
    nick = box(107.1 - 20 / LON_M, 16, 107.2, 16 + 20 / LAT_M).union(square(107.1, 16))  # 400 m²
    assert kinds(unit("a", square(107, 16)), unit("b", nick)) == [Kind.SLIVER_GIVEN]
    strict = SliverLimits(sliver_area_m2=100, sliver_width_m=1)
    assert kinds(unit("a", square(107, 16)), unit("b", nick), limits=strict) == [Kind.OVERLAP]


def test_a_unit_is_never_given_away_whole() -> None:
    """A tiny unit inside another would vanish as a sliver; that is an overlap to look at."""
    tiny = box(107.05, 16.05, 107.05 + 20 / LON_M, 16.05 + 20 / LAT_M)
    assert kinds(unit("a", square(107, 16)), unit("b", tiny)) == [Kind.OVERLAP]


def test_a_gap_between_units_is_told_with_its_neighbours() -> None:
    outer = Polygon(box(107, 16, 107.3, 16.3).exterior, [box(107.1, 16.1, 107.2, 16.2).exterior])
    report = check_boundaries([unit("a", outer), unit("b", box(107.1, 16.1, 107.19, 16.2))])
    (gap,) = report.warnings
    assert report.ok
    assert (gap.kind, gap.others) == (Kind.GAP, ("a", "b"))
    assert gap.figures["area_m2"] == pytest.approx(0.01 * 0.1 * LON_M * LAT_M, rel=0.01)
    assert report.gaps[0].around == (0, 1)


def test_an_island_leaves_no_gap() -> None:
    outer = Polygon(box(107, 16, 107.3, 16.3).exterior, [box(107.1, 16.1, 107.2, 16.2).exterior])
    assert kinds(unit("a", outer), unit("b", box(107.1, 16.1, 107.2, 16.2))) == []


def test_the_summary_has_a_line_for_each_kind() -> None:
    units = [
        unit("a", square(107, 16)),
        unit("b", box(107.09, 16, 107.2, 16.1)),
        unit("b", square(107.5, 16)),
    ]
    lines = check_boundaries(units).summary()
    assert len(lines) == 2
    assert lines[0].startswith("1 x duplicate code (error), first: ")
    assert lines[1].startswith("1 x overlap (error), together 11,8")


CORNER = st.tuples(st.integers(0, 8), st.integers(0, 8)).map(lambda xy: (107 + xy[0] / 100, 16 + xy[1] / 100))
TANGLE = st.lists(CORNER, min_size=3, max_size=7).map(Polygon)


@settings(max_examples=examples(60))
@given(st.lists(TANGLE, min_size=1, max_size=4))
def test_any_tangle_gives_valid_units_or_errors(shapes: list[Polygon]) -> None:
    units = [unit(str(n), shape, n) for n, shape in enumerate(shapes)]
    report = check_boundaries(units)
    assert all(u.geometry.is_valid and not u.geometry.is_empty for u in report.boundaries)
    assert len(report.boundaries) + len({f.code for f in report.errors if f.kind is not Kind.OVERLAP}) == len(
        units
    )
    told = {(f.others[0], f.code) for f in report.findings if f.kind in {Kind.OVERLAP, Kind.SLIVER_GIVEN}}
    for first in report.boundaries:
        for second in report.boundaries:
            shared = shapely.intersection(first.geometry, second.geometry)
            if first.code < second.code and area_m2(shared) > 2:
                assert (first.code, second.code) in told
