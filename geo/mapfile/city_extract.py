"""Map files read into parts of a map, each cut to the city."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiLineString, Point
from shapely.geometry.base import BaseGeometry

from geo.distance import haversine_m
from geo.mapfile.classes import WATERS, landmark_kind, road_class, water_kind
from geo.mapfile.features import LANDMARKS, STREETS, WATER, MapFeature, MapRole, read_features
from geo.mapfile.parts import (
    FeatureNames,
    House,
    LandmarkPart,
    MapFileRefused,
    MapParts,
    SkippedCounts,
    StreetFeature,
    WaterPart,
)
from geo.points import BBox

MARGIN_DEG = 0.003
"""How far beyond its border the city's map is drawn, about 300 m."""

_HOUSE = re.compile(r"^(?:số\s+)?(\d+[A-Za-z]?(?:[/-]\d+[A-Za-z]?)*)\s+(.{2,})$")
_NO = frozenset({"", "no", "0", "f", "false", "n"})


def read_map(
    city: BaseGeometry, *, streets: Path | None, landmarks: Path | None, water: Path | None
) -> MapParts:
    """Return what the files hold of the city. Raises MapFileRefused."""
    skipped = SkippedCounts()
    reach = city.buffer(MARGIN_DEG)
    shapely.prepare(reach)
    ways = _inside(streets, STREETS, reach, skipped) if streets else []
    places = _inside(landmarks, LANDMARKS, reach, skipped) if landmarks else []
    waters = _inside(water, WATER, reach, skipped) if water else []
    parts = MapParts(
        streets=[part for way in ways if (part := _street(way))] if streets else None,
        landmarks=list(_landmarks(places, skipped)) if landmarks else None,
        houses=list(_houses(places)),
        waters=[cut for each in waters if (cut := _water(each))] if water else None,
        left=skipped,
    )
    _refuse_nothing(streets, "streets", parts.streets)
    _refuse_nothing(landmarks, "landmarks", [*(parts.landmarks or ()), *parts.houses])
    _refuse_nothing(water, "water", parts.waters)
    return parts


def _refuse_nothing(path: Path | None, what: str, found: Sequence[object] | None) -> None:
    """Raise MapFileRefused where a file holds nothing of its kind: it would empty that part of the map."""
    if path and not found:
        raise MapFileRefused(f"{path.name} holds no {what} of the city; is it the file of another part?")


def _inside(path: Path, role: MapRole, reach: BaseGeometry, skipped: SkippedCounts) -> list[MapFeature]:
    """Return the features of the fitting kind, cut to where the city reaches."""
    box = BBox(*(float(side) for side in reach.bounds))
    found = read_features(path, role, box)
    fit = [each for each in found if each.geometry.geom_type in role.shapes]
    skipped.out(f"{role.name}: of another geometry", len(found) - len(fit))
    shapes = np.array([each.geometry for each in fit], dtype=object)
    near = shapely.intersects(reach, shapes)
    if not near.any():
        raise MapFileRefused(f"nothing of {path.name} lies in the city{_where(shapes, reach)}")
    skipped.out(f"{role.name}: outside the city", len(fit) - int(near.sum()))
    whole = shapely.contains_properly(reach, shapes)
    return [
        each if inside else MapFeature(_cut(each.geometry, reach), each.tags)
        for each, touches, inside in zip(fit, near, whole, strict=True)
        if touches
    ]


def _where(shapes: NDArray[np.object_], reach: BaseGeometry) -> str:
    if not len(shapes):
        return ""
    west, south, east, north = (round(float(side), 2) for side in shapely.total_bounds(shapes))
    message = f": it covers {west}–{east} E, {south}–{north} N"
    swapped = shapely.box(south, west, north, east)
    return message + ("; latitude stands before longitude there" if swapped.intersects(reach) else "")


def _cut(shape: BaseGeometry, reach: BaseGeometry) -> BaseGeometry:
    return shapely.intersection(shape if shape.is_valid else shapely.make_valid(shape), reach)


def _lines(shape: BaseGeometry) -> MultiLineString:
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "LineString" and part.length > 0]
    return MultiLineString(parts)


def _street(found: MapFeature) -> StreetFeature | None:
    kind, lines = road_class(found.tags), _lines(found.geometry)
    if kind is None or lines.is_empty:
        return None
    is_bridge = found.tags.get("bridge", "").casefold() not in _NO
    over = tuple(found.tags[field] for field in ("bridge:name", "bridge:name:en") if field in found.tags)
    return StreetFeature(
        found.names, kind, is_bridge, FeatureNames(over[0], over) if over else FeatureNames(), lines
    )


def _landmarks(places: Sequence[MapFeature], skipped: SkippedCounts) -> Iterator[LandmarkPart]:
    for found in places:
        names = found.names
        if not names.shown:
            skipped.out("landmarks: without a name")
            continue
        kind = landmark_kind(found.tags, names.shown)
        is_area = found.geometry.geom_type != "Point"
        if kind is None or (is_area and found.tags.get("kind", "").casefold() in WATERS):
            continue
        place = found.geometry.representative_point()
        yield LandmarkPart(names, *kind, place, _extent_m(found.geometry, place))


def _extent_m(shape: BaseGeometry, place: Point) -> float:
    west, south, east, north = shape.bounds
    corners = ((west, south), (east, north), (west, north), (east, south))
    return max(haversine_m(place.x, place.y, lon, lat) for lon, lat in corners)


def _houses(places: Sequence[MapFeature]) -> Iterator[House]:
    for found in places:
        street, number = found.tags.get("addr:street", ""), found.tags.get("addr:housenumber", "")
        whole = _HOUSE.match(found.tags.get("addr", found.tags.get("address", "")))
        if whole and not (street and number):
            number, street = whole.groups()
        if street and number and len(number) <= 12:
            yield House(number, street, found.geometry.representative_point())


def _water(found: MapFeature) -> WaterPart | None:
    kind = water_kind(found.tags)
    parts = [
        part
        for part in shapely.get_parts(shapely.make_valid(found.geometry))
        if part.geom_type in ("LineString", "Polygon")
    ]
    if kind is None or not parts:
        return None
    areas = [part for part in parts if part.geom_type == "Polygon"]
    shape = shapely.multipolygons(areas) if areas else shapely.multilinestrings(parts)
    return WaterPart(found.names, kind, shape)
