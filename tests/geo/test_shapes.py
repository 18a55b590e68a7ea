"""Polygons in their one form: flat, valid, multi; and their true surfaces."""

import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st
from shapely.geometry import GeometryCollection, LineString, MultiPolygon, Polygon, box
from shapely.geometry import Point as ShapelyPoint
from shapely.geometry.base import BaseGeometry

from geo.shapes import area_m2, bounds, from_wkb, joined, label_point, multipolygon, polygons, to_wkb, valid
from tests.geo.places import real_areas, square
from tests.support.examples import examples

BOWTIE = Polygon([(107, 16), (107.1, 16.1), (107.1, 16), (107, 16.1)])
HORSESHOE = Polygon([(0, 0), (3, 0), (3, 3), (2, 3), (2, 1), (1, 1), (1, 3), (0, 3)])


def test_only_polygons_are_kept_and_height_is_dropped() -> None:
    high = Polygon([(0, 0, 5), (1, 0, 5), (1, 1, 5)])
    mixed = GeometryCollection([LineString([(0, 0), (1, 1)]), high, GeometryCollection([square(3, 3)])])
    kept = multipolygon(mixed)
    assert len(polygons(mixed)) == len(kept.geoms) == 2
    assert not kept.has_z


@pytest.mark.parametrize("nothing", [ShapelyPoint(1, 1), LineString(), Polygon(), GeometryCollection()])
def test_no_polygon_gives_an_empty_multipolygon(nothing: BaseGeometry) -> None:
    assert multipolygon(nothing).is_empty
    assert bounds(multipolygon(nothing)) is None
    assert label_point(nothing) is None


def test_what_crosses_itself_becomes_valid_and_keeps_its_two_triangles() -> None:
    mended = valid(BOWTIE)
    assert mended.is_valid
    assert len(mended.geoms) == 2
    assert mended.area == pytest.approx(0.005)


def test_a_spike_is_dropped() -> None:
    spiked = Polygon([(0, 0), (2, 0), (2, 2), (2, 5), (2, 2), (0, 2)])
    assert valid(spiked).equals(box(0, 0, 2, 2))


def test_the_surface_of_hue_is_known() -> None:
    total_km2 = sum(area_m2(area.geometry) for area in real_areas()) / 1e6
    assert total_km2 == pytest.approx(4946, abs=1)


def test_the_surface_of_the_earth_is_known() -> None:
    assert area_m2(box(-180, -90, 180, 90)) == pytest.approx(510_065_621_724_089, rel=1e-12)


def test_a_label_lies_inside_also_in_a_horseshoe() -> None:
    for shape in (HORSESHOE, MultiPolygon([square(10, 10), HORSESHOE])):
        point = label_point(shape)
        assert point is not None
        assert HORSESHOE.contains(ShapelyPoint(point))


def test_joined_neighbours_are_one() -> None:
    assert joined([square(0, 0, 1), square(1, 0, 1)]).equals(box(0, 0, 2, 1))


def test_wkb_comes_back_the_same() -> None:
    shape = multipolygon(HORSESHOE)
    assert from_wkb(to_wkb(shape)).equals_exact(shape, 0)
    with pytest.raises(shapely.errors.ShapelyError):
        from_wkb(b"no")


CORNER = st.tuples(st.integers(0, 8), st.integers(0, 8)).map(lambda xy: (107 + xy[0] / 100, 16 + xy[1] / 100))


@settings(max_examples=examples(120))
@given(st.lists(CORNER, min_size=3, max_size=8).map(Polygon))
@example(  # mending by structure alone leaves this one invalid
    Polygon(
        [(107.04, 16.02), (107.03, 16.02), (107.01, 16.05), (107.05, 16.01), (107.01, 16.08), (107.03, 16.03)]
    )
)
def test_any_tangle_becomes_valid(tangle: Polygon) -> None:
    mended = valid(tangle)
    assert mended.is_valid
    assert not tangle.is_valid or mended.equals(tangle)
