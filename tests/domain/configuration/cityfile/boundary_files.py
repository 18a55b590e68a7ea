"""The sample city's areas as boundary files of every format."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pyogrio.raw
import shapely
from shapely.geometry import box, mapping
from shapely.geometry.base import BaseGeometry

Shapes = Mapping[str, BaseGeometry]

SQUARES: Shapes = {
    "101": box(106.5, 9.3, 106.9, 9.8),
    "102": box(106.1, 9.3, 106.5, 9.8),
    "103": box(106.1, 9.1, 106.9, 9.3),
}
NAMES = {"101": "Phường Đông", "102": "Phường Tây", "103": "Xã Nam"}


def geojson(path: Path, squares: Shapes, names: Mapping[str, str] = NAMES) -> Path:
    """The areas as a GeoJSON file."""
    features = [
        {
            "type": "Feature",
            "geometry": mapping(area),
            "properties": {"code": code, "name": names.get(code, code)},
        }
        for code, area in squares.items()
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


def through_gdal(path: Path, squares: Shapes, crs: str = "EPSG:4326") -> Path:
    """The areas as a GeoPackage or Shapefile, by the ending of the name."""
    columns = {"code": list(squares), "name": [NAMES[code] for code in squares]}
    driver = {".gpkg": "GPKG", ".shp": "ESRI Shapefile"}[path.suffix]
    pyogrio.raw.write(
        path,
        geometry=np.array([shapely.to_wkb(area) for area in squares.values()], dtype=object),
        field_data=[np.array(values, dtype=object) for values in columns.values()],
        fields=list(columns),
        geometry_type="Polygon",
        crs=crs,
        driver=driver,
        encoding="UTF-8",
    )
    return path


def in_mercator(squares: Shapes) -> Shapes:
    """The areas in metres of Web Mercator (EPSG:3857)."""
    return {code: shapely.transform(area, _mercator) for code, area in squares.items()}


def _mercator(xy: np.ndarray) -> np.ndarray:
    radius = 6378137.0
    x, y = np.radians(xy).T
    return np.column_stack([radius * x, radius * np.log(np.tan(np.pi / 4 + y / 2))])
