"""Spots on a map as whole files: GeoJSON, GeoPackage."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyogrio.raw
import shapely

Spot = tuple[float, float, int]
"""Longitude, latitude, how many."""


def spots_geojson(spots: Sequence[Spot]) -> bytes:
    """Return one feature collection (RFC 7946)."""
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [lon, lat]},
            "properties": {"reports": number},
        }
        for lon, lat, number in spots
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def spots_gpkg(spots: Sequence[Spot]) -> bytes:
    """Return a layer of points that any GIS opens."""
    lon, lat, number = (np.asarray([spot[each] for spot in spots], float) for each in range(3))
    with tempfile.TemporaryDirectory(prefix="hientruong-") as folder:
        path = Path(folder) / "spots.gpkg"
        pyogrio.raw.write(
            path,
            geometry=shapely.to_wkb(shapely.points(lon, lat)),
            field_data=[number.astype(np.int32)],
            fields=["reports"],
            geometry_type="Point",
            crs="EPSG:4326",
            driver="GPKG",
            layer="spots",
        )
        return path.read_bytes()
