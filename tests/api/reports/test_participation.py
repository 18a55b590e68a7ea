"""What citizens add over HTTP: with a secret, exactly once, and told to nobody who should not know."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.models import Comment, Event, EventType, Follower, Rating, Report
from tests.api.desk import Desk, problem

NOBODY: dict[str, str] = {}


def post(desk: Desk, report: Report, what: str, headers: dict[str, str], body: Any = None) -> httpx.Response:
    return desk.call("POST", f"/reports/{report.id}/{what}", headers, body)


def how_many(desk: Desk, table: type[Comment | Follower | Rating], report: Report) -> int:
    with Session(desk.engine) as session:
        return session.scalars(select(func.count()).where(table.report_id == report.id)).one()


def types(desk: Desk, report: Report) -> list[EventType]:
    with Session(desk.engine) as session:
        query = select(Event.type).where(Event.report_id == report.id).order_by(Event.id)
        return list(session.scalars(query))[1:]


def test_a_comment_is_taken_once_and_read_by_everyone(desk: Desk) -> None:
    report = desk.report("in_progress")
    body = {"id": str(uuid4()), "text": "Vẫn chưa ai đến"}
    first = post(desk, report, "comments", desk.as_reporter(report), body)
    again = post(desk, report, "comments", desk.as_reporter(report), body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert (first.json()["kind"], first.json()["public"]) == ("remark", True)
    read = desk.call("GET", f"/reports/{report.code}/comments").json()
    assert [each["text"] for each in read["items"]] == ["Vẫn chưa ai đến"]
    problem(post(desk, report, "comments", desk.as_reporter(report), body | {"text": "Khác"}), 409)


def test_an_answer_makes_the_case_go_on(desk: Desk) -> None:
    report = desk.report("waiting")
    answer = post(desk, report, "comments", desk.as_reporter(report), {"text": "Số 5"})
    assert answer.json()["kind"] == "answer"
    assert desk.read(report).status == "in_progress"
    assert desk.call("GET", f"/reports/{report.id}/comments").json()["items"] == []
    own = desk.call("GET", f"/reports/{report.id}/comments", desk.as_reporter(report)).json()
    assert [each["text"] for each in own["items"]] == ["Số 5"]


def test_staff_note_and_reply(desk: Desk) -> None:
    report = desk.report("in_progress")
    department = desk.as_staff("department")
    assert post(desk, report, "comments", department, {"text": "gọi rồi"}).json()["kind"] == "note"
    reply = {"text": "Mai làm", "kind": "reply"}
    assert post(desk, report, "comments", department, reply).json()["public"] is True
    seen = desk.call("GET", f"/reports/{report.id}/comments").json()["items"]
    assert [each["text"] for each in seen] == ["Mai làm"]


def test_following_gives_a_secret_that_opens_the_report(desk: Desk) -> None:
    report = desk.report("in_progress")
    body = {"id": str(uuid4()), "contact": {"email": "lan@vidu.vn"}}
    first = post(desk, report, "follow", NOBODY, body)
    again = post(desk, report, "follow", NOBODY, body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    follower = {"Authorization": f"Report {first.json()['secret']}"}
    assert post(desk, report, "comments", follower, {"text": "Tôi cũng thấy"}).status_code == 201
    problem(post(desk, desk.report(), "comments", follower, {"text": "Tôi cũng thấy"}), 401)


def test_whether_an_address_follows_is_told_to_nobody(desk: Desk) -> None:
    report = desk.report("in_progress")
    body = {"contact": {"email": "minh@vidu.vn"}}
    assert [post(desk, report, "follow", NOBODY, body).status_code for _ in range(2)] == [201, 201]
    assert how_many(desk, Follower, report) == 2, "each has a secret of their own"
    other = post(desk, report, "follow", NOBODY, {"contact": {"name": "X", "email": "minh@vidu.vn"}})
    assert other.status_code == 201


def test_bodies_of_nothing_may_be_left_out(desk: Desk) -> None:
    report = desk.report("triage")
    assert post(desk, report, "follow", NOBODY).status_code == 201
    assert post(desk, report, "withdraw", desk.as_reporter(report)).status_code == 200


def test_the_reporter_rates_once(desk: Desk) -> None:
    report = desk.report("closed")
    body = {"score": 5, "comment": "Nhanh"}
    codes = [post(desk, report, "rating", desk.as_reporter(report), body).status_code for _ in range(2)]
    assert codes == [201, 200]
    problem(post(desk, report, "rating", desk.as_reporter(report), {"score": 1}), 409)
    assert types(desk, report) == ["report.rated"]


@pytest.mark.parametrize("score", [0, 6, 2.5, "5 sao", None, True])
def test_a_score_is_one_to_five(desk: Desk, score: object) -> None:
    report = desk.report("closed")
    found = problem(post(desk, report, "rating", desk.as_reporter(report), {"score": score}), 422)
    assert found["errors"][0]["loc"] == ["body", "score"]


def test_the_reporter_reopens_and_withdraws(desk: Desk) -> None:
    closed, fresh = desk.report("closed"), desk.report("assigned")
    desk_now = desk.as_reporter(closed)
    late = problem(post(desk, closed, "reopen", desk_now, {"reason": "Vẫn còn"}), 409)
    assert "15" in late["detail"], "closed in March: the period is over"
    for _ in range(2):
        answer = post(desk, fresh, "withdraw", desk.as_reporter(fresh), {"reason": "Nhầm"})
        assert (answer.status_code, answer.json()["status"]) == (200, "withdrawn")
    assert types(desk, fresh) == ["report.withdrawn", "report.hidden"]


def test_reopening_within_the_period_is_answered_with_the_report(desk: Desk) -> None:
    report = desk.report("closed", closed_at=datetime.now(UTC))
    bodies = [{"reason": "Vẫn còn", "photos": [desk.photo(report, "report")]}] * 2
    answers = [post(desk, report, "reopen", desk.as_reporter(report), body) for body in bodies]
    assert [(each.status_code, each.json()["status"]) for each in answers] == [(200, "in_progress")] * 2
    assert types(desk, report) == ["report.reopened"]


WRITES: list[tuple[str, object]] = [
    ("comments", {"text": "alo"}),
    ("rating", {"score": 5}),
    ("reopen", {"reason": "vì sao"}),
    ("withdraw", {}),
]


@pytest.mark.parametrize(("what", "body"), WRITES)
def test_a_secret_of_another_report_is_none(desk: Desk, what: str, body: object) -> None:
    report, other = desk.report("closed"), desk.report("closed")
    hidden = desk.report("closed", published=False)
    problem(post(desk, report, what, desk.as_reporter(other), body), 401)
    problem(post(desk, hidden, what, desk.as_reporter(other), body), 404)
    problem(post(desk, hidden, what, NOBODY, body), 404)
    assert types(desk, report) == []


@pytest.mark.parametrize(("what", "body"), [*WRITES, ("follow", {})])
def test_unknown_fields_and_unknown_reports_are_refused(desk: Desk, what: str, body: Any) -> None:
    report = desk.report("closed")
    problem(post(desk, report, what, desk.as_reporter(report), {**body, "surprise": 1}), 422)
    problem(desk.call("POST", f"/reports/{uuid4()}/{what}", {}, body), 404)
    problem(desk.call("POST", f"/reports/nonsense/{what}", {}, body), 404)


@pytest.mark.parametrize(
    ("what", "status", "body", "table"),
    [
        ("comments", "in_progress", {"text": "một lần thôi"}, Comment),
        ("comments", "waiting", {"text": "một lần thôi"}, Comment),
        ("comments", "in_progress", {"id": "11111111-2222-4333-8444-555555555555", "text": "mã"}, Comment),
        (
            "follow",
            "in_progress",
            {"id": "22222222-2222-4333-8444-555555555555", "contact": {"phone": "0905 123 456"}},
            Follower,
        ),
        ("rating", "closed", {"score": 3}, Rating),
    ],
)
def test_the_same_sent_several_times_at_once_is_kept_once(
    desk: Desk, what: str, status: str, body: object, table: type[Comment | Follower | Rating]
) -> None:
    report = desk.report(status)
    headers = {} if what == "follow" else desk.as_reporter(report)
    answers = desk.at_once(*([(f"/reports/{report.id}/{what}", headers, body)] * 4))
    assert {answer.status_code for answer in answers} <= {200, 201}
    assert len({answer.text for answer in answers}) == 1
    assert how_many(desk, table, report) == 1


def test_using_the_secret_is_marked(desk: Desk) -> None:
    report = desk.report("in_progress")
    post(desk, report, "comments", desk.as_reporter(report), {"text": "alo"})
    assert desk.read(report).secret_used_at is not None
