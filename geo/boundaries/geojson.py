"""GeoJSON boundary files, read forgivingly: what can be understood is, and what was mended is told."""

import json
import math
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from shapely.geometry import MultiPolygon, Polygon

from geo.boundaries.findings import Kind, Severity, unreadable
from geo.boundaries.raw import RawFeature
from geo.geojson import is_number
from geo.shapes import EMPTY

Ring = list[tuple[float, float]]
POLYGONAL = ("Polygon", "MultiPolygon", "GeometryCollection")
OTHERS = ("Point", "MultiPoint", "LineString", "MultiLineString")
MAX_DEPTH = 8
LONLAT_CRS = ("CRS84", "EPSG::4326", "EPSG:4326")


class _BadShapeError(Exception):
    """A geometry whose coordinates cannot be understood; the message says why."""


def read_document(path: Path, source: str) -> Mapping[str, object]:
    """Return the JSON object of a file; raises `BoundaryError`."""
    try:
        document = json.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise unreadable(source, f"cannot be opened: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise unreadable(source, f"is not UTF-8 text (byte {error.start})") from None
    except json.JSONDecodeError as error:
        message = f"is not JSON: {error.msg} at line {error.lineno}, column {error.colno}"
        raise unreadable(source, message) from None
    except (ValueError, RecursionError) as error:
        raise unreadable(source, f"is not usable JSON: {error}") from None
    if not isinstance(document, dict):
        raise unreadable(source, "is JSON, but not a GeoJSON object")
    return document


def foreign_crs(document: Mapping[str, object]) -> str:
    """Return the name of the old-style `crs` member if it is not longitude and latitude on WGS 84, else
    empty.
    """
    crs = document.get("crs")
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    return "" if not isinstance(name, str) or name.upper().endswith(LONLAT_CRS) else name


def geojson_features(document: Mapping[str, object], source: str) -> Iterator[RawFeature]:
    """Return each feature of a FeatureCollection, a Feature or a bare geometry; raises `BoundaryError`."""
    kind = document.get("type")
    if kind == "FeatureCollection":
        members = document.get("features")
        if not isinstance(members, list):
            raise unreadable(source, "is a FeatureCollection without a list of features")
        return (_feature(member, source, index) for index, member in enumerate(members))
    if kind == "Feature":
        return iter([_feature(document, source, 0)])
    if kind in POLYGONAL or kind in OTHERS:
        return iter([_feature({"type": "Feature", "geometry": document}, source, 0)])
    raise unreadable(source, f"has the type {_short(kind)}, which is not one of GeoJSON")


def _feature(member: object, source: str, index: int) -> RawFeature:
    nothing = RawFeature(EMPTY, {}, source, index)
    if not isinstance(member, dict) or member.get("type") != "Feature":
        return nothing.with_note(Kind.BAD_FEATURE, Severity.ERROR, "is not a GeoJSON feature")
    properties = member.get("properties") or {}
    if not isinstance(properties, dict):
        return nothing.with_note(Kind.BAD_FEATURE, Severity.ERROR, "has properties that are not an object")
    key = member.get("id")
    made = RawFeature(EMPTY, properties, source, index, key if isinstance(key, str | int) else "")
    counts: Counter[Kind] = Counter()
    try:
        parts = list(_polygons(member.get("geometry"), counts, 0))
    except _BadShapeError as error:
        return made.with_note(Kind.BAD_COORDINATES, Severity.ERROR, str(error))
    return made.with_shape(MultiPolygon(parts), counts)


def _polygons(geometry: object, counts: Counter[Kind], depth: int) -> Iterator[Polygon]:
    if geometry is None:
        return
    if not isinstance(geometry, dict):
        raise _BadShapeError("has a geometry that is not an object")
    kind = geometry.get("type")
    if kind == "Polygon":
        yield from _polygon(geometry.get("coordinates"), counts)
    elif kind == "MultiPolygon":
        for part in _list(geometry.get("coordinates")):
            yield from _polygon(part, counts)
    elif kind == "GeometryCollection" and depth < MAX_DEPTH:
        for inner in _list(geometry.get("geometries")):
            yield from _polygons(inner, counts, depth + 1)
    elif kind in OTHERS:
        counts[Kind.PART_DROPPED] += 1
    else:
        raise _BadShapeError(f"has a geometry of the unknown type {_short(kind)}")


def _polygon(rings: object, counts: Counter[Kind]) -> Iterator[Polygon]:
    shell, *holes = [_ring(ring, counts) for ring in _list(rings)] or [[]]
    if shell:
        yield Polygon(shell, [hole for hole in holes if hole])


def _ring(value: object, counts: Counter[Kind]) -> Ring:
    """Return a closed ring; an empty one if it has fewer than three different corners."""
    ring = [_position(position, counts) for position in _list(value)]
    if len(set(ring)) < 3:
        counts[Kind.RING_DROPPED] += 1
        return []
    if ring[0] != ring[-1]:
        counts[Kind.RING_CLOSED] += 1
        ring.append(ring[0])
    return ring


def _position(value: object, counts: Counter[Kind]) -> tuple[float, float]:
    if not (isinstance(value, list) and len(value) >= 2 and is_number(value[0]) and is_number(value[1])):
        raise _BadShapeError(f"has {_short(value)} where a longitude and latitude should be")
    if len(value) > 2:
        counts[Kind.HEIGHT_DROPPED] += 1
    try:
        position = (float(value[0]), float(value[1]))
    except OverflowError:
        position = (math.inf, math.inf)
    if not (math.isfinite(position[0]) and math.isfinite(position[1])):
        raise _BadShapeError("has a coordinate that is not a finite number")
    return position


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise _BadShapeError(f"has {_short(value)} where a list of coordinates should be")
    return value


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 else text[:37] + "..."
