"""axe-core over every page, phone and desk, and in the states a person meets on the way: in the light by all
rules, in the dark by those of colours, the only thing that a scheme changes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from service.local.islands.assets import ISLANDS
from tests.journeys.conftest import Phone, open_phone
from tests.pages.public_pages import PUBLIC_PAGES
from tests.support.site import Site

pytestmark = pytest.mark.browser

AXE = ISLANDS / "node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]
"""All rules of axe's category of colours that belong to RULES."""
PAGES = (*PUBLIC_PAGES, "/nope")
DESK = {"width": 1440, "height": 900}
OVER_EACH_OTHER = """() => {
  const shown = [];
  for (const each of document.querySelectorAll('.bar, .tabs')) {
    const walk = document.createTreeWalker(each, NodeFilter.SHOW_TEXT);
    for (let text = walk.nextNode(); text; text = walk.nextNode()) {
      const range = document.createRange();
      range.selectNodeContents(text);
      const box = range.getBoundingClientRect();
      const seen = text.parentElement.checkVisibility() && !text.parentElement.closest('.sr-only');
      if (text.data.trim() && box.width > 1 && seen) shown.push([text.data.trim(), box]);
    }
  }
  return shown.flatMap(([one, a], at) => shown.slice(at + 1)
    .filter(([, b]) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
      && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1)
    .map(([other]) => `${one} / ${other}`));
}"""
"""Words of the bar on top and of the tabs that lie over each other."""


def check(page: Page) -> None:
    """Raises with what axe found, in the dark by the rules of colours alone. The script comes past the page's
    policy, through the debugger.
    """
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(f"() => {{ {AXE.read_text()} }}")
    dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    asked = {"type": "rule", "values": COLOURS} if dark else {"type": "tag", "values": RULES}
    found: list[dict[str, Any]] = page.evaluate(
        "runOnly => axe.run(document, {runOnly, resultTypes: ['violations'], preload: false})"
        ".then(r => r.violations)",
        asked,
    )
    told = [f"{each['id']}: {[node['target'] for node in each['nodes'][:5]]}" for each in found]
    details = json.dumps([node.get("failureSummary") for each in found for node in each["nodes"][:2]])
    assert not told, f"{page.url}\n" + "\n".join(told) + details[:3000]


def check_both(page: Page) -> None:
    """All rules in the light, and the colours in the dark as well: the page is loaded once."""
    check(page)
    page.emulate_media(color_scheme="dark")
    check(page)
    page.emulate_media(color_scheme="light")


def check_page(page: Page, at: int, desk: bool) -> None:
    """All rules in the light; in the dark the colours, which no width changes, at one of the widths."""
    if at % 2 == desk:
        check_both(page)
    else:
        check(page)


@pytest.mark.parametrize("desk", [False, True], ids=["phone", "desk"])
def test_every_page_of_citizens_passes_axe(browser: Browser, site: Site, desk: bool) -> None:
    options: dict[str, Any] = {"color_scheme": "light", "reduced_motion": "reduce"}
    if desk:
        options["viewport"] = DESK
    with open_phone(browser, site, **options) as phone:
        page = phone.context.new_page()
        reports = f"/r/{site.code('closed')}", f"/r/{site.code('in_progress')}?new=1"
        for at, path in enumerate((*PAGES, *reports)):
            check_page(phone.go(page, path), at, desk)


def test_steps_of_the_sheet(phone: Phone) -> None:
    page = phone.open("/report")
    page.tap("[data-next]")
    check(page)
    page.tap("[data-kind=hanging_cable]")
    page.locator("[data-questions] [data-danger]").first.check(force=True)
    check(page)
    page.tap("[data-next]")
    page.wait_for_selector("#s-map[data-idle]", state="attached")
    check(page)
    page.tap("[data-next]")
    expect(page.locator("[data-step=send], [data-step=similar]").filter(visible=True)).to_have_count(1)
    check(page)


SMALL_TARGETS = """() => [...document.querySelectorAll(
    'button, .button, .chip, .tab, .choice, .option, input:not([type=hidden]), select, summary')]
  .filter(each => each.checkVisibility({checkOpacity: true, checkVisibilityCSS: true}))
  .filter(each => !each.closest('.unseen, noscript, .maplibregl-map'))
  .map(each => [each.closest('label') ?? each, each])
  .filter(([shown]) => shown.getBoundingClientRect().width && shown.getBoundingClientRect().height < 43.5)
  .map(([shown, each]) => `${each.tagName}.${each.className} ${shown.getBoundingClientRect().height}`)"""


def test_targets_are_large_enough_for_a_thumb(phone: Phone, site: Site) -> None:
    page = phone.context.new_page()
    for path in ("/", "/report", "/map", "/feed", "/figures", "/mine", "/help", f"/r/{site.code('closed')}"):
        phone.go(page, path)
        assert page.evaluate(SMALL_TARGETS) == [], path


def test_nothing_moves_for_who_wants_it_still(browser: Browser, site: Site) -> None:
    with open_phone(browser, site, reduced_motion="reduce") as phone:
        page = phone.context.new_page()
        for path in ("/", "/report", "/feed", "/figures", f"/r/{site.code('closed')}"):
            phone.go(page, path)
            longest = page.evaluate(
                "() => Math.max(0, ...[...document.querySelectorAll('*')]"
                ".flatMap(each => {"
                " const s = getComputedStyle(each);"
                " const times = `${s.transitionDuration}, ${s.animationDuration}`;"
                " return times.split(',').map(parseFloat)}))"
            )
            assert longest <= 0.01, path


def test_large_text_needs_no_sideways_scrolling(phone: Phone, site: Site) -> None:
    page = phone.context.new_page()
    for path in (*PAGES, f"/r/{site.code('closed')}"):
        phone.go(page, path)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 361, path
        assert page.evaluate(OVER_EACH_OTHER) == [], path


def test_large_text_on_the_one_screen_needs_no_sideways_scrolling(phone: Phone) -> None:
    page = phone.open("/report?category=litter&lon=107.59&lat=16.4637&z=17")
    expect(page.locator("[data-quick-send]")).to_be_visible()
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth") <= 361
