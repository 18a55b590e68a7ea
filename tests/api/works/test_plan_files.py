"""Files of a plan: numbers equal to those of the plan itself, in the form of administrative documents."""

from __future__ import annotations

import io
from typing import Any

import httpx
import openpyxl
import pytest
from docx import Document
from docx.shared import Mm

from tests.api.desk import Desk, problem
from tests.api.works.test_plans import force, keep
from tests.support.works.stage import draft_row


@pytest.fixture
def plan(desk: Desk) -> dict[str, Any]:
    """Ten tasks of which three are done and the others are late."""
    rows = [draft_row(f"Việc {n}", last="2026-03-31") | {"label": str(n)} for n in range(1, 11)]
    rows[-1]["lead_words"] = "Đơn vị city-cables\nPhối hợp: Đội 2."
    made = force(desk, keep(desk, *rows, title="Báo cáo thử", number="7/KH-ĐV"))
    works = desk.client.get(
        "/api/v1/works", params={"plan": made["code"]}, headers=desk.as_staff("department")
    )
    for work in (each for each in works.json()["items"] if each["title"] in ("Việc 1", "Việc 2", "Việc 3")):
        body = {"to": "done", "version": work["version"], "data": {"result": "Đã làm"}}
        desk.client.post(
            f"/api/v1/works/{work['code']}/transitions", json=body, headers=desk.as_staff("department")
        )
    return made


def fetch(desk: Desk, plan: dict[str, Any], name: str, who: str = "manager", **query: str) -> httpx.Response:
    url = f"/api/v1/plans/{plan['code']}/{name}"
    return desk.client.get(url, params=query, headers=desk.as_staff(who))


def words(document: Any) -> str:
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)


def test_the_progress_report_has_every_row_and_the_numbers_of_the_plan(
    desk: Desk, plan: dict[str, Any]
) -> None:
    document = Document(io.BytesIO(fetch(desk, plan, "report.docx").content))
    section = document.sections[0]
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(each / Mm(1)) for each in margins if each is not None] == [20, 20, 30, 20]
    tasks = next(table for table in document.tables if "Nhiệm vụ" in table.rows[0].cells[1].text)
    assert len(tasks.rows) == 11
    said = words(document)
    assert "3/10 nhiệm vụ" in said and "7/KH-ĐV" in said and "Trễ hạn: 10. Việc 10" in said
    assert "(Đơn vị city-cables; Phối hợp: Đội 2)." in said
    assert [row.cells[4].text for row in tasks.rows[1:]].count("Đã hoàn thành") == 3
    problem(fetch(desk, plan, "report.docx", until="2999-01-01"), 422)
    assert fetch(desk, plan, "report.docx", who="executor").status_code == 404


def test_the_workbook_keeps_words_as_words(desk: Desk, plan: dict[str, Any]) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(fetch(desk, plan, "rows.xlsx").content)).active
    assert sheet is not None and sheet.max_row == 11
    assert [cell.value for cell in sheet[2]][:3] == ["1", "", "Việc 1"]
    assert sum(int(str(sheet.cell(row, 11).value)) for row in range(2, 12)) == 3


def test_a_letter_urges_who_is_late_and_a_plan_below_begins_with_its_rows(
    desk: Desk, plan: dict[str, Any]
) -> None:
    letter = words(Document(io.BytesIO(fetch(desk, plan, "urging.docx", unit="city-cables").content)))
    assert "V/v đôn đốc" in letter and "Kính gửi: Đơn vị city-cables" in letter and "còn 7" in letter
    assert "Việc 10" in letter and "/BC-" not in letter
    problem(fetch(desk, plan, "urging.docx", unit="ward-W1"), 422)
    child = words(Document(io.BytesIO(fetch(desk, plan, "child.docx", unit="city-cables").content)))
    assert "KẾ HOẠCH" in child and "/KH-" in child and "Việc 1" in child
    problem(fetch(desk, plan, "child.docx", unit="nobody"), 422)
