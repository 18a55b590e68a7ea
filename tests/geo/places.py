"""Real areas for these tests, read the plain way, and shapes drawn by hand."""

import csv
import json
from functools import cache
from pathlib import Path

import shapely
from shapely.geometry import MultiPolygon, Polygon, box, shape

from geo.locator import AreaShape
from geo.shapes import multipolygon

AREAS = Path(__file__).resolve().parents[3] / "shared" / "data" / "areas"


@cache
def real_areas(name: str = "hue_wards_2025") -> tuple[AreaShape, ...]:
    """The areas of a shared file, numbered from 1."""
    features = json.loads((AREAS / f"{name}.geojson").read_text(encoding="utf-8"))["features"]
    column = "gso_code_2009" if name == "hue_wards_2009" else "code"
    return tuple(
        AreaShape(number, f["properties"][column], multipolygon(shape(f["geometry"])))
        for number, f in enumerate(features, start=1)
    )


def former_centres() -> list[tuple[float, float, str]]:
    """Longitude, latitude and the new unit's code of each former unit of Huế."""
    with (AREAS / "hue_ward_old_to_new.csv").open(encoding="utf-8", newline="") as file:
        return [
            (float(r["old_lon"]), float(r["old_lat"]), r["new_code"])
            for r in csv.DictReader(file)
            if r["old_lat"]
        ]


def square(west: float, south: float, side: float = 0.1) -> Polygon:
    return box(west, south, west + side, south + side)


def ring_island() -> list[AreaShape]:
    """A ward with a hole, another that fills half the hole, and a third in two far parts."""
    outer = Polygon(box(107.0, 16.0, 107.3, 16.3).exterior, [box(107.1, 16.1, 107.2, 16.2).exterior])
    islands = MultiPolygon([square(107.4, 16.0), square(107.6, 16.2)])
    return [
        AreaShape(1, "a", outer),
        AreaShape(2, "b", box(107.1, 16.1, 107.15, 16.2)),
        AreaShape(3, "c", islands),
    ]


def total_bounds(areas: tuple[AreaShape, ...] | list[AreaShape]) -> tuple[float, float, float, float]:
    west, south, east, north = shapely.total_bounds([area.geometry for area in areas])
    return float(west), float(south), float(east), float(north)
