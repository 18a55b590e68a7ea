"""A movement over HTTP: made, claimed, reviewed, announced; its workbook comes back, its papers agree."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import httpx
import pytest
from docx import Document
from openpyxl import Workbook, load_workbook

from service.db import unit_of_work
from service.models import Movement
from tests.api.desk import Desk, problem
from tests.api.emulation.writes import NEW_MOVEMENT

CRITERIA = [
    {
        "section": "Kết quả",
        "words": "Phản ánh xử lý xong",
        "points": 40,
        "source": "indicator",
        "indicator": "done",
        "formula": {"kind": "per", "each": 1, "points": 1, "most": 40},
    },
    {"section": "Tuyên truyền", "words": "Ra quân", "points": 60, "source": "self", "needs_proof": True},
]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def made(desk: Desk, criteria: list[dict[str, object]] = CRITERIA, **said: object) -> int:
    """A movement of last year of city-cables, with criteria, open; the coordinator is its council."""
    who = desk.as_staff("manager")
    body = {**NEW_MOVEMENT, "first": "2025-01-01", "last": "2025-06-30", "council": ["triage"], **said}
    answer = desk.call("POST", "/movements", who, body)
    assert answer.status_code == 201, answer.text
    told = answer.json()
    path = f"/movements/{told['id']}"
    short = {"criteria": CRITERIA[:1], "version": told["version"]}
    refused = desk.call("PUT", f"{path}/criteria", who, short)
    assert "40" in problem(refused, 422)["errors"][0]["msg"]
    put = desk.call("PUT", f"{path}/criteria", who, {**short, "criteria": criteria})
    assert put.status_code == 200, put.text
    assert step(desk, told["id"], "open").status_code == 200
    return int(told["id"])


def step(desk: Desk, movement: int, to: str) -> httpx.Response:
    who = desk.as_staff("manager")
    version = desk.call("GET", f"/movements/{movement}", who).json()["version"]
    return desk.call("POST", f"/movements/{movement}/transitions", who, {"to": to, "version": version})


def announced(desk: Desk, **said: Any) -> int:
    movement = made(desk, comment_days=1, **said)
    claim = {"unit": "ward-W2", "claims": [{"criterion": 2, "points": 50, "proof": "Biên bản 3"}]}
    path = f"/movements/{movement}"
    sent = desk.call("PUT", f"{path}/claims", desk.as_staff("other_manager"), claim)
    assert sent.status_code == 200, sent.text
    for to in ("self_scored", "reviewed", "commented"):
        assert step(desk, movement, to).status_code == 200
    problem(step(desk, movement, "announced"), 409)
    with unit_of_work(desk.engine) as session:
        row = session.get_one(Movement, movement)
        assert row.commented_at is not None
        row.commented_at -= timedelta(days=400)
    assert step(desk, movement, "announced").status_code == 200
    return movement


def test_two_of_the_council_do_not_overwrite_each_other_and_none_scores_its_own(desk: Desk) -> None:
    movement = made(desk, council=["triage", "other_manager"])
    path, triage = f"/movements/{movement}", desk.as_staff("triage")
    assert step(desk, movement, "self_scored").status_code == 200
    body = {"unit": "ward-W1", "criterion": 2, "points": 40, "why": "Có ra quân", "version": 0}
    problem(desk.call("PUT", f"{path}/given", triage, {**body, "why": ""}), 422)
    assert desk.call("PUT", f"{path}/given", triage, body).status_code == 200
    second = desk.as_staff("other_manager")
    problem(desk.call("PUT", f"{path}/given", second, {**body, "points": 20}), 409)
    own = problem(desk.call("PUT", f"{path}/given", second, {**body, "unit": "ward-W2"}), 403)
    assert "chính mình" in own["detail"]
    listed = desk.call("GET", f"{path}/open-scores", triage).json()["items"]
    assert all(each["score"]["given"] is None for each in listed)
    assert desk.call("GET", f"{path}/open-scores", desk.as_staff("inspector")).status_code == 404


def test_a_sheet_goes_out_and_comes_back_but_not_that_of_another_movement(desk: Desk) -> None:
    movement, other = made(desk), made(desk)
    who = desk.as_staff("other_manager")
    path = f"/movements/{movement}/standing.xlsx"
    got = desk.call("GET", path, who)
    assert got.status_code == 200 and got.headers["content-type"] == XLSX
    book = load_workbook(io.BytesIO(got.content))
    sheet = book["Chấm điểm"]
    rows = {str(row[0].value): row for row in sheet.iter_rows(min_row=2)}
    assert list(rows) == [f"PT{movement}-1-ward-W2", f"PT{movement}-2-ward-W2"], "one's own unit alone"
    row = rows[f"PT{movement}-2-ward-W2"]
    row[5].value, row[7].value = 42.5, "Biên bản 7"
    body = io.BytesIO()
    book.save(body)

    def send(to: int) -> httpx.Response:
        files = {"file": ("diem.xlsx", body.getvalue(), XLSX)}
        return desk.call("POST", f"/movements/{to}/standing.xlsx", who, files=files)

    assert send(movement).json() == {"taken": 1}
    assert send(movement).json() == {"taken": 0}, "the same again is no change"
    told = desk.call("GET", f"/movements/{movement}/units/ward-W2", who).json()["scores"][1]
    assert (told["claimed"], told["proof"]) == (42.5, "Biên bản 7")
    assert f"PT{movement}-" in problem(send(other), 422)["errors"][0]["msg"]


def test_papers_say_the_announced_numbers_and_nothing_of_this_machine(desk: Desk) -> None:
    movement = announced(desk)
    path, who = f"/movements/{movement}", desk.as_staff("manager")
    told = desk.call("GET", path, who).json()
    row = next(each for each in told["pools"][0]["rows"] if each["unit"]["code"] == "ward-W2")
    points = f"{row['points']:.1f}".replace(".", ",")
    scores = desk.call("GET", f"{path}/units/ward-W2", who).json()["scores"]
    dossier = desk.call("GET", f"{path}/dossier/ward-W2.docx", desk.as_staff("other_manager"))
    assert dossier.status_code == 200, dossier.text
    found = Document(io.BytesIO(dossier.content))
    table = next(each for each in found.tables if each.rows[0].cells[1].text == "Tiêu chí")
    cells = [[cell.text for cell in each.cells] for each in table.rows[1:]]
    assert [each[3] for each in cells] == [f"{each['got']:.1f}".replace(".", ",") for each in scores]
    assert any(f"Tổng điểm: {points}" in each.text for each in found.paragraphs)
    for what in ("submission.docx", "minutes.docx"):
        paper = desk.call("GET", f"{path}/papers/{what}", who)
        assert paper.status_code == 200, paper.text
        document = Document(io.BytesIO(paper.content))
        words = [cell.text for each in document.tables for line in each.rows for cell in line.cells]
        assert points in words, what
        about = document.core_properties
        said = f"{about.author} {about.title} {about.last_modified_by} {about.comments}"
        assert "manager" not in said and "/" not in said
    listed = desk.call("GET", f"{path}/papers/list.xlsx", who)
    sheet = load_workbook(io.BytesIO(listed.content)).active
    assert row["points"] in [each[4].value for each in sheet.iter_rows(min_row=2)]
    entered = desk.call("POST", f"{path}/documents", who, {"what": "submission"})
    assert entered.status_code == 200, entered.text
    assert desk.call("GET", f"/documents/{entered.json()['document']}", who).json()["kind"] == "TTr"
    assert desk.call("GET", f"{path}/papers/minutes.docx", desk.as_staff("other_manager")).status_code == 403
    problem(desk.call("GET", f"/movements/{made(desk)}/papers/list.xlsx", who), 409)


@pytest.mark.parametrize(
    "change",
    [
        {"pools": []},
        {"pools": [{"name": "A", "units": ["none"]}]},
        {"council": ["nobody"]},
        {"last": "2024-01-01"},
        {"first": "0001-01-01"},
        {"freeze_at": "0001-01-01T00:00:00+07:00"},
        {"comment_days": 0},
    ],
)
def test_a_movement_that_cannot_be_is_refused(desk: Desk, change: dict[str, object]) -> None:
    problem(desk.call("POST", "/movements", desk.as_staff("manager"), {**NEW_MOVEMENT, **change}), 422)


def workbook(*rows: tuple[object, ...]) -> bytes:
    book, buffer = Workbook(), io.BytesIO()
    for row in (("Kết quả thi đua năm trước",), ("Đơn vị", "Tổng điểm", "Hạng"), *rows):
        book.active.append(row)
    book.save(buffer)
    return buffer.getvalue()


def test_results_of_earlier_years_come_in_and_are_announced(desk: Desk) -> None:
    who = desk.as_staff("manager")
    body = {**NEW_MOVEMENT, "first": "2024-01-01", "last": "2024-06-30", "council": ["triage"]}
    number = desk.call("POST", "/movements", who, body).json()["id"]

    def send(data: bytes, name: str = "manager") -> httpx.Response:
        files = {"file": ("cu.xlsx", data, XLSX)}
        path = f"/api/v1/movements/{number}/old-results"
        return desk.client.post(path, headers=desk.as_staff(name), files=files)

    for rows in (
        [("ward-W1", "90,5", 1)],  # one is missing
        [("ward-W1", 90.5, 2), ("ward-W2", 80, 1)],  # places that points contradict
        [("ward-W1", 90.5, 1), ("ward-W1", 80, 2), ("ward-W2", 80, 2)],
        [("ward-W1", 90.5, 1), ("Phường Nơi Khác", 80, 2)],
        [("ward-W1", "chín mươi", 1), ("ward-W2", 80, 2)],
    ):
        problem(send(workbook(*rows)), 422)
    good = workbook(("ward-W1", "80,5", None), ("WARD-W2", 90, 1))
    assert send(good, "other_manager").status_code in (403, 404)
    told = send(good)
    assert told.status_code == 200, told.text
    view = told.json()
    assert view["state"] == "announced" and view["counted_at"] is None
    rows = view["pools"][0]["rows"]
    assert [(row["unit"]["code"], row["points"], row["place"]) for row in rows] == [
        ("ward-W2", 90, 1),
        ("ward-W1", 80.5, 2),
    ]
    problem(send(good), 409)
    assert desk.call("GET", f"/movements/{number}/units/ward-W1", who).json()["scores"] == []
