"""A flood at the desk: hundreds of cases by keyboard, with live updates, and nothing ticked is lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import func, select

from service.db import unit_of_work
from service.domain.casework.delayed_steps import carry_out_next_step
from service.domain.city.reference import load_reference
from service.domain.rules.rulebook import RulebookCache
from service.models import Report
from tests.examples import LONG
from tests.journeys.accessibility.test_citizens import DESK, check
from tests.journeys.citizens.test_reporting import until
from tests.journeys.conftest import Phone, open_phone
from tests.journeys.signin import sign_in
from tests.journeys.staff.test_desk_moves import LOOK_EVERY_MS, opened, withdraw
from tests.support.factories import make_report
from tests.support.site import Site

pytestmark = pytest.mark.browser

FLOOD = 509 if LONG else 209
ROW_PX, ROWS_ON_A_SCREEN, BY_HAND = 48, 16, 6
COUNT = "document.querySelectorAll('[data-row]').length"
TICKED = "[...document.querySelectorAll('[data-row] input:checked')].map(each => each.value.split(':')[0])"
CURSOR = "document.querySelector('[data-cursor]')?.dataset.row"


@pytest.fixture
def office(browser: Browser, site: Site) -> Iterator[Phone]:
    with open_phone(browser, site, viewport=DESK, has_touch=False, reduced_motion="reduce") as made:
        sign_in(made, "triage")
        yield made


@contextmanager
def waiting(site: Site, number: int) -> Iterator[list[str]]:
    """So many cases on the desk, before all others: they waited longest. Their codes, the oldest first."""
    first = datetime.now(UTC) - timedelta(days=300)
    with unit_of_work(site.engine) as session:
        reference = load_reference(session)
        made = [
            make_report(session, reference, "triage", at=first + timedelta(seconds=n), place=(107.58, 16.46))
            for n in range(number)
        ]
        codes = [each.code for each in made]
    yield codes
    withdraw(site, *codes)


def status_counts(site: Site, codes: list[str]) -> dict[str, int]:
    with unit_of_work(site.engine) as session:
        query = select(Report.status, func.count()).where(Report.code.in_(codes)).group_by(Report.status)
        return {str(status): number for status, number in session.execute(query)}


def pass_time(site: Site) -> None:
    """Ten seconds are over: the sweep takes every step that nobody took back."""
    books, later = RulebookCache(), datetime.now(UTC) + timedelta(seconds=11)
    for _ in range(2 * 60):
        with unit_of_work(site.engine) as session:
            if (
                carry_out_next_step(session, load_reference(session), books, site.settings.secret, later)
                is None
            ):
                return
    raise AssertionError("there is no end of held steps")


def go_down(page: Page, code: str) -> None:
    """Press j until the cursor is there: at the end of what is loaded it brings the next rows."""
    for _ in range(3 * FLOOD):
        if page.evaluate(CURSOR) == code:
            return
        page.keyboard.press("j")
    raise AssertionError(f"j does not come to {code}")


def test_all_rows_come_by_keyboard_and_ticks_stay(office: Phone, site: Site) -> None:
    """Live updates draw rows anew, take some away and change others: the rest stays ticked and in place."""
    with waiting(site, FLOOD) as codes:
        office.context.clock.install()
        page = office.open("/desk")
        opened(page, codes[0])
        heights = page.eval_on_selector_all(
            "[data-row]", "all => all.map(each => each.getBoundingClientRect())"
        )
        assert {round(each["height"]) for each in heights[:ROWS_ON_A_SCREEN]} == {ROW_PX}
        assert heights[ROWS_ON_A_SCREEN - 1]["bottom"] <= DESK["height"]

        ticked = [codes[2], codes[FLOOD // 2], codes[-1]]
        for code in ticked:
            go_down(page, code)
            page.keyboard.press("x")
        loaded = page.evaluate(COUNT)
        assert loaded >= FLOOD
        assert page.evaluate(TICKED) == ticked
        box = page.locator(f"[data-row='{codes[-1]}']").bounding_box()
        assert box and box["y"] + box["height"] <= (page.locator("[data-bulk]").bounding_box() or box)["y"]

        with unit_of_work(site.engine) as session:  # a colleague's note on one that is ticked
            report = session.scalars(select(Report).where(Report.code == ticked[1])).one()
            report.version += 1
        withdraw(site, codes[5])
        page.clock.fast_forward(LOOK_EVERY_MS + 1000)
        expect(page.locator(f"[data-row='{codes[5]}']")).to_have_count(0)
        assert page.evaluate(TICKED) == ticked
        assert page.evaluate(CURSOR) == codes[-1]
        assert page.evaluate(COUNT) >= loaded - 1
        expect(page.locator("[data-bulk-count]")).to_have_text("3")

        withdraw(site, ticked[0])  # gone, with a word
        page.clock.fast_forward(LOOK_EVERY_MS + 1000)
        expect(page.locator("[data-toasts]")).to_contain_text("1 phản ánh đã chọn vừa rời bàn điều phối")
        assert page.evaluate(TICKED) == ticked[1:]
        toast, bar = page.locator(".toast").bounding_box(), page.locator("[data-bulk]").bounding_box()
        assert toast and bar and toast["x"] >= bar["x"] + bar["width"], "the buttons stay free"
        row_grows(page, ticked[1])


def row_grows(page: Page, code: str) -> None:
    """Why a step failed lies over no other row."""
    row = page.locator(f"[data-row='{code}']")
    why = row.locator("[data-refused-why]")
    why.evaluate("each => { each.textContent = 'Hãy chọn đơn vị.'; each.hidden = false }")
    said, around = why.bounding_box(), row.bounding_box()
    assert said and around and said["height"] > 0
    assert said["y"] + said["height"] <= around["y"] + around["height"]


def test_sixty_cases_by_keyboard_alone(office: Phone, site: Site) -> None:
    """Some one by one, the others together; what failed is told where one looks, and stays ticked."""
    with waiting(site, 60) as codes:
        page = office.open("/desk")
        for code in codes[:BY_HAND]:
            opened(page, code)
            page.keyboard.press("r")
            expect(page.locator("#desk-reject")).to_be_visible()
            page.keyboard.type("Không rõ nơi xảy ra, xin gửi lại kèm địa chỉ.")
            page.keyboard.press("Control+Enter")
            expect(page.locator(f"[data-row='{code}']")).to_have_count(0)
        opened(page, codes[BY_HAND])
        go_down(page, codes[-1])
        page.keyboard.press("X")
        expect(page.locator("[data-bulk-count]")).not_to_have_text("0")
        for code in set(page.evaluate(TICKED)) - set(codes):  # those of the site's own
            page.locator(f"[data-row='{code}'] input").uncheck()
        withdraw(site, codes[-1])  # a colleague was quicker
        page.keyboard.press("b")
        until(page, lambda: page.evaluate("!!document.activeElement?.closest('[data-bulk]')"))
        page.locator("[data-open=desk-bulk-reject]").focus()
        page.keyboard.press("Enter")
        page.keyboard.type("Đợt mưa lớn: đã có đội đi kiểm tra toàn tuyến.")
        page.keyboard.press("Control+Enter")
        results = page.locator("[data-bulk-results]")
        expect(results).to_contain_text(f"Sẽ làm xong {60 - BY_HAND - 1} phản ánh sau 10 giây")
        expect(results).to_contain_text("1 phản ánh chưa làm được")
        expect(results).to_contain_text(codes[-1])
        expect(results).to_be_focused()
        shown = results.bounding_box()
        assert shown and shown["y"] < DESK["height"] / 2
        check(page)
        assert status_counts(site, codes)["triage"] >= 60 - BY_HAND - 1  # nobody was told anything yet
        pass_time(site)
        assert status_counts(site, codes) == {"rejected": 59, "withdrawn": 1}
