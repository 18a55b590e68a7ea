"""Clean-ups over HTTP: drafted, announced, signed up for, checked, counted, with one result; and series."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from service.db import unit_of_work
from service.models import Work
from tests.api.desk import Desk
from tests.support.cleanups.stage import cleanup_form
from tests.support.photo_stage import jpeg

LEAD, KEEPER = "other_department", "inspector"


def soon(**said: object) -> dict[str, Any]:
    """A clean-up of the day after tomorrow."""
    starts = datetime.now(UTC).replace(microsecond=0) + timedelta(days=2)
    times = {"starts_at": starts.isoformat(), "ends_at": (starts + timedelta(hours=2)).isoformat()}
    return cleanup_form(**{"location": {"lon": 107.58, "lat": 16.43}, **times, **said})


def draft(desk: Desk, **said: object) -> dict[str, Any]:
    answer = desk.call("POST", "/cleanups", desk.as_staff(LEAD), soon(**said))
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def take(desk: Desk, one: dict[str, Any], to: str, who: str = LEAD, **said: Any) -> dict[str, Any]:
    body = {"to": to, "version": one["version"], **said}
    answer = desk.call("POST", f"/cleanups/{one['code']}/transitions", desk.as_staff(who), body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def join(desk: Desk, one: dict[str, Any], people: int, **said: Any) -> httpx.Response:
    return desk.call(
        "POST", f"/cleanups/{one['code']}/signups", None, {"id": str(uuid4()), "people": people, **said}
    )


def begin(desk: Desk, one: dict[str, object]) -> None:
    """Its day comes."""
    with unit_of_work(desk.engine) as session:
        work = session.get_one(Work, one["id"])
        work.starts_at = datetime.now(UTC) - timedelta(minutes=5)


def test_a_draft_is_known_to_colleagues_alone_and_an_announced_one_to_everybody(desk: Desk) -> None:
    body = soon(title="Dọn bến Tòa Khâm")
    first = desk.call("POST", "/cleanups", desk.as_staff(LEAD), body)
    again = desk.call("POST", "/cleanups", desk.as_staff(LEAD), body)
    assert (first.status_code, again.status_code) == (201, 200)
    one = first.json()
    assert (again.json()["code"], one["status"], one["result"]) == (one["code"], "draft", None)
    assert desk.call("GET", f"/cleanups/{one['code']}").status_code == 404
    mine = desk.call("GET", "/cleanups?drafts=true&limit=200", desk.as_staff(LEAD)).json()["items"]
    assert one["code"] in {each["code"] for each in mine}
    everybody = desk.call("GET", "/cleanups?drafts=true&limit=200").json()["items"]
    assert one["code"] not in {each["code"] for each in everybody}
    take(desk, one, "announced")
    seen = desk.call("GET", f"/cleanups/{one['code'].lower()}").json()
    assert (seen["status"], seen["ward"]["code"], seen["free"]) == ("announced", "W2", 30)
    assert seen["collector"]["code"] == "sanitation"
    near = desk.call("GET", "/cleanups?near=107.58,16.43").json()["items"][0]
    assert near["distance_m"] < 50


@pytest.mark.parametrize("moment", ["9999-12-31T22:00:00Z", "0001-01-01T00:00:00+14:00"])
def test_times_centuries_away_are_refused(desk: Desk, moment: str) -> None:
    answer = desk.call("POST", "/cleanups", desk.as_staff(LEAD), soon(starts_at=moment, ends_at=moment))
    assert answer.status_code == 422, answer.text
    assert [each["loc"] for each in answer.json()["errors"]] == [["body", "starts_at"], ["body", "ends_at"]]


def test_pages_of_the_list_follow_each_other(desk: Desk) -> None:
    made = [take(desk, draft(desk, title=f"Đợt {number}"), "announced") for number in range(3)]
    found: list[str] = []
    query = "/cleanups?limit=1&ward=W2"
    answer = desk.call("GET", query).json()
    while True:
        found += [each["code"] for each in answer["items"]]
        if answer["next"] is None:
            break
        answer = desk.call("GET", f"{query}&cursor={answer['next']}").json()
    assert len(found) == len(set(found))
    assert {each["code"] for each in made} <= set(found)
    assert desk.call("GET", "/cleanups?ward=W9").status_code == 422
    calendar = desk.call("GET", "/cleanups.ics?ward=W2")
    assert calendar.headers["content-type"].startswith("text/calendar")
    assert all(f"/cleanups/{each['code']}" in calendar.text for each in made)
    assert desk.call("GET", "/cleanups.ics?ward=W9").status_code == 422
    assert desk.call("GET", "/cleanups?near=1").status_code == 422
    assert desk.call("GET", "/cleanups?state=over&cursor=abc").status_code in (400, 422)


def test_signing_up_needs_no_account_and_opens_with_its_own_token(desk: Desk) -> None:
    one = take(desk, draft(desk, capacity=3), "announced")
    path = f"/cleanups/{one['code']}/signups"
    mine = join(desk, one, 3)
    assert (mine.status_code, mine.json()["state"]) == (201, "going")
    waits = join(desk, one, 2).json()
    assert waits["state"] == "waiting"
    same = desk.call("POST", path, None, {"id": mine.json()["id"], "people": 3})
    assert (same.status_code, same.json()["token"]) == (200, mine.json()["token"])
    assert desk.call("POST", path, None, {"id": mine.json()["id"], "people": 2}).status_code == 409
    assert join(desk, one, 51).status_code == 422
    own = f"{path}/{mine.json()['id']}"
    key = {"Authorization": f"Signup {mine.json()['token']}"}
    for headers in ({}, {"Authorization": f"Signup {waits['token']}"}, {"Authorization": "Signup x"}):
        assert desk.call("DELETE", own, headers).status_code == 404
    assert desk.call("PATCH", own, key, {"people": 1}).json()["people"] == 1
    assert desk.call("GET", f"/cleanups/{one['code']}").json()["going"] == 3
    gone = [desk.call("DELETE", own, key) for _ in range(2)]
    assert [(each.status_code, each.json()["state"]) for each in gone] == [(200, "cancelled")] * 2
    after = desk.call("GET", f"/cleanups/{one['code']}").json()
    assert (after["going"], after["waiting"], after["free"]) == (2, 0, 1)


def test_the_day_is_counted_checked_and_has_one_result(desk: Desk) -> None:
    checks = [{"words": "Nhặt rác bờ kè"}, {"unit": "city-cables", "words": "Dây thòng trước cổng"}]
    one = take(desk, draft(desk, checks=checks), "announced")
    path, me = f"/cleanups/{one['code']}", desk.as_staff(LEAD)
    signup = join(desk, one, 4).json()
    begin(desk, one)
    count = {"arrivals": [{"id": signup["id"], "came": 3}], "walk_ins": 2}
    for _ in range(2):
        assert desk.call("POST", f"{path}/attendance", me, count).json() == {"came": 5, "walk_ins": 2}
    assert desk.call("POST", f"{path}/attendance", desk.as_staff("department"), count).status_code == 403
    listed = desk.call("GET", f"{path}/checks", me).json()["items"]
    assert [each["words"] for each in listed] == [each["words"] for each in checks]
    theirs = desk.call("GET", f"{path}/checks", desk.as_staff("department")).json()["items"]
    assert [each["words"] for each in theirs] == ["Dây thòng trước cổng"], "a unit sees its own alone"
    tick = {"state": "done", "note": "Đã bó"}
    url = f"{path}/checks/{theirs[0]['id']}"
    assert desk.call("PUT", url, desk.as_staff("department"), tick).json()["state"] == "done"
    lead_check = f"{path}/checks/{listed[0]['id']}"
    assert desk.call("PUT", lead_check, desk.as_staff("department"), tick).status_code == 403
    now = desk.call("GET", path, me).json()
    result = {"version": now["version"], "people": 5, "kg": 40, "words": "Sạch"}
    assert desk.call("PUT", f"{path}/result", me, result).status_code == 422, "no photo"
    photo = desk.client.post(
        f"/api/v1/works/{one['code']}/photos?kind=after", files={"file": ("x.jpg", jpeg())}, headers=me
    )
    assert photo.status_code == 201, photo.text
    assert desk.call("PUT", f"{path}/result", me, {**result, "people": 0}).status_code == 422
    done = desk.call("PUT", f"{path}/result", me, result)
    assert done.status_code == 200, done.text
    told = desk.call("GET", path).json()
    assert (told["status"], told["result"]["people"], told["result"]["kg"]) == ("done", 5, 40)
    back = take(desk, done.json(), "under_way", KEEPER, reason="Thiếu số bao")
    assert back["status"] == "under_way"


def test_a_series_is_made_once_and_ended(desk: Desk) -> None:
    facts = cleanup_form(title="Thứ Sáu xanh")
    body = {
        name: facts[name] for name in ("title", "lead", "location", "meet_words", "collector", "pickup_words")
    }
    body |= {"rule": "FREQ=MONTHLY;BYDAY=1FR", "first": "2026-11-01", "time": "16:30"}
    me = desk.as_staff(LEAD)
    made = [desk.call("POST", "/series", me, body) for _ in range(2)]
    assert [each.status_code for each in made] == [201, 201]
    assert made[0].json()["id"] == made[1].json()["id"]
    assert [each["title"] for each in desk.call("GET", "/series", me).json()["items"]] == ["Thứ Sáu xanh"]
    own = f"/series/{made[0].json()['id']}"
    paused = desk.call("PATCH", own, me, {"version": 1, "active": False})
    assert (paused.status_code, paused.json()["active"], paused.json()["version"]) == (200, False, 2)
    assert desk.call("GET", "/series?paused=true", me).json()["items"][0]["id"] == paused.json()["id"]
    assert desk.call("PATCH", own, me, {"version": 1, "active": True}).status_code == 409
    assert desk.call("PATCH", own, me, {"version": 2, "active": True}).json()["active"] is True
    assert desk.call("DELETE", own, desk.as_staff("department")).status_code == 403
    assert [desk.call("DELETE", own, me).json()["active"] for _ in range(2)] == [False, False]
    assert desk.call("GET", "/series", me).json()["items"] == []
    assert desk.call("POST", "/series", me, {**body, "rule": "EACH DAY"}).status_code == 422


def test_files_of_clean_ups_are_for_colleagues(desk: Desk) -> None:
    one, me = draft(desk), desk.as_staff(LEAD)
    paper = f"/cleanups/{one['code']}/announcement.docx"
    assert desk.call("GET", paper, me).status_code == 409
    take(desk, one, "announced")
    answer = desk.call("GET", paper, me)
    assert (answer.status_code, answer.content[:2]) == (200, b"PK")
    assert desk.call("GET", "/cleanups.xlsx", me).content[:2] == b"PK"
    for query in ("month=13/2026", "first=2026-02-01&last=2026-01-01", "month=2026-01&unit=nobody"):
        assert desk.call("GET", f"/cleanups.xlsx?{query}", me).status_code == 422
    beyond = "first=9999-12-31&last=9999-12-31"
    assert desk.call("GET", f"/cleanups.xlsx?{beyond}", me).status_code == 422
    assert desk.call("GET", "/cleanups/report.docx?month=2001-01", me).status_code == 422
    for path in ("/cleanups.xlsx", paper, "/cleanups/report.docx?month=2026-01"):
        assert desk.call("GET", path).status_code == 401


def test_an_old_list_is_looked_at_then_kept_once(desk: Desk) -> None:
    me, url = desk.as_staff(LEAD), "/api/v1/cleanups/imports?lead=ward-W2"
    list_ = "Ngày;Địa điểm;Số người;Rác (kg)\n05/01/2025;Bến thuyền;120;1.250\n06/01/2025;Chợ;nhiều;\n"

    def send(query: str = "", headers: dict[str, str] | None = me) -> httpx.Response:
        file = {"file": ("so-cu.csv", list_.encode(), "text/csv")}
        return desk.client.post(url + query, files=file, headers=headers)

    looked = send("&preview=true").json()
    assert (looked["stored"], looked["new"], [each["row"] for each in looked["refused"]]) == (False, 0, [3])
    kept = [send().json() for _ in range(2)]
    assert [(each["new"], each["known"]) for each in kept] == [(1, 0), (0, 1)]
    assert send(headers=desk.as_staff("department")).status_code == 403
    shown = desk.call("GET", "/cleanups?state=over&until=2025-02-01T00:00:00Z").json()["items"]
    assert [(each["result"]["people"], each["from_old"]) for each in shown] == [(120, True)]
    assert "Nhập từ hồ sơ cũ" in desk.client.get("/cleanups?state=done", headers={"Accept": "text/html"}).text


def test_a_pledge_is_confirmed_from_above(desk: Desk) -> None:
    room, above = desk.as_staff("room"), desk.as_staff("manager")
    today = str((datetime.now(UTC) + timedelta(hours=7)).date())
    body = {"id": str(uuid4()), "unit": "cables-room", "words": "Giữ sạch vỉa hè", "until": "2099-01-01"}
    assert desk.call("POST", "/pledges", room, body).status_code == 422, "too far ahead"
    body["until"] = str(datetime.now(UTC).date() + timedelta(days=30))
    made = [desk.call("POST", "/pledges", room, body).status_code for _ in range(2)]
    assert made == [201, 200]
    own = f"/pledges/{body['id']}"
    assert desk.call("PATCH", own, above, {"confirmed": True}).status_code == 409
    assert desk.call("PATCH", own, room, {"done_on": today}).json()["state"] == "done"
    assert desk.call("PATCH", own, room, {"confirmed": True}).status_code == 403
    assert desk.call("PATCH", own, above, {"confirmed": True}).json()["state"] == "confirmed"
    assert desk.call("PATCH", own, desk.as_staff(LEAD), {"confirmed": True}).status_code == 404
    told = desk.call("GET", "/pledges", above).json()
    assert {each["id"]: each["state"] for each in told["items"]}[body["id"]] == "confirmed"
    assert sum(told["totals"].values()) == len(told["items"])
