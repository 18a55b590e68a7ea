"""Boundary files of a city, the way in: `read_boundaries` says what is in them, `check_boundaries` whether it
may be put in force.

Read are GeoJSON, GeoPackage and Shapefile, one file or a folder of them.
"""

from collections.abc import Iterator
from pathlib import Path

from geo.boundaries import gdal as boundary_gdal
from geo.boundaries import geojson as boundary_geojson
from geo.boundaries.boundary import Boundary, named
from geo.boundaries.check import BoundaryReport, check_boundaries
from geo.boundaries.findings import BoundaryError, Finding, Kind, Severity, unreadable
from geo.boundaries.overlaps import SliverLimits
from geo.boundaries.raw import RawFeature
from geo.boundaries.unit_names import Columns

__all__ = [
    "Boundary",
    "BoundaryError",
    "BoundaryReport",
    "Columns",
    "Finding",
    "Kind",
    "Severity",
    "SliverLimits",
    "check_boundaries",
    "read_boundaries",
]

GEOJSON = (".geojson", ".json")
GDAL = (".gpkg", ".shp")
MAX_BYTES = 512 * 2**20
DEFAULT_COLUMNS = Columns()


def read_boundaries(
    path: Path, columns: Columns = DEFAULT_COLUMNS, layer: str | None = None
) -> list[Boundary]:
    """Return the units of a file, or of all boundary files of a folder in the order of their names.

    `layer` names the layer of a GeoPackage with several. A file with a single unit and no code in it lends it
    its own name. Raises `BoundaryError` with a finding for each file that cannot be read; single features
    that are wrong come back with their notes.
    """
    units: list[Boundary] = []
    failures: list[Finding] = []
    for file in _files(path):
        try:
            raw = list(_features(file, file.name, layer))
        except BoundaryError as error:
            failures.extend(error.findings)
        else:
            stem = file.stem if len(raw) == 1 else ""
            units.extend(named(feature, columns, stem) for feature in raw)
    if failures:
        raise BoundaryError(failures)
    return units


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise unreadable(path.name, "does not exist")
    known = GEOJSON + GDAL
    files = sorted(file for file in path.iterdir() if file.is_file() and file.suffix.lower() in known)
    if not files:
        raise unreadable(path.name, f"is a folder without any of {', '.join('*' + end for end in known)}")
    return files


def _features(file: Path, source: str, layer: str | None) -> Iterator[RawFeature]:
    if file.stat().st_size > MAX_BYTES:
        raise unreadable(source, f"is larger than {MAX_BYTES // 2**20} MB")
    if file.suffix.lower() in GDAL:
        return boundary_gdal.gdal_features(file, source, layer)
    if file.suffix.lower() not in GEOJSON:
        raise unreadable(source, "is neither GeoJSON, GeoPackage nor Shapefile by its name")
    document = boundary_geojson.read_document(file, source)
    declared = boundary_geojson.foreign_crs(document)
    if declared:
        return boundary_gdal.gdal_features(file, source, layer, declared)
    return boundary_geojson.geojson_features(document, source)
