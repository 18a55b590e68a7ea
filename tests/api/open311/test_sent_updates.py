"""Updates that the system which sent a report sends after it, photos by a link, what discovery says."""

from __future__ import annotations

import time
import xml.etree.ElementTree as ET
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import select, update

from service.db import unit_of_work
from service.models import City, Comment, Event, EventType, Photo, PhotoLink, Report
from tests.api.desk import Desk
from tests.api.open311.test_georeport import BASE, get, make_key, post, sent
from tests.support.photo_stage import jpeg

UPDATES = "/servicerequestupdates"


@pytest.fixture(scope="module")
def key(desk: Desk) -> str:
    return make_key(desk, "write")


def file_report(desk: Desk, key: str, description: str, **more: str) -> str:
    answer = post(desk, data=sent(key, description=description, **more))
    assert answer.status_code == 201, answer.text
    code: str = answer.json()[0]["service_request_id"]
    return code


def send(desk: Desk, key: str, code: str, form: str = "json", **more: str) -> httpx.Response:
    told = {"api_key": key, "service_request_id": code, **more}
    return desk.client.post(f"{BASE}{UPDATES}.{form}", data=told, headers={"Accept-Language": "en"})


def comments(desk: Desk, code: str) -> list[str]:
    with unit_of_work(desk.engine) as session:
        query = select(Comment.text).join(Report, Report.id == Comment.report_id).where(Report.code == code)
        return list(session.scalars(query.order_by(Comment.created_at, Comment.id)))


def end(desk: Desk, code: str, days_ago: int) -> datetime:
    """Close a report; when."""
    closed = datetime.now(UTC).replace(microsecond=0) - timedelta(days=days_ago)
    with unit_of_work(desk.engine) as session:
        values = {
            "status": "closed",
            "closed_at": closed,
            "resolved_at": closed,
            "updated_at": datetime.now(UTC),
        }
        session.execute(update(Report).where(Report.code == code).values(**values))
    return closed


def test_an_update_is_the_reporters_word_however_often_it_is_sent(desk: Desk, key: str) -> None:
    code = file_report(desk, key, "Rác chưa ai hốt")
    told = {"update_id": "u-1", "description": "Vẫn còn đó", "status": "OPEN", "first_name": "Hoa"}
    first = send(desk, key, code, "xml", **told)
    assert first.status_code == 201, first.text
    given = ET.fromstring(first.content).findtext("request_update/update_id")  # noqa: S314 - our own
    with ThreadPoolExecutor(4) as pool:
        again = list(pool.map(lambda _: send(desk, key, code, **told), range(4)))
    assert {(each.status_code, each.json()[0]["update_id"]) for each in again} == {(200, given)}
    assert comments(desk, code) == ["Vẫn còn đó"]
    assert "REOPEN" in again[0].json()[0]["service_notice"]  # OPEN changes nothing, and it is said


def test_two_of_one_id_at_one_moment_are_one(desk: Desk, key: str) -> None:
    code = file_report(desk, key, "Cùng một lúc")
    with ThreadPoolExecutor(6) as pool:
        sendings = pool.map(lambda _: send(desk, key, code, update_id="m", description="Một"), range(6))
        told = {each.json()[0]["update_id"] for each in sendings}
    assert len(told) == 1
    assert comments(desk, code) == ["Một"]


def test_a_partner_opens_again_and_closes_nothing(desk: Desk, key: str) -> None:
    code = file_report(desk, key, "Đã dọn mà chưa sạch")
    for status in ("CLOSED", "FIXED", "DUPLICATE"):
        assert send(desk, key, code, update_id=status, status=status, description=status).status_code == 201
    with unit_of_work(desk.engine) as session:
        assert session.scalars(select(Report.status).where(Report.code == code)).one() == "received"
    end(desk, code, 2)
    assert send(desk, key, code, update_id="r", status="reopen", description="Còn nguyên").status_code == 201
    assert send(desk, key, code, update_id="r", status="reopen", description="Còn nguyên").status_code == 200
    with unit_of_work(desk.engine) as session:
        report = session.scalars(select(Report).where(Report.code == code)).one()
        assert report.status == "in_progress"
        types = list(session.scalars(select(Event.type).where(Event.report_id == report.id)))
    assert types.count(EventType.REOPENED) == 1
    end(desk, code, 40)  # the period is over: it is refused, and may be sent again under the same id
    refused = send(desk, key, code, "xml", update_id="late", status="REOPEN", description="Nữa")
    assert refused.status_code in (400, 403), refused.text
    assert refused.headers["content-type"] == "text/xml; charset=utf-8"
    assert send(desk, key, code, update_id="late", description="Nữa").status_code == 201


def test_only_who_sent_the_report_may_update_it(desk: Desk, key: str) -> None:
    code = file_report(desk, key, "Của tôi")
    other = make_key(desk, "write")
    assert send(desk, other, code, description="Của tôi nữa").status_code == 404
    assert send(desk, make_key(desk, "read"), code, description="x").status_code == 403
    assert send(desk, "sai", code, description="x").status_code == 403
    assert send(desk, key, "HUE-0000-00", description="x").status_code == 404
    assert send(desk, key, "", description="x").status_code == 400
    assert send(desk, key, code, description="x" * 4001).status_code == 400
    assert send(desk, key, code, jurisdiction_id="elsewhere", description="x").status_code == 404
    assert comments(desk, code) == []
    assert send(desk, key, code, description="dài " * 900).status_code == 201
    assert [len(each) for each in comments(desk, code)] == [1999, 1599]


def test_photos_that_are_named_or_come_along_are_taken(desk: Desk, key: str) -> None:
    good, bad = "https://anh.example/1.jpg", "http://10.0.0.1/2.jpg"
    told = sent(key, description="Có ảnh")
    answer = post(desk, data={**told, "media_url": [good, good, bad]})
    assert "media_url" in answer.json()[0]["service_notice"]
    code = answer.json()[0]["service_request_id"]
    assert post(desk, data={**told, "media_url": [good]}).json()[0]["service_notice"] is None
    again = desk.client.post(
        f"{BASE}{UPDATES}.json",
        data={"api_key": key, "service_request_id": code, "media_url": "https://anh.example/3.jpg"},
        files={"photo1": ("a.jpg", jpeg())},
    )
    assert again.status_code == 201, again.text
    with unit_of_work(desk.engine) as session:
        report = session.scalars(select(Report.id).where(Report.code == code)).one()
        links = select(PhotoLink.url).where(PhotoLink.report_id == report).order_by(PhotoLink.url)
        assert list(session.scalars(links)) == [good, "https://anh.example/3.jpg"]
        assert len(list(session.scalars(select(Photo.id).where(Photo.report_id == report)))) == 1


def test_what_has_ended_was_updated_when_it_ended(desk: Desk, key: str) -> None:
    code = file_report(desk, key, "Xong từ hôm kia")
    with unit_of_work(desk.engine) as session:
        session.execute(update(Report).where(Report.code == code).values(published=True))
    closed = end(desk, code, 2)
    for path in (f"/requests/{code}.json", "/requests.json?status=closed"):
        [told] = [each for each in get(desk, path).json() if each["service_request_id"] == code]
        assert datetime.fromisoformat(told["updated_datetime"]) == closed


def test_discovery_says_what_the_city_says(desk: Desk) -> None:
    said = {"contact": {"vi": "Hỏi ông Ba", "en": "Ask Mr Ba"}, "key_service": None, "type": "production"}
    with unit_of_work(desk.engine) as session:
        city = session.get_one(City, 1)
        city.config = {**city.config, "open311": said}
        city.revision += 1
    time.sleep(1.1)  # what the process keeps of the city is at most a second old
    told = desk.client.get("/open311/discovery.json", headers={"Accept-Language": "en"}).json()
    assert told["contact"] == "Ask Mr Ba"
    assert told["endpoints"][0]["type"] == "production"
    assert "administrator" in told["key_service"]
