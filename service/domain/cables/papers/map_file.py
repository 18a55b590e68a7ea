"""The undergrounding plan as a layer that any GIS opens: a line for each route that was drawn."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import shapely

from service.domain.cables.views import RouteView
from service.domain.city.reference import Reference

TEXTS = ("street", "from_words", "to_words", "quarter", "quarter_first", "state", "duct")
NUMBERS = ("id", "length_m", "percent", "moved")


def cables_gpkg(reference: Reference, routes: Sequence[RouteView]) -> bytes:
    """Return the GeoPackage; companies stand in one column with their share."""
    import pyogrio.raw

    mapped = [route for route in routes if route.geometry is not None]
    lines = [shapely.from_geojson(json.dumps(route.geometry)) for route in mapped]
    places = [line if "Multi" in line.geom_type else shapely.multilinestrings([line]) for line in lines]
    companies = [_companies(reference, route) for route in mapped]
    columns: list[object] = [np.asarray([getattr(r, name) for r in mapped], np.int32) for name in NUMBERS]
    columns += [np.asarray([str(getattr(r, name)) for r in mapped], object) for name in TEXTS]
    columns += [np.asarray([r.late for r in mapped], bool), np.asarray(companies, object)]
    with tempfile.TemporaryDirectory(prefix="hientruong-") as folder:
        path = Path(folder) / "cables.gpkg"
        pyogrio.raw.write(
            path,
            geometry=np.asarray([shapely.to_wkb(each) for each in places], object),
            field_data=columns,
            fields=[*NUMBERS, *TEXTS, "late", "companies"],
            geometry_type="MultiLineString",
            crs="EPSG:4326",
            driver="GPKG",
            layer="cable_routes",
        )
        return path.read_bytes()


def _companies(reference: Reference, route: RouteView) -> str:
    return "; ".join(
        f"{reference.departments[each.company_id].code} {each.percent}%" for each in route.sections
    )
