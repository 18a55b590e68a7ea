"""The phone's position comes late, coarse or not at all: the person's place always wins."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from tests.journeys.citizens.test_reporting import Taps, past_the_map, stored, until
from tests.journeys.conftest import Phone, open_phone
from tests.support.shared import SHARED
from tests.support.site import Site

pytestmark = pytest.mark.browser

# The fix is given or refused when the test says so.
HELD = """
navigator.geolocation.getCurrentPosition = (found, failed) => { window.fix = {found, failed} };
window.giveFix = (longitude, latitude, accuracy) =>
  window.fix.found({coords: {longitude, latitude, accuracy}, timestamp: Date.now()});
"""
FAR = (107.6300, 16.4400)
NOWHERE = "/api/v1/wards/at?lon=0&lat=0"
"""What no map of the city asks for."""

DRAFT = """() => new Promise(resolve => {
  const opening = indexedDB.open('hientruong');
  opening.onsuccess = () => {
    const asked = opening.result.transaction('draft').objectStore('draft').getAll();
    asked.onsuccess = () => { opening.result.close(); resolve(asked.result[0]) };
  };
})"""


def to_the_map(phone: Phone, words: str, photos: list[Path] | None = None) -> Page:
    phone.context.add_init_script(HELD)
    phone.context.clock.install()
    page = phone.open("/report")
    if photos:
        page.set_input_files("[data-photo-input]", photos)
        expect(page.locator("[data-photos] li")).to_have_count(len(photos))
    page.tap("[data-next]")
    page.tap("[data-kind=litter]")
    page.fill("[data-description]", words)
    page.tap("[data-next]")
    until(page, lambda: page.evaluate("() => Boolean(window.fix)"))
    return page


def search(page: Page) -> None:
    page.fill("[data-place-search]", "vi da")
    page.locator("[data-places] button").first.tap()
    expect(page.locator("[data-ward-chip]")).to_have_text("Phường Vỹ Dạ")


def drag(page: Page) -> None:
    box = page.locator("#s-map").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 4, box["y"] + box["height"] / 4
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 30, y + 20, steps=4)
    page.mouse.up()


def tap_the_map(page: Page) -> None:
    page.locator("#s-map").click(position={"x": 60, "y": 90})


def begin_to_search(page: Page) -> None:
    page.fill("[data-place-search]", "v")


@contextmanager
def no_ward_asked_for(page: Page) -> Iterator[None]:
    """What happens in the block asks for no ward, also not after all that the page puts off."""
    asked = list[str]()

    def note(request: Request) -> None:
        if "/wards/at" in request.url:
            asked.append(request.url)

    page.on("request", note)
    yield
    page.clock.run_for(5_000)
    page.evaluate(
        "async url => { await fetch(url) }", NOWHERE
    )  # whatever was asked for before is noted before
    until(page, lambda: any(each.endswith(NOWHERE) for each in asked))
    page.remove_listener("request", note)
    assert len(asked) == 1, asked


def place_of(page: Page) -> Any:
    return page.evaluate(DRAFT).get("place")


ACTS: dict[str, Callable[[Page], None]] = {"search": search, "drag": drag, "tap": tap_the_map}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("late", ["found", "failed"])
def test_a_late_fix_only_draws_its_circle(phone: Phone, act: str, late: str) -> None:
    page = to_the_map(phone, "Vị trí đến muộn")
    ACTS[act](page)
    expect(page.locator("[data-next]")).to_be_enabled()
    until(page, lambda: place_of(page) is not None)
    expect(page.locator("[data-ward-chip]")).to_have_text(re.compile("^Phường"))
    chosen, chip = place_of(page), page.locator("[data-ward-chip]").text_content()
    with no_ward_asked_for(page):
        page.evaluate(f"giveFix({FAR[0]}, {FAR[1]}, 25)" if late == "found" else "fix.failed({code: 1})")
        if late == "found":
            expect(page.locator("[data-accuracy]")).to_contain_text("25 m")
    assert place_of(page) == chosen
    expect(page.locator("[data-ward-chip]")).to_have_text(chip or "")


def test_a_fix_after_the_place_was_confirmed_changes_nothing(phone: Phone, site: Site) -> None:
    words = "Xác nhận rồi vị trí mới đến"
    page = to_the_map(phone, words)
    search(page)
    past_the_map(page, Taps(page))
    said = page.locator("[data-review-place]").text_content()
    with no_ward_asked_for(page):
        page.evaluate(f"giveFix({FAR[0]}, {FAR[1]}, 25)")
    expect(page.locator("[data-review-place]")).to_have_text(said or "")
    page.tap("[data-next]")
    page.wait_for_url("**/r/*")
    [report] = stored(site, words)
    assert abs(report.lon - FAR[0]) > 0.01


def test_a_fix_while_one_searches_does_not_jump(phone: Phone) -> None:
    page = to_the_map(phone, "Đang tìm thì vị trí đến")
    begin_to_search(page)
    page.evaluate(f"giveFix({FAR[0]}, {FAR[1]}, 25)")
    expect(page.locator("[data-accuracy]")).to_contain_text("25 m")
    expect(page.locator("[data-next]")).to_be_disabled()
    page.press("[data-place-search]", "Escape")
    page.evaluate("() => { window.fix = undefined }")
    page.tap("[data-locate]")
    until(page, lambda: page.evaluate("() => Boolean(window.fix)"))
    page.evaluate(f"giveFix({FAR[0]}, {FAR[1]}, 25)")
    expect(page.locator("[data-next]")).to_be_enabled()


def test_a_fix_of_kilometres_asks(phone: Phone) -> None:
    page = to_the_map(phone, "Máy tính đoán vị trí")
    page.evaluate(f"giveFix({FAR[0]}, {FAR[1]}, 5000)")
    expect(page.locator("[data-ward-chip]")).to_contain_text("5 km")
    expect(page.locator("[data-next]")).to_be_disabled()
    assert place_of(page) is None
    page.locator("#s-map").click()  # in the middle, which is in the city
    expect(page.locator("[data-next]")).to_be_enabled()


def test_a_photo_taken_off_again_says_nothing_of_the_place(browser: Browser, site: Site) -> None:
    """Nor is the place of one that is there taken unasked."""
    photo = SHARED / "cases" / "hunt" / "in" / "gps_hue.jpg"
    with open_phone(browser, site) as phone:
        page = to_the_map(phone, "Ảnh có vị trí", [photo])
        page.evaluate("fix.failed({code: 1})")
        expect(page.locator("[data-use-photo-place]")).to_be_visible()
        expect(page.locator("[data-next]")).to_be_disabled()
        assert place_of(page) is None
        assert page.evaluate(DRAFT)["photoPlace"]
        for step in ("detail", "what", "photo"):
            page.tap("[data-back]")
            expect(page.locator(f"[data-step={step}]")).to_be_visible()
        page.locator("[data-photos] li button").tap()
        until(page, lambda: "photoPlace" not in page.evaluate(DRAFT))
        assert "photoTime" not in page.evaluate(DRAFT)
