"""GeoJSON geometries and boxes: there and back, and every refusal by name."""

import json
import math
from typing import Any

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from geo.geojson import (
    MAX_POSITIONS,
    BBoxError,
    BBoxProblem,
    GeoJSONError,
    GeoJSONProblem,
    feature,
    from_geojson,
    parse_bbox,
    to_geojson,
)
from geo.points import BBox
from tests.geo.places import real_areas, square

NUMBER = st.integers(-200, 200) | st.floats(allow_nan=True) | st.just(10**400)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBER | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=5) | st.dictionaries(st.sampled_from(["type", "coordinates", "x"]), inner)
    ),
    max_leaves=20,
)
TYPES = st.sampled_from(["Point", "LineString", "Polygon", "MultiPolygon", "GeometryCollection", None])


@pytest.mark.parametrize(
    "shape",
    [
        Point(107.5, 16.5),
        LineString([(107, 16), (107.1, 16)]),
        Polygon(square(0, 0, 3).exterior, [square(1, 1, 1).exterior]),
        MultiPolygon([square(0, 0), square(1, 1)]),
    ],
)
def test_there_and_back(shape: BaseGeometry) -> None:
    assert from_geojson(json.loads(json.dumps(to_geojson(shape)))).equals(shape)


def test_coordinates_are_rounded_flat_and_without_repetition() -> None:
    shape = Polygon([(107.00000001, 16, 9), (107.00000002, 16, 9), (107.1, 16, 9), (107.1, 16.12345678, 9)])
    assert to_geojson(shape)["coordinates"] == (
        ((107.0, 16.0), (107.1, 16.0), (107.1, 16.123457), (107.0, 16.0)),
    )


def test_real_neighbours_stay_neighbours_when_rounded() -> None:
    rounded = [shapely.geometry.shape(to_geojson(area.geometry, 5)) for area in real_areas()]
    assert shapely.coverage_is_valid(shapely.make_valid(rounded))


def test_a_feature_is_written_as_the_standard_says() -> None:
    made = feature(Point(1, 2), {"name": "Huế"}, key="a")
    assert made == {
        "type": "Feature",
        "id": "a",
        "geometry": {"type": "Point", "coordinates": (1.0, 2.0)},
        "properties": {"name": "Huế"},
    }
    assert feature(None, {}) == {"type": "Feature", "geometry": None, "properties": {}}


def polygon(*rings: object) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (None, GeoJSONProblem.NOT_AN_OBJECT),
        ([1, 2], GeoJSONProblem.NOT_AN_OBJECT),
        ({}, GeoJSONProblem.UNKNOWN_TYPE),
        ({"type": "GeometryCollection", "geometries": []}, GeoJSONProblem.UNKNOWN_TYPE),
        ({"type": "Point"}, GeoJSONProblem.BAD_COORDINATES),
        ({"type": "Point", "coordinates": [1]}, GeoJSONProblem.BAD_COORDINATES),
        ({"type": "Point", "coordinates": ["1", "2"]}, GeoJSONProblem.BAD_COORDINATES),
        ({"type": "Point", "coordinates": [True, 2]}, GeoJSONProblem.BAD_COORDINATES),
        ({"type": "Point", "coordinates": [math.nan, 2]}, GeoJSONProblem.OUT_OF_RANGE),
        ({"type": "Point", "coordinates": [16, 107]}, GeoJSONProblem.OUT_OF_RANGE),
        ({"type": "Point", "coordinates": [10**400, 1]}, GeoJSONProblem.OUT_OF_RANGE),
        ({"type": "LineString", "coordinates": [[1, 1]]}, GeoJSONProblem.BAD_COORDINATES),
        (polygon(), GeoJSONProblem.BAD_COORDINATES),
        (polygon([]), GeoJSONProblem.BAD_COORDINATES),
        (polygon([[0, 0], [1, 1], [0, 0]]), GeoJSONProblem.RING_TOO_SHORT),
        (polygon([[0, 0], [1, 0], [1, 1], [0, 1]]), GeoJSONProblem.RING_OPEN),
        (polygon([[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]), GeoJSONProblem.INVALID_SHAPE),
        (polygon([[0, 0]] * MAX_POSITIONS), GeoJSONProblem.TOO_LARGE),
    ],
)
def test_what_is_no_surface_is_refused_with_its_problem(value: object, problem: GeoJSONProblem) -> None:
    with pytest.raises(GeoJSONError) as caught:
        from_geojson(value)
    assert caught.value.problem is problem


def test_depth_does_not_hurt() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(GeoJSONError):
        from_geojson({"type": "MultiPolygon", "coordinates": deep})
    while deep:  # taken apart by hand: freeing it at once would recurse
        deep = deep[0]


@given(TYPES, JSON)
def test_anything_is_a_valid_shape_or_a_geojson_error(kind: str | None, coordinates: object) -> None:
    try:
        shape = from_geojson({"type": kind, "coordinates": coordinates})
    except GeoJSONError:
        return
    assert shape.is_valid


def test_a_box_is_four_numbers_and_may_be_a_point() -> None:
    assert parse_bbox("107.0, 16,108,17.5") == BBox(107, 16, 108, 17.5)
    assert parse_bbox("107,16,107,16") == BBox(107, 16, 107, 16)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", BBoxProblem.COUNT),
        ("1,2,3", BBoxProblem.COUNT),
        ("1,2,3,4,5", BBoxProblem.COUNT),
        ("a,2,3,4", BBoxProblem.NOT_A_NUMBER),
        ("1,2,3,", BBoxProblem.NOT_A_NUMBER),
        ("1,2,nan,4", BBoxProblem.NOT_A_NUMBER),
        ("1,2,inf,4", BBoxProblem.NOT_A_NUMBER),
        ("1,2,300,4", BBoxProblem.OUT_OF_RANGE),
        ("16,107,17,108", BBoxProblem.OUT_OF_RANGE),
        ("108,16,107,17", BBoxProblem.ORDER),
        ("107,17,108,16", BBoxProblem.ORDER),
    ],
)
def test_a_box_that_is_none_is_refused(text: str, problem: BBoxProblem) -> None:
    with pytest.raises(BBoxError) as caught:
        parse_bbox(text)
    assert caught.value.problem is problem


@given(st.text(alphabet="0123456789.,-+e naif_", max_size=30))
def test_any_text_is_a_box_or_a_box_error(text: str) -> None:
    try:
        box = parse_bbox(text)
    except BBoxError:
        return
    assert box.west <= box.east
    assert box.south <= box.north
