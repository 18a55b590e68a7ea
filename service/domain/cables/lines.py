"""Lines of routes: GeoJSON checked before it is stored."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import shapely
from shapely.geometry import LineString, MultiLineString
from shapely.geometry.base import BaseGeometry

from geo.distance import haversine_m
from geo.points import BBox
from service.domain.city.reference import Reference
from service.errors import invalid
from service.i18n import N_

MOST_POINTS = 5000
LONGEST_M = 50_000
"""A street of a city is shorter; a line of hundreds of kilometres is a slip of the pen."""
SHORTEST_M = 1
OUTSKIRTS_DEG = 0.02


def read_line(reference: Reference, geometry: object) -> tuple[str, int]:
    """Return (the line as EWKT, its metres) of a GeoJSON geometry. Raises Invalid, naming `geometry`."""
    try:
        parts = _parts(geometry)
    except (TypeError, ValueError, KeyError, IndexError):
        raise _wrong(N_("Tuyến phải là một đường (LineString hoặc MultiLineString) theo GeoJSON.")) from None
    if sum(len(part) for part in parts) > MOST_POINTS:
        raise _wrong(N_("Tuyến có quá nhiều điểm."))
    if not parts:
        raise _wrong(N_("Tuyến dài 0 mét. Hãy vẽ lại."))
    box = BBox(*reference.config.bbox).expanded(OUTSKIRTS_DEG)
    if not all(box.contains(lon, lat) for part in parts for lon, lat in part):
        if all(box.contains(lon, lat) for part in parts for lat, lon in part):
            raise _wrong(N_("Kinh độ và vĩ độ bị đổi chỗ. Hãy ghi kinh độ trước, vĩ độ sau."))
        raise _wrong(N_("Tuyến nằm ngoài thành phố."))
    metres = sum(_length(part) for part in parts)
    if metres < SHORTEST_M:
        raise _wrong(N_("Tuyến dài 0 mét. Hãy vẽ lại."))
    if metres > LONGEST_M:
        raise _wrong(N_("Tuyến quá dài. Hãy xem lại tọa độ, hoặc chia thành nhiều tuyến."))
    shape = MultiLineString([LineString(part) for part in parts])
    if not all(line.is_simple for line in shape.geoms):
        raise _wrong(N_("Tuyến tự cắt chính nó. Hãy vẽ lại hoặc chia thành hai tuyến."))
    return f"SRID=4326;{shape.wkt}", max(1, round(metres))


def line_geojson(shape: BaseGeometry) -> dict[str, object]:
    """Return a line as GeoJSON, to a decimetre."""
    lines = [[[round(x, 6), round(y, 6)] for x, y in part.coords] for part in line_parts(shape)]
    if len(lines) == 1:
        return {"type": "LineString", "coordinates": lines[0]}
    return {"type": "MultiLineString", "coordinates": lines}


def line_parts(shape: BaseGeometry) -> list[LineString]:
    """Return the lines of a geometry, in two dimensions; nothing of points and surfaces."""
    flat = shapely.force_2d(shape)
    return [each for each in shapely.get_parts([flat]) if isinstance(each, LineString) and not each.is_empty]


def _parts(geometry: object) -> list[list[tuple[float, float]]]:
    if not isinstance(geometry, dict):
        raise TypeError(geometry)
    kind, said = geometry["type"], geometry["coordinates"]
    lines = [said] if kind == "LineString" else said if kind == "MultiLineString" else None
    if not isinstance(lines, list) or not lines:
        raise ValueError(kind)
    return [_positions(line) for line in lines if line != []]


def _positions(line: Iterable[Any]) -> list[tuple[float, float]]:
    found: list[tuple[float, float]] = []
    for position in line:
        lon, lat = position[0], position[1]
        if isinstance(lon, bool) or not isinstance(lon, int | float) or not isinstance(lat, int | float):
            raise TypeError(position)
        if not found or found[-1] != (lon, lat):
            found.append((float(lon), float(lat)))
    if len(found) < 2:
        found = found * 2
    return found


def _length(part: list[tuple[float, float]]) -> float:
    return sum(haversine_m(*a, *b) for a, b in pairwise(part))


def _wrong(sentence: str) -> Exception:
    return invalid(["geometry"], sentence)
