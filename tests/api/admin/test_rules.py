"""Rules over the API: read, changed, ended and taken back; noticed by the running service within a second."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from service.db import unit_of_work
from service.domain.configuration.administration import scheduled_changes
from service.domain.routing.dispatch import route_many
from service.domain.rules.rulebook import RulebookCache
from service.models.city.administration import ScheduledChangeState
from tests.api.desk import Desk, problem

RULE = {
    "categories": ["noise"],
    "lead": "ward",
    "policy": "standard",
    "name": {"vi": "Tiếng ồn", "en": "Noise"},
}


def add(desk: Desk, **changes: object) -> dict[str, Any]:
    answer = desk.call("POST", "/admin/rules", desk.as_staff("administrator"), {**RULE, **changes})
    assert answer.status_code == 201, answer.text
    found: dict[str, object] = answer.json()
    return found


def ask(desk: Desk, method: str, path: str, json: object = None, **options: object) -> httpx.Response:
    return desk.call(method, path, desk.as_staff("administrator"), json, **options)


def test_a_rule_lives_through_the_api(desk: Desk) -> None:
    made = add(desk)
    path = f"/admin/rules/{made['number']}"
    assert made["version"] == 1
    assert made["sentence"].startswith("Khi loại noise tại mọi nơi thì UBND phường, xã sở tại chủ trì")
    listed = ask(desk, "GET", "/admin/rules?category=noise").json()["items"]
    assert [rule["number"] for rule in listed] == [made["number"]]
    changed = ask(desk, "PUT", path, {**RULE, "lead": "city-cables", "version": 1}).json()
    assert (changed["version"], changed["lead"], changed["valid_to"]) == (2, "city-cables", None)
    problem(ask(desk, "PUT", path, {**RULE, "version": 1}), 409)
    back = ask(desk, "POST", f"{path}/restore", {"restore": 1, "version": 2}).json()
    assert (back["version"], back["lead"]) == (3, "ward")
    ended = ask(desk, "DELETE", f"{path}?version=3").json()
    assert ended["valid_to"] is not None
    versions = ask(desk, "GET", f"{path}/versions").json()["items"]
    assert [each["version"] for each in versions] == [3, 2, 1]
    assert all(each["valid_to"] for each in versions)
    assert ask(desk, "GET", f"{path}?lang=en").status_code == 200


def test_the_running_service_and_its_workers_use_a_change_within_a_second(desk: Desk) -> None:
    """The service's processes are not told; they look at the city's revision."""
    worker = RulebookCache()
    with unit_of_work(desk.engine) as session:
        before = worker.get(session)
    report = desk.report("received", category="street_light")
    made = add(desk, categories=["street_light"], lead="telecom")
    time.sleep(1)
    with unit_of_work(desk.engine) as session:
        book = worker.get(session)
        assert book is not before
        route_many(session, book, [report.id], datetime.now(UTC))
    assert desk.read(report).lead_id == desk.reference.department_by_code["telecom"].id
    why = desk.call("GET", f"/reports/{report.id}/routing").json()
    assert why["rule"]["number"] == made["number"]
    assert (
        ask(desk, "GET", "/admin/responsibility?category=street_light").json()["items"][0]["lead"]
        == "telecom"
    )


def test_a_rule_with_a_time_waits_for_it(desk: Desk) -> None:
    later = datetime.now(UTC) + timedelta(hours=1)
    answer = ask(
        desk, "POST", "/admin/rules", {**RULE, "categories": ["pollution"], "due_at": later.isoformat()}
    )
    assert answer.status_code == 202
    plan = answer.json()
    assert (plan["kind"], plan["state"]) == ("rule", "planned")
    assert plan["id"] in [each["id"] for each in ask(desk, "GET", "/admin/plans").json()["items"]]
    assert ask(desk, "GET", "/admin/rules?category=pollution").json()["items"] == []
    with unit_of_work(desk.engine) as session:
        assert scheduled_changes.make(session, plan["id"], later) == ScheduledChangeState.DONE
    assert len(ask(desk, "GET", "/admin/rules?category=pollution").json()["items"]) == 1
    problem(ask(desk, "DELETE", f"/admin/plans/{plan['id']}"), 409)


def test_a_plan_is_called_off(desk: Desk) -> None:
    later = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    plan = ask(desk, "POST", "/admin/rules", {**RULE, "due_at": later}).json()
    assert ask(desk, "DELETE", f"/admin/plans/{plan['id']}").json()["state"] == "cancelled"
    problem(ask(desk, "DELETE", "/admin/plans/99999"), 404)
    problem(ask(desk, "POST", "/admin/rules", {**RULE, "due_at": "2020-01-01T00:00:00Z"}), 422)


def test_bad_input_is_refused_by_place(desk: Desk) -> None:
    told = problem(ask(desk, "POST", "/admin/rules", {**RULE, "lead": "nobody", "policy": "x"}), 422)
    assert {tuple(each["loc"]) for each in told["errors"]} == {("body", "lead"), ("body", "policy")}
    problem(ask(desk, "POST", "/admin/rules", {**RULE, "colour": "red"}), 422)
    problem(ask(desk, "POST", "/admin/rules", {**RULE, "when": [{"attribute": []}]}), 422)
    problem(ask(desk, "GET", "/admin/rules/0"), 422)
    problem(ask(desk, "GET", "/admin/rules/999999"), 404)
    problem(ask(desk, "GET", "/admin/responsibility?category=nothing"), 422)


def test_a_character_that_no_text_can_hold_is_refused(desk: Desk) -> None:
    told = problem(ask(desk, "POST", "/admin/rules", {**RULE, "name": {"vi": "Tiếng\x00 ồn"}}), 422)
    assert told["errors"][0]["loc"] == ["body", "name", "vi"]
    for path in ("/admin/categories/a%00b", "/admin/policies/a%00b/versions", "/admin/audit?subject=a%00b"):
        assert problem(ask(desk, "GET", path), 422)["detail"] == "Có ký tự không đọc được."


def test_the_review_tells_gaps(desk: Desk) -> None:
    found = ask(desk, "GET", "/admin/rules/review").json()
    assert {"category": "tip_off", "ward": "W1", "rules": []} in found["gaps"]


def test_only_administrators_read(desk: Desk) -> None:
    for path in ("/admin/rules", "/admin/rules/review", "/admin/rules/1", "/admin/plans"):
        problem(desk.call("GET", path), 401)
        for name in ("triage", "manager", "department", "executor", "inspector"):
            problem(desk.call("GET", path, desk.as_staff(name)), 403)


def test_the_report_keeps_the_version_that_decided(desk: Desk) -> None:
    made = add(desk, categories=["tip_off"], lead="ward")
    report = desk.report("received", category="tip_off")
    with unit_of_work(desk.engine) as session:
        route_many(session, RulebookCache().get(session), [report.id], datetime.now(UTC))
    rule_id = desk.read(report).rule_id
    ask(
        desk,
        "PUT",
        f"/admin/rules/{made['number']}",
        {**RULE, "categories": ["tip_off"], "lead": "telecom", "version": 1},
    )
    assert desk.read(report).rule_id == rule_id is not None
