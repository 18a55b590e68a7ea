"""Single features of GeoJSON files: shapes that cannot be used, shapes that are mended."""

import json
from pathlib import Path

import pytest
import shapely
from shapely.geometry import LineString, MultiPolygon

from geo.boundaries.boundaries import Boundary, Kind, Severity, check_boundaries, read_boundaries
from geo.shapes import multipolygon
from tests.geo.files import collection, polygon, write_gdal
from tests.geo.places import square

A = square(107.0, 16.0)
CORNERS: list[list[float]] = [[107, 16], [107.1, 16], [107.1, 16.1], [107, 16.1], [107, 16]]


def kinds(boundaries: list[Boundary]) -> list[Kind]:
    return [finding.kind for finding in check_boundaries(boundaries).findings]


def ring(*points: object) -> dict[str, object]:
    return polygon(list(points))


@pytest.mark.parametrize(
    ("geometry", "expected"),
    [
        (None, [Kind.NO_POLYGON]),
        ({"type": "Point", "coordinates": [107, 16]}, [Kind.PART_DROPPED, Kind.NO_POLYGON]),
        (polygon(), [Kind.NO_POLYGON]),
        (polygon([[107, 16], [107.1, 16], [107, 16]]), [Kind.RING_DROPPED, Kind.NO_POLYGON]),
        (polygon([[16, 107], [16, 107.1], [16.1, 107.1], [16, 107]]), [Kind.SWAPPED_AXES]),
        (polygon([[500, 16], [501, 16], [501, 17]]), [Kind.RING_CLOSED, Kind.OUT_OF_RANGE]),
        (ring(*CORNERS[:3], [107.05, float("nan")]), [Kind.BAD_COORDINATES]),
        (ring(*CORNERS[:3], [107.05, 10**400]), [Kind.BAD_COORDINATES]),
        (ring(*CORNERS[:3], ["107.05", "16"]), [Kind.BAD_COORDINATES]),
        (ring(*CORNERS[:3], [107.05]), [Kind.BAD_COORDINATES]),
        (ring(*CORNERS[:3], None), [Kind.BAD_COORDINATES]),
        (polygon({}), [Kind.BAD_COORDINATES]),
        ({"type": "Polygon"}, [Kind.BAD_COORDINATES]),
        ({"type": "Curve"}, [Kind.BAD_COORDINATES]),
        ("POLYGON", [Kind.BAD_COORDINATES]),
    ],
)
def test_shapes_that_cannot_be_used(tmp_path: Path, geometry: object, expected: list[Kind]) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(collection(({"code": "7", "name": "x"}, geometry))))
    report = check_boundaries(read_boundaries(path))
    assert [finding.kind for finding in report.findings] == expected
    assert report.boundaries == ()
    last = report.errors[-1]
    assert (last.source, last.index, last.code) == ("a.json", 0, "7")


@pytest.mark.parametrize(
    "feature", [None, 5, [], {}, {"type": "Polygon"}, {"type": "Feature", "properties": [1]}]
)
def test_features_that_are_none(tmp_path: Path, feature: object) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    assert kinds(read_boundaries(path)) == [Kind.BAD_FEATURE]


@pytest.mark.parametrize(
    ("geometry", "expected"),
    [
        (polygon(CORNERS), []),
        (polygon(CORNERS[:-1]), [Kind.RING_CLOSED]),
        (polygon([[*corner, 3.5] for corner in CORNERS]), [Kind.HEIGHT_DROPPED]),
        (polygon([CORNERS[0], *CORNERS]), [Kind.POINTS_DROPPED]),
        (polygon(CORNERS, [[107.01, 16.01], [107.01, 16.01], [107.01, 16.01]]), [Kind.RING_DROPPED]),
        (
            {
                "type": "GeometryCollection",
                "geometries": [polygon(CORNERS), {"type": "LineString", "coordinates": []}],
            },
            [Kind.PART_DROPPED],
        ),
        (polygon([*CORNERS[:3], [107.1, 16.3], [107.1, 16.1], *CORNERS[3:]]), [Kind.SHAPE_REPAIRED]),
    ],
)
def test_shapes_that_are_mended(tmp_path: Path, geometry: object, expected: list[Kind]) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(collection(({"code": "7", "name": "x"}, geometry))))
    report = check_boundaries(read_boundaries(path))
    assert [(f.kind, f.severity, f.code) for f in report.findings] == [
        (k, Severity.REPAIR, "7") for k in expected
    ]
    assert report.boundaries[0].geometry.equals(A)


def test_heights_and_foreign_parts_in_a_geopackage(tmp_path: Path) -> None:
    mixed = shapely.GeometryCollection([shapely.force_3d(A, 5), LineString([(0, 0, 1), (1, 1, 1)])])
    path = write_gdal(
        tmp_path / "a.gpkg",
        ({"code": "1", "name": "x"}, mixed),
        geometry_type="Unknown",
        promote_to_multi=False,
    )
    report = check_boundaries(read_boundaries(path))
    assert [finding.kind for finding in report.findings] == [Kind.HEIGHT_DROPPED]
    assert report.boundaries[0].geometry.equals(multipolygon(A))


def test_a_row_without_a_shape_is_told(tmp_path: Path) -> None:
    units = (({"code": "1", "name": "x"}, A), ({"code": "2", "name": "y"}, None))
    read = read_boundaries(write_gdal(tmp_path / "a.gpkg", *units))
    assert kinds(read) == [Kind.NO_POLYGON]
    assert read[1].geometry == MultiPolygon()
