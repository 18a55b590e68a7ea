"""Which ward a place lies in: against brute force, on borders, near them, and on odd shapes."""

import math
import random
from collections.abc import Sequence

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from shapely.affinity import scale
from shapely.geometry import LineString, Polygon, box
from shapely.ops import nearest_points

from geo.distance import degree_m
from geo.locator import AreaShape, Located, Locator
from tests.geo.places import real_areas, ring_island, square, total_bounds
from tests.support.examples import examples

Floats = NDArray[np.float64]
TOLERANCE_M = 200.0


@pytest.fixture(scope="module")
def hue() -> Locator:
    return Locator(real_areas(), TOLERANCE_M)


def scattered(areas: Sequence[AreaShape], count: int, seed: int = 1) -> tuple[Floats, Floats]:
    west, south, east, north = total_bounds(list(areas))
    dice = np.random.default_rng(seed)
    return dice.uniform(west - 0.01, east + 0.01, count), dice.uniform(south - 0.01, north + 0.01, count)


def brute_force(areas: Sequence[AreaShape], lon: float, lat: float, tolerance_m: float) -> int:
    """The definition, word for word: smallest code that covers; else the nearest within the tolerance."""
    place = shapely.Point(lon, lat)
    by_code = sorted(areas, key=lambda area: area.code)
    for area in by_code:
        if area.geometry.covers(place):
            return area.id
    lon_m, lat_m = degree_m(lat)
    flat = shapely.Point(lon * lon_m, lat * lat_m)
    away = [
        (round(flat.distance(scale(area.geometry, lon_m, lat_m, origin=(0, 0))), 6), area.code, area.id)
        for area in by_code
    ]
    distance_m, _, area_id = min(away, default=(math.inf, "", -1))
    return area_id if distance_m <= tolerance_m else -1


def test_equals_brute_force_on_the_real_wards(hue: Locator) -> None:
    areas = real_areas()
    lons, lats = scattered(areas, 300_000)
    expected = np.full(len(lons), -1)
    for area in sorted(areas, key=lambda a: a.code, reverse=True):
        shapely.prepare(area.geometry)
        expected[shapely.intersects_xy(area.geometry, lons, lats)] = area.id
    found, metres = hue.measure_many(lons, lats)
    inside = metres == 0
    assert (found[inside] == expected[inside]).all()
    assert (expected[~inside] == -1).all()
    assert inside.mean() > 0.4


@pytest.mark.parametrize("name", ["hue_wards_2025", "soctrang_wards_2025", "hue_wards_2009"])
def test_equals_brute_force_near_borders(name: str) -> None:
    areas = real_areas(name)
    corners = shapely.get_coordinates([area.geometry for area in areas])
    dice = np.random.default_rng(2)
    places = corners[dice.integers(0, len(corners), 60)] + dice.normal(0, 0.002, (60, 2))
    locator = Locator(areas, TOLERANCE_M)
    expected = [brute_force(areas, lon, lat, TOLERANCE_M) for lon, lat in places]
    assert locator.locate_many(*places.T).tolist() == expected
    assert len(set(expected)) > 10


def test_corners_belong_to_one_ward_whatever_the_order(hue: Locator) -> None:
    areas = list(real_areas())
    corners = shapely.get_coordinates([area.geometry for area in areas])[::7]
    random.Random(3).shuffle(areas)
    assert (Locator(areas, TOLERANCE_M).locate_many(*corners.T) == hue.locate_many(*corners.T)).all()
    assert (Locator(areas, 0).locate_many(*corners.T) == hue.locate_many(*corners.T)).all()


def test_each_corner_goes_to_the_smallest_code_that_touches_it(hue: Locator) -> None:
    areas = real_areas()
    for lon, lat in shapely.get_coordinates([area.geometry for area in areas])[::331]:
        touching = [area for area in areas if area.geometry.intersects(shapely.Point(lon, lat))]
        assert hue.locate_many([lon], [lat])[0] == min(touching, key=lambda area: area.code).id


@settings(max_examples=examples(8))
@given(st.floats(0, 1), st.permutations(["1", "2", "10"]))
def test_a_shared_border_belongs_to_the_smallest_code(along: float, codes: list[str]) -> None:
    shapes = [box(107.0, 16, 107.5, 17), box(107.5, 16, 108, 17), box(107.2, 16.2, 107.8, 16.8)]
    areas = [AreaShape(n, code, shape) for n, (code, shape) in enumerate(zip(codes, shapes, strict=True))]
    locator = Locator(areas, 0)
    lat = 16 + along
    expected = min(a.code for a in areas if a.geometry.intersects(shapely.Point(107.5, lat)))
    found = locator.locate(107.5, lat)
    assert found is not None
    assert (found.code, found.inside, found.distance_m) == (expected, True, 0)


def test_holes_islands_and_touching_borders() -> None:
    locator = Locator(ring_island(), 50)
    places = [
        (107.05, 16.05),
        (107.12, 16.15),
        (107.18, 16.15),
        (107.45, 16.05),
        (107.65, 16.25),
        (107.1, 16.15),
    ]
    assert [locator.locate_many([x], [y])[0] for x, y in places] == [1, 2, -1, 3, 3, 1]


def test_just_outside_goes_to_the_nearest_with_its_distance() -> None:
    lon_m, lat_m = degree_m(16.5)
    locator = Locator([AreaShape(7, "x", box(107, 16, 108, 17))], 100)
    found = locator.locate(108 + 99 / lon_m, 16.5)
    assert found == Located(7, "x", inside=False, distance_m=99.0)
    assert locator.locate(108 + 101 / lon_m, 16.5) is None
    lon_m, lat_m = degree_m(17)
    # Over a corner the distance is the diagonal's.
    found = locator.locate(108 + 70 / lon_m, 17 + 70 / lat_m)
    assert found is not None
    assert found.distance_m == pytest.approx(99, abs=0.1)
    assert locator.locate(108 + 75 / lon_m, 17 + 75 / lat_m) is None


def test_nearest_in_metres_is_not_nearest_in_degrees() -> None:
    # At 60° north a degree of longitude is half as long: the eastern area is nearer on the ground.
    areas = [
        AreaShape(1, "a", box(10, 60.0015, 10.1, 60.1)),
        AreaShape(2, "b", box(10.002, 59, 10.1, 60.0005)),
    ]
    found = Locator(areas, 500).locate(10, 60)
    assert found is not None
    assert found.code == "b"
    assert found.distance_m == pytest.approx(0.002 * degree_m(60)[0], abs=0.01)


def test_equally_near_goes_to_the_smallest_code() -> None:
    # Two wards meet at a corner; the place lies opposite, nearest to that corner of both.
    areas = [AreaShape(1, "b", box(107, 16, 107.5, 16.5)), AreaShape(2, "a", box(107, 16.5, 107.5, 17))]
    for order in (areas, areas[::-1]):
        found = Locator(order, 1000).locate(107.505, 16.5)
        assert found is not None
        assert found.code == "a"


def test_a_gap_between_wards_is_closed_by_the_tolerance() -> None:
    areas = [AreaShape(1, "a", box(107, 16, 107.5, 17)), AreaShape(2, "b", box(107.50001, 16, 108, 17))]
    assert Locator(areas, 5).locate_many([107.500004, 107.500006], [16.5, 16.5]).tolist() == [1, 2]
    assert Locator(areas, 0).locate_many([107.500004, 107.500006], [16.5, 16.5]).tolist() == [-1, -1]


def test_nan_infinite_and_far_places_are_nowhere(hue: Locator) -> None:
    lons = [math.nan, 107.6, math.inf, -107.6, 1e300, 16.46]
    lats = [16.46, math.nan, 16.46, 16.46, 16.46, 107.6]
    assert hue.locate_many(lons, lats).tolist() == [-1] * 6
    assert hue.locate(math.nan, math.nan) is None


def test_no_areas_and_empty_areas_are_nowhere() -> None:
    assert Locator([], 10).locate_many([107.0], [16.0]).tolist() == [-1]
    assert Locator([AreaShape(1, "a", Polygon())], 10).locate(107, 16) is None
    assert len(Locator([AreaShape(1, "a", Polygon()), AreaShape(2, "b", square(1, 1))], 10)) == 1


def test_no_places_are_no_answers(hue: Locator) -> None:
    assert hue.locate_many([], []).shape == (0,)


@pytest.mark.parametrize("tolerance_m", [-1, math.nan, math.inf])
def test_a_tolerance_that_is_none_is_refused(tolerance_m: float) -> None:
    with pytest.raises(ValueError, match="tolerance_m"):
        Locator([], tolerance_m)


def test_arrays_that_do_not_fit_are_refused(hue: Locator) -> None:
    with pytest.raises(ValueError, match="one length"):
        hue.locate_many([1.0, 2.0], [1.0])
    with pytest.raises(ValueError, match="one length"):
        hue.locate_many([[1.0]], [[1.0]])


def test_the_id_that_means_none_is_refused() -> None:
    with pytest.raises(ValueError, match="-1"):
        Locator([AreaShape(-1, "a", square(1, 1))], 0)


CORNER = st.tuples(*[st.integers(0, 12)] * 2).map(lambda xy: (107 + xy[0] / 100, 16 + xy[1] / 100))
TRIANGLES = st.lists(
    st.tuples(CORNER, CORNER, CORNER).map(Polygon).filter(lambda p: p.area > 1e-6),
    min_size=1,
    max_size=6,
)


@settings(max_examples=examples(8))
@given(TRIANGLES, st.sampled_from([0.0, 50.0, 1000.0]), st.randoms(use_true_random=False))
def test_overlapping_triangles_equal_brute_force_in_any_order(
    triangles: list[Polygon], tolerance_m: float, dice: random.Random
) -> None:
    areas = [AreaShape(n, str(n), triangle) for n, triangle in enumerate(triangles)]
    shuffled = dice.sample(areas, len(areas))
    # Places on a lattice of thirds: many of them lie on corners and borders.
    steps = np.linspace(-0.02, 0.14, 49)
    lons, lats = (axis.ravel() for axis in np.meshgrid(107 + steps, 16 + steps))
    found = Locator(areas, tolerance_m).locate_many(lons, lats)
    assert (found == Locator(shuffled, tolerance_m).locate_many(lons, lats)).all()
    for n in range(0, len(lons), 97):
        assert found[n] == brute_force(areas, lons[n], lats[n], tolerance_m)


def test_one_and_many_agree(hue: Locator) -> None:
    lons, lats = scattered(real_areas(), 300, seed=5)
    ids, metres = hue.measure_many(lons, lats)
    for n, (lon, lat) in enumerate(zip(lons, lats, strict=True)):
        one = hue.locate(lon, lat)
        assert (one.area_id if one else -1) == ids[n]
        assert one is None or one.distance_m == metres[n]


def test_places_beside_a_diagonal_border_of_a_large_area() -> None:
    """The cell map must not settle cells that a long, slanted border crosses."""
    half = Polygon([(107, 16), (108, 17), (107, 17)])
    locator = Locator([AreaShape(1, "a", half)], 0)
    for t in np.linspace(0.001, 0.999, 500):
        assert locator.locate_many([107 + t - 1e-9, 107 + t + 1e-9], [16 + t] * 2).tolist() == [1, -1]


def test_the_nearest_ward_is_the_one_shapely_finds(hue: Locator) -> None:
    lons, lats = scattered(real_areas(), 20_000, seed=9)
    ids, metres = hue.measure_many(lons, lats)
    beside = np.flatnonzero(metres > 0)
    assert len(beside) > 50
    for n in beside[:50]:
        area = next(a for a in real_areas() if a.id == ids[n])
        line = LineString(nearest_points(area.geometry, shapely.Point(lons[n], lats[n])))
        (x1, y1), (x2, y2) = line.coords
        lon_m, lat_m = degree_m(lats[n])
        assert math.hypot((x1 - x2) * lon_m, (y1 - y2) * lat_m) == pytest.approx(metres[n], rel=0.05)
