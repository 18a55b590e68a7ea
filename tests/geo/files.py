"""Boundary files for these tests, written as offices write them."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio.raw
import shapely
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

Unit = tuple[dict[str, Any], BaseGeometry | None]
VN2000_HUE = "EPSG:9214"  # VN-2000 / TM-3 zone 107-00, in metres
VN2000_DEGREES = "EPSG:4756"


def collection(*units: tuple[dict[str, Any] | None, object], **members: Any) -> dict[str, Any]:
    """A FeatureCollection of properties and geometries, these as mappings or whatever else."""
    features = [{"type": "Feature", "properties": p, "geometry": g} for p, g in units]
    return {"type": "FeatureCollection", "features": features, **members}


def write_geojson(path: Path, *units: Unit, **members: object) -> Path:
    shapes = [(p, None if g is None else mapping(g)) for p, g in units]
    path.write_text(json.dumps(collection(*shapes, **members)), encoding="utf-8")
    return path


def polygon(*rings: object) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


def write_gdal(
    path: Path, *units: Unit, crs: str | None = "EPSG:4326", layer: str | None = None, **more: object
) -> Path:
    """A GeoPackage or Shapefile with the columns of the first unit, all text."""
    names = list(units[0][0])
    columns = [np.array([properties[name] for properties, _ in units], dtype=object) for name in names]
    drivers = {".gpkg": "GPKG", ".shp": "ESRI Shapefile"}
    options = {"geometry_type": "MultiPolygon", "promote_to_multi": True, **more}
    pyogrio.raw.write(
        path,
        shapely.to_wkb(np.array([geometry for _, geometry in units], dtype=object)),
        columns,
        names,
        driver=drivers[path.suffix],
        crs=crs,
        layer=layer or path.stem,
        **options,
    )
    return path
