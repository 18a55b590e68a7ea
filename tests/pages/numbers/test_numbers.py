"""Numbers of advertisements on pages: the box of a case, the grid, one number, crops."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4
from zoneinfo import ZoneInfo

import httpx
import pytest
from docx import Document
from PIL import Image

from service.db import unit_of_work
from service.domain.numbers.extraction import NumberReading
from service.domain.numbers.proposals import propose_readings
from service.domain.numbers.telephones import telephone
from service.models import Photo, Report, Sighting
from service.models.reports.photo import PhotoState
from service.storage import Storage
from tests.api.desk import Desk, open_desk, problem
from tests.conftest import Servers
from tests.pages.html import Page
from tests.pages.queue.test_queue import look, send

NOW = datetime.now(UTC)
SIZE = (400, 200)
QUAD = ((100.0, 50.0), (300.0, 50.0), (300.0, 90.0), (100.0, 90.0))
RED, WHITE = (200, 20, 20), (255, 255, 255)


@pytest.fixture(scope="module")
def desk(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with open_desk(servers, f"numbers_{servers.worker}", tmp_path_factory.mktemp("media")) as made:
        yield made


def poster() -> bytes:
    """A white picture of ours, red where the number stands."""
    picture, out = Image.new("RGB", SIZE, WHITE), io.BytesIO()
    picture.paste(RED, (100, 50, 300, 90))
    picture.save(out, "WEBP", lossless=True)
    return out.getvalue()


def read_on(desk: Desk, report: Report, digits: str) -> int:
    """The reader found this number on a new photo of the report; the sighting's id."""
    photo_id, number = desk.photo(report, "report"), telephone(digits)
    assert number is not None
    with unit_of_work(desk.engine) as session:
        photo = session.get_one(Photo, photo_id)
        photo.state = PhotoState.READY
        session.flush()
        Storage(desk.settings.media_url).put(photo.public_key, poster())
        assert propose_readings(session, photo.id, [NumberReading(number, QUAD, digits, 0.95)], SIZE, now=NOW)
        return session.query(Sighting.id).filter_by(photo_id=photo.id).one()[0]


def ad(desk: Desk, **columns: Any) -> Report:
    return desk.report("in_progress", category="illegal_ad", **columns)


def state_of(desk: Desk, sighting: int) -> str:
    with unit_of_work(desk.engine) as session:
        return str(session.get_one(Sighting, sighting).state)


def test_the_box_of_a_case_confirms_corrects_and_refuses(desk: Desk) -> None:
    report = ad(desk)
    first, second, third = (read_on(desk, report, f"091200010{n}") for n in (1, 2, 3))
    path = f"/case/{report.code}"
    shown = look(desk, "department", path).text
    assert "Số điện thoại đọc được" in shown
    assert "0912 000 101" in shown
    assert "chưa xác nhận lần nào" in shown
    assert Page(shown).inline() == []
    for sighting, said in ((first, {"state": "confirmed"}), (second, {"state": "refused"})):
        answer = send(desk, "department", f"{path}/number", {"sighting": sighting, **said})
        assert answer.headers["location"] == f"{path}?done=number"
    wrong = {"sighting": third, "state": "confirmed", "number": "0912 abc"}
    refused = send(desk, "department", f"{path}/number", wrong)
    assert refused.status_code == 422
    assert "không phải số điện thoại" in refused.text
    assert 'value="0912 abc"' in refused.text
    right = {**wrong, "number": "0912 000 104"}
    assert send(desk, "department", f"{path}/number", right).status_code == 303
    assert [state_of(desk, each) for each in (first, second, third)] == ["confirmed", "refused", "refused"]
    assert send(desk, "department", f"{path}/number", {"number": "0912 000 105"}).status_code == 303
    after = look(desk, "department", path).text
    assert "0912 000 104" in after
    assert "0912 000 105" in after
    assert "đã thấy 1 lần" in after
    assert "data-number>" not in after  # nothing waits any more


@pytest.mark.parametrize(
    ("who", "box", "decides", "crop"),
    [
        ("triage", True, True, 200),
        ("department", True, True, 200),
        ("inspector", True, True, 200),
        ("manager", True, False, 200),
        ("administrator", False, False, 404),
        ("executor", False, False, 404),
    ],
)
def test_who_sees_the_box_and_the_crop(desk: Desk, who: str, box: bool, decides: bool, crop: int) -> None:
    report = ad(desk, executor="telecom")
    sighting = read_on(desk, report, "0912000110")
    shown = look(desk, who, f"/case/{report.code}").text
    assert ("0912 000 110" in shown) is box
    assert ('aria-keyshortcuts="X"' in shown) is decides
    answer = look(desk, who, f"/numbers/crops/{sighting}")
    assert answer.status_code == crop
    if crop == 200:
        assert answer.headers["cache-control"] == "private, no-store"
        picture = Image.open(io.BytesIO(answer.content))
        assert picture.width < SIZE[0]
        middle = picture.convert("RGB").resize((1, 1), box=(120, 40, 130, 50)).tobytes()
        assert all(abs(a - b) < 20 for a, b in zip(middle, RED, strict=True))


@pytest.mark.parametrize(
    ("who", "opens"), [("triage", 200), ("department", 200), ("manager", 200), ("inspector", 404)]
)
def test_requests_are_offered_to_those_who_may_open_them(desk: Desk, who: str, opens: int) -> None:
    assert look(desk, who, "/requests").status_code == opens
    assert ('href="/requests"' in look(desk, who, "/numbers").text) is (opens == 200)


def test_a_crop_is_for_nobody_else(desk: Desk) -> None:
    sighting = read_on(desk, ad(desk), "0912000120")
    for who in ("other_department", "other_executor"):
        assert look(desk, who, f"/numbers/crops/{sighting}").status_code == 404
    assert urlsplit(look(desk, "", f"/numbers/crops/{sighting}").headers["location"]).path == "/login"
    assert look(desk, "triage", "/numbers/crops/99999999").status_code == 404


def test_other_kinds_have_no_box(desk: Desk) -> None:
    assert "Số điện thoại đọc được" not in look(desk, "department", f"/case/{desk.report().code}").text


def test_a_right_reading_costs_one_decision_and_leaves_the_grid(desk: Desk) -> None:
    report = ad(desk)
    sightings = [read_on(desk, report, f"091200013{n}") for n in range(3)]
    waiting = look(desk, "department", "/numbers").text
    for sighting in sightings:
        # One key, one button, one request: nothing else has to be opened, ticked or answered.
        whole = rf'id="number-{sighting}"[^>]*data-number>.*?<form[^>]*"/numbers/decision">(.*?)</form>'
        form = re.search(whole, waiting, re.S)
        assert form
        assert form[1].count('aria-keyshortcuts="Enter"') == 1
        assert set(re.findall(r'name="(\w+)"', form[1])) == {"csrf_token", "sighting", "state"}
    answer = send(desk, "department", "/numbers/decision", {"sighting": sightings[0], "state": "confirmed"})
    assert answer.headers["location"] == "/numbers"
    left = look(desk, "department", "/numbers").text
    assert f'id="number-{sightings[0]}"' not in left
    assert f'id="number-{sightings[1]}"' in left
    refused = send(
        desk,
        "department",
        "/numbers/decision",
        {"sighting": sightings[1], "state": "confirmed", "number": "12"},
    )
    assert refused.status_code == 422
    assert "không phải số điện thoại" in refused.text
    for who in ("other_department", "manager"):
        assert f'id="number-{sightings[1]}"' not in look(desk, who, "/numbers").text
    for who in ("executor", "administrator"):
        assert look(desk, who, "/numbers").status_code == 404
        assert 'href="/numbers"' not in look(desk, who, "/queue").text


def test_a_number_is_found_by_any_part_with_the_places_of_ones_own_cases(desk: Desk) -> None:
    report = ad(desk)
    sighting = read_on(desk, report, "0912777140")
    send(desk, "department", f"/case/{report.code}/number", {"sighting": sighting, "state": "confirmed"})
    for part in ("777140", "0912 777", "+84 912 777", "777"):
        found = look(desk, "department", f"/numbers?q={part.replace('+', '%2B')}").text
        assert "0912 777 140" in found, part
    assert "0912 777 140" not in look(desk, "department", "/numbers?q=77").text
    assert "0912 777 140" not in look(desk, "other_department", "/numbers?q=777140").text
    [path] = set(re.findall(r'href="(/numbers/\d+)"', look(desk, "department", "/numbers?q=777140").text))
    shown = look(desk, "department", path).text
    assert f'href="/case/{report.code}"' in shown
    assert f'src="/numbers/crops/{sighting}"' in shown
    assert "Đã xác nhận" in shown
    assert "Diễn biến" in shown
    assert f'data-spot="{report.lon},{report.lat}"' in shown
    assert 'data-map="number"' in shown
    assert look(desk, "manager", path).status_code == 200
    body = {"sighting": sighting, "state": "refused"}
    send(desk, "department", f"/case/{report.code}/number", body)
    assert "data-spot" not in look(desk, "department", path).text, "what does not stand there has no pin"
    for who in ("other_department", "executor", "administrator"):
        assert look(desk, who, path).status_code == 404


def test_a_sanction_is_entered_by_page_and_api_and_the_month_tells_it(desk: Desk) -> None:
    """A case of its own: sanctioned, listed by that, annulled; then the month by page, API and paper."""
    for place in ((107.52, 16.42), (107.523, 16.42)):
        columns: dict[str, Any] = {"place": place, "device_hash": uuid4().bytes}
        report = desk.report("in_progress", category="illegal_ad", **columns)
        send(desk, "triage", f"/case/{report.code}/number", {"number": "0951666555"})
    [number] = desk.call("GET", "/numbers?q=0951666555", desk.as_staff("department")).json()["items"]
    path, today = f"/numbers/{number['id']}", datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")).date()
    send(desk, "department", f"{path}/open", {"id": str(uuid4())})
    case = desk.call("GET", path, desk.as_staff("department")).json()["cases"][0]

    def step(to: str, who: str = "department", **said: str) -> httpx.Response:
        shown = desk.call("GET", path, desk.as_staff("department")).json()["cases"][0]
        body = {"case": case["code"], "to": to, "version": shown["version"], **said}
        return send(desk, who, f"{path}/step", body)

    later = today + timedelta(days=30)
    given = {"document": "12/GM", "dated": f"{today:%d/%m/%Y}"}
    assert step("invited", **given, appear_by=f"{later:%d/%m/%Y}").status_code == 303
    assert "Soạn danh sách công khai" not in look(desk, "department", path).text
    decision = {**given, "document": "31/QĐ-XPHC", "signer": "Chủ tịch", "basis": "Điều 60"}
    wrong = step("sanctioned", **decision, fine_vnd="một triệu")
    assert wrong.status_code == 422
    assert 'value="một triệu"' in wrong.text
    assert step("sanctioned", **decision, fine_vnd="1.500.000 đ").status_code == 303
    shown = look(desk, "department", path).text
    assert "Phạt tiền 1.500.000 đồng" in shown
    assert "chưa nộp" in shown
    listing = re.search(r'name="decision"[^>]*value="([^"]*)"', shown)
    assert listing
    assert listing[1] == "31/QĐ-XPHC"
    body = {"id": str(uuid4()), "items": [{"case": case["code"]}]}
    draft = desk.call("POST", "/publications", desk.as_staff("department"), body).json()
    steps = f"/publications/{draft['id']}/transitions"
    assert desk.call("POST", steps, desk.as_staff("manager"), {"to": "published"}).status_code == 200
    assert "31/QĐ-XPHC" in desk.call("GET", "/numbers/listed").text
    month = f"{today:%Y-%m}"
    told = desk.call("GET", f"/numbers/monthly?month={month}", desk.as_staff("department")).json()
    assert (told["sanctioned"], told["fined_vnd"], told["paid_vnd"], told["invited"]) == (1, 1_500_000, 0, 1)
    text = look(desk, "department", f"/numbers/monthly?month={month}").text
    assert re.search(r"Tiền phạt, đồng</dt><dd>1\.500\.000", text)
    assert look(desk, "department", "/numbers/monthly?month=2099-01").status_code == 422
    problem(desk.call("GET", "/numbers/monthly?month=x", desk.as_staff("department")), 422)
    for who in ("inspector", "executor", "administrator"):
        problem(desk.call("GET", "/numbers/monthly", desk.as_staff(who)), 403)
        assert look(desk, who, "/numbers/monthly").status_code in (403, 404)
    paper = look(desk, "department", f"/numbers/monthly.docx?month={month}")
    api = desk.call("GET", f"/numbers/monthly.docx?month={month}", desk.as_staff("department"))
    assert (paper.status_code, api.status_code) == (200, 200)
    lines = " ".join(each.text for each in Document(io.BytesIO(paper.content)).paragraphs)
    assert "1 quyết định xử phạt, tổng tiền phạt 1.500.000 đồng" in lines
    version = desk.call("GET", f"/works/{case['code']}", desk.as_staff("manager")).json()["version"]
    annulled = {"to": "annulled", "version": version, "reason": "Khiếu nại đúng"}
    transitions = f"/works/{case['code']}/transitions"
    for who in ("other_department", "inspector", "executor"):
        problem(desk.call("POST", transitions, desk.as_staff(who), annulled), 404)
    assert desk.call("POST", transitions, desk.as_staff("manager"), annulled).status_code == 200
    assert "31/QĐ-XPHC" not in desk.call("GET", "/numbers/listed").text
