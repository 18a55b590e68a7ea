"""Parts of a map into the tables, in the caller's transaction: what was there of a part is replaced whole."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import shapely
from geoalchemy2.shape import from_shape
from shapely.geometry import MultiLineString, Point
from shapely.geometry.base import BaseGeometry
from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from geo.distance import haversine_m
from geo.mapfile.parts import FeatureNames, House, LandmarkPart, MapParts, StreetFeature, WaterPart
from service.domain.city.search.canon import canonical, search_key
from service.domain.city.search.words import (
    initials,
    is_alley,
    place_key,
    shown_name,
    street_key,
    street_name,
)
from service.domain.kernel.audit import write_entry
from service.domain.kernel.sql import one_at_a_time
from service.models import Area, City, HouseNumber, Landmark, MapFile, PlaceName, Street, Water

LOCK = 0x4D617073  # any number that no other advisory lock here has
SAME_M = 400.0
"""Two landmarks of one name and kind this near are one: a point and the outline around it."""

Rows = list[dict[str, object]]
_MAIN = frozenset({"motorway", "trunk", "primary", "secondary", "tertiary"})
"""Classes of the streets that a whole city knows."""
_BRACKETS = re.compile(r"(.+?)\s*\(\s*(.+?)\s*\)")
_BRACKETED_RANK = 2
"""Rank of a street's second name: the street that is called so is meant first."""
_WATER_RANK = {"river": 1, "lake": 1, "lagoon": 1, "sea": 1, "canal": 2}


@dataclass(frozen=True, slots=True)
class Source:
    """File of one part, as it is remembered."""

    name: str
    attribution: str


@dataclass(frozen=True, slots=True)
class LoadedMapPart:
    """Part of the map after loading."""

    part: str
    features: int
    named: int
    names: int
    changed: bool


def city_shape(session: Session) -> BaseGeometry | None:
    """Return the surface of all wards in force; None before there are any."""
    wkb = session.scalar(select(func.ST_AsBinary(func.ST_Union(Area.geom))).where(Area.valid_to.is_(None)))
    return shapely.from_wkb(bytes(wkb)) if wkb is not None else None


def load_map(
    session: Session, parts: MapParts, sources: Mapping[str, Source], *, now: datetime
) -> list[LoadedMapPart]:
    """Replace each part that was read. What a part already holds is not written again.

    The city's revision grows if anything changed, so that nobody is served kept answers.
    """
    one_at_a_time(session, LOCK)
    loaded = []
    if parts.streets is not None:
        made = _streets(parts.streets)
        loaded.append(_replace(session, "street", sources["street"], made, now))
    if parts.landmarks is not None:
        made = _landmarks(parts.landmarks, parts.houses)
        loaded.append(_replace(session, "landmark", sources["landmark"], made, now))
    if parts.waters is not None:
        made = _waters(parts.waters)
        loaded.append(_replace(session, "water", sources["water"], made, now))
    if any(each.changed for each in loaded):
        _tell(session, loaded, sources, now)
    return loaded


@dataclass(frozen=True, slots=True)
class _Made:
    """Rows of one part."""

    table: type[Street] | type[Landmark] | type[Water]
    rows: Rows
    names: Rows
    houses: Rows | None = None

    def digest(self) -> str:
        """Return a digest of rows, the same for the same rows."""
        digest = hashlib.sha256()
        for row in (*self.rows, *self.names, *(self.houses or ())):
            digest.update(repr([(key, str(value)) for key, value in row.items()]).encode())
        return digest.hexdigest()[:32]


def _replace(session: Session, part: str, source: Source, made: _Made, now: datetime) -> LoadedMapPart:
    digest = made.digest()
    before = session.get(MapFile, part)
    named = sum(1 for row in made.rows if row["name"])
    if before is not None and before.digest == digest:
        return LoadedMapPart(part, len(made.rows), named, len(made.names), changed=False)
    session.execute(delete(made.table))
    session.execute(delete(PlaceName).where(PlaceName.source == part))
    _insert(session, made.table, made.rows)
    _insert(session, PlaceName, [row | {"source": part} for row in made.names])
    if made.houses is not None:
        session.execute(delete(HouseNumber))
        _insert(session, HouseNumber, made.houses)
    facts = {
        "source": source.name,
        "attribution": source.attribution,
        "digest": digest,
        "features": len(made.rows),
        "loaded_at": now,
    }
    session.merge(MapFile(part=part, **facts))
    session.flush()
    return LoadedMapPart(part, len(made.rows), named, len(made.names), changed=True)


def _insert(
    session: Session, table: type[Street | Landmark | Water | PlaceName | HouseNumber], rows: Rows
) -> None:
    if rows:
        session.execute(insert(table), rows)


def _tell(
    session: Session, loaded: Iterable[LoadedMapPart], sources: Mapping[str, Source], now: datetime
) -> None:
    city = session.scalar(select(City))
    if city is None:
        return
    city.revision += 1
    after = {each.part: {"file": sources[each.part].name, "features": each.features} for each in loaded}
    write_entry(session, "city.map", city.code, at=now, after=after)


def _streets(parts: Sequence[StreetFeature]) -> _Made:
    rows: Rows = []
    bridges: dict[str, list[tuple[str, MultiLineString]]] = defaultdict(list)
    names: dict[tuple[str, str], dict[str, object]] = {}
    for part in parts:
        shown = street_name(part.names.shown)
        key = street_key(shown)
        over = _bridge(part, shown)
        if over:
            bridges[place_key(over)].append((over, part.geometry))
        rows.append(
            {
                "name": shown,
                "key": key,
                "road_class": part.road_class,
                "is_bridge": part.is_bridge,
                "geom": from_shape(part.geometry, srid=4326),
            }
        )
        if key and over != shown:
            kind = "alley" if is_alley(key) else "street"
            rank = 0 if part.road_class in _MAIN else 1
            bracketed = list(_bracketed(shown))
            for other in filter(None, dict.fromkeys([key, *map(street_key, part.names.others), *bracketed])):
                own_rank = _BRACKETED_RANK if other in bracketed[1:] else rank
                named = _name(kind, shown, canonical(other), own_rank) | {"street_key": key}
                own = names.setdefault((key, other), named)
                own["rank"] = min(own_rank, int(str(own["rank"])))
    return _Made(Street, rows, [*names.values(), *_bridges(bridges)])


def _bridge(part: StreetFeature, shown: str) -> str:
    """Return the name of the bridge that a stretch is, or is a part of; empty for none."""
    if part.bridge.shown:
        return shown_name(part.bridge.shown)
    words = place_key(shown).split()
    is_named_so = len(words) > 1 and words[0] == "cau"
    return shown if is_named_so and (part.is_bridge or words[1] != "vuot") else ""


def _bridges(found: Mapping[str, list[tuple[str, MultiLineString]]]) -> Iterator[dict[str, object]]:
    """Return a row for each bridge; those of one name far apart are several."""
    for stretches in found.values():
        groups: list[tuple[str, list[MultiLineString]]] = []
        for name, shape in stretches:
            near = next((g for g in groups if _apart_m(g[1][0], shape) < 2 * SAME_M), None)
            if near:
                near[1].append(shape)
            else:
                groups.append((name, [shape]))
        for name, shapes in groups:
            yield _name("bridge", name, search_key(name), 1) | _placed(shapely.union_all(shapes))


def _apart_m(one: BaseGeometry, other: BaseGeometry) -> float:
    here, there = one.centroid, other.centroid
    return haversine_m(here.x, here.y, there.x, there.y)


def _placed(shape: BaseGeometry) -> dict[str, float]:
    """Return the point of a shape nearest to its middle, and how far the shape reaches from there."""
    middle = shape.centroid
    place = middle if middle.within(shape) else shapely.shortest_line(shape, middle).interpolate(0)
    west, south, east, north = shape.bounds
    reach = max(haversine_m(place.x, place.y, lon, lat) for lon in (west, east) for lat in (south, north))
    return {"lon": place.x, "lat": place.y, "extent_m": reach}


def _name(kind: str, name: str, key: str, rank: int) -> dict[str, object]:
    return {
        "kind": kind,
        "name": name,
        "key": key,
        "initials": initials(key),
        "rank": rank,
        "street_key": None,
        "lon": None,
        "lat": None,
        "extent_m": None,
    }


def _landmarks(parts: Sequence[LandmarkPart], houses: Sequence[House]) -> _Made:
    rows: Rows = []
    names: Rows = []
    seen: dict[tuple[str, str], list[Point]] = defaultdict(list)
    # Of a point and an outline the outline tells how far the thing reaches.
    for part in sorted(parts, key=lambda each: -each.extent_m):
        shown, place = _landmark_name(part), part.location
        known = seen[part.kind, place_key(shown)]
        if not place_key(shown) or any(haversine_m(p.x, p.y, place.x, place.y) < SAME_M for p in known):
            continue
        known.append(place)
        location = {"lon": place.x, "lat": place.y, "extent_m": part.extent_m}
        geometry = from_shape(place, srid=4326)
        rows.append({"name": shown, "kind": part.kind, "rank": part.rank, "location": geometry})
        keys = dict.fromkeys([search_key(shown), *_keys(part.names), *_bracketed(shown)])
        names += [_name(part.kind, shown, key, part.rank) | location for key in keys]
    return _Made(Landmark, rows, names, _house_rows(houses))


def _landmark_name(part: LandmarkPart) -> str:
    """Return a landmark's name; maps call a railway station by its town alone, people do not."""
    shown = shown_name(part.names.shown)
    is_said = {"ga", "ben", "bus", "tram", "station", "cang", "san"} & set(place_key(shown).split())
    return f"Ga {shown}" if part.kind == "station" and shown and not is_said else shown


def _bracketed(shown: str) -> Iterator[str]:
    """Yield the two names of `Trung tâm Thương mại Quảng Điền (chợ Sịa)`; a remark of one word is no name."""
    if found := _BRACKETS.fullmatch(shown):
        yield from (key for key in map(search_key, found.groups()) if " " in key)


def _keys(names: FeatureNames) -> list[str]:
    found = dict.fromkeys(search_key(name) for name in (names.shown, *names.others))
    return [key for key in found if key]


def _house_rows(houses: Sequence[House]) -> Rows:
    found: dict[tuple[str, str], dict[str, object]] = {}
    for house in houses:
        key, number = street_key(house.street), house.number.casefold().replace(" ", "")
        row = {"street_key": key, "number": number, "lon": house.location.x, "lat": house.location.y}
        found.setdefault((key, number), row)
    return list(found.values())


def _waters(parts: Sequence[WaterPart]) -> _Made:
    rows: Rows = []
    named: dict[tuple[str, str], list[WaterPart]] = defaultdict(list)
    for part in parts:
        shown = shown_name(part.names.shown)
        rows.append({"name": shown, "kind": part.kind, "geom": from_shape(part.geometry, srid=4326)})
        if shown:
            named[place_key(shown), shown].append(part)
    names = [
        _name("water", shown, key, _WATER_RANK.get(group[0].kind, 3))
        | _placed(shapely.union_all([each.geometry for each in group]))
        for (_, shown), group in named.items()
        for key in dict.fromkeys(key for each in group for key in _keys(each.names))
    ]
    return _Made(Water, rows, names)
