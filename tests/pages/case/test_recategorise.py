"""The kind is corrected on a page of its own: what would come of it first, then done. What one left."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from service.db import unit_of_work
from service.models import Report
from tests.api.desk import Desk, open_desk
from tests.conftest import Servers
from tests.pages.case.test_case import case, enter, look, send
from tests.support.site import HTML, TOKEN


@pytest.fixture(scope="module")
def desk(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with open_desk(servers, f"kind_{servers.worker}", tmp_path_factory.mktemp("media")) as made:
        yield made


def read(desk: Desk, report: Report) -> Report:
    with unit_of_work(desk.engine) as session:
        return session.get_one(Report, report.id)


def test_what_would_come_of_it_is_shown_and_then_done(desk: Desk) -> None:
    report = case(desk, "in_progress", lead="ward-W1", category="litter")
    asked = {"category": "hanging_cable", "reason": "Là dây cáp"}
    shown = look(desk, "triage", report, f"/kind?{urlencode(asked)}")
    assert shown.status_code == 200
    assert "data-plan" in shown.text and "city-cables" in shown.text
    assert read(desk, report).status == "in_progress"

    token = TOKEN.search(shown.text)
    assert token
    sent = {**asked, "csrf_token": token[1], "version": str(report.version)}
    done = desk.client.post(f"/case/{report.code}/kind", data=sent, headers=HTML, follow_redirects=False)
    assert (done.status_code, done.headers["location"]) == (303, f"/case/{report.code}?done=kind")
    assert read(desk, report).status == "assigned"
    again = desk.client.post(f"/case/{report.code}/kind", data={**sent, "category": "noise"}, headers=HTML)
    assert again.status_code == 409


def test_who_only_reads_is_offered_nothing(desk: Desk) -> None:
    report = case(desk, "in_progress")
    assert look(desk, "administrator", report, "/kind").status_code == 409
    assert f"/case/{report.code}/kind" not in look(desk, "administrator", report).text
    assert f"/case/{report.code}/kind" in look(desk, "department", report).text


def test_after_handing_on_one_stands_in_the_queue_and_may_still_read(desk: Desk) -> None:
    report = case(desk, "assigned", lead="ward-W1")
    sent = {"step": "handed_on", "to": "assigned", "lead": "city-cables", "reason": "Đúng đơn vị"}
    assert send(desk, "triage", report, "step", sent, follow_redirects=False).status_code == 303
    sent |= {"lead": "ward-W2", "reason": "Thuộc phường"}
    done = send(desk, "department", report, "step", sent, follow_redirects=False)
    assert (done.status_code, done.headers["location"]) == (303, f"/queue?left={report.code}")
    enter(desk, "department")
    queue = desk.client.get(done.headers["location"], headers={**HTML, "Accept-Language": "vi"}).text
    assert f"{report.code} đã chuyển" in queue
    page = look(desk, "department", report)
    assert page.status_code == 200
    assert "Thuộc phường" in page.text
    assert 'name="step"' not in page.text


def test_the_calendar_offers_to_count_anew(desk: Desk) -> None:
    enter(desk, "administrator")
    page = desk.client.get("/admin/calendar/recount", headers=HTML)
    assert page.status_code == 200
