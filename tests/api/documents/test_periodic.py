"""Reports up the line over HTTP: a kind, a report asked for, answered, merged; its pages."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import httpx

from service.db import unit_of_work
from service.domain.figures.upkeep import rebuild
from service.domain.periodic.kinds import period_around
from service.models import ReportPeriod
from tests.api.desk import Desk, problem
from tests.support.site import HTML, TOKEN


def ask(desk: Desk) -> dict[str, Any]:
    """A report of last year, of a new kind of city-cables, to which city-cables and a ward contribute."""
    with unit_of_work(desk.engine) as session:
        rebuild(session, ZoneInfo(desk.reference.timezone))
    code, who = f"k{uuid4().hex[:10]}", desk.as_staff("manager")
    sections = [
        {"heading": "Số liệu", "holds": "figures", "indicators": ["received", "done"]},
        {"heading": "Kết quả", "holds": "results"},
    ]
    body = {
        "code": code,
        "title": "Kết quả xử lý phản ánh",
        "issuer": "city-cables",
        "period": "half",
        "sections": sections,
        "units": ["cables-room", "ward-W1"],
        "begins_on": "2020-01-01",
    }
    made = desk.call("POST", "/report-kinds", who, body)
    assert made.status_code == 200, made.text
    problem(desk.call("POST", "/report-kinds", who, body), 409)
    assert code in [each["code"] for each in desk.call("GET", "/report-kinds", who).json()["items"]]
    before = period_around(ReportPeriod.YEAR, datetime.now(UTC).date()).first
    for beyond in ("2999-01-01", "9999-12-15", "0001-01-01"):
        problem(desk.call("POST", "/periodic-reports", who, {"kind": code, "day": beyond}), 422)
    asked = desk.call("POST", "/periodic-reports", who, {"kind": code, "day": f"{before.year - 1}-08-01"})
    assert asked.status_code == 200, asked.text
    again = desk.call("POST", "/periodic-reports", who, {"kind": code, "day": f"{before.year - 1}-12-31"})
    assert again.json()["id"] == asked.json()["id"]
    return dict(asked.json())


def test_a_report_goes_from_the_period_to_the_register(desk: Desk) -> None:
    report, who = ask(desk), desk.as_staff("manager")
    path = f"/periodic-reports/{report['id']}"
    answer = {"results": "Đã gỡ 3 km cáp", "version": 1}
    sent = desk.call("PUT", f"{path}/units/cables-room", who, answer)
    assert sent.status_code == 200 and sent.json()["sent"] == 1
    problem(desk.call("PUT", f"{path}/units/ward-W1", who, answer), 403)
    problem(desk.call("PUT", f"{path}/units/ward-W2", who, answer), 404)
    missing = desk.call("GET", f"{path}/missing", who).json()["items"]
    assert [each["code"] for each in missing] == ["ward-W1"]
    draft = desk.call("GET", f"{path}.docx", who)
    assert draft.status_code == 200 and draft.content[:2] == b"PK"
    merged = desk.call("POST", f"{path}/merge", who)
    assert merged.status_code == 200, merged.text
    document = desk.call("GET", f"/documents/{merged.json()['document']}", who).json()
    assert document["kind"] == "BC" and "6 tháng cuối năm" in document["about"]
    assert desk.call("GET", f"/documents/{document['id']}/file.docx", who).content[:2] == b"PK"
    problem(desk.call("POST", f"{path}/merge", who), 409)
    assert desk.call("GET", path, desk.as_staff("other_department")).status_code == 404


def test_its_pages_are_there_for_who_writes(desk: Desk) -> None:
    report = ask(desk)
    for who, status in (("manager", 200), ("department", 200), ("other_department", 404), ("executor", 404)):
        desk.client.cookies.clear()
        answer = desk.client.get(f"/periodic/{report['id']}", headers=desk.cookie(who))
        assert answer.status_code == status, (who, answer.text[:500])
    desk.client.cookies.clear()
    listed = desk.client.get("/periodic", headers=desk.cookie("manager"))
    assert listed.status_code == 200 and f"/periodic/{report['id']}" in listed.text


def browser(desk: Desk, name: str) -> dict[str, str]:
    return {**HTML, **desk.cookie(name), "Accept-Language": "vi"}


def send(desk: Desk, name: str, path: str, page: str, **said: Any) -> httpx.Response:
    """A form of a page as a browser sends it; nothing is followed."""
    desk.client.cookies.clear()
    headers = browser(desk, name)
    shown = desk.client.get(page, headers=headers)
    token = TOKEN.search(shown.text)
    assert token, shown.text[:2000]
    desk.client.cookies.clear()
    return desk.client.post(path, data={**said, "csrf_token": token[1]}, headers=headers)


def test_an_office_keeps_its_kinds_on_a_page(desk: Desk) -> None:
    code, blank = f"k{uuid4().hex[:10]}", "/periodic/kinds/-new"
    form = {
        "code": code,
        "title": "Kết quả quý",
        "issuer": "city-cables",
        "period": "quarter",
        "begins_on": "01/01/2026",
        "due_days": "3",
        "sections.0.heading": "Số liệu",
        "sections.0.holds": "figures",
        "sections.0.indicators": ["received", "done"],
        "sections.2.heading": "Kết quả",
        "sections.2.holds": "results",
        "units": ["cables-room", "ward-W1"],
        "addressees": "Ủy ban nhân dân thành phố\nVăn phòng",
        "active": "1",
        "version": "0",
    }
    wrong = send(desk, "manager", "/periodic/kinds", blank, **{**form, "begins_on": "hôm qua"})
    assert wrong.status_code == 422 and "Kết quả quý" in wrong.text and "05/11/2026" in wrong.text
    nobody = send(desk, "manager", "/periodic/kinds", blank, **{**form, "units": []})
    assert nobody.status_code == 422
    made = send(desk, "manager", "/periodic/kinds", blank, **form)
    assert (made.status_code, made.headers["location"]) == (303, "/periodic/kinds?done=1")
    own = f"/periodic/kinds/{code}"
    listed = desk.client.get("/periodic/kinds", headers=browser(desk, "manager")).text
    assert own in listed and "hằng quý" in listed
    shown = desk.client.get(own, headers=browser(desk, "manager")).text
    assert 'value="received" checked' in shown and "Văn phòng" in shown and 'value="ward-W1" checked' in shown

    changed = send(desk, "manager", own, own, **{**form, "title": "Kết quả hằng quý", "version": "1"})
    assert changed.status_code == 303
    late = send(desk, "manager", own, own, **{**form, "title": "Khác", "version": "1"})
    assert late.status_code == 409 and "Người khác đã sửa" in late.text
    [kept] = [
        each
        for each in desk.call("GET", "/report-kinds", desk.as_staff("manager")).json()["items"]
        if each["code"] == code
    ]
    assert (kept["title"], kept["version"], len(kept["sections"])) == ("Kết quả hằng quý", 2, 2)

    stranger = desk.client.get(own, headers=browser(desk, "other_manager"))
    assert stranger.status_code == 404
