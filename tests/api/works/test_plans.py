"""Plans over HTTP: drafted, put in force once however many ask, followed row by row, read and made known."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from service.db import unit_of_work
from service.domain.people.staff import NewAccount, add_account
from service.models import Plan, PlanReadMark
from tests.api.desk import Desk, problem
from tests.support.small_city import NOON
from tests.support.works.stage import draft, draft_row


def keep(desk: Desk, *rows: dict[str, Any], who: str = "manager", **head: Any) -> dict[str, Any]:
    answer = desk.client.post("/api/v1/plans", json=draft(*rows, **head), headers=desk.as_staff(who))
    assert answer.status_code in (200, 201), answer.text
    return dict(answer.json())


def force(desk: Desk, plan: dict[str, object], who: str = "manager") -> dict[str, Any]:
    body = {"to": "in_force", "version": plan["version"], "acknowledge": True}
    url = f"/api/v1/plans/{plan['code']}/transitions"
    answer = desk.client.post(url, json=body, headers=desk.as_staff(who))
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_two_at_once_put_it_in_force_once(desk: Desk) -> None:
    plan = keep(desk, draft_row("Một"), draft_row("Hai"), title="Song song")
    body = {"to": "in_force", "version": plan["version"]}
    post = (f"/plans/{plan['code']}/transitions", desk.as_staff("manager"), body)
    answers = desk.at_once(post, post, post, post)
    assert [each.status_code for each in answers] == [200] * 4
    assert len({tuple(each.json()["works"]) for each in answers}) == 1
    assert len(answers[0].json()["works"]) == 2


def test_the_words_of_the_paper_come_back_letter_for_letter(desk: Desk) -> None:
    words = {"label": "2 ", "task": "Treo  Baner\ttuyên truyền ", "lead_words": "A/ B ", "note": "x "}
    row = draft_row() | words
    head: dict[str, Any] = {"title": "Nguyên văn", "parents": ["Kế hoạch 152-KH/TU ngày 30/3/2020"]}
    told = keep(desk, row, **head)
    assert {name: told["rows"][0][name] for name in words} == words
    assert told["parents"] == [{"words": "Kế hoạch 152-KH/TU ngày 30/3/2020", "code": None}]
    assert (
        keep(desk, row, title="Nguyên văn", parents=["Kế hoạch 152-KH/TU ngày 30/3/2020"])["code"]
        == told["code"]
    )


def test_a_year_centuries_away_is_refused_by_its_day(desk: Desk) -> None:
    for sent in (draft(draft_row(last="9999-12-31")), draft(first="0226-03-15")):
        answer = desk.client.post("/api/v1/plans", json=sent, headers=desk.as_staff("manager"))
        assert answer.status_code == 422, answer.text
        [wrong] = answer.json()["errors"]
        assert wrong["loc"][-1] in ("first", "last")
        assert "31/12/9999" in wrong["msg"] or "15/03/226" in wrong["msg"]


def test_a_row_for_everyone_counts_its_units_and_who_was_in_time(desk: Desk) -> None:
    everyone = draft_row("Ra quân", lead=None, everyone=True, last="2099-03-31")
    everyone |= {"lead_words": "UBND các phường, xã"}
    plan = force(desk, keep(desk, everyone, title="Toàn thành phố"))
    mine = desk.client.get(
        "/api/v1/works", params={"plan": plan["code"]}, headers=desk.as_staff("other_department")
    ).json()["items"]
    assert {each["lead"]["code"] for each in mine} == {"ward-W1", "ward-W2"}
    east = next(each for each in mine if each["lead"]["code"] == "ward-W2")
    body = {"to": "done", "version": east["version"], "data": {"result": "Đã ra quân"}}
    url = f"/api/v1/works/{east['code']}/transitions"
    assert desk.client.post(url, json=body, headers=desk.as_staff("other_department")).status_code == 200
    told = desk.client.get(f"/api/v1/plans/{plan['code']}", headers=desk.as_staff("triage")).json()
    progress = told["rows"][0]["progress"]
    assert (progress["done"], progress["total"]) == (1, 2)
    assert (progress["on_time"], progress["on_first"], progress["result"]) == (1, 1, "Đã ra quân")
    assert told["progress"]["total"] == 2


def test_numbers_of_readers_are_for_all_and_names_for_keeper_and_director(desk: Desk) -> None:
    with unit_of_work(desk.engine) as session:
        for number in range(7):
            new = NewAccount(f"doc{number}", f"Người đọc {number}", "department", "ward-W1")
            add_account(session, desk.reference, new, None, at=NOON)
    plan = force(desk, keep(desk, draft_row(supports=["ward-W1"]), title="Phổ biến"))
    url = f"/api/v1/plans/{plan['code']}/readings"
    for _ in range(2):
        assert desk.client.post(url, headers=desk.as_staff("department")).status_code == 200
    seen = desk.client.get(url, headers=desk.as_staff("manager")).json()
    assert (seen["read"], seen["readers"]) == (1, 10)
    assert len(seen["unread"]) == 9
    other = desk.client.get(url, headers=desk.as_staff("other_department")).json()
    assert (other["read"], other["readers"], other["unread"]) == (1, 10, None)
    brief = {"unit": "city-cables", "held_on": "2026-03-05", "how": "meeting", "people": 40}
    base = f"/api/v1/plans/{plan['code']}/briefings"
    assert desk.client.post(base, json=brief, headers=desk.as_staff("department")).json()["people"] == 40
    assert desk.client.post(base, json=brief, headers=desk.as_staff("other_department")).status_code == 403
    ahead = brief | {"held_on": "2099-03-05"}
    refused = problem(desk.client.post(base, json=ahead, headers=desk.as_staff("department")), 422)
    assert refused["errors"][0]["loc"][-1] == "held_on", "what is to come was not held"
    with unit_of_work(desk.engine) as session:
        marks = select(PlanReadMark).join(Plan, Plan.id == PlanReadMark.plan_id)
        assert len(session.scalars(marks.where(Plan.code == plan["code"])).all()) == 1


@pytest.mark.parametrize("who", ["executor", "inspector"])
def test_plans_do_not_exist_for_who_has_nothing_in_them(desk: Desk, who: str) -> None:
    plan = force(desk, keep(desk, title="Không thấy"))
    for url in ("/api/v1/plans", f"/api/v1/plans/{plan['code']}", f"/api/v1/plans/{plan['code']}/readings"):
        assert desk.client.get(url, headers=desk.as_staff(who)).status_code == 404
    assert desk.client.get("/api/v1/plans").status_code == 401


def test_a_child_is_seen_from_its_parent_and_who_has_none_is_named(desk: Desk) -> None:
    parent = force(desk, keep(desk, title="Kế hoạch thành phố", number="12/KH-UBND"))
    child = {**draft(title="Kế hoạch phường", parents=["12/KH-UBND"]), "issuer": "ward-W2"}
    answer = desk.client.post("/api/v1/plans", json=child, headers=desk.as_staff("other_manager"))
    if answer.status_code == 403:
        pytest.fail("the other manager leads ward-W2")
    force(desk, answer.json(), "other_manager")
    told = desk.client.get(f"/api/v1/plans/{parent['code']}", headers=desk.as_staff("manager")).json()
    assert [each["code"] for each in told["below"]] == [answer.json()["code"]]
    assert (told["children"], told["expected"]) == (1, 2)
    assert [each["code"] for each in told["missing"]] == ["ward-W1"]


def test_a_plans_deadlines_are_a_calendar_by_an_address_that_can_be_revoked(desk: Desk) -> None:
    plan = force(desk, keep(desk, draft_row("Họp; giao ban, tuần"), title="Lịch"))
    base = f"/api/v1/plans/{plan['code']}"
    urls = [
        desk.client.post(f"{base}/calendar", headers=desk.as_staff("department")).json()["url"]
        for _ in range(2)
    ]
    old, new = (url[url.index("/api/") :] for url in urls)
    assert desk.client.get(old).status_code == 404
    answer = desk.client.get(new)
    assert answer.headers["content-type"].startswith("text/calendar")
    assert "SUMMARY:Họp\\; giao ban\\, tuần" in answer.text
    lines = answer.text.split("\r\n")
    assert lines.pop() == "" and all(lines) and lines[0] == "BEGIN:VCALENDAR" and lines[-1] == "END:VCALENDAR"
    assert f"/works/{plan['works'][0]}" in answer.text
    assert [line for line in lines if line.startswith("DTSTART")] == ["DTSTART:20260331T103000Z"]
    other = force(desk, keep(desk, draft_row("Khác"), title="Lịch khác"))
    assert desk.client.get(new.replace(plan["code"], other["code"])).status_code == 404
    assert desk.client.delete(f"{base}/calendar", headers=desk.as_staff("department")).status_code == 204
    assert desk.client.get(new).status_code == 404
