"""The call screen: who calls is found by number, each reading written down; what is open near by is shown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest
from sqlalchemy import func, select

from service.db import unit_of_work
from service.domain.reports.reports import ContactDraft
from service.models import ContactReading
from tests.api.desk import Desk, open_desk
from tests.conftest import Servers
from tests.pages.queue.test_queue import look
from tests.support.site import HTML, TOKEN

PLACE = (107.525, 16.425)


@pytest.fixture(scope="module")
def desk(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with open_desk(servers, f"call_{servers.worker}", tmp_path_factory.mktemp("media")) as made:
        yield made


def near(desk: Desk, who: str = "triage", **asked: object) -> httpx.Response:
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    return look(desk, who, f"/desk/new/near?{query}", **{"HX-Request": "true"})


def call(desk: Desk, phone: str, who: str = "triage") -> httpx.Response:
    token = TOKEN.search(look(desk, who, "/desk/new?draft=6c1b9a52-6f0e-4a1e-9c0b-0a4a3f3f7a11").text)
    assert token
    sent = {"phone": phone, "csrf_token": token[1]}
    return desk.client.post("/desk/new/caller", data=sent, headers={**HTML, "HX-Request": "true"})


def readings(desk: Desk) -> int:
    with unit_of_work(desk.engine) as session:
        return session.scalar(select(func.count()).select_from(ContactReading)) or 0


def test_a_caller_is_found_by_number_and_the_reading_written_down(desk: Desk) -> None:
    contact = ContactDraft("Hoa", "+84914222333", None)
    own = desk.report("in_progress", contact=contact, at=datetime.now(UTC))
    other = desk.report("in_progress", contact=ContactDraft("An", "+84914222334", None), at=datetime.now(UTC))
    answer = call(desk, "0914 222 333")
    assert own.code in answer.text and other.code not in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert readings(desk) == 1
    with unit_of_work(desk.engine) as session:
        read = session.scalars(select(ContactReading)).one()
        assert (read.report_id, read.purpose) == (own.id, "Người gửi đang gọi đến tổng đài")
    assert "chưa gửi phản ánh nào" in call(desk, "0914 000 000").text
    for wrong in ("", "12", "Hoa"):
        assert call(desk, wrong).status_code == 422, wrong
    assert readings(desk) == 1


def test_what_is_open_near_the_place_is_shown_in_the_kind_that_was_chosen(desk: Desk) -> None:
    now = datetime.now(UTC)
    litter = desk.report("in_progress", category="litter", place=PLACE, at=now, published=False)
    noise = desk.report("in_progress", category="noise", place=PLACE, at=now)
    done = desk.report("closed", category="litter", place=PLACE, at=now)
    lon, lat = PLACE[0] + 0.0001, PLACE[1]
    text = near(desk, lon=lon, lat=lat).text
    assert litter.code in text and noise.code in text and done.code not in text
    text = near(desk, lon=lon, lat=lat, category="litter").text
    assert litter.code in text and noise.code not in text
    assert near(desk, lon=107.58, lat=16.43, category="litter").text.strip() == ""
    assert near(desk, lon=10, lat=16).text.strip() == ""
    assert near(desk, lon="x", lat=16).status_code == 422


def test_only_coordinators_look_around(desk: Desk) -> None:
    for who in ("department", "inspector", "executor"):
        assert near(desk, who, lon=PLACE[0], lat=PLACE[1]).status_code in (303, 404), who
