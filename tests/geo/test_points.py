"""Places: what is accepted, and which problem is named for what is not."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.points import BBox, Point, PointError, PointProblem, in_world, parse_pair, parse_point, point_problem

HUE = BBox(107.0, 15.9, 108.3, 16.8)
ANY_FLOAT = st.floats(allow_nan=True, allow_infinity=True)
ANY_JSON = (
    st.none() | st.booleans() | st.integers() | ANY_FLOAT | st.text(max_size=8) | st.lists(st.integers())
)


@pytest.mark.parametrize(
    ("lon", "lat", "problem"),
    [
        (107.5909, 16.4637, None),
        (16.4637, 107.5909, PointProblem.SWAPPED),
        (15.6, 108.4, PointProblem.SWAPPED),
        (0.0, 0.0, PointProblem.NULL_ISLAND),
        (-0.00001, 0.00001, PointProblem.NULL_ISLAND),
        (math.nan, 16.4, PointProblem.NOT_FINITE),
        (107.5, math.inf, PointProblem.NOT_FINITE),
        (105.85, 21.03, PointProblem.OUTSIDE),
        (0.001, 0.0, PointProblem.OUTSIDE),
        (200.0, 16.4, PointProblem.OUT_OF_RANGE),
        (107.5, -91.0, PointProblem.OUT_OF_RANGE),
    ],
)
def test_names_what_is_wrong_with_a_place_in_hue(
    lon: float, lat: float, problem: PointProblem | None
) -> None:
    assert point_problem(lon, lat, HUE) is problem


def test_the_border_of_the_box_belongs_to_the_city() -> None:
    assert point_problem(HUE.west, HUE.north, HUE) is None


def test_without_a_city_only_the_impossible_is_found() -> None:
    assert point_problem(2.35, 48.85) is None
    assert point_problem(16.4, 107.6) is PointProblem.SWAPPED
    assert point_problem(500.0, 500.0) is PointProblem.OUT_OF_RANGE


def test_a_city_at_zero_zero_keeps_its_own_places() -> None:
    assert point_problem(0.0, 0.0, BBox(-1, -1, 1, 1)) is None


@given(st.floats(HUE.west, HUE.east), st.floats(HUE.south, HUE.north))
def test_every_place_in_the_city_is_accepted_and_its_mirror_is_called_swapped(lon: float, lat: float) -> None:
    assert parse_point(lon, lat, HUE) == Point(lon, lat)
    assert point_problem(lat, lon, HUE) is PointProblem.SWAPPED


@given(ANY_FLOAT, ANY_FLOAT)
def test_no_problem_means_finite_and_in_the_world(lon: float, lat: float) -> None:
    fine = point_problem(lon, lat) is None
    null_island = abs(lon) < 1e-4 and abs(lat) < 1e-4
    assert fine == (math.isfinite(lon) and math.isfinite(lat) and in_world(lon, lat) and not null_island)


@given(ANY_JSON, ANY_JSON)
def test_anything_else_is_a_point_or_a_point_error(lon: object, lat: object) -> None:
    try:
        point = parse_point(lon, lat, HUE)
    except PointError:
        return
    assert HUE.contains(*point)


@pytest.mark.parametrize("value", [True, None, "", "x", "1_0", [1], "0x10"])
def test_what_is_not_a_number_is_refused_as_such(value: object) -> None:
    with pytest.raises(PointError) as caught:
        parse_point(value, 16.4)
    assert caught.value.problem is PointProblem.NOT_A_NUMBER


def test_a_number_too_large_for_a_float_is_not_finite() -> None:
    with pytest.raises(PointError) as caught:
        parse_point(10**400, 16.4)
    assert caught.value.problem is PointProblem.NOT_FINITE


def test_reads_numbers_from_text() -> None:
    assert parse_pair(" 107.59, 16.46 ", HUE) == Point(107.59, 16.46)


@pytest.mark.parametrize("text", ["", "107.59", "107.59,16.46,3", "a,b", ","])
def test_a_pair_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(PointError) as caught:
        parse_pair(text)
    assert caught.value.problem is PointProblem.NOT_A_NUMBER


def test_a_box_grows_but_stays_in_the_world() -> None:
    assert BBox(-179.9, -10, 10, 89.9).expanded(0.5) == BBox(-180, -10.5, 10.5, 90)
