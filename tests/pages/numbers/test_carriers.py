"""A number's case and its letter on pages: opened, invited, asked, answered by the carrier's own people."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from docx import Document
from openpyxl import load_workbook

from service.db import unit_of_work
from service.domain.city.reference import load_reference
from service.pages.numbers.cases import telecoms
from tests.api.desk import Desk, open_desk
from tests.conftest import Servers
from tests.pages.queue.test_queue import look, send

PLACES = ((107.52, 16.42), (107.523, 16.42))


@pytest.fixture(scope="module")
def desk(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with open_desk(servers, f"carriers_{servers.worker}", tmp_path_factory.mktemp("media")) as made:
        yield made


def verified(desk: Desk, digits: str) -> int:
    """The id of a number that colleagues confirmed for two senders."""
    for place in PLACES:
        report = desk.report("in_progress", category="illegal_ad", place=place, device_hash=uuid4().bytes)
        path = f"/reports/{report.code}/sightings"
        assert desk.call("POST", path, desk.as_staff("triage"), {"number": digits}).status_code == 200
    listed = desk.call("GET", f"/numbers?q={digits}", desk.as_staff("department")).json()["items"]
    [told] = listed
    assert told["verified"] is True
    return int(told["id"])


def fresh(shown: str) -> str:
    found = re.search(r'name="id" value="([0-9a-f-]{36})"', shown)
    assert found
    return found[1]


def test_from_the_number_to_the_carriers_answer(desk: Desk) -> None:
    number = verified(desk, "0951230001")
    path = f"/numbers/{number}"
    shown = look(desk, "department", path).text
    assert "Đủ hai nguồn độc lập" in shown
    assert send(desk, "department", f"{path}/open", {"id": fresh(shown)}).status_code == 303
    assert "Mới lập hồ sơ" in look(desk, "department", "/numbers").text
    case = desk.call("GET", f"/numbers/{number}", desk.as_staff("department")).json()["cases"][0]
    step = {"case": case["code"], "to": "invited", "version": case["version"]}
    wrong = send(desk, "department", f"{path}/step", step)
    assert wrong.status_code == 422
    assert "Cần ghi số văn bản." in wrong.text
    later = (datetime.now(UTC) + timedelta(days=30)).strftime("%d/%m/%Y")
    said = {**step, "document": "12/GM", "dated": "04/03/2026", "appear_by": later}
    assert send(desk, "department", f"{path}/step", said).status_code == 303
    for paper, words in (("invitation", "GIẤY MỜI"), ("minutes", "BIÊN BẢN")):
        drafted = Document(io.BytesIO(look(desk, "department", f"{path}/{paper}.docx").content))
        assert words in [each.text for each in drafted.paragraphs]
        assert look(desk, "triage", f"{path}/{paper}.docx").status_code == 404, "who does not lead it"
    asked = {"id": str(uuid4()), "carrier": "telecom", "purpose": "trace", "basis": "Điều 6"}
    answer = send(desk, "department", f"{path}/request", asked)
    letter = answer.headers["location"]
    assert look(desk, "executor", letter).status_code == 404, "a draft is nobody's letter yet"
    version = re.search(r'name="version" value="(\d+)"', look(desk, "department", letter).text)
    assert version
    sent = {
        "to": "sent",
        "version": version[1],
        "document": "45/CV",
        "dated": "05/03/2026",
        "basis": "Điều 6",
    }
    assert send(desk, "department", f"{letter}/step", sent).status_code == 303
    mine = look(desk, "executor", letter).text
    assert "0951 230 001" in mine
    assert "SML-" not in mine
    assert "number-crop" not in mine, "the posters have no photo, so no broken picture"
    assert letter.rpartition("/")[2] in look(desk, "executor", "/requests").text
    assert look(desk, "other_executor", letter).status_code == 404
    none = send(desk, "executor", f"{letter}/answers", {})
    assert "Chưa chọn câu trả lời nào." in none.text
    answers = {f"answer-{number}": "ours", f"action-{number}": "none"}
    assert send(desk, "executor", f"{letter}/answers", answers).status_code == 303
    assert "Thuê bao của nhà mạng" in look(desk, "department", letter).text
    assert look(desk, "department", f"/works/{letter.rpartition('/')[2]}").status_code == 200


def test_only_companies_that_give_out_numbers_are_asked(desk: Desk) -> None:
    """Those of the city's prefixes and cables: nobody writes about a number to who sweeps streets."""
    with unit_of_work(desk.engine) as session:
        reference = load_reference(session)
    numbers = reference.config.numbers.model_copy(update={"carriers": {"Viettel": "telecom"}})
    prefixes = reference.config.model_copy(update={"numbers": numbers, "cables": None})
    assert [each.code for each in telecoms(replace(reference, config=prefixes))] == ["telecom"]
    neither = reference.config.model_copy(update={"cables": None})
    assert len(telecoms(replace(reference, config=neither))) > 1, "a city that names none asks anybody"


def request_of(desk: Desk, digits: list[str]) -> str:
    """The code of a letter that was sent about these numbers."""
    for each in digits:
        verified(desk, each)
    body: dict[str, object] = {
        "id": str(uuid4()),
        "carrier": "telecom",
        "purpose": "trace",
        "numbers": digits,
    }
    made = desk.call("POST", "/requests", desk.as_staff("department"), body).json()
    data = {"document": "46/CV", "dated": "2026-03-05", "basis": "Điều 6"}
    step = {"to": "sent", "version": made["version"], "data": data}
    path = f"/works/{made['code']}/transitions"
    assert desk.call("POST", path, desk.as_staff("department"), step).status_code == 200
    return str(made["code"])


def filled(desk: Desk, code: str, answers: list[tuple[str, str]], extra: list[Any]) -> bytes:
    """The letter's own workbook with results written into it, and one row that it did not have."""
    book = load_workbook(io.BytesIO(look(desk, "executor", f"/requests/{code}/numbers.xlsx").content))
    sheet = book.active
    assert sheet is not None
    assert sheet.max_row == 1 + len(answers)
    for at, (result, carrier) in enumerate(answers, 2):
        sheet.cell(at, 7, result)
        sheet.cell(at, 8, carrier)
    sheet.append(extra)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_the_workbook_goes_out_and_comes_back(desk: Desk) -> None:
    digits = ["0951230011", "0951230012", "0951230013"]
    code = request_of(desk, digits)
    told = [("Thuê bao của nhà mạng", ""), ("da chuyen mang", "sanitation"), ("", "")]
    stray = [None, 951239999, None, None, None, None, "Không sử dụng"]
    file = filled(desk, code, told, stray)
    path, upload = f"/requests/{code}/xlsx", {"file": ("a.xlsx", file)}
    looked = send(desk, "executor", path, {"preview": "1"}, files=upload)
    assert "Tệp có 2 câu trả lời đọc được" in looked.text
    assert "Công văn này không hỏi về số đó." in looked.text
    before = desk.call("GET", f"/requests/{code}", desk.as_staff("executor")).json()["numbers"]
    assert [each["answer"] for each in before] == [None, None, None]
    assert "Đã lưu." not in looked.text
    assert "Đã lưu." in send(desk, "executor", path, {}, files=upload).text
    after = desk.call("GET", f"/requests/{code}", desk.as_staff("executor")).json()["numbers"]
    assert [each["answer"] for each in after] == ["ours", "ported", None]
    letter = Document(io.BytesIO(look(desk, "department", f"/requests/{code}/letter.docx").content))
    assert len(letter.tables[-1].rows) == 1 + len(digits)
    more = desk.client.post(
        f"/api/v1/requests/{code}/answers.xlsx", headers=desk.as_staff("executor"), files=upload
    ).json()
    assert (more["accepted"], more["stored"], len(more["refused"])) == (2, True, 1)
    wrong = send(desk, "executor", path, {}, files={"file": ("a.xlsx", b"no book")})
    assert wrong.status_code == 415
