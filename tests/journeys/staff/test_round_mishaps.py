"""An inspector's round on a phone that keeps nothing, in two tabs, and asked for a puzzle."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.journeys.citizens.test_drafts import WITHOUT
from tests.journeys.citizens.test_reporting import until
from tests.journeys.conftest import open_phone
from tests.journeys.signin import sign_in
from tests.journeys.staff.test_inspector import card, decide, evidence, resolved, steps
from tests.support.site import Site

pytestmark = pytest.mark.browser

ASKED = {
    "type": "urn:hientruong:problem:too_many_requests",
    "title": "Quá nhiều lần",
    "status": 429,
    "detail": "Vui lòng đợi 30 giây.",
    "errors": [],
    "challenge": {"token": "0123456789abcdef", "bits": 6, "parts": 4},
}


@pytest.mark.parametrize("kind", WITHOUT)
def test_without_storage_a_verdict_is_sent_all_the_same(browser: Browser, site: Site, kind: str) -> None:
    """Also when the network goes meanwhile: the page says that it must stay open, and sends by itself."""
    report = resolved(site, 22, f"Kiểm tra không có chỗ lưu: {kind}")
    options: dict[str, object] = {"permissions": ["geolocation", "camera"], "service_workers": "block"}
    with open_phone(browser, site, **options) as phone:
        phone.context.add_init_script(WITHOUT[kind])
        sign_in(phone, "inspector")
        page = phone.open("/inspect")
        expect(card(page, report)).to_be_visible(timeout=30_000)
        phone.context.set_offline(True)
        decide(page, report, "passed")
        expect(page.locator("[data-volatile]")).to_be_visible()
        expect(page.locator("[data-waiting] article")).to_have_count(1)
        assert steps(site, report.id) == []
        phone.context.set_offline(False)
        until(page, lambda: steps(site, report.id) == ["report.closed"])
        expect(page.locator("[data-waiting] article")).to_have_count(0)
    assert evidence(site, report) == 1


def test_two_tabs_decide_the_same_case(browser: Browser, site: Site) -> None:
    """The first verdict holds; the other tab's comes back to be decided, and nothing is sent twice."""
    report = resolved(site, 24, "Hai thẻ cùng một vụ")
    with open_phone(browser, site, permissions=["geolocation", "camera"]) as phone:
        sign_in(phone, "inspector")
        first, second = phone.open("/inspect"), phone.open("/inspect")
        for page in (first, second):
            expect(card(page, report)).to_be_visible()
        phone.context.set_offline(True)
        decide(first, report, "passed")
        expect(first.locator("[data-waiting] article")).to_have_count(1)
        decide(second, report, "failed", "Còn rác ở góc")
        expect(second.locator("[data-waiting] article")).to_have_count(2)
        phone.context.set_offline(False)
        for page in (first, second):
            page.evaluate("dispatchEvent(new Event('online'))")
        until(first, lambda: steps(site, report.id) == ["report.closed"])
        for page in (first, second):
            expect(page.locator("[data-waiting] article")).to_have_count(1, timeout=30_000)
            expect(page.locator('[data-waiting] [data-state="conflict"]')).to_contain_text("Còn rác ở góc")
    assert steps(site, report.id) == ["report.closed"]


def test_a_verdict_works_out_what_it_is_asked(browser: Browser, site: Site) -> None:
    report = resolved(site, 26, "Kiểm tra khi bị hỏi câu đố")
    proofs: list[str | None] = []

    def ask_once(route: Route) -> None:
        proofs.append(route.request.headers.get("x-proof-of-work"))
        if len(proofs) == 1:
            kind = {"content-type": "application/problem+json", "x-hientruong": "1", "retry-after": "30"}
            route.fulfill(status=429, headers=kind, body=json.dumps(ASKED))
        else:
            route.continue_()

    with open_phone(browser, site, permissions=["geolocation", "camera"], service_workers="block") as phone:
        sign_in(phone, "inspector")
        phone.context.route("**/api/v1/inspections", ask_once)
        page = phone.open("/inspect")
        decide(page, report, "passed")
        until(page, lambda: steps(site, report.id) == ["report.closed"])
    assert proofs[0] is None
    assert proofs[1] and proofs[1].startswith("0123456789abcdef")
