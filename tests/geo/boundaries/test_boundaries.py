"""Boundary files as they come: formats, reference systems, encodings, columns, and files that are none."""

import json
from pathlib import Path

import numpy as np
import pyogrio.raw
import pytest
import shapely
from shapely.geometry import Point, Polygon

from geo.boundaries.boundaries import (
    Boundary,
    BoundaryError,
    Columns,
    Kind,
    check_boundaries,
    read_boundaries,
)
from tests.geo.files import (
    VN2000_DEGREES,
    VN2000_HUE,
    collection,
    polygon,
    write_gdal,
    write_geojson,
)
from tests.geo.places import AREAS, square

A, B = square(107.0, 16.0), square(107.1, 16.0)
UNITS = (({"code": "1", "name": "Phường Phú Xuân"}, A), ({"code": "2", "name": "Xã Hưng Lộc"}, B))
CORNERS: list[list[float]] = [[107, 16], [107.1, 16], [107.1, 16.1], [107, 16.1], [107, 16]]


def kinds(boundaries: list[Boundary]) -> list[Kind]:
    return [finding.kind for finding in check_boundaries(boundaries).findings]


@pytest.mark.parametrize(
    ("name", "count", "expected"),
    [
        ("hue_wards_2025", 40, set()),
        ("travinh_wards_2025", 41, {Kind.POINTS_DROPPED}),
        ("soctrang_wards_2025", 45, {Kind.POINTS_DROPPED, Kind.SLIVER_GIVEN}),
    ],
)
def test_real_wards_are_valid_without_complaint(name: str, count: int, expected: set[Kind]) -> None:
    report = check_boundaries(read_boundaries(AREAS / f"{name}.geojson"))
    assert len(report.boundaries) == count
    assert report.errors == report.warnings == ()
    assert {finding.kind for finding in report.repairs} == expected
    assert all(unit.geometry.is_valid and unit.name and unit.kind for unit in report.boundaries)


def test_the_dirty_file_of_2009_is_read_and_accounted_for() -> None:
    boundaries = read_boundaries(AREAS / "hue_wards_2009.geojson")
    report = check_boundaries(boundaries)
    assert len(report.boundaries) == 152
    assert (report.boundaries[0].code, report.boundaries[0].full_name) == ("4110101", "Phường Phú Thuận")
    assert not report.ok
    found = {kind: [f for f in report.findings if f.kind is kind] for kind in Kind}
    assert len(found[Kind.OVERLAP]) > 200
    assert len(found[Kind.SLIVER_GIVEN]) > 10
    assert len(found[Kind.GAP]) > 300
    assert sum(f.figures["area_m2"] for f in found[Kind.OVERLAP]) == pytest.approx(15.8e6, rel=0.01)
    assert len(report.summary()) == 3
    accepted = check_boundaries(boundaries, accept_overlaps=True)
    assert accepted.ok
    assert len(accepted.warnings) == len(report.errors) + len(report.warnings)


def test_what_was_mended_needs_no_mending_again() -> None:
    for name in ("soctrang_wards_2025", "hue_wards_2009"):
        once = check_boundaries(read_boundaries(AREAS / f"{name}.geojson"))
        again = check_boundaries([_without_notes(unit) for unit in once.boundaries])
        assert again.repairs == ()
        assert len(again.errors) == len(once.errors)


def _without_notes(unit: Boundary) -> Boundary:
    return Boundary(unit.code, unit.name, unit.full_name, unit.kind, unit.geometry)


@pytest.mark.parametrize("suffix", [".gpkg", ".shp"])
def test_other_formats_give_the_same(tmp_path: Path, suffix: str) -> None:
    read = read_boundaries(write_gdal(tmp_path / f"wards{suffix}", *UNITS))
    expected = read_boundaries(write_geojson(tmp_path / "wards.geojson", *UNITS))
    assert [(b.code, b.name, b.full_name, b.kind) for b in read] == [
        (b.code, b.name, b.full_name, b.kind) for b in expected
    ]
    assert all(got.geometry.equals(b.geometry) for got, b in zip(read, expected, strict=True))
    assert kinds(read) == []


@pytest.mark.parametrize("suffix", [".gpkg", ".shp"])
def test_vn_2000_in_metres_comes_out_in_degrees(tmp_path: Path, suffix: str) -> None:
    # A kilometre square 107 km east of the meridian 107°, whose false easting is 500 km. A kilometre there is
    # one on the ground but for the scale 0.9999.
    plane = Polygon([(607_000, 1_820_000), (608_000, 1_820_000), (608_000, 1_821_000), (607_000, 1_821_000)])
    path = write_gdal(tmp_path / f"vn{suffix}", ({"ma": "1", "ten": "Phường Huế"}, plane), crs=VN2000_HUE)
    (unit,) = read_boundaries(path)
    assert [note.kind for note in unit.notes] == [Kind.REPROJECTED]
    west, south, east, north = unit.geometry.bounds
    assert (west, south) == pytest.approx((108.005, 16.454), abs=0.005)
    assert east - west == pytest.approx(1000 / 106_800, rel=0.01)
    assert north - south == pytest.approx(1000 / 110_660, rel=0.01)
    assert (unit.code, unit.full_name) == ("1", "Phường Huế")


def test_vn_2000_in_degrees_is_shifted(tmp_path: Path) -> None:
    (unit,) = read_boundaries(write_gdal(tmp_path / "vn.gpkg", UNITS[0], crs=VN2000_DEGREES))
    assert unit.geometry.bounds[:2] == pytest.approx((107.0018, 15.9990), abs=0.0001)


def test_geojson_that_names_another_system_is_brought_over(tmp_path: Path) -> None:
    plane = Polygon([(607_000, 1_820_000), (608_000, 1_820_000), (608_000, 1_821_000)])
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::9214"}}
    path = write_geojson(tmp_path / "vn.geojson", ({"code": "1", "name": "Phường Huế"}, plane), crs=crs)
    (unit,) = read_boundaries(path)
    assert unit.geometry.bounds[0] == pytest.approx(108.005, abs=0.005)
    assert kinds([unit]) == [Kind.REPROJECTED]


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326"])
def test_geojson_that_names_wgs_84_is_read_plainly(tmp_path: Path, name: str) -> None:
    crs = {"type": "name", "properties": {"name": name}}
    assert kinds(read_boundaries(write_geojson(tmp_path / "a.json", *UNITS, crs=crs))) == []


def test_a_reference_system_nobody_knows_is_refused(tmp_path: Path) -> None:
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::999999"}}
    with pytest.raises(BoundaryError) as caught:
        read_boundaries(write_geojson(tmp_path / "a.json", *UNITS, crs=crs))
    assert caught.value.findings[0].kind is Kind.CRS_UNUSABLE


def test_a_shapefile_that_does_not_say_its_system_is_warned_about(tmp_path: Path) -> None:
    path = write_gdal(tmp_path / "a.shp", *UNITS)
    path.with_suffix(".prj").unlink()
    report = check_boundaries(read_boundaries(path))
    assert report.ok
    assert [finding.kind for finding in report.warnings] == [Kind.CRS_UNKNOWN]


def test_metres_without_a_system_are_refused(tmp_path: Path) -> None:
    plane = Polygon([(607_000, 1_820_000), (608_000, 1_820_000), (608_000, 1_821_000)])
    read = read_boundaries(write_geojson(tmp_path / "a.geojson", ({"code": "1", "name": "x"}, plane)))
    assert kinds(read) == [Kind.OUT_OF_RANGE]


@pytest.mark.parametrize("encoding", ["UTF-8", "cp1258"])
def test_a_shapefile_without_a_word_on_its_encoding(tmp_path: Path, encoding: str) -> None:
    name = "Phường Phú Xuân" if encoding == "UTF-8" else "Đà"
    path = write_gdal(tmp_path / "a.shp", ({"code": "1", "name": name}, A), encoding=encoding)
    path.with_suffix(".cpg").unlink()
    (unit,) = read_boundaries(path)
    assert unit.code == "1"
    if encoding == "UTF-8":
        assert unit.name == "Phú Xuân"


def test_typed_columns_become_plain_values(tmp_path: Path) -> None:
    wkb = shapely.to_wkb(np.array([A], dtype=object))
    values = [np.array([19753]), np.array([np.nan]), np.array(["2025-07-01"], dtype="datetime64[ms]")]
    path = tmp_path / "typed.gpkg"
    pyogrio.raw.write(
        path, wkb, values, ["code", "f", "d"], geometry_type="Polygon", crs="EPSG:4326", driver="GPKG"
    )
    (unit,) = read_boundaries(path)
    assert unit.code == "19753"
    assert json.loads(json.dumps(unit.properties)) == {"code": 19753, "f": None, "d": "2025-07-01T00:00:00"}


def test_layers_of_a_geopackage(tmp_path: Path) -> None:
    path = write_gdal(tmp_path / "city.gpkg", UNITS[0], layer="wards")
    point = ({"name": "x"}, Point(107, 16))
    write_gdal(path, point, layer="offices", geometry_type="Point", promote_to_multi=False, append=True)
    assert len(read_boundaries(path)) == 1
    write_gdal(path, UNITS[1], layer="districts", append=True)
    assert read_boundaries(path, layer="districts")[0].code == "2"
    for layer, message in ((None, "several"), ("x", "no layer 'x'")):
        with pytest.raises(BoundaryError, match=message):
            read_boundaries(path, layer=layer)
    with pytest.raises(BoundaryError, match="no layer of polygons"):
        read_boundaries(write_gdal(tmp_path / "p.gpkg", point, geometry_type="Point", promote_to_multi=False))


def test_a_folder_is_all_its_files_in_the_order_of_their_names(tmp_path: Path) -> None:
    write_geojson(tmp_path / "b.geojson", UNITS[0])
    write_gdal(tmp_path / "a.gpkg", UNITS[1])
    (tmp_path / "readme.txt").write_text("not a boundary")
    assert [(b.source, b.index, b.code) for b in read_boundaries(tmp_path)] == [
        ("a.gpkg", 0, "2"),
        ("b.geojson", 0, "1"),
    ]


@pytest.mark.parametrize("name", ["a.gpkg", "a.shp", "a.geojson"])
def test_a_virtual_layer_opens_no_other_file(tmp_path: Path, name: str) -> None:
    other = write_gdal(tmp_path / "other.gpkg", UNITS[0], layer="wards")
    layer = f'<OGRVRTLayer name="wards"><SrcDataSource>{other}</SrcDataSource></OGRVRTLayer>'
    (tmp_path / name).write_text(f"<OGRVRTDataSource>{layer}</OGRVRTDataSource>")
    with pytest.raises(BoundaryError):
        read_boundaries(tmp_path / name)


def test_every_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    for name in ("a.geojson", "c.shp", "d.gpkg"):
        (tmp_path / name).write_text("{")
    write_geojson(tmp_path / "b.geojson", *UNITS)
    with pytest.raises(BoundaryError) as caught:
        read_boundaries(tmp_path)
    assert [finding.source for finding in caught.value.findings] == ["a.geojson", "c.shp", "d.gpkg"]
    assert {finding.kind for finding in caught.value.findings} == {Kind.UNREADABLE}


def test_one_file_a_unit_may_carry_its_code_in_its_name(tmp_path: Path) -> None:
    (tmp_path / "19753.geojson").write_text(json.dumps(polygon(CORNERS)))
    (tmp_path / "19774.json").write_text(
        json.dumps(
            {"type": "Feature", "properties": {"name": "Phường Kim Long"}, "geometry": polygon(CORNERS)}
        )
    )
    read = read_boundaries(tmp_path)
    assert [(b.code, b.name) for b in read] == [("19753", ""), ("19774", "Kim Long")]


def test_a_feature_s_own_id_stands_in_for_a_code(tmp_path: Path) -> None:
    document = collection(({"name": "x"}, polygon(CORNERS)), ({"name": "y"}, polygon(CORNERS)))
    document["features"][0]["id"] = 19753
    (tmp_path / "a.json").write_text(json.dumps(document))
    assert [b.code for b in read_boundaries(tmp_path / "a.json")] == ["19753", ""]


def test_columns_can_be_named(tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "a.json", ({"code": "no", "Don Vi": "7", "Goi": "Xã X"}, A))
    (unit,) = read_boundaries(path, Columns(code=("don vi",), name=("goi",)))
    assert (unit.code, unit.name, unit.kind) == ("7", "X", "xã")


NO_GEOJSON = [
    (b"", "not JSON"),
    (b'{"type": "FeatureCollection", "features": [{"ty', "line 1, column"),
    (b"\xff\xfe{}", "UTF-8"),
    (b"[]", "not a GeoJSON object"),
    (b"null", "not a GeoJSON object"),
    (b"[" * 100_000, "not usable JSON"),
    (b'{"type": "FeatureCollection", "x": ' + b"1" * 5000 + b"}", "not usable JSON"),
    (b'{"type": "Topology"}', "'Topology'"),
    (b'{"type": ["Feature"]}', "type"),
    (b'{"type": "FeatureCollection"}', "list of features"),
    (b'{"type": "FeatureCollection", "features": {}}', "list of features"),
]


@pytest.mark.parametrize(("content", "message"), NO_GEOJSON)
def test_files_that_are_no_geojson(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "a.geojson"
    path.write_bytes(content)
    with pytest.raises(BoundaryError, match=message) as caught:
        read_boundaries(path)
    assert caught.value.findings[0].source == "a.geojson"


def test_files_that_are_not_there_or_of_another_kind(tmp_path: Path) -> None:
    (tmp_path / "a.kml").write_text("<kml/>")
    for path, message in ((tmp_path / "none.shp", "does not exist"), (tmp_path / "a.kml", "neither")):
        with pytest.raises(BoundaryError, match=message):
            read_boundaries(path)
    with pytest.raises(BoundaryError, match="without any"):
        read_boundaries(tmp_path)


def test_a_shapefile_without_its_index_says_so(tmp_path: Path) -> None:
    path = write_gdal(tmp_path / "a.shp", *UNITS)
    path.with_suffix(".shx").unlink()
    with pytest.raises(BoundaryError, match="shx"):
        read_boundaries(path)
