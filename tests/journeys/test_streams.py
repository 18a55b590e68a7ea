"""Pages that nobody sees give their connections back, and know what went by once they are seen again."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import UTC, datetime

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from service.db import unit_of_work
from service.domain.relay import give_positions
from service.domain.reports.events import Actor
from service.domain.reports.lifecycle import StatusChange, move
from service.models import Report, Role, Staff, Status
from service.models.reports.event import ActorKind
from tests.journeys.citizens.test_reporting import until
from tests.journeys.conftest import Phone
from tests.journeys.staff.test_inspector import resolved
from tests.support.site import Site

pytestmark = pytest.mark.browser

# What a browser does to a tab behind another; headless Chromium shows every page as seen.
SEEN = """state => {
  Object.defineProperty(document, 'visibilityState', {value: state, configurable: true});
  Object.defineProperty(document, 'hidden', {value: state === 'hidden', configurable: true});
  document.dispatchEvent(new Event('visibilitychange'));
}"""
COUNT = """
window.streams = new Set();
const Real = EventSource;
window.EventSource = class extends Real {
  constructor(url) { super(url); streams.add(this); }
  close() { super.close(); streams.delete(this); }
};
"""


def hide(page: Page) -> None:
    page.evaluate(SEEN, "hidden")


def see(page: Page) -> None:
    page.evaluate(SEEN, "visible")


def open_streams(context: BrowserContext) -> int:
    return sum(int(page.evaluate("() => window.streams?.size ?? 0")) for page in context.pages)


def test_seven_tabs_over_one_host(phone: Phone, site: Site) -> None:
    """All of them seen at once: a few have a stream, each of them still loads and asks."""
    phone.context.add_init_script(COUNT)
    code = site.code("in_progress")
    pages = [phone.open(f"/r/{code}") for _ in range(8)]
    for page in pages:
        status = page.evaluate("async () => (await fetch('/api/v1/categories', {cache: 'reload'})).status")
        assert status == 200
    until(pages[0], lambda: open_streams(phone.context) == 3)
    for page in pages[:4]:
        hide(page)
    assert sum(page.evaluate("() => streams.size") for page in pages[:4]) == 0


@pytest.mark.parametrize("path", ["/r/{code}", "/feed"])
def test_a_hidden_page_catches_up(phone: Phone, site: Site, path: str) -> None:
    phone.context.add_init_script(COUNT)
    report = resolved(site, 25, "Xong lúc không ai nhìn")
    placed(site)
    page = phone.context.new_page()
    with page.expect_response("**/feed?after=latest") if path == "/feed" else nullcontext():
        phone.go(page, path.format(code=report.code))
    until(page, lambda: page.evaluate("() => [...streams].some(each => each.readyState === 1)"))
    hide(page)
    until(page, lambda: page.evaluate("() => streams.size") == 0)
    with unit_of_work(site.engine) as session:
        colleague = session.scalars(select(Staff).where(Staff.username == "demo.inspector")).one()
        actor = Actor(ActorKind.STAFF, staff_id=colleague.id, role=Role.INSPECTOR, name="Đồng nghiệp")
        move(
            session, session.get_one(Report, report.id), StatusChange(Status.CLOSED, actor, datetime.now(UTC))
        )
    placed(site)
    see(page)
    if path == "/feed":
        expect(page.locator("[data-news]")).to_be_visible(timeout=20_000)
    else:
        expect(page.locator("[data-live]")).to_contain_text("Hoàn thành", timeout=20_000)
    until(page, lambda: page.evaluate("() => streams.size") == 1)


def placed(site: Site) -> None:
    """Every event has its position in the feed."""
    with unit_of_work(site.engine) as session:
        while give_positions(session):
            pass
