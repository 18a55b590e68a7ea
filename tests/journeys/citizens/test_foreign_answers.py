"""A portal, a proxy or a firewall answers in the service's place: what was sent waits and goes by itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.imaging.pictures import encoded, grainy, quarters
from tests.journeys.citizens.test_reporting import stored, to_the_last_step, until
from tests.journeys.conftest import Phone, open_phone
from tests.journeys.signin import sign_in
from tests.journeys.staff.test_inspector import decide, evidence, resolved, steps
from tests.support.site import Site

pytestmark = pytest.mark.browser

PORTAL = "<!doctype html><title>Wi-Fi miễn phí</title><p>Đăng nhập để dùng mạng. <a href=/x>Tiếp tục</a></p>"


def answer(status: int, body: str, kind: str = "text/html; charset=utf-8", **headers: str) -> dict[str, Any]:
    return {"status": status, "body": body, "headers": {"content-type": kind, **headers}}


def problem(status: int, kind: str) -> dict[str, Any]:
    told = {"type": kind, "title": "Blocked", "status": status, "detail": "Support ID 123", "errors": []}
    return answer(status, json.dumps(told), "application/problem+json")


FOREIGN: dict[str, dict[str, Any]] = {
    "a portal's page": answer(200, PORTAL),
    "a firewall": answer(403, PORTAL),
    "a proxy that knows no such address": answer(404, PORTAL),
    "a proxy with a limit of its own": answer(413, "<h1>413 Request Entity Too Large</h1>"),
    "a gateway with nobody behind it": answer(502, "<h1>502 Bad Gateway</h1>"),
    "one that wants a sign-in": answer(401, "", "text/plain", **{"www-authenticate": "Basic"}),
    "nothing at all": answer(204, ""),
    "an empty yes": answer(200, "", "application/json"),
    "JSON of another shape": answer(200, '{"ok": true, "id": null, "offset": null}', "application/json"),
    "a list": answer(201, "[]", "application/json"),
    "half of an answer": answer(201, '{"id": "0190', "application/json"),
    "a page that calls itself JSON": answer(200, PORTAL, "application/json"),
    "JSON that calls itself a page": answer(201, '{"id": "x", "code": "HUE-AAAA-AA", "secret": "s"}'),
    "an answer to somebody else": answer(
        201, '{"id": "x", "code": "HUE-AAAA-AA", "secret": "s", "state": 1}', "application/json"
    ),
    "a refusal that is nobody's": answer(422, '{"detail": "no"}', "application/json"),
    "another system's problem": problem(403, "about:blank"),
    "a problem that contradicts itself": answer(
        404, json.dumps({"type": "urn:hientruong:problem:invalid", "status": 422}), "application/problem+json"
    ),
}


SOME = ["a portal's page", "a firewall", "an empty yes", "JSON of another shape", "another system's problem"]
"""Enough where the same reader of answers reads."""


@dataclass
class Portal:
    """Answers with each of `foreign` in turn, with the last of them until `opened`; then everything passes.

    It never opens by itself: the page also tries again on its own, at any moment between two lines of a test.
    """

    foreign: list[str] = field(default_factory=lambda: list(FOREIGN))
    answered: list[str] = field(default_factory=list)
    opened: bool = False

    def __call__(self, route: Route) -> None:
        if self.opened:
            route.continue_()
            return
        if len(self.answered) < len(self.foreign):
            self.answered.append(self.foreign[len(self.answered)])
        route.fulfill(**FOREIGN[self.answered[-1]])

    def pass_all(self, page: Page, again: Callable[[], None], still: Callable[[], None]) -> None:
        """Ask until every foreign answer was given; after each of them `still` must hold."""
        while len(self.answered) < len(self.foreign):
            count = len(self.answered)
            still()
            again()
            until(page, lambda: len(self.answered) > count)  # noqa: B023 - called at once


def send_now(page: Page) -> None:
    page.locator("[data-send-now]").click()


def opened(portal: Portal, page: Page) -> None:
    """Lets pass and asks to send. What has just gone by itself leaves no button to be seen: that is right."""
    portal.opened = True
    page.locator("[data-send-now]").dispatch_event("click")


def test_a_report_is_not_taken_for_sent_nor_for_refused(phone: Phone, site: Site) -> None:
    words = "Có cổng Wi-Fi trả lời thay"
    portal = Portal()
    phone.context.route("**/api/v1/reports", portal)
    page = phone.open("/report")
    to_the_last_step(page, [], words).tap("[data-next]")
    page.wait_for_url("**/mine")
    card = page.locator("[data-waiting-list] article")

    def still() -> None:
        expect(card).to_have_count(1)
        expect(card).to_have_attribute("data-state", "waiting")
        expect(card).to_contain_text("tự gửi lại")
        assert stored(site, words) == []

    portal.pass_all(page, lambda: send_now(page), still)
    still()
    opened(portal, page)
    until(page, lambda: len(stored(site, words)) == 1)
    expect(page.locator(".report-card-title a")).to_have_count(1)
    expect(card).to_have_count(0)


@pytest.mark.parametrize("size", ["whole", "beginning", "piece"])
def test_a_photo_stays_on_the_phone_until_the_service_has_it(
    phone: Phone, site: Site, tmp_path: Path, size: str
) -> None:
    words = f"Ảnh gặp cổng Wi-Fi: {size}"
    file = tmp_path / "a.jpg"
    small = size == "whole"
    file.write_bytes(encoded(quarters(size=(300, 200)), "JPEG", 1) if small else grainy(size=(1200, 900)))
    portal = Portal(list(SOME))

    def stand(route: Route) -> None:
        begins = route.request.method == "GET"
        route.continue_() if begins is (size == "piece") and not small else portal(route)

    phone.context.route("**/api/v1/reports/*/photos" if small else "**/upload*", stand)
    page = phone.open("/report")
    to_the_last_step(page, [file], words).tap("[data-next]")
    page.wait_for_url("**/r/*")
    [report] = stored(site, words)
    phone.go(page, "/mine")
    card = page.locator("[data-waiting-list] article")

    def still() -> None:
        expect(card.locator("li.photo")).to_have_count(1)
        expect(card.locator("li.photo-wrong")).to_have_count(0)
        assert site.photos(report.code) == 0

    portal.pass_all(page, lambda: send_now(page), still)
    opened(portal, page)
    until(page, lambda: site.photos(report.code) == 1)
    expect(card).to_have_count(0)


def test_a_verdict_and_its_photo_wait_too(browser: Browser, site: Site) -> None:
    report = resolved(site, 12, "Kiểm tra sau cổng Wi-Fi")
    photos, verdicts = Portal(list(SOME)), Portal(list(SOME))
    with open_phone(browser, site, permissions=["geolocation", "camera"]) as phone:
        sign_in(phone, "inspector")
        phone.context.route("**/api/v1/reports/*/photos", photos)
        phone.context.route("**/api/v1/inspections", verdicts)
        page = phone.open("/inspect")
        decide(page, report, "passed")
        waiting = page.locator("[data-waiting] [data-item]")

        def still() -> None:
            expect(waiting).to_have_attribute("data-state", "waiting")
            assert steps(site, report.id) == []

        def again() -> None:
            page.evaluate("dispatchEvent(new Event('online'))")

        photos.pass_all(page, again, still)
        assert evidence(site, report) == 0
        photos.opened = True
        again()
        until(page, lambda: len(verdicts.answered) > 0)
        verdicts.pass_all(page, again, still)
        verdicts.opened = True
        again()
        until(page, lambda: steps(site, report.id) == ["report.closed"])
        expect(waiting).to_have_count(0)
    assert evidence(site, report) == 1
