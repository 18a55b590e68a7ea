"""Steps with a case over HTTP: what is answered, also when two people act at once."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
import redis
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.models import Event, EventType, Report
from service.ops import wake
from service.ops.wake import WAKE_CHANNEL
from tests.api.desk import Desk, problem

WHY = "Vì lý do này"


def types(desk: Desk, report: Report) -> list[EventType]:
    with Session(desk.engine) as session:
        query = select(Event.type).where(Event.report_id == report.id).order_by(Event.id)
        return list(session.scalars(query))[1:]


def test_a_whole_life(desk: Desk) -> None:
    report = desk.report("triage")
    code = report.code
    steps: list[tuple[str, str, dict[str, object]]] = [
        ("triage", "assigned", {"lead": "city-cables", "supports": ["ward-W1"], "executor": "telecom"}),
        ("department", "in_progress", {"public_reply": "Sẽ làm hôm nay"}),
        ("department", "waiting", {"reason": "Xin số cột"}),
        ("department", "in_progress", {}),
        ("executor", "resolved", {"evidence": [desk.photo(report)]}),
        ("inspector", "in_progress", {"reason": "Còn một bó", "evidence": [desk.photo(report)]}),
        ("department", "resolved", {"evidence": [desk.photo(report)], "note": "đội 2"}),
        ("inspector", "closed", {}),
        ("triage", "in_progress", {"reason": "Lại chùng"}),
    ]
    for version, (name, to, wish) in enumerate(steps, start=1):
        answer = desk.step(name, code, to, version, **wish)
        assert answer.status_code == 200, (to, answer.text)
        body = answer.json()
        assert (body["status"], body["version"], body["code"]) == (to, version + 1, code)
    assert body["lead"] == {"code": "city-cables", "name": "Đơn vị city-cables"}
    assert [each["code"] for each in body["supports"]] == ["ward-W1"]
    assert body["executor"]["code"] == "telecom"
    assert len([kind for kind in types(desk, report) if kind.startswith("report.")]) == len(steps)


def test_names_come_in_the_language_asked_for(desk: Desk) -> None:
    report = desk.report("assigned")
    headers = desk.as_staff("department") | {"Accept-Language": "en"}
    body = {"to": "in_progress", "version": 1}
    answer = desk.call("POST", f"/reports/{report.id}/transitions", headers, body)
    assert answer.json()["lead"]["name"] == "Department city-cables"


def test_a_missing_edge_says_which_there_are(desk: Desk) -> None:
    report = desk.report("resolved")
    found = problem(desk.step("inspector", report, "rejected", reason=WHY), 409)
    assert sorted(found["allowed"]) == ["closed", "in_progress"]
    assert found["status_now"] == "resolved"
    told = "Phản ánh đang ở trạng thái “Đã xử lý, chờ kiểm tra”, không chuyển sang “Không tiếp nhận” được."
    assert found["detail"] == told
    english = desk.as_staff("inspector") | {"Accept-Language": "en"}
    body = {"to": "rejected", "version": 1, "reason": WHY}
    found = problem(desk.call("POST", f"/reports/{report.id}/transitions", english, body), 409)
    assert "resolved" not in found["detail"]
    assert "“Done, to be inspected”" in found["detail"]


def test_a_stale_version_says_the_newest(desk: Desk) -> None:
    report = desk.report("assigned", version=4)
    found = problem(desk.step("department", report, "in_progress", 3), 409)
    assert found["version"] == 4


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("other_department", 403),
        ("executor", 403),
        ("administrator", 403),
        ("inspector", 403),
        ("ward_inspector", 403),
    ],
)
def test_who_has_no_part_is_forbidden(desk: Desk, name: str, status: int) -> None:
    report = desk.report("assigned")
    problem(desk.step(name, report, "in_progress"), status)
    assert desk.read(report).version == 1


def test_what_is_not_there_and_what_one_may_not_know_of_look_the_same(desk: Desk) -> None:
    hidden = desk.report("assigned", published=False)
    answers = [
        problem(desk.step("other_department", name, "in_progress"), 404)
        for name in (hidden.id, hidden.code, uuid4(), "HUE-2222-22", "nonsense", "%00", "a b")
    ]
    assert all(answer == answers[0] for answer in answers)


@pytest.mark.parametrize(
    ("wish", "loc"),
    [
        ({"lead": "nowhere"}, ["body", "lead"]),
        ({"lead": "ward-W1", "supports": ["nowhere"]}, ["body", "supports", 0]),
        ({}, ["body", "lead"]),
        ({"lead": "ward-W1", "evidence": [str(uuid4())]}, ["body", "evidence", 0]),
        ({"lead": "ward-W1", "surprise": 1}, ["body", "surprise"]),
        ({"lead": 5}, ["body", "lead"]),
        ({"lead": "ward-W1", "version": 0}, ["body", "version"]),
        ({"lead": "ward-W1", "note": "x" * 2001}, ["body", "note"]),
    ],
)
def test_what_is_wrong_is_named(desk: Desk, wish: dict[str, Any], loc: list[Any]) -> None:
    report = desk.report("triage")
    found = problem(desk.step("triage", report, "assigned", **{"version": 1, **wish}), 422)
    assert [error["loc"] for error in found["errors"]] == [loc]
    assert desk.read(report).status == "triage"


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"x"', b"\xff"])
def test_no_body_breaks_it(desk: Desk, body: bytes) -> None:
    report = desk.report("triage")
    headers = desk.as_staff("triage") | {"Content-Type": "application/json"}
    answer = desk.client.post(f"/api/v1/reports/{report.id}/transitions", content=body, headers=headers)
    assert answer.status_code in (400, 422), answer.text


def test_a_refused_step_leaves_nothing_behind(desk: Desk) -> None:
    report = desk.report("triage")
    problem(desk.step("triage", report, "assigned", lead="ward-W1", supports=["ward-W1"], note="x"), 422)
    assert types(desk, report) == []
    assert desk.read(report).category_id == report.category_id


def test_of_two_people_at_once_one_acts_and_the_other_is_told(desk: Desk) -> None:
    for _ in range(6):
        report = desk.report("assigned")
        path = f"/reports/{report.id}/transitions"
        answers = desk.at_once(
            *(
                (path, desk.as_staff(name), {"to": "assigned", "lead": lead, "reason": WHY, "version": 1})
                for name, lead in (("triage", "ward-W1"), ("department", "ward-W2"))
            )
        )
        # Whoever comes second finds a newer version, or a case that is no longer theirs.
        assert sorted(answer.status_code for answer in answers)[0] == 200
        assert sorted(answer.status_code for answer in answers)[1] in (403, 409)
        assert types(desk, report) == ["report.handed_on"]


def test_the_same_step_sent_several_times_at_once_is_taken_once(desk: Desk) -> None:
    headers, body = desk.as_staff("department"), {"to": "in_progress", "version": 1, "note": "đã nhận"}
    for _ in range(4):
        report = desk.report("assigned")
        answers = desk.at_once(*([(f"/reports/{report.id}/transitions", headers, body)] * 4))
        assert [answer.status_code for answer in answers] == [200] * 4
        assert types(desk, report) == ["report.accepted", "comment.added"]


def test_two_reports_merged_into_each_other_at_once_do_not_lock_up(desk: Desk) -> None:
    headers = desk.as_staff("triage")
    for _ in range(5):
        pair = [desk.report("triage"), desk.report("triage")]
        posts = [
            (
                f"/reports/{one.id}/transitions",
                headers,
                {"to": "duplicate", "duplicate_of": x.code, "version": 1},
            )
            for one, x in (pair, reversed(pair))
        ]
        codes = sorted(answer.status_code for answer in desk.at_once(*posts))
        assert codes[0] == 200
        assert codes[1] in (409, 422)
    with Session(desk.engine) as session:
        originals = select(Report.duplicate_of_id).where(Report.status == "duplicate")
        chained = select(func.count()).where(Report.id.in_(originals), Report.status == "duplicate")
        assert session.scalars(chained).one() == 0


def test_an_extension_is_answered_with_the_report(desk: Desk) -> None:
    report = desk.report("triage")
    before = desk.step("triage", report, "assigned", lead="city-cables").json()
    body = {"amount": 1, "unit": "working_days", "reason": "Chờ vật tư", "version": before["version"]}
    path = f"/reports/{report.id}/extensions"
    problem(desk.call("POST", path, desk.as_staff("other_department"), body), 403)
    problem(desk.call("POST", path, desk.as_staff("department"), body | {"version": 1}), 409)
    problem(desk.call("POST", path, desk.as_staff("department"), body | {"unit": "weeks"}), 422)
    # The small city's policy was used up by a report of months ago: it is late.
    late = problem(desk.call("POST", path, desk.as_staff("department"), body), 409)
    assert late["detail"] == "Đã quá hạn nên không gia hạn được nữa."


def test_the_relay_is_woken_by_a_step_and_not_by_a_refusal(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = desk.report("assigned")
    channel = f"{WAKE_CHANNEL}:{report.id}"  # tests side by side share Redis, and channels know no databases
    monkeypatch.setattr(wake, "WAKE_CHANNEL", channel)
    with redis.Redis.from_url(desk.settings.redis_url) as client, client.pubsub() as heard:
        heard.subscribe(channel)
        assert heard.get_message(timeout=5) is not None  # the subscription itself
        problem(desk.step("other_department", report, "in_progress"), 403)
        assert heard.get_message(timeout=0.3) is None
        assert desk.step("department", report, "in_progress").status_code == 200
        assert heard.get_message(timeout=5) is not None
