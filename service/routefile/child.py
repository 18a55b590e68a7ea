"""The program that reads one map file and ends: `python -m service.routefile.child WHAT PARENT SUFFIX`.

The file comes on standard input; one line of JSON goes out: `refused`, or the features with lines. Anything
but WGS 84 is brought there by GDAL: VN-2000, for one, in which Vietnamese offices hand out their files.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyogrio
import shapely
from shapely.geometry.base import BaseGeometry

from geo.boundaries.gdal import read_columns
from service.ops.confinement import confine_process, end_with, leave_network
from service.routefile.content import safe_content
from service.routefile.packed import PackedFileRefused, kml_inside

MEMORY_BYTES = 1 << 30
CPU_S = 20
MOST_FEATURES = 2000
MOST_POINTS = 20_000
MOST_FIELDS = 60
LONGEST_VALUE = 300


class RouteFileRefused(Exception):
    """The file is none that is taken; says why, in a word."""


def main() -> None:
    """Limit this process before it reads the first byte, then answer what it is asked."""
    end_with(int(sys.argv[2]))
    leave_network()
    limits = {
        resource.RLIMIT_AS: MEMORY_BYTES,
        resource.RLIMIT_CPU: CPU_S,
        resource.RLIMIT_FSIZE: 64 << 20,
    }
    confine_process(limits, may_open=True)
    try:
        answer = read_map_file(sys.argv[1], sys.argv[3], sys.stdin.buffer.read())
    except RouteFileRefused as refused:
        answer = {"refused": str(refused)}
    except Exception:  # GDAL's are of many kinds
        answer = {"refused": "broken"}
    sys.stdout.write(json.dumps(answer) + "\n")


def read_map_file(what: str, suffix: str, data: bytes) -> dict[str, object]:
    """Return the features of a file: its lines, its `points` or its `areas`. Raises RouteFileRefused."""
    if suffix == ".kmz":
        try:
            data, suffix = kml_inside(data), ".kml"
        except PackedFileRefused as refused:
            raise RouteFileRefused(str(refused)) from None
    safe = safe_content(suffix, data)
    if safe is None:
        raise RouteFileRefused("broken")
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        # What GDAL only grumbles about is seen again in what comes out.
        warnings.simplefilter("ignore")
        path = Path(folder) / f"file{suffix}"
        path.write_bytes(safe)
        return {"points": _points, "areas": _areas}.get(what, _lines)(path)


def _lines(path: Path) -> dict[str, object]:
    """Return the features of every layer; those without geometry too, where others have lines."""
    features: list[list[object]] = []
    drawn = 0
    for fields, shape in _features(path, MOST_FEATURES):
        lines = _lines_of(shape)
        if lines is not None or shape is None or shape.is_empty:
            drawn += lines is not None
            features.append([fields, lines])
        if len(features) > MOST_FEATURES:
            raise RouteFileRefused("many")
    if not drawn:
        raise RouteFileRefused("no_lines")
    return {"features": features}


def _lines_of(shape: BaseGeometry | None) -> dict[str, object] | None:
    """Return the lines of a geometry as GeoJSON, also those of a collection; None for one that has none."""
    flat = [] if shape is None else list(shapely.get_parts([shapely.force_2d(shape)]))
    for each in list(flat):
        flat += list(shapely.get_parts([each])) if each.geom_type.startswith(("Multi", "Geom")) else []
    parts = [each for each in flat if each.geom_type == "LineString" and not each.is_empty]
    if not parts:
        return None
    found: dict[str, object] = json.loads(
        shapely.to_geojson(parts[0] if len(parts) == 1 else shapely.multilinestrings(parts))
    )
    return found


def _points(path: Path) -> dict[str, object]:
    """Return the attributes of every feature that is a point, with its place as `lon` and `lat`."""
    features: list[dict[str, str]] = []
    for fields, shape in _features(path, MOST_POINTS):
        if shape is not None and shape.geom_type == "Point" and not shape.is_empty:
            [(x, y)] = shapely.get_coordinates(shape)
            features.append({**fields, "lon": repr(float(x)), "lat": repr(float(y))})
        if len(features) > MOST_POINTS:
            raise RouteFileRefused("many_points")
    if not features:
        raise RouteFileRefused("no_points")
    return {"features": features}


def _areas(path: Path) -> dict[str, object]:
    """Return (attributes, area as GeoJSON) of every feature that is an area."""
    features: list[list[object]] = []
    for fields, shape in _features(path, MOST_FEATURES):
        if shape is not None and shape.geom_type in ("Polygon", "MultiPolygon") and not shape.is_empty:
            features.append([fields, json.loads(shapely.to_geojson(shapely.force_2d(shape)))])
        if len(features) > MOST_FEATURES:
            raise RouteFileRefused("many")
    if not features:
        raise RouteFileRefused("no_areas")
    return {"features": features}


def _features(path: Path, most: int) -> Iterator[tuple[dict[str, str], BaseGeometry | None]]:
    """Attributes and geometry of every feature in WGS 84, at most one more than `most` of a layer."""
    for layer, _ in pyogrio.list_layers(path):
        info = pyogrio.read_info(path, layer=layer)
        try:
            meta, shapes, columns = read_columns(path, str(layer), info["crs"])
        except Exception:  # a system of coordinates that GDAL does not know, or cannot leave
            if info["crs"] is None:
                raise
            raise RouteFileRefused("crs") from None
        if shapes is None:
            continue
        fields = [str(field) for field in meta["fields"]][:MOST_FIELDS]
        for at, shape in enumerate(shapely.from_wkb(shapes[: most + 1])):
            yield {field: _text(columns[n][at]) for n, field in enumerate(fields)}, shape


def _text(value: object) -> str:
    if value is None or (isinstance(value, float | np.floating) and np.isnan(value)):
        return ""
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    if isinstance(value, np.ndarray):
        return ", ".join(_text(each) for each in value)[:LONGEST_VALUE]
    return str(value)[:LONGEST_VALUE]


if __name__ == "__main__":
    main()
