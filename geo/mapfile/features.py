"""Features of a map file with their tags, read through GDAL: those in a box, brought to WGS 84."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyogrio
import pyogrio.raw
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.boundaries.gdal import is_lonlat, read_columns
from geo.gdal_pointers import is_what_it_says
from geo.mapfile.packed import MOST_BYTES, SUFFIXES, unpacked
from geo.mapfile.parts import FeatureNames, MapFileRefused
from geo.points import BBox

MOST_FEATURES = 500_000

OPENSTREETMAP = "© OpenStreetMap contributors, ODbL 1.0"
_ATTRIBUTION = re.compile(r'"attribution"\s*:\s*("(?:[^"\\]|\\.){1,300}")')
_SHOWN = ("name:vi", "name_vi", "name", "ten", "ten_duong", "tenduong", "tên", "ten_goi")
_OTHERS = (
    "name",
    "official_name",
    "alt_name",
    "alt_name:vi",
    "old_name",
    "old_name:vi",
    "short_name",
    "loc_name",
    "name:en",
    "name_en",
    "ten_cu",
    "ten_khac",
)
_LONGEST_NAME = 120
_MOST_NAMES = 12


@dataclass(frozen=True, slots=True)
class MapRole:
    """Part of a map: the geometry it is made of, and where an OpenStreetMap extract keeps it."""

    name: str
    shapes: frozenset[str]
    osm: tuple[tuple[str, str], ...]
    layers: tuple[str, ...]


STREETS = MapRole(
    "streets",
    frozenset({"LineString", "MultiLineString"}),
    (("lines", "highway IS NOT NULL"),),
    ("street", "road", "duong", "giao_thong"),
)
LANDMARKS = MapRole(
    "landmarks",
    frozenset({"Point", "MultiPoint", "Polygon", "MultiPolygon"}),
    (("points", ""), ("multipolygons", "name IS NOT NULL")),
    ("landmark", "poi", "place", "dia_danh"),
)
WATER = MapRole(
    "water",
    frozenset({"LineString", "MultiLineString", "Polygon", "MultiPolygon"}),
    (("lines", "waterway IS NOT NULL"), ("multipolygons", "natural IS NOT NULL OR landuse IS NOT NULL")),
    ("water", "river", "thuy", "song"),
)


@dataclass(frozen=True, slots=True)
class MapFeature:
    """Feature of a map file; tags are its fields in lower case, those that say something."""

    geometry: BaseGeometry
    tags: Mapping[str, str]

    @property
    def names(self) -> FeatureNames:
        """Return how it is called: in Vietnamese first."""
        shown = next((self.tags[field] for field in _SHOWN if field in self.tags), "")
        others = [name for field in _OTHERS for name in self.tags.get(field, "").split(";")]
        return FeatureNames(
            _short(shown), tuple(dict.fromkeys(filter(None, map(_short, others))))[:_MOST_NAMES]
        )


def read_features(path: Path, role: MapRole, box: BBox) -> list[MapFeature]:
    """Return the features of that role that touch the box, of a `.zip` or a folder those of the file in it.

    Raises MapFileRefused.
    """
    with unpacked(path, role.layers, role.name) as file:
        return _read(file, role, box)


def _read(path: Path, role: MapRole, box: BBox) -> list[MapFeature]:
    _check(path)
    with warnings.catch_warnings():
        # What GDAL only grumbles about is seen again in what comes out, or stops the reading.
        warnings.simplefilter("ignore")
        try:
            found = list(_osm(path, role, box) if path.suffix.lower() == ".pbf" else _layer(path, role, box))
        except MapFileRefused:
            raise
        except Exception as error:
            # Broken files reach corners of the binding that raise what it does not document.
            reason = str(error).split(";")[0].strip(" .")
            raise MapFileRefused(
                f"{path.name} cannot be read: it is damaged, cut short, or of another kind ({reason})"
            ) from None
    return found


def attribution(path: Path, role: MapRole) -> str:
    """Return whom maps drawn from the file have to name; empty where the file does not say.

    Raises MapFileRefused as `read_features` does.
    """
    with unpacked(path, role.layers, role.name) as file:
        return _credit(file)


def _credit(path: Path) -> str:
    if path.suffix.lower() == ".pbf":
        return OPENSTREETMAP
    if path.suffix.lower() not in (".geojson", ".json"):
        return ""
    with path.open("rb") as file:
        match = _ATTRIBUTION.search(file.read(4096).decode("utf-8", "ignore"))
    return _short(str(json.loads(match.group(1)))) if match else ""


def _check(path: Path) -> None:
    suffix = path.suffix.lower()
    if not path.is_file():
        raise MapFileRefused(f"{path} is no file")
    if suffix not in SUFFIXES:
        raise MapFileRefused(
            f"{path.name} is of no known kind; GeoJSON, GeoPackage, Shapefile and .osm.pbf are read"
        )
    if path.stat().st_size > MOST_BYTES:
        raise MapFileRefused(
            f"{path.name} is larger than {MOST_BYTES >> 20} MB; cut the city out of it first"
        )
    with path.open("rb") as file:
        begins = file.read(16)
    if not begins:
        raise MapFileRefused(f"{path.name} is empty")
    if suffix != ".pbf" and not is_what_it_says(path):
        raise MapFileRefused(f"{path.name} is no {suffix[1:]} file, whatever its name says")
    if suffix == ".shp":
        _check_beside(path)
    if suffix == ".pbf" and b"OSMHeader" not in begins:
        raise MapFileRefused(f"{path.name} is no OpenStreetMap extract")


def _check_beside(path: Path) -> None:
    """Raise MapFileRefused where a Shapefile came without the files that belong to it."""
    there = {each.suffix.lower() for each in path.parent.iterdir() if each.stem == path.stem}
    missing = [suffix for suffix in (".shx", ".dbf") if suffix not in there]
    if missing:
        raise MapFileRefused(
            f"{path.name} came without its {' and '.join(missing)}; give all files of the Shapefile together"
        )


def _osm(path: Path, role: MapRole, box: BBox) -> Iterator[MapFeature]:
    for layer, where in role.osm:
        meta, _, geometries, columns = pyogrio.raw.read(
            path, layer=layer, where=where or None, bbox=tuple(box), TAGS_FORMAT="JSON"
        )
        _check_count(path, len(geometries))
        yield from _features(meta["fields"], geometries, columns)


def _layer(path: Path, role: MapRole, box: BBox) -> Iterator[MapFeature]:
    layer = _choose(path, role)
    info = pyogrio.read_info(path, layer=layer)
    _check_count(path, info["features"])
    meta, geometries, columns = read_columns(path, layer, info["crs"])
    found = list(_features(meta["fields"], geometries, columns))
    if not found:
        raise MapFileRefused(f"{path.name} has no features")
    _check_shapes(path, role, found)
    _check_degrees(path, found, box, declared=info["crs"] is not None and not is_lonlat(info["crs"]))
    _check_names(path, role, found, meta["fields"])
    yield from found


def _choose(path: Path, role: MapRole) -> str:
    layers = [str(name) for name, _kind in pyogrio.list_layers(path)]
    if len(layers) == 1:
        return layers[0]
    fit = [name for name in layers if any(word in name.casefold() for word in role.layers)]
    if len(fit) != 1:
        raise MapFileRefused(
            f"{path.name} has several layers ({', '.join(map(repr, layers))}); save the one of the "
            f"{role.name} as a file of its own"
        )
    return fit[0]


def _features(
    fields: Sequence[str], geometries: NDArray[np.object_], columns: Sequence[Iterable[object]]
) -> Iterator[MapFeature]:
    names = [str(field).casefold() for field in fields]
    shapes = shapely.force_2d(shapely.from_wkb(geometries, on_invalid="ignore"))
    for shape, *values in zip(shapes, *columns, strict=True):
        if shape is None or shape.is_empty or not np.isfinite(shapely.get_coordinates(shape)).all():
            continue
        yield MapFeature(shape, _tags(dict(zip(names, values, strict=True))))


def _tags(row: Mapping[str, object]) -> dict[str, str]:
    more = row.get("other_tags")
    tags: dict[str, str] = {}
    if isinstance(more, str) and more.startswith("{"):
        tags.update({str(key).casefold(): str(value) for key, value in json.loads(more).items()})
    for field, value in row.items():
        text = "" if value is None or isinstance(value, float | np.floating) else str(value).strip()
        if text and field != "other_tags":
            tags[field] = text
    if "kind" in tags and "value" in tags:
        tags.setdefault(tags["kind"].casefold(), tags["value"])
    return tags


def _check_count(path: Path, count: int) -> None:
    if count > MOST_FEATURES:
        raise MapFileRefused(f"{path.name} has {count:,} features; {MOST_FEATURES:,} at most are taken")


def _check_shapes(path: Path, role: MapRole, found: Sequence[MapFeature]) -> None:
    kinds = {each.geometry.geom_type for each in found}
    if not kinds & role.shapes:
        wanted = "lines" if role is STREETS else "points or areas" if role is LANDMARKS else "lines or areas"
        raise MapFileRefused(f"{path.name} holds {', '.join(sorted(kinds))}; {role.name} are {wanted}")


def _check_degrees(path: Path, found: Sequence[MapFeature], box: BBox, *, declared: bool) -> None:
    west, south, east, north = shapely.total_bounds([each.geometry for each in found])
    if max(abs(west), abs(east)) > 180 or max(abs(south), abs(north)) > 90:
        message = (
            "cannot be brought to degrees"
            if declared
            else "are no degrees, and the file says no other system"
        )
        if 90 < max(abs(south), abs(north)) <= 180 and _touch(box, south, west, north, east):
            message = "have latitude before longitude"
        raise MapFileRefused(f"the coordinates of {path.name} {message}; save it as WGS 84, longitude first")


def _touch(box: BBox, west: float, south: float, east: float, north: float) -> bool:
    return west <= box.east and east >= box.west and south <= box.north and north >= box.south


def _check_names(path: Path, role: MapRole, found: Sequence[MapFeature], fields: Sequence[str]) -> None:
    if role is not WATER and not any(each.names.shown for each in found):
        known = ", ".join(str(field) for field in fields) or "none"
        raise MapFileRefused(
            f"no feature of {path.name} has a name; it has the fields {known}. Call the field “name” or “ten”"
        )


def _short(name: str) -> str:
    return " ".join(name.split())[:_LONGEST_NAME]
