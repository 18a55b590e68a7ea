"""Documents about cables over HTTP: for the office that keeps the plan, entered in its register."""

from __future__ import annotations

from pathlib import Path

import pyogrio.raw

from tests.api.desk import Desk
from tests.api.test_cables import as_page, made


def test_the_office_takes_its_documents_and_enters_them(desk: Desk, tmp_path: Path) -> None:
    made(desk, street="Bà Triệu")
    layer = desk.call("GET", "/cables.gpkg")
    assert layer.status_code == 200
    (tmp_path / "cables.gpkg").write_bytes(layer.content)
    meta, _, shapes, columns = pyogrio.raw.read(tmp_path / "cables.gpkg")
    names = list(meta["fields"])
    assert "Bà Triệu" in list(columns[names.index("street")])
    assert len(shapes) == len(columns[names.index("companies")]) > 0
    staff = desk.as_staff("department")
    report = desk.call("GET", "/cables/report.docx", staff)
    assert (report.status_code, report.content[:2]) == (200, b"PK")
    assert desk.call("GET", "/cables/poles.docx?owner=ward-W1", staff).status_code == 200
    assert desk.call("GET", "/cables/poles.docx", staff).status_code == 422
    assert desk.call("GET", "/cables/urging.docx?company=telecom", staff).status_code == 422
    assert desk.call("GET", "/cables/report.docx", desk.as_staff("executor")).status_code == 403
    assert desk.call("GET", "/cables/report.docx").status_code == 401
    desk.client.cookies.clear()
    headers = as_page(desk, "department")
    kept = desk.client.post("/manage/cables/documents", headers=headers, data={"paper": "progress"})
    assert kept.status_code in (200, 303)
    listed = desk.client.get("/documents", headers=headers).text
    assert "kế hoạch hạ ngầm cáp" in listed
    wrong = desk.client.post("/manage/cables/documents", headers=headers, data={"paper": "urging/x"})
    assert wrong.status_code == 422
