"""Reception over real HTTP: what is stored, how a retry is answered, how places and words are read."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from service.domain.kernel.codes import is_report_secret, tidy_code
from tests.support.reception import KEY, REPORTS, TRANG_TIEN, Reception, place, problem_of, report


def test_a_report_is_taken(phone: Reception) -> None:
    before = datetime.now(UTC)

    answer = phone.send(report())

    assert answer.status_code == 201, answer.text
    told = answer.json()
    here = f"https://city.example/api/v1/reports/{told['id']}"
    assert answer.headers["location"] == here
    assert told["status"] == "received"
    assert tidy_code(told["code"]) == told["code"] and told["code"].startswith("HUE-")
    assert is_report_secret(KEY.encode(), UUID(told["id"]), told["secret"])
    assert told["links"] == {
        "self": here,
        "page": f"https://city.example/r/{told['code']}",
        "events": f"{here}/events",
        "photos": f"{here}/photos",
    }
    assert before <= datetime.fromisoformat(told["created_at"]) <= datetime.now(UTC)
    stored = phone.stored(told["id"])
    assert (stored.code, stored.status, stored.channel, stored.description) == (
        told["code"],
        "received",
        "app",
        "Rác ở chân cầu",
    )
    assert (stored.lon, stored.lat) == pytest.approx((TRANG_TIEN["lon"], TRANG_TIEN["lat"]))


def test_the_links_lead_somewhere(phone: Reception) -> None:
    told = phone.send(report()).json()
    for name in ("self", "events", "photos"):
        path = told["links"][name].removeprefix("https://city.example")
        assert phone.client.get(path).status_code == 200, name


def test_everything_that_is_sent_is_kept(phone: Reception) -> None:
    seen = datetime.now(UTC) - timedelta(hours=3)
    sent = report(
        id=str(uuid4()),
        category="illegal_ad",
        location={**TRANG_TIEN, "accuracy_m": 12.5},
        address="  12   Lê Lợi ",
        occurred_at=seen.isoformat(),
        attributes={"surface": "pole", "phone": "0905 000 111"},
        contact={"name": " Người dân ", "phone": "0905.123.456", "email": "dan@vidu.vn"},
    )

    answer = phone.send(sent)

    assert answer.status_code == 201, answer.text
    assert answer.json()["id"] == sent["id"]
    stored, contact = phone.stored(sent["id"]), phone.contact(sent["id"])
    assert (stored.accuracy_m, stored.address, stored.occurred_at) == (12.5, "12 Lê Lợi", seen)
    assert stored.attributes == {"surface": "pole", "phone": "0905 000 111"}
    assert contact is not None
    assert (contact.name, contact.phone, contact.email) == ("Người dân", "+84905123456", "dan@vidu.vn")


def test_a_clock_that_runs_ahead_has_not_seen_tomorrow(phone: Reception) -> None:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    told = phone.send(report(occurred_at=tomorrow.isoformat())).json()
    assert phone.stored(told["id"]).occurred_at == datetime.fromisoformat(told["created_at"])


def test_the_same_id_again_is_the_first_answer(phone: Reception) -> None:
    sent = report(id=str(uuid4()), contact={"phone": "0905123456"})
    first = phone.send(sent)
    before = phone.counts()

    again = [phone.send(sent), phone.send(sent, "en"), phone.send(dict(reversed(sent.items())))]

    assert first.status_code == 201
    assert [answer.status_code for answer in again] == [200, 200, 200]
    assert [answer.json() for answer in again] == [first.json()] * 3
    assert {answer.headers["location"] for answer in again} == {first.headers["location"]}
    assert phone.counts() == before


DEVICE, OTHER_DEVICE = {"X-Device-Id": "d" * 32}, {"X-Device-Id": "e" * 32}


@pytest.mark.parametrize(
    ("first", "again", "from_elsewhere", "told"),
    [
        (DEVICE, DEVICE, False, True),
        (DEVICE, DEVICE, True, True),
        (DEVICE, OTHER_DEVICE, False, False),
        (DEVICE, {}, False, False),
        (DEVICE, {"X-Device-Id": "short"}, False, False),
        ({"Cookie": "hientruong_visitor=mine"}, {"Cookie": "hientruong_visitor=mine"}, True, True),
        ({"Cookie": "hientruong_visitor=mine"}, {"Cookie": "hientruong_visitor=theirs"}, False, False),
        ({}, {}, False, True),
        ({}, {}, True, False),
        ({}, OTHER_DEVICE, True, False),
    ],
)
def test_public_facts_open_nothing(
    phone: Reception, first: dict[str, str], again: dict[str, str], from_elsewhere: bool, told: bool
) -> None:
    """Id and body are on the public page: whoever sends them again is told the secret only as the sender."""
    sent = report(id=str(uuid4()))
    answer = phone.send(sent, **first)
    network = httpx.HTTPTransport(local_address="127.0.0.66" if from_elsewhere else "127.0.0.1")

    with httpx.Client(base_url=phone.client.base_url, transport=network) as client:
        repeat = client.post(REPORTS, json=sent, headers=again)

    assert repeat.status_code == 200
    secret = answer.json()["secret"] if told else None
    assert repeat.json() == {**answer.json(), "secret": secret}


def test_identical_requests_at_the_same_moment_make_one_report(phone: Reception) -> None:
    for _ in range(5):
        sent = report(id=str(uuid4()), contact={"name": "Người dân"})
        before = phone.counts()

        with ThreadPoolExecutor(12) as phones:
            answers = list(phones.map(lambda _, body=sent: phone.send(body), range(12)))

        assert sorted(answer.status_code for answer in answers) == [200] * 11 + [201]
        assert all(answer.json() == answers[0].json() for answer in answers)
        assert phone.counts() == tuple(number + 1 for number in before)


def test_different_bodies_under_one_id_at_the_same_moment(phone: Reception) -> None:
    identity = str(uuid4())
    bodies = [report(id=identity, description=f"Rác {number}") for number in range(8)]

    with ThreadPoolExecutor(8) as phones:
        answers = list(phones.map(phone.send, bodies))

    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
    first = next(n for n, answer in enumerate(answers) if answer.status_code == 201)
    assert phone.stored(identity).description == f"Rác {first}"


@pytest.mark.parametrize(
    "changes",
    [
        {"description": "Khác"},
        {"category": "hanging_cable"},
        {"location": {"lon": 107.59, "lat": 16.46}},
        {"contact": {"phone": "0905123457"}},
        {"attributes": {"amount": "bag"}},
        {"anonymous": True},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_the_same_id_with_another_body_is_refused(phone: Reception, changes: dict[str, object]) -> None:
    sent = report(id=str(uuid4()))
    phone.send(sent)
    before = phone.counts()

    refused = phone.send({**sent, **changes}, "en")

    assert refused.status_code == 409
    problem = problem_of(refused)
    assert problem["type"] == "urn:hientruong:problem:conflict"
    assert problem["errors"] == [{"loc": ["body", "id"], "msg": "Used before with other content."}]
    assert phone.counts() == before


def test_without_an_id_each_request_is_a_report(phone: Reception) -> None:
    assert phone.send(report()).json()["id"] != phone.send(report()).json()["id"]


@pytest.mark.parametrize(
    "where",
    [(107.00, 15.98), (108.25, 16.78), (106.95, 16.4), ("107.5897", "16.4678"), (107.58970000000001234, 16)],
    ids=["south-west", "north-east", "outskirts", "as text", "many digits"],
)
def test_places_that_are_taken(phone: Reception, where: tuple[Any, Any]) -> None:
    answer = phone.send(report(**place(*where)))
    assert answer.status_code == 201, answer.text
    stored = phone.stored(answer.json()["id"])
    assert (stored.lon, stored.lat) == pytest.approx((float(where[0]), float(where[1])), abs=1e-9)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0905123456", "+84905123456"),
        ("0905 123 456", "+84905123456"),
        ("0905.123.456", "+84905123456"),
        ("090-512-3456", "+84905123456"),
        (" +84 905 123 456 ", "+84905123456"),
        ("0084905123456", "+84905123456"),
        ("84905123456", "+84905123456"),
        ("(0234) 3822 456", "+842343822456"),
        ("+1 650-253-0000", "+16502530000"),
        ("", None),
        ("   ", None),
    ],
)
def test_phone_numbers_as_people_write_them(phone: Reception, typed: str, kept: str | None) -> None:
    answer = phone.send(report(contact={"phone": typed}))
    assert answer.status_code == 201, answer.text
    contact = phone.contact(answer.json()["id"])
    assert (contact.phone if contact else None) == kept


def test_anonymous_keeps_no_contact(phone: Reception) -> None:
    person = {"name": "Người dân", "phone": "0905123456", "email": "dan@vidu.vn"}
    told = phone.send(report(anonymous=True, contact=person)).json()
    assert phone.contact(told["id"]) is None
    told = phone.send(report(anonymous=False, contact=person)).json()
    assert phone.contact(told["id"]) is not None


@pytest.mark.parametrize("contact", [{}, {"name": "  ", "phone": "", "email": ""}, {"name": "\u202e\u0000"}])
def test_an_empty_contact_is_none(phone: Reception, contact: dict[str, str]) -> None:
    answer = phone.send(report(contact=contact))
    assert answer.status_code == 201
    assert phone.contact(answer.json()["id"]) is None


def test_the_contact_is_told_to_nobody(phone: Reception) -> None:
    person = {"name": "Tên Rất Riêng", "phone": "0905777888", "email": "rieng@vidu.vn"}
    answer = phone.send(report(contact=person))
    told = answer.json()
    secret = {"Authorization": f"Report {told['secret']}"}
    get, one = phone.client.get, f"{REPORTS}/{told['id']}"
    texts = [get(one + path).text for path in ("", "/events", "/comments", "/photos", "/routing")]
    texts.append(answer.text)
    texts.append(phone.client.get(f"{REPORTS}?limit=200").text)
    texts.append(phone.client.get(f"{REPORTS}/{told['id']}/events", headers=secret).text)
    for shown in texts:
        assert not [word for word in ("Riêng", "905777888", "rieng@") if word in shown]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\u0000b", "ab"),
        ("a\u0007\u001b[31mb", "a[31mb"),
        ("a\u202eb\u2066c\u200fd", "abcd"),
        ("\ufeffTiếng Việt", "Tiếng Việt"),
        ("Hue\u0302\u0301", "Huế"),
        ("dòng một\r\ndòng hai", "dòng một\ndòng hai"),
        ("<script>alert(1)</script> {detail} %s", "<script>alert(1)</script> {detail} %s"),
        ("👩‍🚒", "👩‍🚒"),
    ],
    ids=["NUL", "control", "direction", "mark", "composed", "lines", "code", "joined emoji"],
)
def test_words_are_tidied(phone: Reception, typed: str, kept: str) -> None:
    answer = phone.send(report(description=typed, address=typed))
    assert answer.status_code == 201, answer.text
    assert phone.stored(answer.json()["id"]).description == kept


def test_two_thousand_letters_fit_whatever_they_are(phone: Reception) -> None:
    for letters in ("🦆" * 2000, "ẵ" * 2000, "\U0010ffff" * 2000):
        answer = phone.send(report(description=letters))
        assert answer.status_code == 201, answer.text
        assert phone.stored(answer.json()["id"]).description == letters
        shown = phone.client.get(f"{REPORTS}/{answer.json()['id']}")
        assert shown.json()["description"] == letters
    assert phone.send(report(description="🦆" * 2001)).status_code == 422


@pytest.mark.parametrize(
    "moment", ["1900-01-01T00:00:00Z", "2999-12-31T23:59:59-23:59", "2026-05-04T08:30:00+18:10"]
)
def test_the_first_and_the_last_moment(phone: Reception, moment: str) -> None:
    """Whatever is taken can be read again, by the API and by the workers; also from a clock far off."""
    answer = phone.send(report(occurred_at=moment))
    assert answer.status_code == 201, answer.text
    assert phone.stored(answer.json()["id"]).occurred_at is not None


def test_a_ward_and_an_address_are_enough(phone: Reception) -> None:
    sent = report(id=str(uuid4()), location=None, ward="19789", address="Trong chợ, gần cổng sau")
    answer = phone.send(sent)
    assert answer.status_code == 201, answer.text
    stored = phone.stored(answer.json()["id"])
    there = phone.client.get(f"/api/v1/wards/at?lon={stored.lon}&lat={stored.lat}").json()
    assert there["ward"]["code"] == "19789"
    assert stored.accuracy_m and stored.accuracy_m > 300, "nobody takes it for a point"
    assert phone.send(sent).status_code == 200
    for wrong, where in (({"address": " "}, "address"), ({"ward": "1"}, "ward")):
        refused = phone.send({**sent, "id": str(uuid4()), **wrong})
        assert [each["loc"][-1] for each in refused.json()["errors"]] == [where], refused.text
