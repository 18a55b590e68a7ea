"""The desk by keyboard, while answers are on their way: who moves on is not taken back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy import select, update

from service.db import unit_of_work
from service.domain.city.reference import load_reference
from service.domain.reports.events import Actor
from service.domain.reports.lifecycle import StatusChange, move
from service.models import Report, Status
from service.models.reports.event import ActorKind
from tests.journeys.accessibility.test_citizens import DESK, check
from tests.journeys.citizens.test_reporting import until
from tests.journeys.conftest import Phone, open_phone
from tests.journeys.signin import sign_in
from tests.support.factories import make_report
from tests.support.site import Site

pytestmark = pytest.mark.browser

LOOK_EVERY_MS = 10_000
"""How often the desk asks whether the case is still as it is shown."""


@pytest.fixture
def codes(site: Site) -> Iterator[list[str]]:
    """Cases that wait at the desk, the oldest first."""
    at = datetime.now(UTC)
    with unit_of_work(site.engine) as session:
        reference = load_reference(session)
        made = [
            make_report(session, reference, "triage", at=at + timedelta(seconds=n), place=(107.5815, 16.4612))
            for n in range(3)
        ]
    yield [each.code for each in made]
    withdraw(site, *(each.code for each in made))


def withdraw(site: Site, *codes: str) -> None:
    """Those of them that still wait leave the desk."""
    with unit_of_work(site.engine) as session:
        waiting = select(Report).where(Report.code.in_(codes), Report.status == "triage")
        for report in session.scalars(waiting).all():
            move(
                session, report, StatusChange(Status.WITHDRAWN, Actor(ActorKind.REPORTER), datetime.now(UTC))
            )


@pytest.fixture
def office(browser: Browser, site: Site) -> Iterator[Phone]:
    """The coordinator's desk, whose clock stands still."""
    with open_phone(browser, site, viewport=DESK, has_touch=False, reduced_motion="reduce") as made:
        made.context.clock.install()
        sign_in(made, "triage")
        yield made


def opened(page: Page, code: str) -> None:
    expect(page.locator(f"[data-pane=case]:not([aria-busy]) [data-file='{code}']")).to_be_visible()


def stand_still(page: Page) -> None:
    page.clock.pause_at(datetime.now(UTC) + timedelta(seconds=2))


def hold(page: Page, code: str) -> list[Route]:
    """What is asked for of that case from now on, without an answer yet."""
    held: list[Route] = []
    page.route(f"**/desk/case/{code}?*", lambda route: held.append(route))
    return held


def let_go(page: Page, held: list[Route]) -> None:
    """Answer, and wait until the page has the answer."""
    with page.expect_event("requestfinished", lambda request: "/desk/case/" in request.url):
        held[0].continue_()
    page.evaluate("async () => { await fetch('/api/v1/categories', {cache: 'reload'}) }")


def test_a_case_that_comes_late_does_not_take_the_cursor_back(office: Phone, codes: list[str]) -> None:
    first, second, third = codes
    page = office.open(f"/desk?case={first}")
    opened(page, first)
    stand_still(page)
    held = hold(page, third)
    page.locator(f"[data-row='{third}'] [data-case]").click()
    until(page, lambda: len(held) == 1)
    page.keyboard.press("j")
    expect(page.locator(f"[data-row='{second}']")).to_have_attribute("data-cursor", "")
    let_go(page, held)
    page.clock.run_for(500)
    opened(page, second)
    expect(page.locator(f"[data-row='{second}']")).to_have_attribute("data-cursor", "")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.clock.run_for(500)
    opened(page, second)


def test_what_a_colleague_did_does_not_close_what_is_being_written(
    office: Phone, site: Site, codes: list[str]
) -> None:
    """The dialog was opened after the case was asked for anew, and before it came."""
    page = office.open(f"/desk?case={codes[0]}")
    opened(page, codes[0])
    stand_still(page)
    held = hold(page, codes[0])
    with unit_of_work(site.engine) as session:
        session.execute(update(Report).where(Report.code == codes[0]).values(version=Report.version + 1))
    page.clock.run_for(LOOK_EVERY_MS + 1000)
    until(page, lambda: len(held) == 1)
    page.locator("[data-open=desk-reject]").first.click()
    page.fill("#desk-reason", "Đang viết dở")
    let_go(page, held)
    expect(page.locator("#desk-reject [data-changed]")).to_be_visible()
    expect(page.locator("#desk-reason")).to_have_value("Đang viết dở")


def test_the_focus_stays_where_the_queue_is_drawn_anew(office: Phone, site: Site, codes: list[str]) -> None:
    """Who goes through the filters by keyboard is not thrown back to the page's beginning."""
    page = office.open("/desk")
    stand_still(page)
    filters = page.locator(".desk-kinds .chip")
    filters.last.focus()
    withdraw(site, codes[-1])
    page.clock.run_for(LOOK_EVERY_MS + 1000)
    expect(page.locator(f"[data-row='{codes[-1]}']")).to_have_count(0)
    expect(filters.last).to_be_focused()


def test_a_step_is_taken_back_by_key(office: Phone, site: Site, codes: list[str]) -> None:
    """The case leaves the list at once, the next opens; `z` brings it back, and nothing happened to it."""
    first, second, _ = codes
    page = office.open(f"/desk?case={first}")
    opened(page, first)
    page.keyboard.press("r")
    page.fill("#desk-reason", "Nhầm phản ánh")
    page.locator("#desk-reject .dialog-foot button").click()
    opened(page, second)
    expect(page.locator(f"[data-row='{first}']")).to_have_count(0)
    held = page.locator(f"[data-held='{first}']")
    expect(held).to_contain_text(f"Bạn từ chối {first}")
    page.clock.run_for(3000)
    expect(held.locator("[data-left]")).to_contain_text("còn")
    check(page)
    page.keyboard.press("z")
    expect(page.locator(f"[data-row='{first}'] [data-case]")).to_be_focused()
    expect(held).to_have_count(0)
    with unit_of_work(site.engine) as session:
        report = session.scalars(select(Report).where(Report.code == first)).one()
        assert (report.status, report.version) == ("triage", 1)


def test_a_unit_is_chosen_by_typing(office: Phone, codes: list[str]) -> None:
    """By a short name, without marks; Escape closes the list alone; what fits nothing is not sent."""
    page = office.open(f"/desk?case={codes[0]}")
    opened(page, codes[0])
    page.keyboard.press("A")
    field, behind = page.locator("#desk-lead"), page.locator("pick-one:has(#desk-lead) select")
    expect(field).to_be_focused()
    proposed = behind.evaluate("each => each.value")  # by whatever rule holds by now
    page.keyboard.type("hep")
    chosen = page.locator("#desk-lead-list [aria-selected=true]")
    expect(chosen).to_contain_text("Môi trường")
    check(page)
    page.keyboard.press("Escape")
    expect(page.locator("#desk-lead-list")).to_be_hidden()
    expect(page.locator("#desk-assign")).to_be_visible()
    expect(behind).to_have_value(proposed)
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("khongcodonvinay")
    page.keyboard.press("Enter")
    expect(page.locator("#desk-assign")).to_be_visible()
    expect(behind).to_have_value(proposed)
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("so xay")
    page.keyboard.press("Tab")
    expect(behind).to_have_value("so-xd")
    page.locator("#desk-lead").focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#desk-lead-list [role=option]").first).to_contain_text("Xây dựng")


def test_a_case_is_put_off_by_key(office: Phone, codes: list[str]) -> None:
    """It leaves the list, stands under what is put off, and the next opens."""
    first, second, _ = codes
    page = office.open(f"/desk?case={first}")
    opened(page, first)
    page.keyboard.press("m")
    expect(page.locator(f"[data-row='{first}'] .desk-present")).to_contain_text("Điều phối viên")
    page.keyboard.press("h")
    expect(page.locator("#desk-later")).to_be_visible()
    check(page)
    page.locator("#desk-later .dialog-foot button").click()
    opened(page, second)
    expect(page.locator(f"[data-row='{first}']")).to_have_count(0)
    page.locator(".desk-kinds .chip", has_text="Đã hoãn").click()
    expect(page.locator(f"[data-row='{first}']")).to_be_visible()
