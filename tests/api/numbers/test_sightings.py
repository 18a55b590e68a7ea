"""Numbers of a report over HTTP: who reads and decides, corrections, counters that stay right."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from service.db import unit_of_work
from service.domain.numbers.extraction import NumberReading
from service.domain.numbers.proposals import propose_readings
from service.domain.numbers.telephones import telephone
from service.models import AdNumber, Photo, Report
from service.models.reports.photo import PhotoState
from tests.api.desk import Desk, problem

NOW = datetime.now(UTC)
QUAD = ((10.0, 10.0), (90.0, 10.0), (90.0, 30.0), (10.0, 30.0))
PLACES = ((107.52, 16.45), (107.521, 16.4531), (107.56, 16.45))


def read_on(desk: Desk, report: Report, digits: str, score: float = 0.95) -> int:
    """The reader found this number on a new photo of the report; the sighting's id."""
    photo_id = desk.photo(report, "report")
    number = telephone(digits)
    assert number is not None
    with unit_of_work(desk.engine) as session:
        photo = session.get_one(Photo, photo_id)
        photo.state = PhotoState.READY
        session.flush()
        assert propose_readings(
            session, photo.id, [NumberReading(number, QUAD, digits, score)], (100, 50), now=NOW
        )
    return int(items(desk, report)[0]["id"])


def items(desk: Desk, report: Report, who: str = "triage") -> list[dict[str, Any]]:
    answer = desk.call("GET", f"/reports/{report.id}/sightings", desk.as_staff(who))
    assert answer.status_code == 200, answer.text
    found: list[dict[str, object]] = answer.json()["items"]
    return found


def counted(desk: Desk, digits: str) -> tuple[int, int, int]:
    with unit_of_work(desk.engine) as session:
        number = session.query(AdNumber).filter_by(e164=f"+84{digits[1:]}").one()
        return number.sightings, number.places, number.wards


def test_a_reading_is_told_as_the_contract_says(desk: Desk) -> None:
    report = desk.report("in_progress", category="illegal_ad", attributes={"phone": "0912 000 001"})
    read_on(desk, report, "0912000001")
    [told] = items(desk, report)
    assert (
        told
        | {
            "number": "0912000001",
            "shown": "0912 000 001",
            "by": "reader",
            "state": "proposed",
            "typed": True,
            "sure": True,
            "quad": [[0.1, 0.2], [0.9, 0.2], [0.9, 0.6], [0.1, 0.6]],
        }
        == told
    )
    assert counted(desk, "0912000001") == (0, 0, 0)


def test_confirming_counts_places_and_wards_and_twice_is_once(desk: Desk) -> None:
    for count, place in enumerate(PLACES, start=1):
        report = desk.report("in_progress", category="illegal_ad", place=place)
        path = f"/sightings/{read_on(desk, report, '0912000002')}/decision"
        answers = desk.at_once(*[(path, desk.as_staff("department"), {"state": "confirmed"})] * 4)
        assert {each.status_code for each in answers} == {200}
        assert counted(desk, "0912000002")[:2] == (count, count)
    assert desk.call("POST", path, desk.as_staff("department"), {"state": "refused"}).status_code == 200
    assert counted(desk, "0912000002")[:2] == (2, 2)


def test_a_correction_refuses_what_was_read_and_confirms_what_stands_there(desk: Desk) -> None:
    report = desk.report("in_progress", category="illegal_ad")
    sighting = read_on(desk, report, "0912000003", 0.6)
    body = {"state": "confirmed", "number": "0912.000.004"}
    answer = desk.call("POST", f"/sightings/{sighting}/decision", desk.as_staff("triage"), body)
    told = {each["number"]: (each["by"], each["state"]) for each in answer.json()["items"]}
    assert told == {"0912000003": ("reader", "refused"), "0912000004": ("staff", "confirmed")}
    assert (counted(desk, "0912000003")[0], counted(desk, "0912000004")[0]) == (0, 1)
    wrong = {"state": "confirmed", "number": "0912 000"}
    problem(desk.call("POST", f"/sightings/{sighting}/decision", desk.as_staff("triage"), wrong), 422)


def test_a_colleague_enters_what_no_reader_saw(desk: Desk) -> None:
    report = desk.report("in_progress", category="illegal_ad")
    path = f"/reports/{report.code}/sightings"
    answer = desk.call("POST", path, desk.as_staff("department"), {"number": "+84 912 000 005"})
    [told] = answer.json()["items"]
    assert (told["number"], told["by"], told["state"]) == ("0912000005", "staff", "confirmed")
    other = desk.photo(desk.report())
    body = {"number": "0912000006", "photo_id": other}
    problem(desk.call("POST", path, desk.as_staff("department"), body), 422)
    problem(desk.call("POST", path, desk.as_staff("department"), {"number": "123"}), 422)


@pytest.mark.parametrize(
    ("who", "reads", "decides"),
    [
        ("triage", 200, 200),
        ("department", 200, 200),
        ("inspector", 200, 200),
        ("manager", 200, 403),
        ("other_department", 404, 404),
        ("administrator", 403, 403),
        ("executor", 403, 403),
        ("other_executor", 404, 404),
    ],
)
def test_who_reads_and_who_decides(desk: Desk, who: str, reads: int, decides: int) -> None:
    report = desk.report("in_progress", category="illegal_ad", executor="telecom")
    sighting = read_on(desk, report, "0912000007")
    answer = desk.call("GET", f"/reports/{report.id}/sightings", desk.as_staff(who))
    assert answer.status_code == reads
    assert ("0912000007" in answer.text) is (reads == 200)
    path = f"/sightings/{sighting}/decision"
    assert desk.call("POST", path, desk.as_staff(who), {"state": "confirmed"}).status_code == decides


def test_no_number_leaves_by_a_public_door(desk: Desk) -> None:
    report = desk.report("in_progress", category="illegal_ad")
    sighting = read_on(desk, report, "0912345008")
    body = {"state": "confirmed"}
    desk.call("POST", f"/sightings/{sighting}/decision", desk.as_staff("triage"), body)
    doors = ("", "/events", "/comments", "/photos", "/sightings")
    paths = [f"/api/v1/reports/{report.code}{door}" for door in doors]
    for path in [*paths, f"/r/{report.code}", "/api/v1/feed", "/feed.atom", "/feed"]:
        desk.client.cookies.clear()
        for headers in ({}, desk.as_reporter(report)):
            said = desk.client.get(path, headers=headers).text
            for spelled in ("0912345008", "0912 345 008", "84912345008"):
                assert spelled not in said, path
    assert desk.call("GET", f"/reports/{report.code}/sightings").status_code == 401
