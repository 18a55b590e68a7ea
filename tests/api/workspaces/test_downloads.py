"""Files of lists over HTTP: read again with the programs people open them with."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import openpyxl
import pyogrio
import pytest
from sqlalchemy import update

from service.db import unit_of_work
from service.domain.reports.reports import ContactDraft
from service.domain.workspaces.downloads.fields import FIELDS
from service.models import Download
from tests.api.desk import Desk, problem

NASTY = ('=HYPERLINK("http://x")', "+84905123456", "-1+1", "@SUM(A1)", "\t=1+1", " =1+1", "\ufeff=1")
PHONE, MAIL = "+84905123456", "ai.do@vidu.vn"
FORMS = ("csv", "xlsx", "geojson", "gpkg")


@pytest.fixture(scope="module")
def full(desk: Desk) -> Desk:
    contact = ContactDraft(name="Nguyễn Văn Kín", phone=PHONE, email=MAIL)
    for text in NASTY:
        desk.report("in_progress", description=text, contact=contact)
    desk.report("closed", category="illegal_ad", resolved_at=datetime(2026, 3, 5, 1, 2, 3, tzinfo=UTC))
    desk.report("triage", published=False, description="chưa công khai")
    return desk


def rows_of(form: str, body: bytes, path: Path) -> list[dict[str, Any]]:
    """The file as its usual program reads it."""
    if form == "csv":
        assert body.startswith(b"\xef\xbb\xbf")
        return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))
    if form == "xlsx":
        sheet = openpyxl.load_workbook(io.BytesIO(body)).active
        assert sheet is not None
        heading, *rest = sheet.iter_rows()
        assert all(cell.data_type != "f" for row in rest for cell in row)
        names = [cell.value for cell in heading]
        return [dict(zip(names, (cell.value for cell in row), strict=True)) for row in rest]
    if form == "geojson":
        return [
            {**one["properties"], "lon": one["geometry"]["coordinates"][0]}
            for one in json.loads(body)["features"]
        ]
    file = path / "x.gpkg"
    file.write_bytes(body)
    info = pyogrio.read_info(file)
    assert info["crs"] == "EPSG:4326"
    assert info["geometry_type"] == "Point"
    meta, _, _, columns = pyogrio.raw.read(file)
    return [dict(zip(meta["fields"], row, strict=True)) for row in zip(*columns, strict=True)]


def fetch(desk: Desk, form: str, headers: dict[str, str] | None = None, query: str = "") -> httpx.Response:
    return desk.call("GET", f"/reports.{form}{query}", headers)


@pytest.mark.parametrize("form", FORMS)
def test_a_list_is_read_again_by_its_program(full: Desk, form: str, tmp_path: Path) -> None:
    answer = fetch(full, form)
    assert answer.status_code == 200, answer.text
    assert f".{form}" in answer.headers["content-disposition"]
    rows = rows_of(form, answer.content, tmp_path)
    listed = full.call("GET", "/reports?limit=200").json()["items"]
    assert [row["code"] for row in rows] == [one["code"] for one in listed]
    assert set(FIELDS) - set(rows[0]) <= {"lat"}
    assert {row["category"] for row in rows} == {"litter", "illegal_ad"}


@pytest.mark.parametrize("form", FORMS)
def test_no_file_tells_who_sent_a_report_or_what_is_hidden(full: Desk, form: str, tmp_path: Path) -> None:
    body = fetch(full, form).content
    told = json.dumps(rows_of(form, body, tmp_path), default=str, ensure_ascii=False)
    assert "Kín" not in told
    assert MAIL not in told
    assert "chưa công khai" not in told


def test_departments_stand_with_their_names(desk: Desk, tmp_path: Path) -> None:
    unit, helper = (desk.reference.department_by_code[code] for code in ("telecom", "sanitation"))
    report = desk.report("assigned", lead="city-cables", executor_id=unit.id, support_ids=[helper.id])
    [row] = rows_of("csv", fetch(desk, "csv", query=f"?q={report.code}").content, tmp_path)
    assert (row["executor"], row["executor_name"]) == ("telecom", unit.name["vi"])
    assert (row["supports"], row["supports_names"]) == ("sanitation", helper.name["vi"])


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_no_text_is_a_formula(full: Desk, form: str, tmp_path: Path) -> None:
    for row in rows_of(form, fetch(full, form).content, tmp_path):
        for value in row.values():
            if isinstance(value, str) and value:
                assert value.lstrip(" \ufeff\u00a0")[0] not in "=+-@\t\r", value


def test_staff_take_away_what_they_may_see(full: Desk, tmp_path: Path) -> None:
    public = rows_of("csv", fetch(full, "csv").content, tmp_path)
    inside = rows_of("csv", fetch(full, "csv", full.as_staff("triage")).content, tmp_path)
    assert len(inside) == len(public) + 1
    stranger = rows_of("csv", fetch(full, "csv", full.as_staff("other_department")).content, tmp_path)
    assert len(stranger) == len(public)


def test_filters_are_those_of_the_list(full: Desk, tmp_path: Path) -> None:
    rows = rows_of("csv", fetch(full, "csv", query="?category=illegal_ad").content, tmp_path)
    assert [row["status"] for row in rows] == ["closed"]
    problem(fetch(full, "csv", query="?category=nope"), 422)
    problem(fetch(full, "csv", query="?limit=5"), 422)
    problem(fetch(full, "pdf"), 422)


@pytest.mark.parametrize("form", FORMS)
def test_an_empty_list_is_a_file_too(full: Desk, form: str, tmp_path: Path) -> None:
    assert rows_of(form, fetch(full, form, query="?created_after=2999-01-01").content, tmp_path) == []


def test_a_long_list_is_not_made_at_once(full: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.web.exports.MOST_AT_ONCE", 2)
    problem(fetch(full, "csv"), 409)


def asked(desk: Desk, headers: dict[str, str] | None = None) -> dict[str, Any]:
    answer = desk.call("POST", "/downloads", headers, {"format": "csv", "filters": {"category": "litter"}})
    assert answer.status_code == 201, answer.text
    made: dict[str, object] = answer.json()
    return made


def test_what_staff_ask_for_is_theirs_alone(full: Desk) -> None:
    made = asked(full, full.as_staff("triage"))
    path = f"/downloads/{made['id']}"
    assert full.call("GET", path, full.as_staff("triage")).json()["state"] == "waiting"
    for headers in (None, full.as_staff("department")):
        problem(full.call("GET", path, headers), 404)
        problem(full.call("GET", f"{path}/file", headers), 404)
    problem(full.call("GET", f"{path}/file", full.as_staff("triage")), 409)


def test_a_file_is_there_until_it_expires(full: Desk) -> None:
    made = asked(full)
    path = f"/downloads/{made['id']}"
    assert full.call("GET", path).status_code == 200
    with unit_of_work(full.engine) as session:
        over = datetime.now(UTC) - timedelta(seconds=1)
        session.execute(update(Download).where(Download.id == UUID(made["id"])).values(expires_at=over))
    problem(full.call("GET", path), 410)
    problem(full.call("GET", f"{path}/file"), 410)
    problem(full.call("GET", "/downloads/00000000-0000-4000-8000-000000000000"), 404)


def test_nobody_has_too_many_made_at_a_time(full: Desk) -> None:
    headers = full.as_staff("manager")
    for _ in range(5):
        asked(full, headers)
    answer = full.call("POST", "/downloads", headers, {"format": "csv"})
    assert problem(answer, 429)
    assert answer.headers["retry-after"]


@pytest.mark.parametrize(
    "wrong",
    [{}, {"format": "pdf"}, {"format": "csv", "filters": {"category": "nope"}}, {"format": "csv", "x": 1}],
)
def test_what_it_does_not_know_is_refused(full: Desk, wrong: dict[str, object]) -> None:
    problem(full.call("POST", "/downloads", None, wrong), 422)
