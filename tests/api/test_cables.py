"""Cables over HTTP: a list becomes the plan, everybody reads it, reports nearby tell of it."""

from __future__ import annotations

import hashlib
import hmac
import io
import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from openpyxl import Workbook, load_workbook

from service.db import unit_of_work
from service.models import CableRoute
from service.web.viewer import CSRF_HEADER
from tests.api.desk import Desk
from tests.support.people import KEY
from tests.support.small_city import LONG_AGO
from tests.support.works.cables import LINE, route_form

DUE = datetime(2099, 1, 2, tzinfo=UTC)


def token(desk: Desk, name: str) -> dict[str, str]:
    """Headers of a programme of this person."""
    with unit_of_work(desk.engine) as session:
        return desk.person(name).token(session, datetime.now(UTC))


def as_page(desk: Desk, name: str) -> dict[str, str]:
    """Headers of a browser whose form has its token."""
    cookie = desk.cookie(name)
    basis = b"csrf:" + cookie["Cookie"].partition("=")[2].encode()
    return {**cookie, CSRF_HEADER: hmac.new(KEY, basis, hashlib.sha256).hexdigest()}


def made(desk: Desk, **said: object) -> dict[str, Any]:
    """A route that the office adds."""
    sent = route_form(**{"quarter": "2099-Q3", **said})
    answer = desk.client.post("/api/v1/cables/routes", json=sent, headers=token(desk, "department"))
    assert answer.status_code == 201, answer.text
    found: dict[str, object] = answer.json()
    return found


def test_a_workbook_is_proposed_and_then_taken(desk: Desk) -> None:
    book = Workbook()
    for row in (
        ["TT", "Tuyến đường", "Chiều dài", "Đơn vị", "Thời gian"],
        [1, "Ngự Bình", 400, "telecom", ""],
    ):
        book.active.append(row)
    data = io.BytesIO()
    book.save(data)
    headers, url = token(desk, "department"), "/api/v1/cables/import"

    def send(content: bytes, **fields: str) -> httpx.Response:
        return desk.client.post(url, headers=headers, files={"file": ("a.xlsx", content)}, data=fields)

    answer = send(data.getvalue())
    assert answer.status_code == 200, answer.text
    [route] = answer.json()["routes"]
    assert (route["street"], route["unclear"], answer.json()["sections"]) == (
        "Ngự Bình",
        ["street", "quarter"],
        1,
    )
    assert send(data.getvalue(), apply="1").status_code == 409
    book.active["E2"] = "Quý III/2099"
    whole = io.BytesIO()
    book.save(whole)
    taken = send(whole.getvalue(), apply="1")
    assert (taken.status_code, len(taken.json()["taken"])) == (201, 1)
    assert send(b"PK\x03\x04 no workbook").status_code in (415, 422)
    assert desk.client.post(url, headers=headers, data={"x": "1"}).status_code in (400, 422)


def test_everybody_reads_the_plan_with_its_first_promise(desk: Desk) -> None:
    route = made(desk, street="Hai Bà Trưng")
    url = f"/api/v1/cables/routes/{route['id']}"
    change = {"version": 1, "quarter": "2099-Q4", "reason": "Chờ cấp phép"}
    assert desk.client.patch(url, json=change, headers=token(desk, "department")).status_code == 200
    desk.client.cookies.clear()
    told = desk.client.get(url).json()["properties"]
    assert (told["quarter"], told["quarter_first"], told["moved"]) == ("2099-Q4", "2099-Q3", 1)
    assert [each["reason"] for each in told["promises"]] == ["Chờ cấp phép"]
    listed = desk.client.get("/api/v1/cables/routes", params={"near": "107.521,16.4201"}).json()["features"]
    assert route["id"] in [each["id"] for each in listed]
    assert desk.client.get("/api/v1/cables/routes?near=1").status_code == 422
    assert desk.client.get("/api/v1/cables/routes?company=nobody").json()["features"] == []
    assert desk.client.get("/api/v1/cables/routes/999999999").status_code == 404
    sheet = load_workbook(io.BytesIO(desk.client.get("/api/v1/cables.xlsx").content)).active
    rows = [row for row in sheet.iter_rows(values_only=True) if row[0] == "Hai Bà Trưng"]
    assert [(row[4], row[5], row[8]) for row in rows] == [
        ("IV/2099", "III/2099", 300),
        ("IV/2099", "III/2099", 299),
    ]
    items = desk.client.get("/ogc/collections/cable_routes/items", params={"quarter": "2099-Q4"}).json()
    [line] = [each for each in items["features"] if each["properties"]["street"] == "Hai Bà Trưng"]
    assert (line["geometry"]["type"], line["properties"]["quarter_first"]) == ("MultiLineString", "2099-Q3")
    page = desk.client.get("/cables").text
    assert "Hai Bà Trưng" in page
    assert "hứa lần đầu" in page
    assert "Chờ cấp phép" in desk.client.get(f"/cables/{route['id']}").text
    assert desk.client.get("/cables/map.svg").text.count("<title>Hai Bà Trưng") == 1


@pytest.mark.parametrize(
    "name", ["department", "manager", "executor", "inspector", "triage", "administrator"]
)
def test_every_room_of_cables_opens(desk: Desk, name: str) -> None:
    street = f"Trần Cao Vân {name}"
    route = made(desk, street=street, geometry=None, length_m=300)
    desk.client.cookies.clear()
    headers = desk.cookie(name)
    assert street in desk.client.get("/manage/cables", headers=headers).text
    page = desk.client.get(f"/manage/cables/{route['id']}", headers=headers)
    assert page.status_code == 200
    own, other = (each["code"] for each in route["properties"]["sections"])
    assert (f"/works/{own}" in page.text) and ((f"/works/{other}" in page.text) == (name != "executor"))
    expected = {"executor": (200, 404)}.get(name, (200, 200))
    found = [desk.client.get(f"/works/{code}", headers=headers).status_code for code in (own, other)]
    assert tuple(found) == expected


def test_a_proposal_is_shown_before_it_is_taken(desk: Desk) -> None:
    with unit_of_work(desk.engine) as session:
        before = session.query(CableRoute).count()
    properties = {"tuyến": "Lê Duẩn", "quý": "Quý III/2099", "đơn vị": "telecom"}
    feature = {"type": "Feature", "properties": properties, "geometry": LINE}
    content = json.dumps({"type": "FeatureCollection", "features": [feature]})
    headers = as_page(desk, "department")
    files = {"file": ("a.geojson", content)}
    page = desk.client.post("/manage/cables/import", headers=headers, files=files)
    assert page.status_code == 200
    assert "Lê Duẩn" in page.text
    with unit_of_work(desk.engine) as session:
        assert session.query(CableRoute).count() == before


def test_two_hundred_routes_are_a_light_page(desk: Desk) -> None:
    with unit_of_work(desk.engine) as session:
        office = desk.reference.department_by_code["city-cables"].id
        session.add_all(
            CableRoute(
                key=f"light {number}",
                street=f"Đường số {number}",
                length_m=300,
                lead_id=office,
                quarter="2099-Q4",
                quarter_first="2099-Q3",
                created_at=LONG_AGO,
                updated_at=LONG_AGO,
            )
            for number in range(200)
        )
    page = desk.client.get("/cables").text
    assert page.count("Đường số ") == 200
    assert len(page.encode()) < 90_000


def test_a_report_beside_a_route_tells_its_plan_and_keeps_its_own_deadline(desk: Desk) -> None:
    line = {"type": "LineString", "coordinates": [[107.53, 16.43], [107.533, 16.43]]}
    made(desk, street="Phan Chu Trinh", geometry=line)
    cases = ((12, "hanging_cable", True), (40, "hanging_cable", False), (12, "litter", False))
    for metres, category, told in cases:
        lat = 16.43 + metres / 110_600
        report = desk.report("assigned", category=category, place=(107.531, lat), due_at=DUE)
        desk.client.cookies.clear()
        page = desk.client.get(f"/r/{report.code}").text
        assert ("Phan Chu Trinh" in page) is told
        assert ("trong hạn riêng" in page) is told
        assert desk.read(report).due_at == DUE
        asked: dict[str, str | float] = {"lon": 107.531, "lat": lat, "category": category}
        assert ("Phan Chu Trinh" in desk.client.get("/report/outlook", params=asked).text) is told
        case = desk.client.get(f"/case/{report.code}", headers=desk.cookie("triage")).text
        assert ("Phan Chu Trinh" in case) is told
