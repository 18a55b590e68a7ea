"""Documents over HTTP: proposed by the names that others rely on, refused with what to do, nothing stored."""

from __future__ import annotations

import httpx
import pytest
from sqlalchemy import func, select

from service.db import unit_of_work
from service.models import Plan
from tests.api.desk import Desk, problem
from tests.domain.plans.imports.papers import HEADINGS, add_table, plan_003, saved, word_file

AGAIN = "Mỗi tháng 1 lần, 16h30 thứ 6 tuần đầu"
ROWS = [
    [*HEADINGS, "Phối hợp"],
    ["I. TUYÊN TRUYỀN"],
    ["1", "Treo  Baner", "Đơn vị city-cables", "trước 15/9/2026", "", "Đơn vị ward-W1"],
    ["2", "Kiểm tra", "Đơn vị city-cables/ Đơn vị ward-W2", "Quý II/2026", AGAIN, ""],
]  # fmt: skip
ROW = {"label", "group", "task", "lead_words", "time_words", "note", "understood", "unclear"}


def sent(desk: Desk, document: object, who: str = "manager", **fields: object) -> httpx.Response:
    files = {"file": ("kế hoạch.docx", saved(document))}
    return desk.client.post("/api/v1/plans/import", files=files, data=fields, headers=desk.as_staff(who))


def test_a_word_file_is_proposed_and_what_is_proposed_can_be_kept(desk: Desk) -> None:
    answer = sent(desk, word_file(ROWS, ["KẾ HOẠCH", "Làm sạch phố năm 2026"]))
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["title"] == "Làm sạch phố năm 2026"
    first, second = told["rows"]
    assert set(first) >= ROW
    assert (first["task"], first["group"], first["support_words"]) == (
        "Treo  Baner",
        "I. TUYÊN TRUYỀN",
        "Đơn vị ward-W1",
    )
    assert first["understood"] == {
        "lead": "city-cables",
        "supports": ["ward-W1"],
        "everyone": False,
        "first": None,
        "last": "2026-09-15",
        "repeats": None,
    }
    assert first["unclear"] == [] and second["unclear"] == ["lead", "repeats"]
    assert (second["understood"]["first"], second["understood"]["last"]) == ("2026-04-01", "2026-06-30")
    assert second["choices"]["lead"] == ["city-cables", "ward-W2"]
    nth, week = second["choices"]["repeats"]
    assert nth["dates"] == ["2026-04-03", "2026-05-01", "2026-06-05"] and len(week["dates"]) == 3
    assert second["understood"]["repeats"] == {"rule": nth["rule"], "time": "16:30"}
    second["unclear"] = []
    kept = desk.client.post(
        "/api/v1/plans", json=told | {"issuer": "city-cables"}, headers=desk.as_staff("manager")
    )
    assert kept.status_code == 201, kept.text
    rows = kept.json()["rows"]
    assert rows[0]["lead_words"] == "Đơn vị city-cables\nPhối hợp: Đơn vị ward-W1"
    assert rows[1]["repeats"] == nth["rule"] and rows[0]["last"] == "2026-09-15"


def test_the_plan_of_2019_pasted_stores_nothing(desk: Desk) -> None:
    with unit_of_work(desk.engine) as session:
        before = session.scalar(select(func.count()).select_from(Plan))
    answer = desk.call("POST", "/plans/import", desk.as_staff("department"), {"text": plan_003()})
    told = answer.json()
    assert [row["label"] for row in told["rows"]] == ["1", "2", "2", "3", "4", "5", "6", "7", "8", "9"]
    assert len(told["parents"]) == 3 and len(told["warnings"]) == 2
    assert told["recipients"][0] == {"name": "UBND tỉnh", "purpose": "b/c"}
    with unit_of_work(desk.engine) as session:
        assert session.scalar(select(func.count()).select_from(Plan)) == before


def test_tables_are_chosen(desk: Desk) -> None:
    document = word_file(ROWS)
    document.add_paragraph("II. BẢNG KHÁC")
    add_table(document, [list(HEADINGS), ["1", "Việc khác", "Đơn vị city-cables", "Quý I/2026", ""]])
    assert len(sent(desk, document).json()["rows"]) == 3
    told = sent(desk, document, tables="2").json()
    assert [row["task"] for row in told["rows"]] == ["Việc khác"]
    assert [each["taken"] for each in told["tables"]] == [False, True]


@pytest.mark.parametrize(
    ("name", "data", "status", "said"),
    [
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 415, ".docx"),
        ("a.docx", b"PK\x03\x04", 422, "Word"),
        ("a.pdf", b"%PDF-", 415, "PDF"),
    ],
)
def test_files_are_refused_in_the_language_of_the_reader(
    desk: Desk, name: str, data: bytes, status: int, said: str
) -> None:
    for language in ("vi", "en"):
        headers = {**desk.as_staff("manager"), "Accept-Language": language}
        files = {"file": (name, data)}
        found = problem(desk.client.post("/api/v1/plans/import", files=files, headers=headers), status)
        assert said in found["detail"]
        assert found["detail"].isascii() == (language == "en")


def test_bodies_that_are_none_are_refused(desk: Desk) -> None:
    staff = desk.as_staff("manager")
    url = "/api/v1/plans/import"
    assert (
        desk.client.post(url, content=b"{", headers={**staff, "Content-Type": "application/json"}).status_code
        == 400
    )
    assert (
        desk.client.post(url, content=b"x", headers={**staff, "Content-Type": "text/plain"}).status_code
        == 415
    )
    assert desk.client.post(url, json={"text": "x" * 1_000_001}, headers=staff).status_code == 413
    assert desk.client.post(url, json={"text": " "}, headers=staff).status_code == 422
    assert desk.client.post(url, json={"text": "x", "more": 1}, headers=staff).status_code == 422
    assert desk.client.post(url, files={"other": ("a", b"x")}, headers=staff).status_code == 422
    assert (
        desk.client.post(url, files={"file": ("a", b"x")}, data={"tables": "x"}, headers=staff).status_code
        == 422
    )
    assert desk.call("POST", "/plans/import", desk.as_staff("triage"), {"text": "x"}).status_code == 403
    assert desk.call("POST", "/plans/import", desk.as_staff("executor"), {"text": "x"}).status_code == 404
