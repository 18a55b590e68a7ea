"""Map files of every kind, good and broken, read and cut to a city."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio.raw
import pytest
import shapely
from shapely.geometry import LineString, MultiPolygon, Point, box, mapping
from shapely.geometry.base import BaseGeometry

from geo.mapfile.city_extract import read_map
from geo.mapfile.parts import MapFileRefused, MapParts

CITY = box(107.50, 16.40, 107.60, 16.45)
SHARED = Path(__file__).resolve().parents[4] / "shared" / "data" / "streets"
Row = tuple[dict[str, Any], BaseGeometry]

STREETS: list[Row] = [
    ({"name": "Đường Lê Lợi", "highway": "primary"}, LineString([(107.51, 16.42), (107.59, 16.42)])),
    (
        {"name": "Cầu Trường Tiền", "highway": "secondary", "bridge": "yes"},
        LineString([(107.52, 16.41), (107.52, 16.42)]),
    ),
    ({"name": "Ra Ngoài", "highway": "trunk_link"}, LineString([(107.58, 16.43), (107.70, 16.43)])),
    ({"name": "Xa Lắm", "highway": "trunk"}, LineString([(108.0, 16.0), (108.1, 16.0)])),
]


def geojson(path: Path, rows: Sequence[Row], **members: object) -> Path:
    features = [{"type": "Feature", "properties": p, "geometry": mapping(g)} for p, g in rows]
    text = json.dumps({"type": "FeatureCollection", **members, "features": features})
    path.write_text(text, encoding="utf-8")
    return path


def through_gdal(path: Path, rows: list[Row], crs: str | None = "EPSG:4326") -> Path:
    fields = sorted({field for properties, _ in rows for field in properties})
    pyogrio.raw.write(
        path,
        geometry=np.array([shapely.to_wkb(shape) for _, shape in rows], dtype=object),
        field_data=[np.array([p.get(field, "") for p, _ in rows], dtype=object) for field in fields],
        fields=fields,
        geometry_type=rows[0][1].geom_type,
        crs=crs,
        driver={".gpkg": "GPKG", ".shp": "ESRI Shapefile"}[path.suffix],
        encoding="UTF-8",
    )
    return path


def streets_of(path: Path) -> MapParts:
    return read_map(CITY, streets=path, landmarks=None, water=None)


@pytest.mark.parametrize("kind", [".geojson", ".gpkg", ".shp"])
def test_every_kind_of_file_gives_the_same_streets(tmp_path: Path, kind: str) -> None:
    write = geojson if kind == ".geojson" else through_gdal
    parts = streets_of(write(tmp_path / f"streets{kind}", STREETS))
    assert parts.streets is not None
    assert [(each.names.shown, each.road_class, each.is_bridge) for each in parts.streets] == [
        ("Đường Lê Lợi", "primary", False),
        ("Cầu Trường Tiền", "secondary", True),
        ("Ra Ngoài", "trunk", False),
    ]
    assert parts.streets[2].geometry.bounds[2] == pytest.approx(107.603)  # cut at the border, with a margin
    assert parts.left.reasons == {"streets: outside the city": 1}
    assert parts.landmarks is None


def test_metres_of_an_office_are_brought_to_degrees(tmp_path: Path) -> None:
    metres = shapely.transform(
        STREETS[0][1], lambda xy: np.column_stack([xy[:, 0] * 111319.49079, _mercator(xy[:, 1])])
    )
    path = through_gdal(tmp_path / "duong.gpkg", [({"ten": "Lê Lợi"}, metres)], crs="EPSG:3857")
    parts = streets_of(path)
    assert parts.streets is not None
    assert parts.streets[0].geometry.bounds[:2] == pytest.approx((107.51, 16.42), abs=1e-5)


def _mercator(lat: Any) -> Any:
    return np.log(np.tan(np.pi / 4 + np.radians(lat) / 2)) * 6378137


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([({"name": "Chợ"}, Point(107.52, 16.42))], "holds Point; streets are lines"),
        ([({"ref": "x"}, STREETS[0][1])], "no feature of s.geojson has a name; it has the fields ref"),
        ([STREETS[3]], "nothing of s.geojson lies in the city: it covers 108.0–108.1 E, 16.0–16.0 N"),
        (
            [({"name": "Lê Lợi"}, LineString([(16.42, 107.51), (16.42, 107.59)]))],
            "the coordinates of s.geojson have latitude before longitude",
        ),
        (
            [({"name": "Lê Lợi"}, LineString([(560000, 1815000), (561000, 1815000)]))],
            "the coordinates of s.geojson are no degrees",
        ),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, rows: list[Row], told: str) -> None:
    with pytest.raises(MapFileRefused) as refused:
        streets_of(geojson(tmp_path / "s.geojson", rows))
    assert told in str(refused.value)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.pmtiles", b"PMTiles", "of no known kind"),
        ("a.geojson", b"", "a.geojson is empty"),
        ("a.geojson", b'{"type": "FeatureCollection", "features": [', "a.geojson cannot be read"),
        ("a.gpkg", b"<OGRVRTDataSource>", "a.gpkg is no gpkg file, whatever its name says"),
        ("a.geojson", b"<OGRVRTDataSource/>", "a.geojson is no geojson file, whatever its name says"),
        ("a.geojson", b'{"x": "<OGRVRTDataSource>"}', "a.geojson is no geojson file, whatever its name"),
        ("a.json", '{"type": "x"}'.encode("utf-16"), "a.json is no json file, whatever its name says"),
        ("a.osm.pbf", b"PK\3\4 and so on and on", "a.osm.pbf is no OpenStreetMap extract"),
    ],
)
def test_broken_files_are_refused(tmp_path: Path, name: str, content: bytes, told: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(MapFileRefused, match=told):
        streets_of(tmp_path / name)


def test_landmarks_water_and_house_numbers(tmp_path: Path) -> None:
    places = geojson(
        tmp_path / "places.geojson",
        [
            ({"name": "Chợ Đông Ba", "kind": "amenity", "value": "marketplace"}, Point(107.52, 16.42)),
            ({"name": "Cafe", "amenity": "cafe", "addr": "12/5 Lê Lợi"}, Point(107.53, 16.42)),
            ({"addr:street": "Hà Nội", "addr:housenumber": "7A"}, Point(107.54, 16.42)),
            ({"name": "Bệnh viện Mắt"}, box(107.55, 16.42, 107.552, 16.422)),
        ],
    )
    waters = geojson(
        tmp_path / "water.geojson",
        [
            ({"name": "Sông Hương", "kind": "river"}, LineString([(107.4, 16.41), (107.7, 16.41)])),
            ({"kind": "pond"}, MultiPolygon([box(107.56, 16.42, 107.57, 16.43)])),
        ],
    )
    parts = read_map(CITY, streets=None, landmarks=places, water=waters)
    assert parts.landmarks is not None and parts.waters is not None
    assert [(each.names.shown, each.kind, each.rank) for each in parts.landmarks] == [
        ("Chợ Đông Ba", "market", 1),
        ("Cafe", "food", 4),
        ("Bệnh viện Mắt", "hospital", 1),
    ]
    assert 150 < parts.landmarks[2].extent_m < 200
    assert [(each.number, each.street) for each in parts.houses] == [("12/5", "Lê Lợi"), ("7A", "Hà Nội")]
    assert [(each.kind, each.geometry.geom_type) for each in parts.waters] == [
        ("river", "MultiLineString"),
        ("lake", "MultiPolygon"),
    ]
    assert parts.left.reasons == {"landmarks: without a name": 1}


@pytest.mark.parametrize(
    ("part", "tags"),
    [
        ("streets", {"name": "Sông Hương", "kind": "river"}),
        ("water", {"name": "Lê Lợi", "highway": "primary"}),
        ("landmarks", {"name": "Hồ Tịnh Tâm", "kind": "lake"}),
    ],
)
def test_the_file_of_another_part_is_refused(tmp_path: Path, part: str, tags: dict[str, str]) -> None:
    shape = (
        box(107.55, 16.42, 107.56, 16.43)
        if part == "landmarks"
        else LineString([(107.5, 16.4), (107.6, 16.4)])
    )
    path = geojson(tmp_path / "a.geojson", [(tags, shape)])
    given = {"streets": None, "landmarks": None, "water": None} | {part: path}
    with pytest.raises(MapFileRefused, match=f"a.geojson holds no {part} of the city"):
        read_map(CITY, **given)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared data are not here")
def test_one_extract_feeds_all_three(tmp_path: Path) -> None:
    extract, city = SHARED / "hue.osm.pbf", box(107.56, 16.44, 107.62, 16.49)
    parts = read_map(city, streets=extract, landmarks=extract, water=extract)
    assert parts.streets is not None and parts.landmarks is not None and parts.waters is not None
    assert {"Lê Lợi", "Cầu Trường Tiền"} <= {each.names.shown for each in parts.streets}
    assert {"Chợ Đông Ba", "Bệnh viện Trung ương Huế"} <= {each.names.shown for each in parts.landmarks}
    assert "Sông Hương" in {each.names.shown for each in parts.waters}
    with pytest.raises(MapFileRefused, match=r"nothing of monaco.osm.pbf lies in the city"):
        read_map(city, streets=SHARED / "monaco.osm.pbf", landmarks=None, water=None)
    torn = tmp_path / "torn.osm.pbf"
    torn.write_bytes(extract.read_bytes()[:200_000])
    with pytest.raises(MapFileRefused, match=r"torn.osm.pbf cannot be read"):
        read_map(city, streets=torn, landmarks=None, water=None)
