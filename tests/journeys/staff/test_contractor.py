"""A contractor's phone: answers kept without a network, the photo from before laid over the new one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from service.db import unit_of_work
from service.domain.city.reference import load_reference
from service.domain.reports.arrivals import read_promised_arrivals
from service.models import Event, EventType, Photo, Report, Staff
from tests.journeys.citizens.test_reporting import until
from tests.journeys.conftest import Phone, open_phone
from tests.journeys.signin import sign_in
from tests.support.factories import make_photo, make_report
from tests.support.site import Site

pytestmark = pytest.mark.browser

PLACE = (107.59, 16.4637)
HUE_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.fixture
def contractor(browser: Browser, site: Site) -> Iterator[Phone]:
    with open_phone(browser, site, permissions=["geolocation", "camera"]) as made:
        sign_in(made, "executor")
        yield made


@pytest.fixture
def report(site: Site) -> Report:
    """A case in work that was handed to the demo's contractor, with a photo of the reporter."""
    with unit_of_work(site.engine) as session:
        reference = load_reference(session)
        own = session.scalars(select(Staff.department_id).where(Staff.username == "demo.executor")).one()
        assert own is not None
        executor = reference.departments[own].code
        lead = next(code for code in reference.department_by_code if code != executor)
        at = datetime.now(UTC) - timedelta(hours=5)
        made = make_report(
            session, reference, "in_progress", lead=lead, executor=executor, at=at, place=PLACE
        )
        photo = session.get_one(Photo, make_photo(session, made, "report"))
        photo.public_key = "public/demo/litter-0-before.webp"
        photo.thumbnail_key = "public/demo/litter-0-before-small.webp"
        return made


def kept(page: Page, words: str) -> None:
    """The step stands on the page as one that waits on this phone."""
    expect(page.locator("[data-pending-step]")).to_be_visible()
    expect(page.locator("[data-pending-what]")).to_contain_text(words)


def types(site: Site, report: Report) -> list[str]:
    with unit_of_work(site.engine) as session:
        query = select(Event.type).where(Event.report_id == report.id).order_by(Event.id)
        return list(session.scalars(query))


def test_a_time_of_arrival_told_without_a_network_arrives_once(
    contractor: Phone, site: Site, report: Report
) -> None:
    page = contractor.open(f"/case/{report.code}")
    at = (datetime.now(HUE_ZONE) + timedelta(hours=3)).replace(second=0, microsecond=0)
    if page.locator("#contract:not([open])").count():
        page.locator("#contract > summary").click()
    page.locator("#contract [name=arrives_at]").fill(f"{at:%d/%m/%Y %H:%M}")
    contractor.context.set_offline(True)
    page.locator("#contract button:not([type=button])").click()
    kept(page, "Nhận việc")
    contractor.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.get_by_text("Đã nhận việc; đơn vị chủ trì được báo giờ có mặt.")).to_be_visible()
    with unit_of_work(site.engine) as session:
        reference = load_reference(session)
        assert read_promised_arrivals(session, reference, [report.id])[report.id].arrives_at == at
    assert types(site, report).count(EventType.EXECUTOR_ACCEPTED) == 1


def test_a_case_is_declined_without_a_network_too(contractor: Phone, site: Site, report: Report) -> None:
    page = contractor.open(f"/case/{report.code}")
    page.locator("#decline > summary").click()
    page.fill("#decline-reason", "Xe cẩu đang sửa")
    contractor.context.set_offline(True)
    page.locator("#decline button:not([type=button])").click()
    kept(page, "Trả lại đơn vị chủ trì")
    contractor.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_url("**/queue?left=*")
    assert site.found(report.code).executor_id is None
    assert types(site, report).count(EventType.EXECUTOR_DECLINED) == 1


def test_the_photo_of_the_work_is_taken_over_the_one_from_before(
    contractor: Phone, site: Site, report: Report
) -> None:
    page = contractor.open(f"/case/{report.code}")
    camera = page.locator("#resolved [data-camera-box]")
    camera.locator("[data-start]").click()
    ghost = camera.locator("[data-ghost]")
    expect(ghost).to_be_visible()
    expect(ghost).to_have_css("opacity", "0.45")
    assert "litter-0-before" in (ghost.get_attribute("src") or "")
    camera.locator("[data-ghost-level]").fill("80")
    expect(ghost).to_have_css("opacity", "0.8")
    until(page, lambda: page.evaluate("document.querySelector('#resolved [data-video]').videoWidth > 0"))
    camera.locator("[data-shutter]").click()
    expect(camera.locator("[data-shots] li")).to_have_count(1)
    expect(camera.locator("[data-stage]")).to_be_hidden()
    page.locator("#resolved button:not([type=button])").last.click()
    page.wait_for_url("**/queue?left=*")
    assert site.found(report.code).status == "resolved"
    with unit_of_work(site.engine) as session:
        query = select(Photo).where(Photo.report_id == report.id, Photo.kind == "evidence")
        assert len(session.scalars(query).all()) == 1
