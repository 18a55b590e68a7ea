"""The program that reads one map file and ends: `python -m service.routefile.child KIND PARENT`.

The file comes on standard input; one line of JSON goes out: `refused`, or the features with lines.
"""

from __future__ import annotations

import json
import resource
import sys

import numpy as np
import pyogrio
import pyogrio.raw
import shapely

from service.ops.confinement import confine_process, end_with, leave_network

MEMORY_BYTES = 1 << 30
CPU_S = 20
MOST_FEATURES = 2000
MOST_POINTS = 20_000
MOST_FIELDS = 60
LONGEST_VALUE = 300
DEGREES = ("EPSG:4326", "OGC:CRS84", "EPSG:4979", "")


def main() -> None:
    """Limits itself before it reads the first byte."""
    end_with(int(sys.argv[2]))
    leave_network()
    limits = {
        resource.RLIMIT_AS: MEMORY_BYTES,
        resource.RLIMIT_CPU: CPU_S,
        resource.RLIMIT_FSIZE: 64 << 20,
    }
    confine_process(limits, may_open=True)
    try:
        data = sys.stdin.buffer.read()
        answer = points_of_file(data) if sys.argv[1] == "points" else lines_of_file(data)
    except Exception:  # GDAL's are of many kinds
        answer = {"refused": "broken"}
    sys.stdout.write(json.dumps(answer) + "\n")


def lines_of_file(data: bytes) -> dict[str, object]:
    """Return the features with lines of every layer, or why the file is refused."""
    features: list[list[object]] = []
    # By number: a layer without a name goes by that of the file, which bytes have none of.
    for layer in range(len(pyogrio.list_layers(data))):
        meta, _, shapes, columns = pyogrio.raw.read(data, layer=layer, max_features=MOST_FEATURES + 1)
        if shapes is None:
            continue
        if str(meta.get("crs") or "") not in DEGREES:
            return {"refused": "crs"}
        fields = [str(field) for field in meta["fields"]][:MOST_FIELDS]
        lines = shapely.force_2d(shapely.from_wkb(shapes))
        for at, shape in enumerate(lines):
            if shape is not None and shape.geom_type in ("LineString", "MultiLineString"):
                said = {field: _text(columns[n][at]) for n, field in enumerate(fields)}
                features.append([said, json.loads(shapely.to_geojson(shape))])
        if len(features) > MOST_FEATURES:
            return {"refused": "many"}
    return {"features": features} if features else {"refused": "no_lines"}


def points_of_file(data: bytes) -> dict[str, object]:
    """Return the attributes of every feature that is a point, with its place as `lon` and `lat`."""
    features: list[dict[str, str]] = []
    for layer in range(len(pyogrio.list_layers(data))):
        meta, _, shapes, columns = pyogrio.raw.read(data, layer=layer, max_features=MOST_POINTS + 1)
        if shapes is None:
            continue
        if str(meta.get("crs") or "") not in DEGREES:
            return {"refused": "crs"}
        fields = [str(field) for field in meta["fields"]][:MOST_FIELDS]
        for at, shape in enumerate(shapely.from_wkb(shapes)):
            if shape is not None and shape.geom_type == "Point" and not shape.is_empty:
                said = {field: _text(columns[n][at]) for n, field in enumerate(fields)}
                features.append({**said, "lon": repr(float(shape.x)), "lat": repr(float(shape.y))})
        if len(features) > MOST_POINTS:
            return {"refused": "many_points"}
    return {"features": features} if features else {"refused": "no_points"}


def _text(value: object) -> str:
    if value is None or (isinstance(value, float | np.floating) and np.isnan(value)):
        return ""
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value)[:LONGEST_VALUE]


if __name__ == "__main__":
    main()
