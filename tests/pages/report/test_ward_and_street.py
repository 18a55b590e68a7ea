"""A street that lies in another ward: sent all the same, and told on the way, on the page and at the desk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import delete
from sqlalchemy.exc import OperationalError

from service.api.reports import reports
from service.db import unit_of_work
from service.models import PlaceName, Street
from tests.pages.report.test_report import filled, send
from tests.support.site import HTML, Site

ELSEWHERE, RIGHT = "19753", "19789"
NAME, KEY = "Quế Hương Lạc", "que huong lac"
LINE = "SRID=4326;MULTILINESTRING((107.584 16.4625, 107.586 16.4630))"


@pytest.fixture(autouse=True)
def _street(site: Site) -> Iterator[None]:
    """A street in the ward RIGHT, as a map file brings it."""
    with unit_of_work(site.engine) as session:
        session.add(Street(name=NAME, key=KEY, road_class="residential", is_bridge=False, geom=LINE))
        name = {"source": "street", "kind": "residential", "name": NAME, "key": KEY, "initials": "qhl"}
        session.add(PlaceName(**name, rank=3, street_key=KEY))
    site.client.cookies.clear()
    yield
    with unit_of_work(site.engine) as session:
        for table in (Street, PlaceName):
            session.execute(delete(table).where(table.name == NAME))


def test_the_form_takes_it_and_the_page_tells(site: Site) -> None:
    sent = send(site, filled(ward=ELSEWHERE, address=f"12 {NAME}"))
    assert sent.status_code == 303
    page = site.client.get(sent.headers["location"], headers=HTML).text
    assert f"12 {NAME}" in page.partition("data-elsewhere")[2].partition("</div>")[0]
    code = sent.headers["location"].split("/")[2].split("?")[0]
    site.client.cookies.clear()
    assert "data-elsewhere" not in site.get(f"/r/{code}").text, "nobody else is told"
    right = send(site, filled(ward=RIGHT, address=f"12 {NAME}"))
    assert "data-elsewhere" not in site.client.get(right.headers["location"], headers=HTML).text


def test_it_is_said_before_sending_and_by_the_api(site: Site) -> None:
    about = f"/report/outlook?category=litter&address=12+{NAME}"
    assert "data-elsewhere" in site.get(f"{about}&ward={ELSEWHERE}").text
    assert "data-elsewhere" not in site.get(f"{about}&ward={RIGHT}").text
    body = {"category": "litter", "ward": ELSEWHERE, "address": f"12 {NAME}", "description": "Rác"}
    at = {"occurred_at": datetime(2026, 3, 2, tzinfo=UTC).isoformat()}
    [note] = site.client.post("/api/v1/reports", json=body | at).json()["notes"]
    assert f"12 {NAME}" in note
    assert site.client.post("/api/v1/reports", json={**body, "ward": RIGHT}).json()["notes"] == []


def test_a_note_that_fails_costs_no_report(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object, **__: object) -> None:
        raise OperationalError("select", {}, Exception("the database went away"))

    monkeypatch.setattr(reports, "street_elsewhere", away)
    body = {"category": "litter", "ward": ELSEWHERE, "address": f"12 {NAME}", "description": "Rác"}
    sent = site.client.post("/api/v1/reports", json=body)
    assert (sent.status_code, sent.json()["notes"]) == (201, [])
