"""How quick the first page is on a cheap phone and a bad network; that a photo does not make it stutter."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from tests.imaging.pictures import encoded, quarters
from tests.journeys.conftest import Phone, open_phone
from tests.support.site import Site

pytestmark = pytest.mark.browser

SLOW_3G = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
SLOWDOWN = 4
USABLE_MS, TRANSFERRED, LONGEST_TASK_MS = 3_000, 100_000, 200
MOST_SHIFT = 0.01

WATCH = """
window.seen = {shift: 0, longest: 0};
new PerformanceObserver(l => l.getEntries().forEach(e => { if (!e.hadRecentInput) seen.shift += e.value }))
  .observe({type: 'layout-shift', buffered: true});
new PerformanceObserver(l => l.getEntries().forEach(e => seen.longest = Math.max(seen.longest, e.duration)))
  .observe({type: 'longtask', buffered: true});
"""


def slowed(page: Page) -> tuple[CDPSession, dict[str, int]]:
    """The page's debugger with network and processor slowed, and the bytes of each answer as they come."""
    debugger = page.context.new_cdp_session(page)
    debugger.send("Network.enable")
    debugger.send("Network.emulateNetworkConditions", SLOW_3G)
    debugger.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
    bytes_: dict[str, int] = {}

    def finished(event: dict[str, Any]) -> None:
        bytes_[event["requestId"]] = event["encodedDataLength"]

    debugger.on("Network.loadingFinished", finished)
    page.add_init_script(WATCH)
    return debugger, bytes_


def test_first_page(browser: Browser, site: Site) -> None:
    with open_phone(browser, site) as phone:
        page = phone.context.new_page()
        _, transferred = slowed(page)
        site.get("/")  # the service itself has started, its templates are read
        phone.go(page, "/")
        page.wait_for_load_state("networkidle")
        times = page.evaluate(
            "() => [performance.getEntriesByName('first-contentful-paint')[0].startTime,"
            " performance.getEntriesByName('ready')[0].startTime]"
        )
        assert max(times) <= USABLE_MS, times
        assert sum(transferred.values()) <= TRANSFERRED, transferred
        assert page.evaluate("() => seen.shift") <= MOST_SHIFT


def test_a_photo_does_not_make_it_stutter(phone: Phone, tmp_path: Path) -> None:
    file = tmp_path / "large.jpg"
    file.write_bytes(encoded(quarters(size=(4000, 3000)), "JPEG", 6))
    page = phone.context.new_page()
    debugger, _ = slowed(page)
    debugger.send("Network.emulateNetworkConditions", SLOW_3G | {"latency": 0, "downloadThroughput": -1})
    phone.go(page, "/report")
    page.evaluate("() => { seen.longest = 0 }")
    page.set_input_files("[data-photo-input]", file)
    expect(page.locator("[data-photos] li")).to_have_count(1, timeout=30_000)
    assert page.evaluate("() => seen.longest") <= LONGEST_TASK_MS
    assert page.evaluate("() => seen.shift") <= 0.1
