"""Values of geometry columns as GeoAlchemy2 reads and writes them, and the shapes in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from geoalchemy2 import WKBElement, WKTElement

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

StoredShape = WKBElement | WKTElement | str
"""Value of a geometry column: WKB once it was read, WKT or EWKT as it may be written."""


def shape_of(stored: StoredShape) -> BaseGeometry:
    """Return the shape of a value that was read from its column."""
    from geoalchemy2.shape import to_shape  # here: processes that only know the tables do without Shapely

    return to_shape(cast("WKBElement", stored))


def degrees_of(stored: StoredShape) -> tuple[float, float]:
    """Return longitude and latitude of a point that was read from its column."""
    [(lon, lat)] = shape_of(stored).coords
    return lon, lat


def point_at(lon: float, lat: float) -> str:
    """Return a place in WGS 84 degrees as a column of points takes it."""
    return f"SRID=4326;POINT({lon!r} {lat!r})"
