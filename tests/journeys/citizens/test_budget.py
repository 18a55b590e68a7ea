"""How quick the first page is on a cheap phone and a bad network; that a photo does not make it stutter."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from tests.imaging.pictures import encoded, quarters
from tests.journeys.conftest import open_phone
from tests.support.site import Site

pytestmark = pytest.mark.browser

SLOW_3G = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
SLOWDOWN = 4
USABLE_MS, TRANSFERRED, LONGEST_TASK_MS = 3_000, 100_000, 200
MOST_SHIFT = 0.01
MOST_SHIFT_BY_A_PHOTO = 0.06

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


def met(measure: Callable[[], dict[str, float]], budget: dict[str, float]) -> None:
    """Hold what a page costs against its budget, by the best of three visits.

    What else runs on the machine can only make a visit dearer: one visit within the budget shows that the
    page keeps it, and a page that does not keep it fails three times.

    Raises:
        AssertionError: With the figures of every visit.
    """
    visits: list[dict[str, float]] = []
    for _ in range(3):
        visits.append(measure())
        if all(visits[-1][name] <= most for name, most in budget.items()):
            return
    raise AssertionError(f"{visits} do not keep {budget}")


def test_the_first_page_comes_within_its_budget(browser: Browser, site: Site) -> None:
    site.get("/")  # the service itself has started, its templates are read

    def visit() -> dict[str, float]:
        with open_phone(browser, site) as phone:
            page = phone.context.new_page()
            _, transferred = slowed(page)
            phone.go(page, "/")
            page.wait_for_load_state("networkidle")
            painted, ready = page.evaluate(
                "() => [performance.getEntriesByName('first-contentful-paint')[0].startTime,"
                " performance.getEntriesByName('ready')[0].startTime]"
            )
            shift = page.evaluate("() => seen.shift")
            return {"usable": max(painted, ready), "transferred": sum(transferred.values()), "shift": shift}

    met(visit, {"usable": USABLE_MS, "transferred": TRANSFERRED, "shift": MOST_SHIFT})


def test_a_photo_does_not_make_it_stutter(browser: Browser, site: Site, tmp_path: Path) -> None:
    file = tmp_path / "large.jpg"
    file.write_bytes(encoded(quarters(size=(4000, 3000)), "JPEG", 6))

    def visit() -> dict[str, float]:
        with open_phone(browser, site) as phone:
            page = phone.context.new_page()
            debugger, _ = slowed(page)
            quick = SLOW_3G | {"latency": 0, "downloadThroughput": -1}
            debugger.send("Network.emulateNetworkConditions", quick)
            phone.go(page, "/report")
            page.evaluate("() => { seen.longest = 0 }")
            page.set_input_files("[data-photo-input]", file)
            expect(page.locator("[data-photos] li")).to_have_count(1)
            expect(page.locator("[data-quick]")).to_be_visible()
            longest, shift = page.evaluate("() => [seen.longest, seen.shift]")
            return {"longest": longest, "shift": shift}

    met(visit, {"longest": LONGEST_TASK_MS, "shift": MOST_SHIFT_BY_A_PHOTO})
