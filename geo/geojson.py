"""GeoJSON geometries (RFC 7946) to and from Shapely, and the `bbox` of a query string.

Strict: for requests. Files with mistakes are read by `geo.boundaries.boundaries`.
"""

import math
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TypeGuard

import numpy as np
import shapely
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, mapping
from shapely.geometry.base import BaseGeometry

from geo.points import BBox, in_world, to_float

DECIMALS = 6  # eleven centimetres
MAX_POSITIONS = 200_000


class GeoJSONProblem(StrEnum):
    NOT_AN_OBJECT = "not_an_object"
    UNKNOWN_TYPE = "unknown_type"
    BAD_COORDINATES = "bad_coordinates"
    OUT_OF_RANGE = "out_of_range"
    RING_TOO_SHORT = "ring_too_short"
    RING_OPEN = "ring_open"
    INVALID_SHAPE = "invalid_shape"
    TOO_LARGE = "too_large"


class GeoJSONError(ValueError):
    """A geometry that cannot be used, with the problem as data."""

    def __init__(self, problem: GeoJSONProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


class BBoxProblem(StrEnum):
    COUNT = "count"
    NOT_A_NUMBER = "not_a_number"
    OUT_OF_RANGE = "out_of_range"
    ORDER = "order"


class BBoxError(ValueError):
    """A `bbox` that cannot be used, with the problem as data."""

    def __init__(self, problem: BBoxProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


def to_geojson(geometry: BaseGeometry, decimals: int = DECIMALS) -> dict[str, object]:
    """Return the geometry as a mapping ready for JSON, coordinates rounded and flat.

    Points that fall together are dropped. Neighbours stay neighbours, since equal corners round equally.
    """
    flat = shapely.force_2d(geometry)
    rounded = shapely.transform(flat, lambda xy: np.round(xy, decimals))
    return mapping(shapely.remove_repeated_points(rounded))


def feature(
    geometry: BaseGeometry | None, properties: Mapping[str, object], key: str | int | None = None
) -> dict[str, object]:
    """Return one GeoJSON feature; `key` becomes its `id`."""
    head: dict[str, object] = {"type": "Feature"} if key is None else {"type": "Feature", "id": key}
    shape = None if geometry is None else to_geojson(geometry)
    return {**head, "geometry": shape, "properties": dict(properties)}


def from_geojson(value: object) -> Point | LineString | Polygon | MultiPolygon:
    """Return a valid Point, LineString, Polygon or MultiPolygon within the world; raises `GeoJSONError`.

    A third coordinate is dropped, as are members other than `type` and `coordinates`.
    """
    if not isinstance(value, Mapping):
        raise GeoJSONError(GeoJSONProblem.NOT_AN_OBJECT)
    kind, coordinates = value.get("type"), value.get("coordinates")
    _check_size(coordinates)
    shape: Point | LineString | Polygon | MultiPolygon
    if kind == "Point":
        shape = Point(_position(coordinates))
    elif kind == "LineString":
        shape = LineString(_positions(coordinates, 2))
    elif kind == "Polygon":
        shape = _polygon(coordinates)
    elif kind == "MultiPolygon":
        shape = MultiPolygon([_polygon(part) for part in _list(coordinates)])
    else:
        raise GeoJSONError(GeoJSONProblem.UNKNOWN_TYPE)
    if not shape.is_valid:
        raise GeoJSONError(GeoJSONProblem.INVALID_SHAPE)
    return shape


def parse_bbox(text: str) -> BBox:
    """Return the box of `w,s,e,n`; raises `BBoxError`."""
    parts = text.split(",")
    if len(parts) != 4:
        raise BBoxError(BBoxProblem.COUNT)
    west, south, east, north = (to_float(part) for part in parts)
    if west is None or south is None or east is None or north is None:
        raise BBoxError(BBoxProblem.NOT_A_NUMBER)
    box = BBox(west, south, east, north)
    if not all(math.isfinite(side) for side in box):
        raise BBoxError(BBoxProblem.NOT_A_NUMBER)
    if not (in_world(box.west, box.south) and in_world(box.east, box.north)):
        raise BBoxError(BBoxProblem.OUT_OF_RANGE)
    if box.west > box.east or box.south > box.north:
        raise BBoxError(BBoxProblem.ORDER)
    return box


def _polygon(rings: object) -> Polygon:
    read = [_ring(ring) for ring in _list(rings)]
    return Polygon(read[0], read[1:])


def _ring(value: object) -> list[tuple[float, float]]:
    ring = _positions(value, 1)
    if len(ring) < 4:
        raise GeoJSONError(GeoJSONProblem.RING_TOO_SHORT)
    if ring[0] != ring[-1]:
        raise GeoJSONError(GeoJSONProblem.RING_OPEN)
    return ring


def _positions(value: object, at_least: int) -> list[tuple[float, float]]:
    positions = [_position(item) for item in _list(value)]
    if len(positions) < at_least:
        raise GeoJSONError(GeoJSONProblem.BAD_COORDINATES)
    return positions


def _position(value: object) -> tuple[float, float]:
    numbers = _list(value)
    if len(numbers) < 2:
        raise GeoJSONError(GeoJSONProblem.BAD_COORDINATES)
    lon, lat = numbers[:2]
    if not (is_number(lon) and is_number(lat)):
        raise GeoJSONError(GeoJSONProblem.BAD_COORDINATES)
    if not in_world(lon, lat):
        raise GeoJSONError(GeoJSONProblem.OUT_OF_RANGE)
    return float(lon), float(lat)


def _list(value: object) -> Sequence[object]:
    if not isinstance(value, list | tuple) or not value:
        raise GeoJSONError(GeoJSONProblem.BAD_COORDINATES)
    return value


def is_number(value: object) -> TypeGuard[int | float]:
    """Return whether a JSON value is a number; true and false are not."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _check_size(coordinates: object) -> None:
    """Counts positions without recursion, so that depth and size cannot hurt."""
    stack, seen = [coordinates], 0
    while stack:
        item = stack.pop()
        if not isinstance(item, list | tuple):
            continue
        seen += 1
        if seen > MAX_POSITIONS:
            raise GeoJSONError(GeoJSONProblem.TOO_LARGE)
        stack.extend(item)
