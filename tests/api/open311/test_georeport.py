"""GeoReport v2 as its clients speak it: reading, sending with a key, refusals in the form asked for."""

from __future__ import annotations

import threading
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select, update

from service.db import unit_of_work
from service.domain.city.reference import load_reference
from service.domain.configuration.administration import keys
from service.domain.configuration.administration.changes import EditStamp
from service.models import Category, City, Comment, Contact, Event, FormerUnit, Photo, Report
from tests.api.desk import Desk
from tests.support.photo_stage import jpeg
from tests.support.small_city import IN_W1

BASE = "/open311/v2"
ATTRIBUTE = {
    "variable": bool,
    "code": str,
    "datatype": str,
    "required": bool,
    "order": int,
    "description": str,
}
SERVICE = {"service_code": str, "service_name": str, "metadata": bool, "type": str}
REQUEST = {"service_request_id": str, "status": str, "service_code": str, "requested_datetime": str}
QUESTIONS = [
    {"code": "size", "label": {"vi": "Bao lớn?", "en": "How large?"}, "datatype": "singlevaluelist",
     "required": True, "values": [{"key": "s", "name": {"vi": "Nhỏ", "en": "Small"}},
                                  {"key": "l", "name": {"vi": "Lớn", "en": "Large"}}]},
    {"code": "what", "label": {"vi": "Gì?", "en": "What?"}, "datatype": "multivaluelist",
     "values": [{"key": "a", "name": {"vi": "A", "en": "A"}}, {"key": "b", "name": {"vi": "B", "en": "B"}}]},
]  # fmt: skip


@pytest.fixture(scope="module")
def city(desk: Desk) -> Desk:
    """The service with questions about noise."""
    with unit_of_work(desk.engine) as session:
        session.execute(update(Category).where(Category.code == "noise").values(questions=QUESTIONS))
        session.add(
            FormerUnit(code="F1", name="Vỹ Dạ", district="", search="vy da", area_code="W1",
                       lon=IN_W1[0], lat=IN_W1[1])
        )  # fmt: skip
        session.execute(update(City).values(revision=City.revision + 1))
    threading.Event().wait(1.1)  # what the process keeps of the city is at most a second old
    return desk


def make_key(desk: Desk, scope: str, **more: Any) -> str:
    with unit_of_work(desk.engine) as session:
        who = desk.person("administrator").account
        stamp = EditStamp(who.id, who.name, datetime.now(UTC))
        said = {"name": "Cổng bạn", "role": "triage", "scope": scope, **more}
        wish = keys.KeyRequest.model_validate(said)
        return keys.make_key(session, load_reference(session), stamp, wish)[1].token


@pytest.fixture(scope="module")
def key(city: Desk) -> str:
    return make_key(city, "write")


def get(desk: Desk, path: str, **params: Any) -> httpx.Response:
    return desk.client.get(f"{BASE}{path}", params=params, headers={"Accept-Language": "en"})


def post(desk: Desk, form: str = "json", **how: Any) -> httpx.Response:
    return desk.client.post(f"{BASE}/requests.{form}", headers={"Accept-Language": "en"}, **how)


def sent(key: str, **changes: str) -> dict[str, str]:
    told = {"api_key": key, "service_code": "litter", "lat": f"{IN_W1[1]}", "long": f"{IN_W1[0]}"}
    return {**told, "description": "Rác", **changes}


def has_types(told: dict[str, Any], types: Mapping[str, type]) -> bool:
    return all(type(told[name]) is kind for name, kind in types.items())


def xml(answer: httpx.Response) -> ET.Element:
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    assert answer.content.startswith(b'<?xml version="1.0" encoding="utf-8"?>')
    return ET.fromstring(answer.content)  # noqa: S314 - our own


def plain(element: ET.Element) -> Any:
    """An element as the JSON twin has it, all values as text."""
    if not len(element):
        return element.text
    children = [(child.tag, plain(child)) for child in element]
    same = {tag for tag, _ in children}
    is_list = len(same) == 1 and element.tag.endswith(f"{next(iter(same)).rpartition('_')[2]}s")
    return [value for _, value in children] if is_list else dict(children)


def as_text(told: Any) -> Any:
    if isinstance(told, bool):
        return "true" if told else "false"
    if isinstance(told, dict):
        return {name: as_text(value) for name, value in told.items()}
    if isinstance(told, list):
        return [as_text(each) for each in told] or None
    return None if told is None else str(told)


def test_discovery_is_found_at_both_addresses(city: Desk) -> None:
    for path in ("/open311/discovery.json", f"{BASE}/discovery.json"):
        told = city.client.get(path).json()
        (endpoint,) = told["endpoints"]
        assert endpoint["specification"] == "http://wiki.open311.org/GeoReport_v2"
        assert endpoint["url"] == "http://vidu.vn/open311/v2"
        assert endpoint["type"] == "production", "clients look for no other, also in a demo"
        assert told["changeset"] < datetime.now(UTC).isoformat()
    assert (
        xml(city.client.get("/open311/discovery.xml")).find("endpoints/endpoint/formats/format") is not None
    )


def test_services_and_their_questions_have_the_types_of_the_schemas(city: Desk) -> None:
    listed = get(city, "/services.json").json()
    assert {each["service_code"] for each in listed} >= {"litter", "noise"}
    assert all(has_types(each, SERVICE) and each["type"] == "realtime" for each in listed)
    assert [each["service_code"] for each in listed if each["metadata"]] == ["noise"]
    told = get(city, "/services/noise.json").json()
    assert all(has_types(each, ATTRIBUTE) for each in told["attributes"])
    assert [each["order"] for each in told["attributes"]] == [1, 2]
    assert told["attributes"][0]["values"][0] == {"key": "s", "name": "Small"}
    for path in ("/services", "/services/noise", "/services/litter"):
        assert plain(xml(get(city, f"{path}.xml"))) == as_text(get(city, f"{path}.json").json())
    assert get(city, "//services.json").json() == listed
    assert get(city, "/services.json", locale="vi").json()[0]["service_name"] != listed[0]["service_name"]
    assert get(city, "/services.json", lat="1", long="1").json() == []
    assert get(city, "/services.json", lat=IN_W1[1], long=IN_W1[0]).json() == listed


def test_a_report_with_answers_photos_and_a_contact_is_stored_whole(city: Desk, key: str) -> None:
    form = sent(key, service_code="noise", **{"attribute[size]": "l", "deviceid": "may-1"})
    form |= {"first_name": "Hoa", "last_name": "-", "email": "hoa@vidu.vn", "address_id": "#NOTPINPOINTED#"}
    data = {**form, "attribute[what][]": ["a", "b"], "attribute[external_id]": "77"}
    files = [("photo1", ("1.jpg", jpeg())), ("file_2", ("2.jpg", jpeg()))]
    answer = post(city, "xml", data=data, files=files)
    assert answer.status_code == 201, answer.text
    code = xml(answer).findtext("request/service_request_id")
    with unit_of_work(city.engine) as session:
        report = session.scalars(select(Report).where(Report.code == code)).one()
        assert (report.channel, report.attributes) == ("open311", {"size": "l", "what": ["a", "b"]})
        assert report.device_hash
        contact = session.get_one(Contact, report.id)
        assert (contact.name, contact.email) == ("Hoa", "hoa@vidu.vn")
        actors = session.scalars(select(Event.actor).where(Event.report_id == report.id).order_by(Event.id))
        assert actors.first() == "integrator"
        photos = session.scalar(select(func.count()).select_from(Photo).where(Photo.report_id == report.id))
        assert photos == 2


def test_the_same_post_ten_times_at_once_is_one_report(city: Desk, key: str) -> None:
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: post(city, data=sent(key, description="Một lần")), range(10)))
    assert {each.status_code for each in answers} == {201}
    codes = {each.json()[0]["service_request_id"] for each in answers}
    assert len(codes) == 1
    other = post(city, data=sent(key, description="Hai lần")).json()[0]["service_request_id"]
    assert other not in codes
    with unit_of_work(city.engine) as session:  # the same words days later are another report
        old = datetime.now(UTC) - timedelta(days=2)
        session.execute(update(Report).where(Report.code == codes.pop()).values(created_at=old))
    later = [post(city, data=sent(key, description="Một lần")).json() for _ in range(2)]
    assert later[0] == later[1]


def test_json_query_and_bearer_are_taken_too(city: Desk, key: str) -> None:
    body = sent("", service_code="noise", description="JSON") | {"attribute": {"size": "s"}}
    headers = {"Authorization": f"Bearer {key}"}
    assert city.client.post(f"{BASE}/requests.json", json=body, headers=headers).status_code == 201
    answers = {"attributes": [{"code": "size", "value": "l"}, {"code": "what", "value": ["a", "b"]}]}
    for number, header in enumerate(("X-Api-Key", "api_key")):
        said: dict[str, Any] = sent("", service_code="noise", description=f"JSON {number}") | answers
        answer = city.client.post(f"{BASE}/requests.json", json=said, headers={header: key})
        assert answer.status_code == 201, answer.text
    with unit_of_work(city.engine) as session:
        code = answer.json()[0]["service_request_id"]
        found = session.scalars(select(Report).where(Report.code == code)).one()
        assert found.attributes == {"size": "l", "what": ["a", "b"]}
    query = {"jurisdiction_id": "small", "api_key": key}
    answer = post(city, params=query, data=sent("", media_url="http://vidu.vn/1.jpg"))
    assert answer.status_code == 201
    assert "media_url" in answer.json()[0]["service_notice"]


def test_what_is_optional_and_wrong_is_left_out_with_a_word(city: Desk, key: str) -> None:
    people = {"first_name": "An", "phone": "n/a", "email": "an@vidu.vn"}
    files = [(f"photo{number}", (f"{number}.jpg", jpeg())) for number in range(8)]
    answer = post(city, data=sent(key, description="Tám ảnh", **people), files=files)
    assert answer.status_code == 201, answer.text
    [told] = answer.json()
    assert "phone" in told["service_notice"] and "photo" in told["service_notice"]
    with unit_of_work(city.engine) as session:
        report = session.scalars(select(Report).where(Report.code == told["service_request_id"])).one()
        contact = session.get_one(Contact, report.id)
        assert (contact.name, contact.phone, contact.email) == ("An", None, "an@vidu.vn")
        photos = session.scalar(select(func.count()).select_from(Photo).where(Photo.report_id == report.id))
        assert photos == 6


def test_refusals_are_told_in_the_form_of_the_address(city: Desk, key: str) -> None:
    reading = make_key(city, "read")
    cases = (
        (403, None, {"data": sent("wrong")}),
        (403, None, {"data": sent("")}),
        (403, None, {"data": sent(reading)}),
        (404, None, {"data": sent(key, jurisdiction_id="elsewhere")}),
        (400, "size required", {"data": sent(key, service_code="noise")}),
        (404, "nothing", {"data": sent(key, service_code="nothing")}),
        (400, "service_code required", {"data": {"api_key": key}}),
        (400, "lat required", {"data": {"api_key": key, "service_code": "litter"}}),
        (400, "lat: A number is needed.", {"data": sent(key, lat="north")}),
        (400, "description: Longer than 4000 characters.", {"data": sent(key, description="x" * 4001)}),
        (400, None, {"content": b"[", "params": {"api_key": key}}),
    )
    for status, words, how in cases:
        told = post(city, **how)
        assert told.status_code == status, told.text
        assert told.json()[0]["code"] == status
        assert words is None or any(words in each["description"] for each in told.json()), told.text
        twin = xml(post(city, "xml", **how))
        assert [plain(each) for each in twin] == as_text(told.json())


@pytest.mark.parametrize(
    ("status", "path"),
    [
        (404, "/services.json?jurisdiction_id=elsewhere"),
        (404, "/services/none.json"),
        (404, "/requests/SML-2222-22.json"),
        (404, "/tokens/none.json"),
        (404, "/nothing.json"),
        (400, "/requests.json?start_date=2026-01-01T00:00:00Z&end_date=2026-07-20T00:00:00Z"),
        (400, "/requests.json?status=assigned"),
        (400, "/requests.json?page=0"),
        (400, "/requests.json?page=11&page_size=1000"),
        (400, "/requests.json?lat=16.4"),
        (400, "/requests.json?lat=nan&long=inf&radius=1"),
        (400, "/requests.json?start_date=0001-01-01&service_code=%00"),
        (404, "/requests.json?service_code=litter,none"),
    ],
)
def test_what_cannot_be_read_is_refused_in_both_forms(city: Desk, status: int, path: str) -> None:
    told = city.client.get(f"{BASE}{path}", headers={"Accept": "text/html"})
    assert (told.status_code, told.headers["content-type"]) == (status, "application/json; charset=utf-8")
    assert told.json()[0]["code"] == status
    twin = city.client.get(f"{BASE}{path.replace('.json', '.xml')}", headers={"Accept": "text/html"})
    assert twin.status_code == status
    assert xml(twin).findtext("error/code") == str(status)


def test_a_method_that_is_not_taken_and_the_head_alone(city: Desk) -> None:
    refused = city.client.put(f"{BASE}/requests.json")
    assert (refused.status_code, refused.json()[0]["code"]) == (405, 405)
    head = city.client.head(f"{BASE}/services.json")
    assert (head.status_code, head.content) == (200, b"")


def test_requests_are_those_of_the_public_list(city: Desk) -> None:
    at = datetime.now(UTC) - timedelta(days=300)
    days = [at + timedelta(days=each) for each in range(4)]
    done = city.report("closed", at=days[0], description="Gọi 0905 123 456", closed_at=days[1])
    open_one = city.report("in_progress", at=days[2])
    hidden = city.report("in_progress", at=days[3], published=False)
    span = {
        "start_date": (at - timedelta(days=1)).isoformat(),
        "end_date": (at + timedelta(days=80)).isoformat(),
    }
    told = get(city, "/requests.json", **span).json()
    assert [each["service_request_id"] for each in told] == [open_one.code, done.code]
    assert all(has_types(each, REQUEST) and each["status"] in ("open", "closed") for each in told)
    assert all(datetime.fromisoformat(each["requested_datetime"]).tzinfo for each in told)
    assert "0905" not in told[1]["description"]
    assert plain(xml(get(city, "/requests.xml", **span))) == as_text(told)
    assert [
        each["service_request_id"] for each in get(city, "/requests.json", **span, status="closed").json()
    ] == [done.code]
    assert get(city, "/requests.json", **span, page=2, page_size=1).json() == told[1:]
    assert get(city, "/requests.json", **span, page=9, page_size=1).json() == []
    here = {name: f"{day:%Y-%m-%d}T23:00:00" for name, day in zip(span, days[:2], strict=False)}
    assert get(city, "/requests.json", **here).status_code == 200  # by the city's clock
    twice = get(city, "/requests.json", **span, service_request_id=[open_one.code, done.code])
    assert twice.json() == told and twice.headers["access-control-allow-origin"] == "*"
    ids = ",".join((open_one.code, done.code, hidden.code))
    assert get(city, "/requests.json", service_request_id=ids).json() == told
    (one,) = get(city, f"/requests/{done.code}.json", extensions="true").json()
    assert one["extended_attributes"]["status"] == "closed"
    assert get(city, f"/requests/{hidden.code}.json").status_code == 404
    assert get(city, f"/tokens/{done.code}.json").json()[0]["service_request_id"] == done.code


def test_updates_tell_the_steps_of_public_reports(city: Desk) -> None:
    report = city.report("assigned")
    reply = "Tổ 3 đang đến, hỏi 0905 123 456"
    assert (
        city.step("department", report, "in_progress", public_reply=reply, note="Thiếu xe").status_code == 200
    )
    hidden = city.report("assigned", published=False)
    assert city.step("department", hidden, "in_progress").status_code == 200
    now = datetime.now(UTC)
    span = {"start_date": (now - timedelta(hours=1)).isoformat(), "end_date": now.isoformat()}
    told = get(city, "/servicerequestupdates.json", **span).json()
    (own,) = [each for each in told if each["service_request_id"] == report.code]
    assert own["status"] == "IN_PROGRESS"
    assert own["description"].startswith("Tổ 3 đang đến")  # what was said with the step, and not twice
    assert "0905" not in own["description"]
    (one,) = get(city, f"/requests/{report.code}.json", extensions="true").json()
    note = {"datetime": own["updated_datetime"], "description": own["description"], "type": "in_progress"}
    assert one["notes"] == [note]
    page = xml(get(city, f"/requests/{report.code}.xml", extensions="true"))
    assert page.findtext("request/notes/note/type") == "in_progress"
    (other,) = get(city, f"/requests/{report.code}.json").json()
    assert "notes" not in other
    assert now - timedelta(minutes=2) < datetime.fromisoformat(own["updated_datetime"]) <= now
    assert hidden.code not in {each["service_request_id"] for each in told}
    assert plain(xml(get(city, "/servicerequestupdates.xml", **span))) == as_text(told)
    assert get(city, "/servicerequestupdates.json", service_request_id=report.code).json() == [own]
    assert get(city, "/servicerequestupdates.json", service_request_id=hidden.code).json() == []
    with unit_of_work(city.engine) as session:  # a coordinator takes the words away
        session.execute(update(Comment).where(Comment.report_id == report.id).values(public=False))
    (bare,) = get(city, "/servicerequestupdates.json", service_request_id=report.code).json()
    assert bare["update_id"] == own["update_id"] and "Tổ 3" not in bare["description"]
    far = get(city, "/servicerequestupdates.json", start_date="2026-01-01T00:00:00Z")
    assert (far.status_code, far.json()[0]["code"]) == (400, 400)


def test_a_key_is_held_up_by_its_own_limit_and_no_other(city: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    few, other = make_key(city, "write", per_minute=2), make_key(city, "write")
    monkeypatch.setitem(vars(city.settings), "rate_limits", "on")  # what the process itself looks at
    answers = [post(city, data=sent(few, description=f"Lần {number}")) for number in range(3)]
    assert [each.status_code for each in answers] == [201, 201, 429]
    assert answers[2].json()[0]["code"] == 429 and int(answers[2].headers["retry-after"]) > 0
    twin = post(city, "xml", data=sent(few, description="Lần 4"))
    assert (twin.status_code, xml(twin).tag) == (429, "errors")
    read = city.client.get("/api/v1/queue", headers={"Authorization": f"Bearer {few}"})
    assert read.status_code == 429, read.text
    assert post(city, data=sent(other, description="Khóa khác")).status_code == 201


def test_an_address_in_words_is_looked_up_among_the_citys_places(city: Desk, key: str) -> None:
    in_words = {"api_key": key, "service_code": "litter", "description": "Rác ở đâu đó"}
    answer = post(city, data={**in_words, "address_string": "Phường Vỹ Dạ"})
    assert answer.status_code == 201, answer.text
    code = answer.json()[0]["service_request_id"]
    again = post(city, "xml", data={**in_words, "address_string": " Phường Vỹ Dạ "})
    assert xml(again).findtext("request/service_request_id") == code
    with unit_of_work(city.engine) as session:
        report = session.scalars(select(Report).where(Report.code == code)).one()
        assert report.address == "Phường Vỹ Dạ" and (report.accuracy_m or 0) > 100
        assert (report.lon, report.lat) == pytest.approx(IN_W1, abs=0.02)
    for where in ({"address_string": "Chỗ không ai biết"}, {"address_id": "#NOTPINPOINTED#"}, {}):
        refused = post(city, data={**in_words, **where})
        assert refused.status_code == 400 and "lat required" in refused.text


@pytest.mark.parametrize(
    ("named", "asked"),
    [
        ("start_date", {"start_date": "yesterday"}),
        ("end_date", {"end_date": "2026-13-01"}),
        ("lat", {"lat": "1e999", "long": "107", "radius": "10"}),
    ],
)
def test_a_wrong_filter_is_told_by_the_name_that_was_sent(
    city: Desk, named: str, asked: dict[str, str]
) -> None:
    answer = get(city, "/requests.json", **asked)
    assert answer.status_code == 400
    [told] = answer.json()
    assert told["description"].startswith(f"{named}: "), told
