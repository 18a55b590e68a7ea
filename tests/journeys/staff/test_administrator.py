"""An administrator tries a rule over past reports, puts it in force, and the next report goes by it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, expect

from service.db import unit_of_work
from service.domain.routing.dispatch import route_many
from service.domain.rules.rulebook import RulebookCache
from service.models import Report
from tests.journeys.accessibility.test_citizens import check
from tests.journeys.conftest import open_phone
from tests.journeys.signin import sign_in
from tests.support.site import Site

pytestmark = pytest.mark.browser

DESK = {"width": 1440, "height": 900}


def test_a_rule_is_tried_then_routes_the_next_report(browser: Browser, site: Site) -> None:
    worker = RulebookCache()
    with unit_of_work(site.engine) as session:
        worker.get(session)
    with open_phone(browser, site, viewport=DESK) as desk:
        sign_in(desk, "administrator")
        page = desk.open("/admin/rules/10")
        check(page)
        page.select_option("#lead", "hepco")
        page.fill("#priority", "900")
        page.get_by_role("button", name="Thử với 90 ngày qua").click()
        page.wait_for_selector("#trial")
        assert int(page.inner_text("[data-changed]")) > 0
        check(page)
        page.get_by_role("button", name="Áp dụng ngay").click()
        expect(page.get_by_role("status").first).to_contain_text("Đã áp dụng")
        check(desk.go(page, "/admin/audit"))
        expect(page.locator("li").filter(has_text="Quy tắc 10").first).to_contain_text("hepco")
    place = {"lon": 107.585, "lat": 16.464}
    sent = site.client.post("/api/v1/reports", json={"category": "litter", "location": place})
    with unit_of_work(site.engine) as session:
        book = worker.get(session)
        report = session.get_one(Report, sent.json()["id"])
        route_many(session, book, [report.id], datetime.now(UTC))
        session.refresh(report)
        assert report.lead_id == book.reference.department_by_code["hepco"].id
