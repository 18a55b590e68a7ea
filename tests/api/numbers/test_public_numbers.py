"""A listed number over HTTP: by two people, masked at every public door, gone once it complied."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from geo.tiles import tile_at
from service.db import unit_of_work
from service.domain.relay import give_positions
from service.models import Event, Message, OwnNotice, Report, SubscriberReading
from tests.api.desk import Desk, problem

PLACES = ((107.52, 16.42), (107.523, 16.42))
DIGITS, MASKED = "0951777888", "0951 ••• 888"
SPELLED = (
    *(DIGITS, "0951 777 888", "0951.777.888", "0951-777-888", "84951777888", "+84951777888", "951777888"),
    *(" ".join(DIGITS), "095 177 78 88"),
)
DECIDED = {"decision": "15/QĐ", "decided_on": "2026-03-04", "signer": "Giám đốc", "basis": "Điều 119"}


def seen(desk: Desk) -> list[Report]:
    reports = []
    for place in PLACES:
        columns: dict[str, Any] = {"place": place, "attributes": {"phone": "0951 777 888"}}
        columns["device_hash"] = uuid4().bytes
        report = desk.report("in_progress", category="illegal_ad", **columns)
        path = f"/reports/{report.code}/sightings"
        assert desk.call("POST", path, desk.as_staff("triage"), {"number": DIGITS}).status_code == 200
        reports.append(report)
    return reports


def step(desk: Desk, code: str, to: str, reason: str = "", who: str = "department", **data: Any) -> None:
    path = f"/works/{code}"
    version = desk.call("GET", path, desk.as_staff(who)).json()["version"]
    body = {"to": to, "version": version, "reason": reason, "data": data}
    answer = desk.call("POST", f"{path}/transitions", desk.as_staff(who), body)
    assert answer.status_code == 200, answer.text


def listed(desk: Desk) -> str:
    """The code of the case of a number that two people made known; refusals on the way."""
    items = desk.call("GET", f"/numbers?q={DIGITS}", desk.as_staff("department")).json()["items"]
    made = desk.call(
        "POST", f"/numbers/{items[0]['id']}/cases", desk.as_staff("department"), {"id": str(uuid4())}
    )
    assert made.status_code == 201, made.text
    code = str(made.json()["code"])
    later = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
    step(desk, code, "invited", document="12/GM", dated="2026-03-04", appear_by=later)
    step(desk, code, "to_suspend", "Từ chối", basis="Điều 119")
    bare = {"id": str(uuid4()), "items": [{"case": code, **DECIDED, "decision": ""}]}
    draft = desk.call("POST", "/publications", desk.as_staff("department"), bare).json()
    path, to = f"/publications/{draft['id']}/transitions", {"to": "published"}
    refused = problem(desk.call("POST", path, desk.as_staff("manager"), to), 422)
    assert refused["errors"][0]["loc"][-1] == "decision"
    spelled = {"decision": f"15/QĐ (số {SPELLED[1]})", "words": f"Khoan cắt, gọi {' '.join(DIGITS)}"}
    whole = {"id": str(uuid4()), "items": [{"case": code, **DECIDED, **spelled}]}
    draft = desk.call("POST", "/publications", desk.as_staff("department"), whole).json()
    path = f"/publications/{draft['id']}/transitions"
    problem(desk.call("POST", path, desk.as_staff("department"), to), 403)
    assert desk.call("POST", path, desk.as_staff("manager"), to).status_code == 200
    return code


def made_known(desk: Desk, query: str) -> list[Any]:
    """The events of the feed, once all have their place in it."""
    with unit_of_work(desk.engine) as session:
        give_positions(session)
    items: list[object] = desk.client.get(f"/api/v1/feed?{query}").json()["items"]
    return items


def test_it_is_masked_at_every_public_door_and_gone_when_the_owner_complied(desk: Desk) -> None:
    reports = seen(desk)
    code = listed(desk)
    tile = tile_at(reports[0].lon, reports[0].lat, 14)
    doors = [
        *(
            "/",
            "/numbers/listed",
            "/numbers/objection",
            "/api/v1/numbers/listed",
            "/map",
            "/feed",
            "/feed.atom",
        ),
        *(
            f"/api/v1/{path}"
            for path in (
                "feed?limit=200",
                "feed?about=number",
                "feed?about=work",
                "reports?limit=200",
                "stats",
                "reports?q=951777888",
            )
        ),
        *(f"/api/v1/reports.{form}" for form in ("csv", "geojson", "xlsx")),
        f"/api/v1/tiles/reports/14/{tile.x}/{tile.y}.mvt",
        *("/ogc/collections/reports/items?limit=100", "/open311/v2/requests.json", "/open-data"),
        *(f"/r/{each.code}" for each in reports),
        *(f"/api/v1/reports/{each.code}/events" for each in reports),
        f"/works/{code}",
    ]
    for door in doors:
        desk.client.cookies.clear()
        answer = desk.client.get(door)
        assert answer.status_code < 500, door
        for spelled in SPELLED:
            assert spelled.encode() not in answer.content, (door, spelled)
    page = desk.client.get("/numbers/listed")
    assert MASKED in page.text
    assert "noindex" in page.headers["x-robots-tag"]
    assert page.headers["cache-control"] == "no-cache"
    [item] = desk.call("GET", "/numbers/listed").json()["items"]
    assert item["number"] == MASKED
    with unit_of_work(desk.engine) as session:
        kept = [*session.execute(select(Event.data, Event.type)), *session.execute(select(Message.data))]
        assert session.scalars(select(OwnNotice.type)).all() is not None
        assert not [row for row in kept for spelled in SPELLED if spelled in str(row[0])]
    step(desk, code, "complied", f"Ông A {DIGITS} đã gỡ", remedy=f"Đã gỡ {DIGITS}", removed=True)
    told = made_known(desk, "about=number")
    assert [(each["type"], each["number"]["number"]) for each in told] == [
        ("number.listed", MASKED),
        ("number.unlisted", MASKED),
    ]
    assert "15/QĐ" in told[0]["data"]["decision"]
    assert told == made_known(desk, "type=number.listed,number.unlisted")
    for narrowed in ("ward=W1", "bbox=107,16,108,17", "category=illegal_ad", "department=city-cables"):
        refused = problem(desk.client.get(f"/api/v1/feed?about=number&{narrowed}"), 422)
        assert refused["errors"][0]["loc"][-1] == narrowed.partition("=")[0]
    assert not [spelled for spelled in (*SPELLED, "Ông A") if spelled in str(told)]
    assert desk.call("GET", "/numbers/listed").json()["items"] == []
    assert MASKED not in desk.client.get("/numbers/listed").text


def test_an_objection_is_answered_alike_for_every_number(desk: Desk) -> None:
    said = [
        desk.call(
            "POST", "/numbers/objections", json={"id": str(uuid4()), "number": number, "words": "Số của tôi"}
        )
        for number in (DIGITS, "0951000111")
    ]
    assert [each.status_code for each in said] == [201, 201]
    assert {tuple(sorted(each.json())) for each in said} == {("id", "received")}
    problem(
        desk.call("POST", "/numbers/objections", json={"id": str(uuid4()), "number": "1", "words": "x"}), 422
    )


def test_the_subscriber_is_asked_for_with_a_purpose(desk: Desk) -> None:
    items = desk.call("GET", f"/numbers?q={DIGITS}", desk.as_staff("department")).json()["items"]
    path = f"/numbers/{items[0]['id']}/subscriber/readings"
    for who, purpose, status in (
        ("department", "", 422),
        ("department", "Gửi giấy mời", 404),
        ("administrator", "Gửi giấy mời", 404),
    ):
        problem(desk.call("POST", path, desk.as_staff(who), {"purpose": purpose}), status)
    with unit_of_work(desk.engine) as session:
        assert session.scalars(select(SubscriberReading.id)).all() == []
