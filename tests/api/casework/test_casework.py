"""Holders, helpers, requests for more time over HTTP; evidence that nobody cited stays inside."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from service.db import unit_of_work
from service.models import Photo, Report
from tests.api.desk import Desk, problem
from tests.support.factories import make_photo

MORE = {"amount": 2, "unit": "hours", "reason": "Chờ xe nâng", "version": 1}


def urgent(desk: Desk) -> Report:
    """A case whose policy wants a manager's word; it is due in an hour."""
    due = datetime.now(UTC) + timedelta(hours=1)
    return desk.report("in_progress", policy="urgent", due_at=due, at=due - timedelta(hours=10))


def test_a_case_is_given_to_a_person(desk: Desk) -> None:
    report = desk.report("in_progress")
    path = f"/reports/{report.id}/holder"
    answer = desk.call("PUT", path, desk.as_staff("department"), {"holder": "manager", "version": 1})
    assert answer.status_code == 200
    assert answer.json()["version"] == 2
    assert desk.read(report).holder_id == desk.person("manager").account.id
    stale = desk.call("PUT", path, desk.as_staff("department"), {"holder": None, "version": 1})
    assert problem(stale, 409)["version"] == 2
    wrong = desk.call("PUT", path, desk.as_staff("department"), {"holder": "triage", "version": 2})
    assert problem(wrong, 422)["errors"][0]["loc"] == ["body", "holder"]
    assert "manager" not in desk.call("GET", f"/reports/{report.id}").text


def test_helpers_are_changed(desk: Desk) -> None:
    report = desk.report("in_progress")
    sent = {"supports": ["ward-W1"], "executor": "telecom", "version": 1}
    answer = desk.call("PUT", f"/reports/{report.id}/parts", desk.as_staff("department"), sent)
    shown = answer.json()
    assert ([each["code"] for each in shown["supports"]], shown["executor"]["code"]) == (
        ["ward-W1"],
        "telecom",
    )
    assert desk.call("GET", f"/reports/{report.id}", desk.as_staff("executor")).json()["case"]
    left = {"supports": ["ward-W2"], "version": 2}
    kept = desk.call("PUT", f"/reports/{report.id}/parts", desk.as_staff("department"), left).json()
    assert kept["executor"]["code"] == "telecom"


def test_asking_for_more_time_and_the_answer(desk: Desk) -> None:
    report = urgent(desk)
    path = f"/reports/{report.id}/extension-requests"
    refused = desk.call("POST", f"/reports/{report.id}/extensions", desk.as_staff("department"), MORE)
    problem(refused, 403)
    asked = desk.call("POST", path, desk.as_staff("department"), MORE)
    assert (asked.status_code, asked.json()["state"]) == (201, "open")
    again = desk.call("POST", path, desk.as_staff("department"), {**MORE, "amount": 3})
    problem(again, 409)

    waiting = desk.call("GET", "/extension-requests", desk.as_staff("manager")).json()["items"]
    assert [each["code"] for each in waiting] == [report.code]
    assert desk.call("GET", "/extension-requests", desk.as_staff("other_manager")).json()["items"] == []
    yes = {"approve": True, "version": 1}
    problem(desk.call("POST", f"{path}/decision", desk.as_staff("department"), yes), 403)
    granted = desk.call("POST", f"{path}/decision", desk.as_staff("manager"), yes)
    assert (granted.status_code, granted.json()["state"]) == (200, "approved")
    assert report.due_at is not None
    assert desk.read(report).due_at == report.due_at + timedelta(hours=2)
    [listed] = desk.call("GET", path, desk.as_staff("department")).json()["items"]
    assert listed["decided_by"] == desk.person("manager").account.name
    problem(desk.call("GET", path, desk.as_staff("other_department")), 403)
    problem(desk.call("GET", path), 401)


def test_two_requests_at_once_are_one(desk: Desk) -> None:
    report = urgent(desk)
    path = f"/reports/{report.id}/extension-requests"
    posts = [(path, desk.as_staff("department"), {**MORE, "amount": amount}) for amount in (1, 2)]
    assert sorted(answer.status_code for answer in desk.at_once(*posts)) == [201, 409]


def test_evidence_is_public_with_the_step_that_cites_it(desk: Desk) -> None:
    report = desk.report("in_progress")
    with unit_of_work(desk.engine) as session:
        row = session.get_one(Report, report.id)
        cited = make_photo(session, row, published=False)
        left = make_photo(session, row, published=False)

    def shown() -> list[str]:
        return [photo["id"] for photo in desk.call("GET", f"/reports/{report.id}").json()["photos"]]

    assert shown() == []
    assert desk.step("department", report, "resolved", evidence=[str(cited)]).status_code == 200
    assert shown() == [str(cited)]
    told = desk.call("GET", f"/reports/{report.id}/events").json()["items"]
    assert [event["data"]["photo"] for event in told if event["type"] == "photo.ready"] == [str(cited)]
    with unit_of_work(desk.engine) as session:
        assert not session.get_one(Photo, left).published


def test_a_contractor_names_a_time_and_later_gives_it_back(desk: Desk) -> None:
    executor = desk.reference.department_by_code["telecom"].id
    report = desk.report("in_progress", executor_id=executor)
    path, theirs = f"/reports/{report.code}/contract", desk.as_staff("executor")
    at = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=3)
    taken = desk.call("PUT", path, theirs, {"arrives_at": at.isoformat(), "version": 1})
    assert taken.status_code == 200, taken.text
    assert (taken.json()["executor"], taken.json()["version"]) == ("telecom", 2)
    assert datetime.fromisoformat(taken.json()["arrives_at"]) == at
    problem(desk.call("PUT", path, theirs, {"reason": "Xe hỏng", "version": 1}), 409)
    problem(desk.call("PUT", path, theirs, {"version": 2}), 422)
    problem(desk.call("PUT", path, desk.as_staff("department"), {"reason": "x", "version": 2}), 403)
    back = desk.call("PUT", path, theirs, {"reason": "Xe hỏng", "version": 2}).json()
    assert (back["executor"], back["arrives_at"], back["version"]) == (None, None, 3)
    assert desk.read(report).executor_id is None
