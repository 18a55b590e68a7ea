"""axe-core over the inspector's views and the wall: light and dark, in high contrast, phone and desk."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.accessibility.test_citizens import DESK, check_both
from tests.journeys.conftest import open_phone
from tests.journeys.signin import sign_in
from tests.support.site import Site

pytestmark = pytest.mark.browser


@pytest.mark.timeout(300)
@pytest.mark.parametrize("desk", [False, True], ids=["phone", "desk"])
def test_every_view_of_the_inspector_passes_axe(browser: Browser, site: Site, desk: bool) -> None:
    options: dict[str, object] = {"color_scheme": "light", "reduced_motion": "reduce"}
    if desk:
        options["viewport"] = DESK
    with open_phone(browser, site, **options) as phone:
        sign_in(phone, "inspector")
        page = phone.open("/inspect")
        page.wait_for_selector(".inspect-far")  # once the phone knows where it is, the list is drawn anew
        page.locator("[data-pick]").first.check()
        check_both(page)
        page.locator("[data-order=route]").click()
        check_both(page)
        page.locator("[data-contrast]").click()
        check_both(page)
        page.locator("[data-open-case]").first.click()
        page.wait_for_selector("[data-case-body] .timeline-item")
        check_both(page)
        page.locator("[data-decide=failed]").click()
        check_both(page)
        page.go_back()
        page.wait_for_selector('[data-view="case"]')
        page.go_back()
        page.locator("[data-new-finding]").click()
        check_both(page)
        phone.go(page, f"/inspect/{site.code('resolved')}")
        check_both(page)
        sign_in(phone, "triage")
        check_both(phone.go(page, "/wall"))


def test_nothing_needs_sideways_scrolling(browser: Browser, site: Site) -> None:
    with open_phone(browser, site) as phone:
        sign_in(phone, "inspector")
        page = phone.open("/inspect")
        for size in ("100%", "200%"):
            page.evaluate("size => document.documentElement.style.fontSize = size", size)
            assert page.evaluate("document.documentElement.scrollWidth") <= 361, size
        sign_in(phone, "triage")
        phone.go(page, "/wall")
        assert page.evaluate("document.documentElement.scrollWidth") <= 361


LOOKED_AT_MS = 20_000


def test_the_wall_tells_what_happens(browser: Browser, site: Site) -> None:
    """A step is on the wall by itself, and a wall that lost its connection says so."""
    with open_phone(browser, site, viewport=DESK) as phone:
        sign_in(phone, "triage")
        phone.context.clock.install()
        page = phone.open("/wall")
        page.wait_for_selector("#wall-map[data-idle]", state="attached", timeout=60_000)
        figure = '[data-figure="open"]'  # what came in today begins anew at midnight, also while one looks
        before = int(page.locator(figure).get_attribute("data-value") or 0)
        body = {"category": "litter", "location": {"lon": 107.59, "lat": 16.4637}}
        assert site.client.post("/api/v1/reports", json=body).status_code == 201
        new = page.locator(f'{figure}[data-value="{before + 1}"]')
        for _ in range(40):  # not public yet: no stream tells of it, and figures are reckoned once in 3 s
            page.clock.fast_forward(LOOKED_AT_MS)
            page.wait_for_timeout(1000)
            if new.count():
                break
        expect(new).to_be_visible()
        phone.context.set_offline(True)
        page.wait_for_selector(".wall-lost", timeout=40_000)
        phone.context.set_offline(False)
        page.wait_for_selector("[data-wall-state]:not(.wall-lost)", timeout=40_000)
