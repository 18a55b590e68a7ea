"""Reports up the line over HTTP: a kind, a report asked for, answered, merged; its pages."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from service.db import unit_of_work
from service.domain.figures.upkeep import rebuild
from service.domain.periodic.kinds import period_around
from service.models import ReportPeriod
from tests.api.desk import Desk, problem


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
    problem(desk.call("POST", "/periodic-reports", who, {"kind": code, "day": "2999-01-01"}), 422)
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
