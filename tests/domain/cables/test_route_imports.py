"""Lists of routes as offices write them become routes and sections; what is unclear is said."""

from __future__ import annotations

import io
import json
from datetime import date
from typing import Any

import anyio
import numpy as np
import pyogrio.raw
import pytest
import shapely
from docx import Document
from openpyxl import Workbook
from sqlalchemy.orm import Session

from service.domain.cables.quarters import read_quarter
from service.domain.cables.route_imports import propose_routes, require_decided, take_routes
from service.domain.cables.route_lists import (
    RouteReader,
    rows_of_content,
    rows_of_features,
    unread_columns,
)
from service.domain.cables.views import RouteFilter, list_routes
from service.domain.city.reference import Reference
from service.domain.city.search.words import street_key
from service.domain.plans.imports.readers.docx_file import read_docx
from service.domain.plans.imports.readers.xlsx_file import read_xlsx
from service.domain.plans.imports.units import directory
from service.errors import Conflict, Invalid, TooLarge, UnsupportedMedia
from service.routefile.reader import MAX_BYTES, read_route_lines
from service.web.reading.route_file import read_route_file
from tests.support.people import Cast
from tests.support.works.cables import LINE, CableStage

STREETS = ["Điện Biên Phủ", "Lê Lợi", "Hùng Vương", "Bà Triệu", "Nguyễn Huệ", "Trần Phú", "An Dương Vương"]
FIRMS = ["VNPT", "Viettel", "FPT", "SCTV"]


def workbook(rows: list[list[Any]]) -> bytes:
    """The rows as a workbook."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


@pytest.fixture
def reader(reference: Reference) -> RouteReader:
    """A reader of a city with four companies."""
    telecom = reference.department_by_code["telecom"]
    units = [
        type(telecom)(
            **{
                **{name: getattr(telecom, name) for name in telecom.__slots__},
                "id": 9000 + n,
                "code": name.lower(),
                "name": {"vi": f"{name} Telecom Huế" if name == "FPT" else f"{name} Huế"},
                "short_name": {},
            }
        )
        for n, name in enumerate(FIRMS)
    ]
    owners = tuple(each.code for each in units)
    streets = frozenset(street_key(each) for each in STREETS)
    return RouteReader(reference, directory(units, {}, "Huế"), streets, owners, date(2026, 3, 4), {})


def test_eight_streets_by_four_companies_are_eight_routes_and_26_sections(reader: RouteReader) -> None:
    head = ["STT", "Tuyến đường", "Từ", "Đến", "Chiều dài (m)", *FIRMS, "Thời gian"]
    rows: list[list[Any]] = [["KẾ HOẠCH NGẦM HÓA CÁP NĂM 2026"], head]
    empty = {(0, 3), (2, 1), (3, 0), (5, 2), (6, 3), (7, 0)}
    for n, street in enumerate([*STREETS, "Đường Không Có Tên"]):
        cells = [None if (n, m) in empty else ("x", 250, "250 m", "Quý III/2026")[m] for m in range(4)]
        rows.append([n + 1, street, "Ngã sáu", "Cầu", "1.250", *cells, "Quý III/2026"])
    routes = reader.understand(rows_of_content(read_xlsx(workbook(rows)), reader))
    assert len(routes) == 8
    assert sum(len(each.sections) for each in routes) == 26
    assert [each.unclear for each in routes] == [[]] * 7 + [["street"]]
    assert {each.length_m for each in routes} == {1250}
    first = {each.company: each.metres for each in routes[0].sections}
    assert first == {"vnpt": None, "viettel": 250, "fpt": 250}
    assert {each.quarter for each in routes} == {"2026-Q3"}


def test_a_column_that_is_not_understood_is_named(reader: RouteReader) -> None:
    for head in (
        [["STT", "Tuyến đường", "VNPT", "Công ty Lạ", "Ghi chú", "Quý", "Trống"]],
        [
            ["STT", "Tuyến đường", "Đơn vị", "", "Ghi chú", "Quý", ""],
            ["", "", "VNPT", "Công ty Lạ", "", "", "FPT"],
        ],
    ):
        content = read_xlsx(workbook([*head, [1, "Lê Lợi", 250, 300, "x", "III/2026", None]]))
        assert unread_columns(content, reader) == ["Công ty Lạ"]
        [one] = reader.understand(rows_of_content(content, reader))
        assert [each.company for each in one.sections] == ["vnpt"]


def test_a_row_for_each_company_and_one_cell_for_all_are_the_same_route(reader: RouteReader) -> None:
    head = ["TT", "Tên tuyến", "Điểm đầu", "Điểm cuối", "Chiều dài", "Đơn vị thực hiện", "Thời hạn"]
    rows: list[list[Any]] = [
        head,
        [1, "Lê Lợi", "A", "B", "1,2 km", "Viettel, VNPT", "31/12/2026"],
        [None, None, None, None, None, "FPT", None],
        [2, "đường Hùng Vương", "", "", 800, "Công ty lạ", "Quý I/2025"],
    ]
    document = Document()
    table = document.add_table(len(rows), len(head))
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            table.cell(at, column).text = "" if value is None else str(value)
    written = io.BytesIO()
    document.save(written)
    for content in (read_xlsx(workbook(rows)), read_docx(written.getvalue())):
        one, two = reader.understand(rows_of_content(content, reader))
        assert (one.length_m, one.quarter) == (1200, "2026-Q4")
        assert sorted(each.company for each in one.sections) == ["fpt", "viettel", "vnpt"]
        assert two.unclear == ["companies", "quarter"]


def test_two_rows_of_headings_name_the_companies_below(reader: RouteReader) -> None:
    rows: list[list[Any]] = [
        ["TT", "Tuyến đường", "Thời gian", "Đơn vị", None, None],
        [None, None, None, "VNPT", "Viettel", "FPT"],
        [1, "Lê Lợi", "Quý 4 năm 2026", "x", "", 300],
    ]
    [one] = reader.understand(rows_of_content(read_xlsx(workbook(rows)), reader))
    assert {each.company: each.metres for each in one.sections} == {"vnpt": None, "fpt": 300}
    assert (one.quarter, one.unclear) == ("2026-Q4", ["length_m"])


def test_metres_below_nought_are_asked_for_and_never_taken_as_more(reader: RouteReader) -> None:
    rows: list[list[Any]] = [
        ["Tuyến đường", "Chiều dài (m)", "Thời gian", "VNPT", "Viettel"],
        ["Lê Lợi", -5, "Quý 4 năm 2026", "x", ""],
        ["Bà Triệu", 800, "Quý 4 năm 2026", "-200 m", 300],
    ]
    first, second = reader.understand(rows_of_content(read_xlsx(workbook(rows)), reader))
    assert (first.length_m, first.unclear) == (None, ["length_m"])
    assert {each.company: each.metres for each in second.sections} == {"viettel": 300}
    assert (second.length_m, second.unclear) == (800, ["companies"])


@pytest.mark.parametrize(
    ("words", "quarter"),
    [
        ("quý 2 năm 2027", "2027-Q2"),
        ("Quý I, II/2027", "2027-Q2"),
        ("quý 1 và quý 2 năm 2027", "2027-Q2"),
        ("Quý IV/2026 – I/2027", "2027-Q1"),
        ("Quý III/2026 và IV", "2026-Q4"),
        ("Quý 3/2026", "2026-Q3"),
        ("Q3-2027", "2027-Q3"),
        ("Quý III", "2026-Q3"),
        ("sẽ báo sau", None),
    ],
)
def test_a_row_of_quarters_is_the_last_of_them(words: str, quarter: str | None) -> None:
    """With the year that is said, wherever it stands: another year is another promise."""
    assert read_quarter(words, 2026) == quarter


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("Bà Triệu (từ Lê Lợi đến Trần Phú)", ("Bà Triệu", "Lê Lợi", "Trần Phú")),
        ("Bà Triệu, đoạn từ Lê Lợi - Trần Phú", ("Bà Triệu", "Lê Lợi", "Trần Phú")),
        ("Bà Triệu từ cầu đến chợ", ("Bà Triệu", "cầu", "chợ")),
        ("Đường Mới (Lê Lợi – Trần Phú)", ("Đường Mới", "Lê Lợi", "Trần Phú")),
        ("Đường từ cầu đến chợ", ("Đường từ cầu đến chợ", "", "")),
        ("Bà Triệu (bờ Nam)", ("Bà Triệu (bờ Nam)", "", "")),
    ],
)
def test_a_street_may_say_its_ends_itself(reader: RouteReader, cell: str, read: tuple[str, str, str]) -> None:
    rows: list[list[Any]] = [["STT", "Tuyến đường", "Chiều dài (m)", "VNPT"], [1, cell, 500, "x"]]
    [one] = reader.understand(rows_of_content(read_xlsx(workbook(rows)), reader))
    assert (one.street, one.from_words, one.to_words) == read


def test_headings_as_offices_write_them(reader: RouteReader) -> None:
    rows: list[list[Any]] = [["ỦY BAN NHÂN DÂN"]] * 11 + [
        ["TT", "TÊN ĐƯỜNG", "Phạm vi (từ - đến)", "Chiều dài (km)", "Chủ sở hữu cáp", "Quý"],
        ["I", "Phường Thuận Hóa", None, None, None, None],
        [1, "Đ. Trần Phú", "Từ Lê Lợi đến cầu", 1.25, "VNPT và FPT", "3/2026"],
        ["", "Tổng cộng", None, 1.25, None, None],
    ]
    [one] = reader.understand(rows_of_content(read_xlsx(workbook(rows)), reader))
    assert (one.street, one.from_words, one.to_words) == ("Đường Trần Phú", "Lê Lợi", "cầu")
    assert (one.length_m, one.quarter, one.unclear) == (1250, "2026-Q3", [])
    assert [each.company for each in one.sections] == ["vnpt", "fpt"]


KML = """<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>
<Placemark><name>Lê Lợi</name><ExtendedData><Data name="Quý"><value>III/2026</value></Data>
<Data name="Viettel"><value>300</value></Data></ExtendedData><LineString>
<coordinates>107.52,16.42,0 107.5228,16.42,0
</coordinates></LineString></Placemark></Document></kml>"""


def test_map_files_bring_their_lines(reader: RouteReader, tmp_path: Any) -> None:
    properties = {"Tuyến đường": "Lê Lợi", "Quý": "III/2026", "Viettel": 300}
    feature = {"type": "Feature", "properties": properties, "geometry": LINE}
    geojson = json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()
    package = tmp_path / "routes.gpkg"
    pyogrio.raw.write(
        package,
        np.array([shapely.to_wkb(shapely.from_geojson(json.dumps(LINE)))]),
        [np.array(["Lê Lợi"], dtype=object), np.array(["III/2026"], dtype=object), np.array([300])],
        np.array(["Tuyến đường", "Quý", "Viettel"]),
        geometry_type="LineString",
        crs="EPSG:4326",
    )
    wide = KML.replace("UTF-8", "UTF-16")
    files = (
        ("a.geojson", geojson),
        ("a.kml", KML.encode()),
        ("a.kml", wide.encode("utf-16")),
        ("a.kml", wide.encode("utf-16-be")),
        ("a.gpkg", package.read_bytes()),
    )
    for name, data in files:
        found = read_route_lines(name, data)
        [one] = reader.understand(rows_of_features(found, reader))
        assert (one.street, one.quarter, one.faults) == ("Lê Lợi", "2026-Q3", []), name
        assert one.length_m == pytest.approx(299, abs=2)
        assert [(each.company, each.metres) for each in one.sections] == [("viettel", 300)]


def collection(*features: tuple[dict[str, Any], Any], crs: str = "") -> bytes:
    """GeoJSON of features, with the old member for a reference system."""
    listed = [{"type": "Feature", "properties": said, "geometry": shape} for said, shape in features]
    system = {"crs": {"type": "name", "properties": {"name": crs}}} if crs else {}
    return json.dumps({"type": "FeatureCollection", **system, "features": listed}).encode()


def test_odd_geometry_and_other_coordinates_are_read_or_named(reader: RouteReader) -> None:
    odd = {"TEN_DUONG": "Lê Lợi", "TU_DIEM": "A", "THOI_HAN": "2026-09-30", "DON_VI": ["VNPT", "FPT"]}
    point = {"type": "Point", "coordinates": [107.52, 16.42]}
    mixed = {"type": "GeometryCollection", "geometries": [LINE, point]}
    gap = {"type": "MultiLineString", "coordinates": [[], LINE["coordinates"]]}
    data = collection(
        (odd, mixed), ({**odd, "TEN_DUONG": "Trần Phú"}, gap), ({**odd, "TEN_DUONG": "Bà Triệu"}, None)
    )
    one, two, empty = reader.understand(rows_of_features(read_route_lines("a.geojson", data), reader))
    for each in (one, two):
        assert (each.from_words, each.quarter, each.length_m, each.faults) == ("A", "2026-Q3", 299, [])
        assert [part.company for part in each.sections] == ["vnpt", "fpt"]
    assert empty.unclear == ["length_m"], "said, not left out"
    metres = {"type": "LineString", "coordinates": [[770_000, 1_817_000], [770_300, 1_817_000]]}
    data = collection((odd, metres), crs="urn:ogc:def:crs:EPSG::3405")
    [one] = reader.understand(rows_of_features(read_route_lines("a.geojson", data), reader))
    assert one.length_m == pytest.approx(299, abs=2), "VN-2000 is brought to WGS 84"
    swapped = {"type": "LineString", "coordinates": [[lat, lon] for lon, lat in LINE["coordinates"]]}
    data = collection((odd, swapped))
    [one] = reader.understand(rows_of_features(read_route_lines("a.geojson", data), reader))
    assert one.faults == ["Kinh độ và vĩ độ bị đổi chỗ. Hãy ghi kinh độ trước, vĩ độ sau."]


VRT = (
    "<OGRVRTDataSource><OGRVRTLayer name='a'><SrcDataSource>{path}</SrcDataSource>"
    "<GeometryField encoding='WKT' field='wkt'/></OGRVRTLayer></OGRVRTDataSource>"
)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.kml", "{vrt}"),
        ("a.kml", "<kml><!-- {vrt} --></kml>"),
        ("a.geojson", '{{"type": "FeatureCollection", "x": "{vrt}", "features": []}}'),
        (
            "a.geojson",
            '{{"type": "gdal_streamed_alg", "command_line": "gdal vector convert {path} /dev/stdout"}}',
        ),
    ],
)
def test_no_file_opens_another_file_of_the_machine(name: str, text: str, tmp_path: Any) -> None:
    path = tmp_path / "a.csv"
    path.write_text('name,wkt\nsecret,"LINESTRING(107.52 16.42,107.53 16.42)"\n')
    whole = text.format(vrt=VRT.format(path=path), path=path)
    for encoding in ("utf-8", "utf-16", "utf-16-be"):
        with pytest.raises(Invalid):
            read_route_lines(name, whole.encode(encoding))


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.kml", b" " * (MAX_BYTES + 1), TooLarge),
        ("a.kml", b"<kml></kml>", Invalid),
        ("a.kml", KML.encode("utf-16")[:-1], Invalid),
        ("a.kml", KML.replace("LineString", "Point").encode(), Invalid),
        ("a.geojson", b'{"type": "FeatureCollection", "features": [', Invalid),
        ("a.geojson", b"STT;Tuyen", Invalid),
        ("a.gpkg", b"SQLite format 3\x00" + b"\x00" * 200, Invalid),
        ("a.pdf", b"%PDF", UnsupportedMedia),
    ],
)
def test_what_is_no_list_of_lines_is_refused(name: str, data: bytes, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        read_route_lines(name, data)


@pytest.mark.parametrize("name", ["a.gpx", "tuyen.SHP", "b.zip"])
def test_maps_of_other_kinds_are_told_which_kinds_are_taken(name: str) -> None:
    """Also those of maps: only Word and Excel were named."""
    with pytest.raises(UnsupportedMedia, match="KML"):
        anyio.run(read_route_file, name, b"PK\x03\x04")


def test_the_same_file_again_changes_nothing(session: Session, reference: Reference, cast: Cast) -> None:
    stage = CableStage(session, reference)
    ctx = stage.ctx(cast.department)
    properties = {"tuyến": "Lê Lợi", "quý": "Quý III/2026", "đơn vị": "telecom"}
    features = [(properties, LINE), ({**properties, "tuyến": "Bà Triệu", "đơn vị": ""}, LINE)]
    proposal = propose_routes(ctx, features)
    assert [each["decide"] for each in proposal["routes"]] == [False, True]
    with pytest.raises(Conflict):
        require_decided(proposal)
    proposal = propose_routes(ctx, features[:1])
    taken = take_routes(ctx, require_decided(proposal))
    again = take_routes(ctx, require_decided(propose_routes(ctx, features[:1])))
    assert [each.id for each in again] == [each.id for each in taken]
    [view] = list_routes(session, RouteFilter(), stage.now)
    assert len(view.sections) == 1
    with pytest.raises(Invalid):
        propose_routes(ctx, [({"x": "y"}, LINE)])
