"""Poles out of a list: taken whole or not at all, changed by the next one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyogrio.raw
import shapely
from sqlalchemy import select

from service.db import unit_of_work
from service.models import Pole
from tests.api.desk import Desk

HEADING = "Mã cột;Kinh độ;Vĩ độ;Chủ cột;Đơn vị treo;Ngày\n"


def stored(desk: Desk, code: str) -> list[tuple[float, list[int], str]]:
    """The poles of a code: where, who hangs there, since when."""
    with unit_of_work(desk.engine) as session:
        found = session.scalars(select(Pole).where(Pole.code == code))
        return [(pole.lon, pole.attached_ids, str(pole.seen_on)) for pole in found]


def send(desk: Desk, name: str, content: bytes) -> tuple[int, str]:
    """(status, answer)."""
    answer = desk.call("POST", "/cables/poles", desk.as_staff("department"), files={"file": (name, content)})
    return answer.status_code, answer.text


def test_a_list_is_taken_whole_or_not_at_all(desk: Desk) -> None:
    units = desk.reference.department_by_code
    good = "P1;107.52;16.42;ward-W1;telecom, Đơn vị sanitation;05/03/2026\n"
    bad = "P2;2;16.42;ward-W1;;\nP3;107.52;x;ward-W1;;\n"
    bad += "P4;107.52;16.42;nobody;;\nP5;107.52;16.42;ward-W1;ward-W2;\n"
    status, told = send(desk, "cot.csv", (HEADING + good + bad).encode("utf-8-sig"))
    assert status == 422
    assert told.count('"loc"') == 4
    assert stored(desk, "P1") == []
    assert send(desk, "cot.csv", (HEADING + good).encode())[0] == 201
    both = sorted(units[code].id for code in ("telecom", "sanitation"))
    assert stored(desk, "P1") == [(107.52, both, "2026-03-05")]
    other_signs = "P1;107.52;16.42;ward-W1;;5-3-2026\n"
    assert send(desk, "cot.csv", (HEADING + other_signs).encode())[0] == 201
    assert stored(desk, "P1") == [(107.52, [], "2026-03-05")]
    assert send(desk, "cot.csv", (HEADING + "P1;107.53;16.42;ward-W1;;\n").encode())[0] == 201
    assert stored(desk, "P1") == [(107.53, [], "None")]
    for name, content in (
        ("a.csv", b"a,b\n1,2\n"),
        ("a.csv", b"\xff\xfe"),
        ("a.pdf", b"%PDF"),
        ("a.csv", b""),
    ):
        assert send(desk, name, content)[0] in (415, 422), name


def test_points_of_a_geopackage_are_poles(desk: Desk, tmp_path: Path) -> None:
    pyogrio.raw.write(
        tmp_path / "poles.gpkg",
        geometry=np.asarray([shapely.to_wkb(shapely.Point(107.5101, 16.4301))], object),
        field_data=[np.asarray(["G1"], object), np.asarray(["ward-W1"], object)],
        fields=["code", "owner"],
        geometry_type="Point",
        crs="EPSG:4326",
        driver="GPKG",
        layer="poles",
    )
    assert send(desk, "poles.gpkg", (tmp_path / "poles.gpkg").read_bytes()) == (201, '{"poles":1}')
    assert stored(desk, "G1") == [(107.5101, [], "None")]
    line = b'{"type": "LineString", "coordinates": [[107.5, 16.4], [107.51, 16.4]]}'
    assert send(desk, "a.geojson", line)[0] == 422


def test_a_list_is_read_as_a_vietnamese_windows_saves_it(desk: Desk) -> None:
    """Tabs in UTF-16, semicolons with decimal commas, a title above the headings."""
    rows = "Mã cột\tKinh độ\tVĩ độ\tChủ cột\nU16\t107.52\t16.42\tward-W1\n"
    assert send(desk, "cot.csv", rows.encode("utf-16")) == (201, '{"poles":1}')
    titled = "Danh sách cột, năm 2026;;;\n;;;\nMã cột;Kinh độ;Vĩ độ;Chủ cột\nTD1;107,52;16,42;ward-W1\n;;;\n"
    assert send(desk, "cot.csv", titled.encode("utf-8-sig")) == (201, '{"poles":1}')
    assert stored(desk, "U16") == stored(desk, "TD1") == [(107.52, [], "None")]
    short = HEADING + "K1;107.52;16.42;ward-W1\n"
    assert send(desk, "cot.csv", short.encode()) == (201, '{"poles":1}'), "without its last columns"
