"""The search of the staff over all cases of theirs: what is understood, whose cases come, what is said."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.reports.reports import ContactDraft
from service.domain.workspaces.case_search import read_case_query
from service.models import ContactReading, Report
from service.pages.find import find as find_page
from service.web.viewer import SESSION_COOKIE
from tests.api.desk import Desk, open_desk
from tests.conftest import Servers
from tests.support.site import HTML

NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def desk(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with open_desk(servers, f"find_{servers.worker}", tmp_path_factory.mktemp("media")) as made:
        yield made


def look(desk: Desk, name: str, path: str, **headers: str) -> httpx.Response:
    desk.client.cookies.clear()
    if name:
        desk.client.cookies.set(SESSION_COOKIE, desk.cookie(name)["Cookie"].split("=", 1)[1])
    return desk.client.get(path, headers={**HTML, "Accept-Language": "vi", **headers})


def found(desk: Desk, name: str, query: str) -> list[str]:
    answer = look(desk, name, f"/find?{query}")
    assert answer.status_code == 200, answer.text
    return re.findall(r'<a href="/case/([^"]+)">', answer.text)


def closed(desk: Desk, **columns: object) -> Report:
    at = NOW - timedelta(days=40)
    return desk.report("closed", at=at, **columns)  # type: ignore[arg-type]


def test_who_may_enter(desk: Desk) -> None:
    assert look(desk, "", "/find").status_code == 303


def test_a_closed_case_is_found_by_everyone_whose_it_is(desk: Desk) -> None:
    report = closed(desk, lead="city-cables", description="Nắp hố ga kênh trước đình làng")
    for query in (f"q={report.code.lower()}", f"q={report.code.replace('-', '')}", "q=nap ho ga dinh lang"):
        for name in ("department", "triage", "administrator"):
            assert found(desk, name, query) == [report.code], (name, query)
    assert report.code in found(desk, "department", "state=done")
    assert report.code not in found(desk, "department", "state=open")


def test_a_case_of_another_department_is_not_there(desk: Desk) -> None:
    other = closed(desk, lead="ward-W2", description="Chỉ phường bên kia có việc này")
    assert found(desk, "department", f"q={other.code}") == []
    assert found(desk, "department", "q=phường bên kia") == []
    assert "trong phần việc của bạn" in look(desk, "department", f"/find?q={other.code}").text
    assert found(desk, "triage", f"q={other.code}") == [other.code]


def test_a_code_finds_what_the_department_led_before(desk: Desk) -> None:
    report = desk.report("triage", at=NOW - timedelta(hours=2))
    first = {"to": "assigned", "lead": "city-cables", "policy": "standard"}
    assert desk.step("triage", report, version=1, **first).status_code == 200
    then = {"to": "assigned", "lead": "ward-W2", "reason": "Của phường bên"}
    assert desk.step("department", report, version=2, **then).status_code == 200
    assert found(desk, "department", f"q={report.code}") == [report.code]


def test_names_in_the_words_are_understood(desk: Desk) -> None:
    reference = desk.reference
    ward = next(each for each in reference.ward_by_code.values())
    query = read_case_query(reference, f"rác {ward.full_name.upper()}")
    assert (query.words, query.ward) == ("rác", ward)
    unit = reference.department_by_code["ward-W1"]
    query = read_case_query(reference, f"{unit.name['vi']} cống")
    assert (query.words, query.department) == ("cống", unit)
    whole = read_case_query(reference, f"rác {ward.full_name}", whole=True)
    assert (whole.words, whole.ward) == (f"rác {ward.full_name}", None)


def test_further_pages_come_by_themselves(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(find_page, "PAGE", 2)
    made = {closed(desk, lead="city-cables", description="Chuỗi dài để lật trang").code for _ in range(3)}
    answer = look(desk, "department", "/find?q=chuỗi dài lật trang")
    assert len(re.findall(r'<a href="/case/', answer.text)) == 2
    further = re.search(r'hx-get="([^"]+)"', answer.text)
    assert further
    more = look(desk, "department", further[1].replace("&amp;", "&"), **{"HX-Request": "true"})
    assert "<html" not in more.text
    codes = re.findall(r'<a href="/case/([^"]+)">', answer.text + more.text)
    assert set(codes) == made and len(codes) == 3


@pytest.mark.parametrize("query", ["state=x", "q=" + "a" * 201, "cursor=x"])
def test_what_is_wrong_in_the_address_is_said(desk: Desk, query: str) -> None:
    assert look(desk, "triage", f"/find?{query}").status_code in (400, 422)


def test_nothing_found_says_what_to_try(desk: Desk) -> None:
    assert "Hãy thử ít chữ hơn" in look(desk, "triage", "/find?q=zzzz qqqq").text


def suggested(desk: Desk, name: str, query: str) -> list[str]:
    answer = look(desk, name, f"/find/suggestions?q={query}", **{"HX-Request": "true"})
    assert answer.status_code == 200 and "<html" not in answer.text
    return re.findall(r'data-path="([^"]+)"', answer.text)


@pytest.mark.parametrize(
    ("name", "typed", "path"),
    [
        ("triage", "nhap cuoc goi", "/desk/new"),
        ("manager", "tạo báo cáo", "/manage"),
        ("administrator", "them can bo", "/admin/people/new"),
        ("executor", "doi mat khau", "/account"),
        ("inspector", "kiem tra", "/inspect"),
    ],
)
def test_each_role_is_led_to_what_it_can_do(desk: Desk, name: str, typed: str, path: str) -> None:
    assert suggested(desk, name, typed)[0] == path
    assert look(desk, name, path).status_code not in (403, 404)
    assert f'href="{path}"' in look(desk, name, f"/find?q={typed}").text
    if path != "/account":
        assert path not in suggested(desk, "executor", typed)


def test_units_wards_people_and_cases_stand_below_the_box(desk: Desk) -> None:
    report = closed(desk, lead="ward-W1", description="Gợi ý ngay khi đang gõ")
    assert suggested(desk, "triage", "goi y ngay dang go") == [f"/case/{report.code}"]
    assert "/find?holder=department" in suggested(desk, "triage", "cán bộ department")
    assert suggested(desk, "other_department", "cán bộ department") == []
    ward = next(iter(desk.reference.ward_by_code.values()))
    assert any(path.startswith("/find?q=") for path in suggested(desk, "triage", ward.full_name))
    assert suggested(desk, "triage", "") == []


def test_the_cases_of_one_colleague(desk: Desk) -> None:
    report = closed(desk, lead="city-cables", holder_id=desk.person("room").account.id)
    assert found(desk, "department", "holder=room") == [report.code]
    assert found(desk, "department", "holder=nobody") == []


PHONE = "+84914222333"


def caller(desk: Desk, **columns: object) -> Report:
    contact = ContactDraft("Hoa", PHONE, "hoa@vidu.vn")
    return closed(desk, contact=contact, **columns)


def seek(desk: Desk, name: str, **fields: str) -> httpx.Response:
    page = look(desk, name, "/find/sender")
    token = re.search(r'name="csrf_token" value="([0-9a-f]+)"', page.text)
    if page.status_code != 200 or not token:
        return page
    return desk.client.post("/find/sender", data={"csrf_token": token[1], **fields}, headers=HTML)


def readings(desk: Desk, report: Report) -> list[tuple[int, str]]:
    with Session(desk.engine) as session:
        query = select(ContactReading.staff_id, ContactReading.purpose)
        return [(row.staff_id, row.purpose) for row in session.execute(query.filter_by(report_id=report.id))]


def test_a_caller_is_found_by_number_and_every_reading_is_written_down(desk: Desk) -> None:
    report = caller(desk, lead="city-cables")
    typed = ("0914 222 333", "+84 914222333", "HOA@vidu.vn")
    for address in typed:
        answer = seek(desk, "triage", address=address, purpose="Người gọi hỏi kết quả")
        assert f'href="/case/{report.code}"' in answer.text, address
        assert PHONE not in answer.text
    staff = desk.person("triage").account.id
    assert readings(desk, report) == [(staff, "Người gọi hỏi kết quả")] * len(typed)
    assert "Tìm theo người gửi" in look(desk, "triage", "/find?q=0914 222 333").text
    assert suggested(desk, "triage", "0914 222 333") == ["/find/sender"]


def test_a_caller_is_found_by_name_in_at_least_two_words(desk: Desk) -> None:
    contact = ContactDraft("Tôn Nữ Diệu Đan", "+84914222555", None)
    report = closed(desk, lead="city-cables", contact=contact)
    typed = ("Tôn Nữ Diệu Đan", "ton nu  dieu dan", "DIỆU ĐAN")
    for name in typed:
        answer = seek(desk, "triage", address=name, purpose="Gọi hỏi kết quả")
        assert answer.status_code == 200, name
        assert f'href="/case/{report.code}"' in answer.text, name
    staff = desk.person("triage").account.id
    assert readings(desk, report) == [(staff, "Gọi hỏi kết quả")] * len(typed)
    for name, status in (("Đan", 422), ("Tôn Nữ", 200), ("% Đan", 200), ("Diệu Đan 2", 422)):
        answer = seek(desk, "triage", address=name, purpose="Gọi hỏi kết quả")
        assert (answer.status_code, report.code in answer.text) == (status, False), name
    assert seek(desk, "triage", address="Diệu Đan", purpose="").status_code == 422
    assert len(readings(desk, report)) == len(typed)


def test_without_purpose_or_part_nobody_is_found(desk: Desk) -> None:
    report = caller(desk, lead="ward-W2")
    before = readings(desk, report)
    assert seek(desk, "triage", address="0914222333", purpose=" ").status_code == 422
    assert seek(desk, "triage", address="0914", purpose="Gọi lại").status_code == 422
    other = seek(desk, "department", address="0914222333", purpose="Gọi lại")
    assert report.code not in other.text
    for name in ("executor", "inspector", "administrator"):
        assert seek(desk, name, address="0914222333", purpose="Gọi lại").status_code == 404
    assert readings(desk, report) == before
