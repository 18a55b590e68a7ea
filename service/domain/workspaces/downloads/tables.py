"""Small tables of figures, and spots on a map, as whole files: a workbook, GeoJSON, GeoPackage."""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pyogrio.raw
import shapely

from service.domain.workspaces.downloads.cells import csv_value

Spot = tuple[float, float, int]
"""Longitude, latitude, how many."""


def xlsx_file(heading: Sequence[str], rows: Iterable[Sequence[object]], zone: ZoneInfo) -> bytes:
    """A whole small table as a workbook; text is never a formula."""
    import xlsxwriter  # here: heavy, and seldom asked for

    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet("figures")
    sheet.write_row(0, 0, heading, book.add_format({"bold": True}))
    sheet.set_column(0, len(heading) - 1, 16)
    sheet.freeze_panes(1, 1)
    for index, row in enumerate(rows, 1):
        sheet.write_row(index, 0, [csv_value(value, zone) for value in row])
    book.close()
    return out.getvalue()


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
    """A layer of points that any GIS opens."""
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
