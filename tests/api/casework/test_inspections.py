"""An inspector's verdicts over HTTP: stored once, and never over somebody else's change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import select

from service.db import unit_of_work
from service.models import Event, Inspection, Report
from tests.api.desk import Desk, problem
from tests.support.photo_stage import jpeg
from tests.support.small_city import IN_W1, IN_W2

HERE = {"lon": IN_W1[0], "lat": IN_W1[1], "accuracy_m": 8}
FAR_OFF = {"lon": IN_W1[0] + 0.01, "lat": IN_W1[1]}


def verdict(desk: Desk, report: Report, **changes: object) -> dict[str, Any]:
    """What a phone on the spot sends."""
    now = datetime.now(UTC).isoformat()
    return {
        "id": str(uuid4()),
        "report": report.code,
        "verdict": "passed",
        "version": 1,
        "photos": [desk.photo(report)],
        "decided_at": now,
        "photo_at": now,
        "position": HERE,
        **changes,
    }


def send(desk: Desk, body: dict[str, Any], name: str = "inspector") -> httpx.Response:
    return desk.call("POST", "/inspections", desk.as_staff(name), body)


def steps(desk: Desk, report: Report) -> list[Event]:
    with unit_of_work(desk.engine) as session:
        query = select(Event).where(Event.report_id == report.id, Event.type.startswith("report."))
        return list(session.scalars(query.order_by(Event.id)))[1:]


def test_closing_on_the_spot(desk: Desk) -> None:
    report = desk.report("resolved")
    body = verdict(desk, report)
    answer = send(desk, body)
    assert answer.status_code == 201, answer.text
    assert (answer.json()["marks"], answer.json()["report"]["status"]) == ([], "closed")
    [event] = steps(desk, report)
    assert (event.type, event.actor, event.data["evidence"]) == ("report.closed", "staff", body["photos"])
    told = (event.private or {})["inspection"]
    assert (told["lon"], told["lat"], told["distance_m"], told["marks"]) == (*IN_W1, 0.0, [])
    assert "lon" not in event.data


def test_sending_back_needs_a_reason(desk: Desk) -> None:
    report = desk.report("resolved")
    body = verdict(desk, report, verdict="failed")
    assert problem(send(desk, body), 422)["errors"][0]["loc"][-1] == "reason"
    assert desk.read(report).status == "resolved"
    assert send(desk, {**body, "reason": "Vẫn còn rác"}).status_code == 201
    [event] = steps(desk, report)
    assert (event.type, event.data["reason"], event.status) == (
        "report.sent_back",
        "Vẫn còn rác",
        "in_progress",
    )


def test_the_same_verdict_again_changes_nothing(desk: Desk) -> None:
    report = desk.report("resolved")
    body = verdict(desk, report)
    answers = desk.at_once(*[("/inspections", desk.as_staff("inspector"), body)] * 4)
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 201]
    assert len(steps(desk, report)) == 1
    desk.step("triage", report, "in_progress", version=2, reason="Mở lại")
    assert send(desk, body).status_code == 200
    assert desk.read(report).status == "in_progress"


def test_an_id_stands_for_one_verdict(desk: Desk) -> None:
    report, other = desk.report("resolved"), desk.report("resolved")
    body = verdict(desk, report)
    send(desk, body)
    problem(send(desk, {**body, "verdict": "failed", "reason": "x"}), 409)
    problem(send(desk, {**verdict(desk, other), "id": body["id"]}), 409)
    problem(send(desk, body, "ward_inspector"), 409)
    assert desk.read(other).status == "resolved"


def test_one_id_for_two_cases_at_one_moment(desk: Desk) -> None:
    bodies = [verdict(desk, desk.report("resolved"), id=(same := str(uuid4()))) for _ in range(1)]
    bodies.append({**verdict(desk, desk.report("resolved")), "id": same})
    headers = desk.as_staff("inspector")
    answers = desk.at_once(*[("/inspections", headers, body) for body in bodies])
    assert sorted(answer.status_code for answer in answers) == [201, 409]


def test_somebody_was_quicker(desk: Desk) -> None:
    """Nothing is overwritten; the same id comes again once the inspector decided."""
    report = desk.report("resolved", lead="ward-W1", version=3)
    body = verdict(desk, report, version=2)
    told = problem(send(desk, body), 409)
    assert (told["version"], told["status_now"], set(told["allowed"])) == (
        3,
        "resolved",
        {"closed", "in_progress"},
    )
    assert desk.read(report).status == "resolved"
    assert send(desk, {**body, "version": 3}).status_code == 201


def test_a_case_that_is_closed_already(desk: Desk) -> None:
    report = desk.report("closed", version=2)
    told = problem(send(desk, verdict(desk, report, version=2)), 409)
    assert told["status_now"] == "closed"


@pytest.mark.parametrize(
    ("changes", "marks"),
    [
        ({"position": FAR_OFF}, ["far"]),
        ({"position": None}, ["no_place"]),
        ({"photo_at": None}, ["old_photo"]),
        ({"photo_at": (datetime.now(UTC) - timedelta(hours=2)).isoformat()}, ["old_photo"]),
        ({"position": FAR_OFF, "photo_at": None}, ["far", "old_photo"]),
    ],
    ids=["far", "no place", "age unknown", "old photo", "both"],
)
def test_what_is_out_of_the_ordinary_needs_a_reason_and_is_marked(
    desk: Desk, changes: dict[str, object], marks: list[str]
) -> None:
    report = desk.report("resolved")
    body = verdict(desk, report, **changes)
    told = problem(send(desk, body), 422)
    assert (told["errors"][0]["loc"][-1], told["marks"]) == ("explanation", marks)
    answer = send(desk, {**body, "explanation": "Đường ngập, không vào được"})
    assert (answer.status_code, answer.json()["marks"]) == (201, marks)
    [event] = steps(desk, report)
    assert (event.private or {})["inspection"]["marks"] == marks
    assert "Đường ngập" not in str(event.data)


def test_the_files_own_time_counts_too(desk: Desk) -> None:
    report = desk.report("resolved")
    body = verdict(desk, report)
    with unit_of_work(desk.engine) as session:
        photo = session.get_one(Report, report.id)
        session.connection().exec_driver_sql(
            "UPDATE photo SET taken_at = now() - interval '3 days' WHERE report_id = %s", (photo.id,)
        )
    assert problem(send(desk, body), 422)["marks"] == ["old_photo"]


def test_a_phone_whose_clock_runs_ahead(desk: Desk) -> None:
    report = desk.report("resolved")
    ahead = (datetime.now(UTC) + timedelta(hours=5)).isoformat()
    body = verdict(desk, report, decided_at=ahead, photo_at=ahead)
    assert send(desk, body).status_code == 201
    with unit_of_work(desk.engine) as session:
        assert session.get_one(Inspection, body["id"]).decided_at <= datetime.now(UTC)


def test_photos_must_be_of_this_case(desk: Desk) -> None:
    report, other = desk.report("resolved"), desk.report("resolved")
    assert problem(send(desk, verdict(desk, report, photos=[])), 422)["errors"][0]["loc"][-1] == "photos"
    problem(send(desk, verdict(desk, report, photos=[desk.photo(other)])), 422)
    problem(send(desk, verdict(desk, report, photos=[desk.photo(report, "report")])), 422)
    assert desk.read(report).status == "resolved"


@pytest.mark.parametrize("name", ["triage", "department", "manager", "administrator", "executor"])
def test_only_inspectors_inspect(desk: Desk, name: str) -> None:
    report = desk.report("resolved", executor="telecom")
    problem(send(desk, verdict(desk, report), name), 403)
    problem(desk.call("GET", "/inspections/cases", desk.as_staff(name)), 403)


def test_an_inspector_of_one_ward(desk: Desk) -> None:
    elsewhere, own = desk.report("resolved"), desk.report("resolved", lead="ward-W2", place=IN_W2)
    problem(send(desk, verdict(desk, elsewhere), "ward_inspector"), 403)
    hidden = desk.report("resolved", published=False)
    problem(send(desk, verdict(desk, hidden), "ward_inspector"), 404)
    there = {"lon": IN_W2[0], "lat": IN_W2[1]}
    assert send(desk, verdict(desk, own, position=there), "ward_inspector").status_code == 201
    found = desk.call("GET", "/inspections/cases?limit=200", desk.as_staff("ward_inspector")).json()
    assert {item["lead"]["code"] for item in found["items"]} <= {"ward-W2"}
    name = f"/inspections/cases/{elsewhere.code}"
    problem(desk.call("GET", name, desk.as_staff("ward_inspector")), 404)


def test_the_nearest_and_the_most_pressing_first(desk: Desk) -> None:
    now = datetime.now(UTC)
    near = desk.report("resolved", lead="ward-W2", place=(107.5601, 16.41), resolved_at=now)
    far = desk.report(
        "resolved", lead="ward-W2", place=(107.5801, 16.41), resolved_at=now - timedelta(days=3)
    )
    desk.report("in_progress", lead="ward-W2", place=(107.5600, 16.41))

    def first(query: str) -> list[Any]:
        path = f"/inspections/cases?limit=200&{query}"
        items = desk.call("GET", path, desk.as_staff("ward_inspector")).json()["items"]
        return [item for item in items if item["code"] in (near.code, far.code)]

    one, two = first("sort=distance&lon=107.56&lat=16.41")
    assert (one["code"], two["code"]) == (near.code, far.code)
    assert 5 < one["distance_m"] < 20
    assert two["distance_m"] > 2000
    assert [item["code"] for item in first("sort=deadline")] == [far.code, near.code]
    assert datetime.fromisoformat(two["verify_by"]) - datetime.fromisoformat(two["resolved_at"]) == timedelta(
        7
    )


def test_a_finding_is_a_report_by_the_inspector(desk: Desk) -> None:
    body = {"id": str(uuid4()), "category": "litter", "location": {"lon": IN_W1[0], "lat": IN_W1[1]}}
    answer = desk.call("POST", "/findings", desk.as_staff("inspector"), body)
    assert answer.status_code == 201
    again = desk.call("POST", "/findings", desk.as_staff("inspector"), body)
    assert (again.status_code, again.json()) == (200, answer.json())
    problem(desk.call("POST", "/findings", desk.as_staff("inspector"), {**body, "description": "x"}), 409)
    problem(desk.call("POST", "/findings", desk.as_staff("department"), body), 403)
    with unit_of_work(desk.engine) as session:
        event = session.scalars(select(Event).where(Event.report_id == body["id"])).one()
    assert (event.type, event.actor, event.staff_id) == (
        "report.received",
        "staff",
        desk.cast.inspector.account.id,
    )
    secret = {"Authorization": f"Report {answer.json()['secret']}"}
    photos = desk.call("POST", f"/reports/{body['id']}/photos", secret, files={"file": ("x.jpg", jpeg())})
    assert (photos.status_code, photos.json()["kind"]) == (201, "report")
