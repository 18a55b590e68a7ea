"""What is masked leaks nowhere: every public reading of a report that tells a telephone number."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from service.db import unit_of_work
from service.domain.kernel.masking import PHONE_SHOWN
from service.domain.reports.events import REPORTER, record
from service.models import City, Department, EventData, EventType, Report
from tests.api.desk import Desk
from tests.support.web import wait_for

PHONE = "0905 123 987"
WORDS = f"Rác đầy ngõ, gọi {PHONE} để biết thêm"
_positions = itertools.count(1_000_000)
ADDRESS = f"12/3 Chi Lăng ({PHONE})"


def told(desk: Desk, text: str) -> bool:
    """Whether any part of the number is in a text."""
    return any(part in text for part in (PHONE, PHONE.replace(" ", ""), "123 987", "123987"))


@pytest.fixture
def report(desk: Desk) -> Report:
    made = desk.report("in_progress", description=WORDS, address=ADDRESS, lead="city-cables")
    words = {"text": f"Số của tôi là {PHONE}"}
    assert desk.call("POST", f"/reports/{made.id}/comments", desk.as_reporter(made), words).status_code == 201
    with unit_of_work(desk.engine) as session:
        row = session.get_one(Report, made.id)
        why: EventData = {"reason": f"Chưa xong, gọi {PHONE}"}
        record(
            session, row, EventType.REOPENED, actor=REPORTER, at=datetime.now(UTC), data=why
        ).position = next(_positions)
        # The trigger fills the index of words.
        session.execute(update(Report).where(Report.id == made.id).values(description=WORDS))
    return made


@pytest.fixture
def placed(desk: Desk, report: Report) -> Iterator[Report]:
    yield report
    with unit_of_work(desk.engine) as session:
        session.execute(update(Report).where(Report.id == report.id).values(published=False))


PUBLIC = [
    "/api/v1/reports/{id}",
    "/api/v1/reports/{code}",
    "/api/v1/reports?limit=200",
    "/api/v1/reports/{id}/events",
    "/api/v1/reports/{id}/comments",
    "/api/v1/reports/similar?category=litter&lon=107.52&lat=16.42",
    "/api/v1/feed?limit=200",
    "/feed.atom",
]


@pytest.mark.parametrize("path", PUBLIC)
def test_no_stranger_reads_the_number(desk: Desk, placed: Report, path: str) -> None:
    desk.client.cookies.clear()
    answer = desk.client.get(path.format(id=placed.id, code=placed.code))

    assert answer.status_code == 200
    assert not told(desk, answer.text)


@pytest.mark.parametrize("who", ["reporter", "executor", "other_department"])
def test_nor_does_anybody_who_is_no_colleague(desk: Desk, placed: Report, who: str) -> None:
    with unit_of_work(desk.engine) as session:
        telecom = desk.reference.department_by_code["telecom"].id
        session.execute(update(Report).where(Report.id == placed.id).values(executor_id=telecom))
    headers = desk.as_reporter(placed) if who == "reporter" else desk.as_staff(who)
    for path in (f"/reports/{placed.id}", f"/reports/{placed.id}/comments", f"/reports/{placed.id}/events"):
        answer = desk.call("GET", path, headers)
        assert answer.status_code == 200
        assert not told(desk, answer.text), path


@pytest.mark.parametrize("who", ["triage", "administrator", "department", "manager"])
def test_colleagues_read_what_was_written(desk: Desk, placed: Report, who: str) -> None:
    view = desk.call("GET", f"/reports/{placed.id}", desk.as_staff(who)).json()
    said = desk.call("GET", f"/reports/{placed.id}/comments", desk.as_staff(who)).json()

    assert (view["description"], view["address"]) == (WORDS, ADDRESS)
    assert PHONE in said["items"][0]["text"]


def test_the_public_reads_the_rest(desk: Desk, placed: Report) -> None:
    view = desk.call("GET", f"/reports/{placed.id}").json()

    assert view["description"] == f"Rác đầy ngõ, gọi {PHONE_SHOWN} để biết thêm"
    assert view["address"].startswith("12/3 Chi Lăng")


@pytest.mark.parametrize("q", [PHONE, "0905123987", "123 987", "987", "0905"])
def test_a_search_finds_nobody_by_a_number(desk: Desk, placed: Report, q: str) -> None:
    found = desk.call("GET", "/reports?limit=200&q=" + q).json()["items"]
    other = desk.call("GET", "/reports?limit=200&q=" + q, desk.as_staff("other_department")).json()["items"]

    assert placed.code not in {each["code"] for each in [*found, *other]}


def test_the_desk_finds_it_by_the_number_and_everyone_by_its_words(desk: Desk, placed: Report) -> None:
    by_number = desk.call("GET", f"/reports?q={PHONE}&limit=200", desk.as_staff("triage")).json()["items"]
    by_words = desk.call("GET", "/reports?q=rac day ngo&limit=200").json()["items"]

    assert placed.code in {each["code"] for each in by_number}
    assert placed.code in {each["code"] for each in by_words}


@pytest.fixture
def office(desk: Desk) -> Iterator[str]:
    """The telephone number at which the department says that it is reached."""
    number = "0234 3822 822"
    _give_phone(desk, number)
    yield number
    _give_phone(desk, None)


def _give_phone(desk: Desk, number: str | None) -> None:
    with unit_of_work(desk.engine) as session:
        session.execute(update(Department).where(Department.code == "city-cables").values(phone=number))
        session.execute(update(City).values(revision=City.revision + 1))


def test_staff_tell_the_office_s_number_and_nobody_s_own(desk: Desk, placed: Report, office: str) -> None:
    words = {"text": f"Đã gọi anh {PHONE}. Cần thêm xin gọi {office}.", "kind": "reply"}
    path = f"/reports/{placed.id}/comments"
    assert desk.call("POST", path, desk.as_staff("department"), words).status_code == 201

    wait_for(lambda: office in desk.call("GET", path).text)  # the city's data are at most a second old
    for reader in (None, desk.as_reporter(placed)):
        shown = desk.call("GET", path, reader).text
        assert office in shown
        assert not told(desk, shown)
    assert told(desk, desk.call("GET", path, desk.as_staff("department")).text)
