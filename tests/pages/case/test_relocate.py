"""The pin of a case is moved on a page of its own: what would come of it first, then done."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from service.db import unit_of_work
from service.models import Report
from service.pages.case.relocate import read_point
from tests.api.desk import Desk, open_desk
from tests.conftest import Servers
from tests.pages.case.test_case import case, look
from tests.support.site import HTML, TOKEN


@pytest.fixture(scope="module")
def desk(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with open_desk(servers, f"place_{servers.worker}", tmp_path_factory.mktemp("media")) as made:
        yield made


def read(desk: Desk, report: Report) -> Report:
    with unit_of_work(desk.engine) as session:
        return session.get_one(Report, report.id)


def test_what_would_come_of_it_is_shown_and_then_done(desk: Desk) -> None:
    west = desk.reference.ward_by_code["W1"]
    report = case(desk, "in_progress", lead="ward-W1", category="litter", ward_id=west.id)
    page = look(desk, "triage", report)
    assert f'href="/case/{report.code}/place"' in page.text
    first = look(desk, "triage", report, "/place").text
    assert f'value="{report.lat:.6f}, {report.lon:.6f}"' in first and "data-plan" not in first

    asked = {"point": "16.430000, 107.580000", "address": "12 Lê Lợi", "reason": "Ghim nhầm"}
    shown = look(desk, "triage", report, f"/place?{urlencode(asked)}")
    assert shown.status_code == 200
    assert "data-plan" in shown.text and desk.reference.ward_by_code["W2"].full_name in shown.text
    assert read(desk, report).lon == report.lon
    token = TOKEN.search(shown.text)
    assert token
    sent = {**asked, "csrf_token": token[1], "version": str(report.version)}
    done = desk.client.post(f"/case/{report.code}/place", data=sent, headers=HTML, follow_redirects=False)
    assert (done.status_code, done.headers["location"]) == (303, f"/case/{report.code}?done=place")
    moved = read(desk, report)
    assert (moved.lon, moved.lat, moved.address) == (107.58, 16.43, "12 Lê Lợi")
    stale = desk.client.post(
        f"/case/{report.code}/place", data={**sent, "point": "16.42, 107.57"}, headers=HTML
    )
    assert stale.status_code == 409
    story = look(desk, "triage", report, "?done=place").text
    assert f"Sửa vị trí phản ánh: chuyển sang {desk.reference.ward_by_code['W2'].full_name}" in story


@pytest.mark.parametrize("point", ["", "ở đâu đó", "16.43", "16.43,107.58,1", "91,181", "1e9, 3", "0, 0"])
def test_what_is_no_place_of_the_city_is_said_at_the_form(desk: Desk, point: str) -> None:
    report = case(desk, "in_progress")
    sent = {"point": point, "address": "giữ lại", "reason": "", "version": "1"}
    shown = look(desk, "department", report, f"/place?{urlencode(sent)}")
    assert shown.status_code == (422 if point else 200)
    token = TOKEN.search(shown.text)
    assert token and ("giữ lại" in shown.text or not point)
    answer = desk.client.post(
        f"/case/{report.code}/place", data={**sent, "csrf_token": token[1]}, headers=HTML
    )
    assert answer.status_code == 422
    assert read(desk, report).version == 1


@pytest.mark.parametrize("text", ["16.43, 107.58", "107.58,16.43", " 16.43  107.58 ", "16.43;107.58"])
def test_points_as_other_maps_tell_them(desk: Desk, text: str) -> None:
    assert read_point(desk.reference, text) == (107.58, 16.43)


def test_who_has_no_part_finds_no_form(desk: Desk) -> None:
    report = case(desk, "in_progress")
    assert look(desk, "other_department", report, "/place").status_code == 404
    closed = case(desk, "closed")
    assert look(desk, "department", closed, "/place").status_code == 409
