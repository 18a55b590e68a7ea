"""The bell's page and its number in the bar of every page of staff."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, select

from service.db import unit_of_work
from service.domain.city.reference import load_reference
from service.domain.notices.bell.own_notices import notify_bells
from service.models import EventType, OwnNotice, Report, Staff
from tests.pages.html import Page
from tests.support.factories import make_report
from tests.support.site import Site


@pytest.fixture
def code(site: Site) -> Iterator[str]:
    """A case of the department, of which its officer and a manager are told."""
    now = datetime.now(UTC)
    site.enter("department")
    with unit_of_work(site.engine) as session:
        session.execute(delete(OwnNotice))
        officer = session.scalars(select(Staff).where(Staff.username == "demo.department")).one()
        manager = session.scalars(select(Staff).where(Staff.username == "demo.manager")).one()
        reference = load_reference(session)
        unit = reference.departments[officer.department_id or 0].code
        report = make_report(session, reference, "assigned", lead=unit, at=now)
        notify_bells(session, report, "event:a", EventType.ASSIGNED, [officer.id], now)
        notify_bells(session, report, "event:b", EventType.NOTED, [officer.id], now, by=manager.id)
        notify_bells(session, report, "event:c", EventType.OVERDUE, [manager.id], now)
        made = report.code
    yield made
    with unit_of_work(site.engine) as session:
        session.execute(delete(OwnNotice))
    site.client.cookies.clear()


def own(site: Site, username: str) -> list[int]:
    with unit_of_work(site.engine) as session:
        of = select(OwnNotice.id).join(Staff, Staff.id == OwnNotice.staff_id)
        return list(session.scalars(of.where(Staff.username == username).order_by(OwnNotice.id)))


@pytest.mark.parametrize(
    ("language", "words"), [("vi", "Thông báo: 2 chưa đọc"), ("en", "Notices: 2 unread")]
)
def test_each_page_says_how_many_are_new(site: Site, code: str, language: str, words: str) -> None:
    for path in ("/queue", "/account", "/find", f"/case/{code}"):
        assert words in site.look(path, language).text
    assert words in site.look("/notices/bell", language).text


def test_the_list_leads_to_the_case_and_is_read(site: Site, code: str) -> None:
    text = site.look("/notices").text
    assert text.count(f'href="/case/{code}"') == 2
    assert "Việc mới cho đơn vị" in text
    assert "Có người nhắc đến bạn" in text
    assert len(Page(text).ids()) == len(set(Page(text).ids()))
    first, second = own(site, "demo.department")
    [others] = own(site, "demo.manager")
    assert site.post("/notices", f"/notices/{first}/read", {}).status_code in (200, 303)
    assert "Thông báo: 1 chưa đọc" in site.look("/queue").text
    assert site.post("/notices", f"/notices/{others}/read", {}).status_code == 404
    assert site.post("/notices", f"/notices/{2**63}/read", {}).status_code == 404
    assert site.post("/notices", "/notices/read", {"up_to": "nonsense"}).status_code in (200, 303)
    assert "Thông báo: 1 chưa đọc" in site.look("/queue").text
    assert site.post("/notices", "/notices/read", {"up_to": str(second)}).status_code in (200, 303)
    assert "chưa đọc" not in site.look("/queue").text
    with unit_of_work(site.engine) as session:
        assert session.get_one(OwnNotice, others).read_at is None


def test_a_case_that_left_is_named_without_words(site: Site, code: str) -> None:
    with unit_of_work(site.engine) as session:
        report = session.scalars(select(Report).where(Report.code == code)).one()
        report.lead_id = None
    assert f'href="/case/{code}"' in site.look("/notices").text, "who had a part reads what became of it"
    with unit_of_work(site.engine) as session:
        report = session.scalars(select(Report).where(Report.code == code)).one()
        report.former_ids = []
    text = site.look("/notices").text
    assert f"{code} không còn thuộc phần việc của bạn." in text
    assert f'href="/case/{code}"' not in text


def test_strangers_are_led_to_the_door(site: Site) -> None:
    site.client.cookies.clear()
    answer = site.get("/notices")
    assert answer.url.path == "/login" or answer.status_code == 303
