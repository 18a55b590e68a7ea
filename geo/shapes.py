"""Polygons put into the one form we keep: flat, valid MultiPolygons; and what is asked of them."""

import contextlib
from collections.abc import Iterable

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import GeometryCollection, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from geo.distance import WGS84_A_M, WGS84_E2
from geo.points import BBox, Point

EMPTY = MultiPolygon()


def polygons(geometry: BaseGeometry) -> list[Polygon]:
    """Return every non-empty polygon in a geometry, also inside collections; lines and points are left
    out.
    """
    if isinstance(geometry, Polygon):
        return [] if geometry.is_empty else [geometry]
    if isinstance(geometry, MultiPolygon | GeometryCollection):
        return [part for inner in geometry.geoms for part in polygons(inner)]
    return []


def multipolygon(geometry: BaseGeometry) -> MultiPolygon:
    """Return the polygonal part as a two-dimensional MultiPolygon, possibly empty; validity is not
    touched.
    """
    return MultiPolygon(polygons(shapely.force_2d(geometry)))


def valid(geometry: BaseGeometry) -> MultiPolygon:
    """Return a valid MultiPolygon of the same surface; what collapses to lines or points is dropped.

    Rings are read as shells and holes, so surface covered twice counts once; where rounding defeats that, by
    their lines alone. Empty where nothing helps, which the caller sees by the surface.
    """
    flat = multipolygon(geometry)
    if flat.is_valid:
        return flat
    for mend in (_by_structure, shapely.make_valid):
        with contextlib.suppress(shapely.errors.GEOSException):
            shape = multipolygon(mend(flat))
            if shape.is_valid:
                return shape
    return EMPTY


def _by_structure(shape: MultiPolygon) -> BaseGeometry:
    return shapely.make_valid(shape, method="structure", keep_collapsed=False)


def joined(geometries: Iterable[BaseGeometry]) -> MultiPolygon:
    """Return the union of surfaces, as one MultiPolygon."""
    return multipolygon(shapely.union_all([valid(geometry) for geometry in geometries]))


def bounds(geometry: BaseGeometry) -> BBox | None:
    """Return the box around a geometry; None for an empty one."""
    return None if geometry.is_empty else BBox(*(float(side) for side in geometry.bounds))


def label_point(geometry: BaseGeometry) -> Point | None:
    """Return a place well inside the largest polygon, where a name can stand; None where there is no
    polygon.
    """
    parts = polygons(geometry)
    if not parts:
        return None
    largest = max(parts, key=lambda part: part.area)
    tolerance = 0.01 * max(largest.bounds[2] - largest.bounds[0], largest.bounds[3] - largest.bounds[1])
    deepest = shapely.get_coordinates(shapely.maximum_inscribed_circle(largest, tolerance=tolerance))[0]
    return Point(float(deepest[0]), float(deepest[1]))


def equal_area(geometry: BaseGeometry) -> BaseGeometry:
    """Return the geometry on a plane in metres where surfaces are true (cylindrical equal-area, WGS 84
    ellipsoid).

    Longitudes and latitudes in degrees come in. Distances are not true there. Snyder, "Map Projections:
    A Working Manual", equations 3-12, 10-14 and 10-15 with the equator as standard parallel.
    """
    return shapely.transform(geometry, _equal_area_xy)


def area_m2(geometry: BaseGeometry) -> float:
    """Return surface in square metres of a geometry in degrees."""
    return float(shapely.area(equal_area(geometry)))


def _equal_area_xy(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    e = np.sqrt(WGS84_E2)
    sin = np.sin(np.radians(lonlat[:, 1]))
    q = (1 - WGS84_E2) * (sin / (1 - WGS84_E2 * sin**2) + np.arctanh(e * sin) / e)
    return np.column_stack([WGS84_A_M * np.radians(lonlat[:, 0]), WGS84_A_M * q / 2])


def to_wkb(geometry: BaseGeometry) -> bytes:
    """Return little-endian WKB without a reference system: the same bytes for the same geometry anywhere."""
    return bytes(shapely.to_wkb(geometry, byte_order=1))


def from_wkb(data: bytes) -> BaseGeometry:
    """Return the geometry of `to_wkb`; raises `shapely.errors.ShapelyError` for other bytes."""
    return shapely.from_wkb(data)
