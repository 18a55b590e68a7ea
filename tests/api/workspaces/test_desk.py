"""The coordinators' routes: taking a report down, splitting, settling; and citizens who flag."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy.orm import Session

from service.models import Contact, Report
from tests.api.desk import Desk, problem
from tests.support.small_city import IN_W1

PLACE = {"lon": IN_W1[0], "lat": IN_W1[1]}


def entry(**values: object) -> dict[str, Any]:
    return {"category": "litter", "location": PLACE, "channel": "walk_in", **values}


def test_a_report_is_taken_down_once(desk: Desk) -> None:
    body = entry(id=str(uuid4()), contact={"phone": "0905 123 456"}, consent=True)
    headers = desk.as_staff("triage")
    first = desk.call("POST", "/desk/reports", headers, body)
    again = desk.call("POST", "/desk/reports", headers, body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["code"] == again.json()["code"]
    assert first.json()["secret"] is None, "the secret is the caller's"
    with Session(desk.engine) as session:
        report = session.get_one(Report, body["id"])
        contact = session.get_one(Contact, report.id)
    assert (report.channel, contact.phone) == ("walk_in", "+84905123456")
    assert contact.consent_at is not None
    problem(desk.call("POST", "/desk/reports", headers, {**body, "description": "khác"}), 409)


@pytest.mark.parametrize(
    ("wrong", "loc"),
    [
        ({"channel": "app"}, ["body", "channel"]),
        ({"channel": None}, ["body", "channel"]),
        ({"contact": {"phone": "0905 123 456"}}, ["body", "consent"]),
        ({"surprise": 1}, ["body", "surprise"]),
    ],
)
def test_what_is_wrong_is_named(desk: Desk, wrong: dict[str, object], loc: list[str]) -> None:
    told = problem(desk.call("POST", "/desk/reports", desk.as_staff("triage"), entry(**wrong)), 422)
    assert loc in [error["loc"] for error in told["errors"]]


def test_nobody_else_takes_reports_down(desk: Desk) -> None:
    problem(desk.call("POST", "/desk/reports", {}, entry()), 401)
    for name in ("department", "administrator", "inspector", "manager"):
        problem(desk.call("POST", "/desk/reports", desk.as_staff(name), entry()), 403)


def test_citizens_cannot_choose_the_channel(desk: Desk) -> None:
    problem(desk.call("POST", "/reports", {}, entry()), 422)


def test_a_report_is_split(desk: Desk) -> None:
    report = desk.report("triage")
    body = {"category": "noise", "description": "Việc thứ hai", "version": 1}
    made = desk.call("POST", f"/reports/{report.code}/split", desk.as_staff("triage"), body)
    assert made.status_code == 201
    assert (made.json()["status"], made.json()["category"]) == ("received", "noise")
    again = desk.call("POST", f"/reports/{report.code}/split", desk.as_staff("triage"), body)
    assert again.json()["id"] == made.json()["id"], "the answer to the first was lost: it is given again"
    other = {**body, "description": "Việc thứ ba"}
    stale = problem(desk.call("POST", f"/reports/{report.code}/split", desk.as_staff("triage"), other), 409)
    assert stale["version"] == 2


def flag(desk: Desk, report: Report, who: dict[str, str] | None = None, **values: object) -> httpx.Response:
    return desk.call("POST", f"/reports/{report.code}/flag", who, {"reason": "offensive", **values})


def test_three_people_flag_and_a_coordinator_settles(desk: Desk) -> None:
    report = desk.report("assigned")
    people = [None, desk.as_reporter(report), desk.as_staff("inspector")]
    assert [flag(desk, report, who).status_code for who in people] == [201, 201, 201]
    assert flag(desk, report).status_code == 200
    queue = desk.call("GET", "/queue", desk.as_staff("triage"), params={"limit": 200}).json()
    assert report.code in [item["code"] for item in queue["items"]]
    assert desk.call("GET", f"/reports/{report.code}").status_code == 200, "it is not hidden"
    settle = f"/reports/{report.code}/settle"
    problem(desk.call("POST", settle, desk.as_staff("triage"), {"version": 1, "flags": 1}), 409)
    done = desk.call("POST", settle, desk.as_staff("triage"), {"version": 1, "flags": 3})
    assert done.status_code == 200
    assert desk.read(report).desk_reasons == []


def test_a_flag_needs_a_known_reason_and_a_report_one_may_see(desk: Desk) -> None:
    problem(flag(desk, desk.report("assigned"), reason="ugly"), 422)
    problem(flag(desk, desk.report("assigned", published=False)), 404)


def test_a_reopened_case_is_on_the_desk_and_in_the_queue(desk: Desk) -> None:
    report = desk.report("closed")
    with Session(desk.engine) as session, session.begin():
        from datetime import UTC, datetime

        session.get_one(Report, report.id).closed_at = datetime.now(UTC)
    sent = desk.call(
        "POST", f"/reports/{report.code}/reopen", desk.as_reporter(report), {"reason": "Vẫn còn"}
    )
    assert sent.status_code == 200
    queue = desk.call("GET", "/queue", desk.as_staff("triage"), params={"limit": 200}).json()
    [item] = [item for item in queue["items"] if item["code"] == report.code]
    assert item["status"] == "in_progress"


def test_an_unmerge_is_told_in_the_feed(desk: Desk) -> None:
    original, report = desk.report("in_progress"), desk.report("triage")
    assert desk.step("triage", report, "duplicate", duplicate_of=original.code).status_code == 200
    problem(desk.step("department", report, "triage", 2, reason="Khác"), 403)
    assert desk.step("triage", report, "triage", 2, reason="Hai việc khác nhau").status_code == 200
    for name, wanted in ((report.code, "report.unmerged"), (original.code, "report.parted")):
        events = desk.call("GET", f"/reports/{name}/events").json()["items"]
        assert events[-1]["type"] == wanted


def test_two_coordinators_never_overwrite_each_other(desk: Desk) -> None:
    report = desk.report("triage")
    path, who = f"/reports/{report.code}/transitions", desk.as_staff("triage")
    answers = desk.at_once(
        (path, who, {"to": "assigned", "lead": "ward-W1", "version": 1}),
        (path, who, {"to": "rejected", "reason": "Không phải phản ánh", "version": 1}),
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert desk.read(report).version == 2


def test_a_waiting_case_is_taken_put_off_and_brought_back(desk: Desk) -> None:
    report = desk.report("triage", desk_since=datetime.now(UTC))
    path, mine = f"/reports/{report.code}/keeping", desk.as_staff("triage")
    nobody = {"taken_by": None, "own": False, "until": None, "put_off_by": None}
    assert desk.call("GET", path, mine).json() == nobody
    for _ in range(2):
        taken = desk.call("PUT", f"{path}/taken", mine, {"instead": None}).json()
        assert (taken["own"], bool(taken["taken_by"])) == (True, True)
    problem(desk.call("PUT", f"{path}/put-off", mine, {"choice": "at", "at": "25:00"}), 422)
    later = desk.call("PUT", f"{path}/put-off", mine, {"choice": "3h"}).json()
    assert later["until"] > datetime.now(UTC).isoformat()
    assert desk.call("DELETE", f"{path}/put-off", mine).json()["until"] is None
    for _ in range(2):
        assert desk.call("DELETE", f"{path}/taken", mine).json() == nobody
    problem(desk.call("PUT", f"{path}/taken", mine, {"instead": "department"}), 409)
    problem(desk.call("PUT", f"{path}/taken", mine, {"instead": "nobody.such"}), 422)
    problem(desk.call("GET", path, desk.as_staff("inspector")), 403)
    settled = desk.report("assigned")
    problem(desk.call("GET", f"/reports/{settled.code}/keeping", mine), 409)
