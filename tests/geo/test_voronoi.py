"""Approximate areas: always whole and disjoint, and near enough to the real wards of Huế."""

import random

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point

from geo.boundaries.boundaries import Boundary, check_boundaries
from geo.shapes import area_m2
from geo.voronoi import LONE_REACH_M, Centre, approximate_areas
from tests.geo.places import former_centres, real_areas, total_bounds
from tests.support.examples import examples


def test_three_quarters_of_hue_are_in_the_right_ward_and_nearly_all_of_it_is_covered() -> None:
    areas = approximate_areas(former_centres())
    wards = {ward.code: ward.geometry for ward in real_areas()}
    assert areas.keys() == wards.keys()
    west, south, east, north = total_bounds(real_areas())
    dice = np.random.default_rng(4)
    lons, lats = dice.uniform(west, east, 40_000), dice.uniform(south, north, 40_000)
    city = shapely.contains_xy(shapely.union_all(list(wards.values())), lons, lats)
    covered = shapely.contains_xy(shapely.union_all(list(areas.values())), lons, lats)
    right = np.zeros(len(lons), dtype=bool)
    for code, ward in wards.items():
        right |= shapely.contains_xy(ward, lons, lats) & shapely.contains_xy(areas[code], lons, lats)
    assert right.sum() / city.sum() > 0.74
    assert (covered & city).sum() / city.sum() > 0.97
    assert (covered & ~city).sum() / city.sum() < 0.17


def test_the_areas_of_hue_may_be_put_in_force() -> None:
    areas = approximate_areas(former_centres())
    units = [Boundary(code, code, code, "xã", area) for code, area in areas.items()]
    report = check_boundaries(units)
    assert report.findings == ()
    assert shapely.coverage_is_valid(list(areas.values()))
    assert sum(shapely.get_num_coordinates(list(areas.values()))) < 2_000


KILOMETRES = st.integers(-20, 20).map(lambda n: n / 100)
CENTRES = st.lists(
    st.tuples(
        KILOMETRES.map(lambda x: 107 + x), KILOMETRES.map(lambda y: 16 + y), st.sampled_from("abcdefg")
    ),
    min_size=1,
    max_size=25,
)


@settings(max_examples=examples(20))
@given(CENTRES)
def test_any_centres_give_whole_disjoint_areas_that_hold_their_centres(centres: list[Centre]) -> None:
    areas = approximate_areas(centres)
    assert all(area.is_valid and not area.is_empty for area in areas.values())
    assert shapely.coverage_is_valid(list(areas.values()))
    assert areas.keys() <= {code for _, _, code in centres}
    for lon, lat, _ in centres:
        owners = [code for code, area in areas.items() if area.covers(Point(lon, lat))]
        assert len(owners) == 1
        assert (lon, lat, owners[0]) in centres


@given(CENTRES, st.randoms(use_true_random=False))
@settings(max_examples=examples(20))
def test_the_order_of_centres_does_not_matter(centres: list[Centre], dice: random.Random) -> None:
    shuffled = dice.sample(centres, len(centres))
    areas, others = approximate_areas(centres), approximate_areas(shuffled)
    assert {code: area.wkb for code, area in areas.items()} == {code: a.wkb for code, a in others.items()}


def test_one_place_is_a_disc() -> None:
    areas = approximate_areas([(107.5, 16.5, "a")])
    assert area_m2(areas["a"]) == pytest.approx(np.pi * LONE_REACH_M**2, rel=0.02)


def test_in_the_same_place_the_unit_with_fewest_centres_counts() -> None:
    areas = approximate_areas(
        [(107.5, 16.5, "a"), (107.5, 16.5, "b"), (107.6, 16.5, "a"), (107.5, 16.5, "c")]
    )
    assert areas["b"].covers(Point(107.5, 16.5))
    assert areas.keys() == {"a", "b"}


def test_former_units_that_became_one_are_one_area() -> None:
    areas = approximate_areas([(107.5, 16.5, "a"), (107.6, 16.5, "a"), (107.7, 16.5, "b")])
    assert len(areas["a"].geoms) == 1
    assert areas["a"].covers(Point(107.55, 16.5))


def test_no_centres_give_no_areas() -> None:
    assert approximate_areas([]) == {}


@pytest.mark.parametrize("lon", [float("nan"), 200.0, float("inf")])
def test_a_centre_outside_the_world_is_refused(lon: float) -> None:
    with pytest.raises(ValueError, match="no place"):
        approximate_areas([(lon, 16.5, "a")])
