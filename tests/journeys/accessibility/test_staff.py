"""axe-core over every page of the staff and the states one meets there: desk and phone, Vietnamese and
English, each in the light by all rules, and once in the dark for its colours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from playwright.sync_api import Error as BrowserError
from sqlalchemy import select

from service.db import unit_of_work
from service.domain.city.reference import load_reference
from service.models import Staff
from tests.journeys.accessibility.test_citizens import DESK, check_both, check_page
from tests.journeys.conftest import PHONE, Phone, open_phone
from tests.journeys.signin import sign_in
from tests.support.factories import make_report
from tests.support.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

Step = Callable[[Page], None]
ADMIN = (
    *("", "/rules", "/rules/review", "/rules/map?category=litter", "/rules/new", "/rules/10"),
    *(
        "/policies",
        "/policies/new",
        "/policies/standard",
        "/calendar",
        "/due",
        "/scheduled-changes",
        "/audit",
    ),
    *("/categories", "/categories/new", "/categories/litter", "/departments", "/departments/new"),
    *("/departments/hepco", "/people", "/people/new", "/people/demo.triage", "/areas", "/templates"),
    *("/templates/new", "/keys", "/city", "/webhooks", "/webhooks/new", "/health", "/channels"),
    *(
        "/partners",
        "/partners/new",
        "/settings",
        "/settings/danger",
        "/settings/escalation",
        "/settings/look",
        "/settings/signin",
        "/settings/logo",
        "/settings/languages",
        "/people/demo.triage/duty",
        "/audit/contacts",
        "/rosters/people",
    ),
)
PAGES: dict[str, tuple[str, ...]] = {
    "administrator": tuple(f"/admin{path}" for path in ADMIN),
    "manager": (
        "/manage?period=year",
        "/manage?period=year&at=2019-05-01",
        "/manage/list?period=year&outcome=late",
        "/manage/reports",
        "/manage/channels",
        "/manage/list?period=year&category=food_hygiene&outcome=reopened",
        "/downloads/new?list=manage&period=year",
        "/queue",
        "/emulation",
        "/emulation/new",
        "/emulation/readings",
    ),
    "department": (
        "/queue",
        "/documents",
        "/periodic/kinds",
        "/periodic/kinds/-new",
        "/manage/cleanups",
        "/manage/cleanups/series",
        "/manage/praise",
        "/manage/gifts",
        "/manage/pledges",
        "/manage/cleanups/old",
        "/premises",
        "/manage/campaigns",
        "/manage/cables",
        "/surveys",
        "/numbers/lists",
        "/numbers/old",
        "/numbers/monthly",
        "/requests",
        "/queue?q=zzzz",
        "/notices",
        "/account",
        "/account/notices",
        "/account/calendar",
        "/account/group",
        "/downloads/new?list=queue",
    ),
    "executor": ("/requests", "/claims", "/queue", "/queue/lists?list=done", "/find?q=zzzz"),
    "triage": (
        "/desk?q=zzzz",
        "/desk?category=litter",
        "/desk/new?category=hanging_cable",
        "/queue",
        "/find?q=bao+cao",
        "/find/sender",
        "/desk/talks",
    ),
}
DIALOGS = ("assign", "merge", "reject", "split", "help")


VIEWS = pytest.mark.parametrize(
    ("desk", "language"), [(True, "vi"), (False, "en")], ids=["desk-vi", "phone-en"]
)


@contextmanager
def office(browser: Browser, site: Site, desk: bool, language: str) -> Iterator[tuple[Phone, Page]]:
    """A page on a desk or a phone, in a language, in the light."""
    options: dict[str, Any] = {"reduced_motion": "reduce", "color_scheme": "light"}
    options |= {"locale": "vi-VN" if language == "vi" else "en-GB"}
    options |= {"viewport": DESK, "has_touch": False} if desk else {}
    with open_phone(browser, site, **options) as phone:
        page = phone.context.new_page()
        page.set_default_timeout(30_000)
        yield phone, page


@VIEWS
@pytest.mark.parametrize("role", PAGES)
def test_pages_of_the_staff(browser: Browser, site: Site, desk: bool, language: str, role: str) -> None:
    width = (DESK if desk else PHONE)["width"]
    with office(browser, site, desk, language) as (phone, page):
        sign_in(phone, role)
        for at, path in enumerate((*PAGES[role], *(cases(site) if role == "manager" else ()))):
            phone.go(page, path)
            assert page.get_attribute("html", "lang") == language
            check_page(page, at, desk)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def cases(site: Site) -> list[str]:
    """One case of the manager's own in each status it can be in."""
    with unit_of_work(site.engine) as session:
        reference = load_reference(session)
        manager = session.scalars(select(Staff).where(Staff.username == "demo.manager")).one()
        lead = reference.departments[manager.department_id or 0].code
        at = datetime.now(UTC)
        made = [
            make_report(session, reference, status, lead=lead, at=at, place=(107.5815, 16.4610))
            for status in ("assigned", "in_progress", "waiting", "resolved", "closed")
        ]
        return [f"/case/{each.code}" for each in made]


@VIEWS
def test_states_of_the_desk(browser: Browser, site: Site, desk: bool, language: str) -> None:
    """A case with each of its dialogs, a refusal with its words, and what comes of several at once."""
    with office(browser, site, desk, language) as (phone, page):
        walk_the_desk(phone, page, site)


def walk_the_desk(phone: Phone, page: Page, site: Site) -> None:
    with unit_of_work(site.engine) as session:
        reference = load_reference(session)
        told: dict[str, Any] = {"at": datetime.now(UTC), "place": (107.5815, 16.4611), "lead": "hepco"}
        near, case = (make_report(session, reference, status, **told) for status in ("assigned", "triage"))
    sign_in(phone, "triage")
    phone.go(page, f"/desk?case={case.code}")
    expect(page.locator(f"[data-file='{case.code}']")).to_be_visible()
    check_both(page)
    for name in DIALOGS:
        # On a phone the help stands behind its own button, with the queue.
        page.evaluate("name => document.querySelector(`#desk-${name}`).showModal()", name)
        if name == "merge":
            expect(page.locator("#desk-merge")).to_contain_text(near.code)
        check_both(page)
        page.keyboard.press("Escape")
    with unit_of_work(site.engine) as session:
        session.get_one(type(case), case.id).version += 1
    page.evaluate("document.querySelector('#desk-reject').showModal()")
    page.fill("#desk-reason", "Nơi này không rõ ở đâu")
    page.locator("#desk-reject .dialog-foot button").click()
    expect(page.locator("[data-kept]")).to_be_visible()
    check_both(page)


@VIEWS
def test_states_of_the_administration(browser: Browser, site: Site, desk: bool, language: str) -> None:
    """A rule that was tried, one with mistakes, a change that waits, an account that was found wanting."""
    with office(browser, site, desk, language) as (phone, page):
        walk_the_rules(phone, page)


def walk_the_rules(phone: Phone, page: Page) -> None:
    sign_in(phone, "administrator")
    phone.go(page, "/admin/rules/10")
    page.select_option("#lead", "hepco")
    page.fill("#priority", "900")
    page.locator("button[value=try]").click()
    page.wait_for_selector("#trial")
    settled(page, check_both)
    page.fill("#due_at", "2099-01-01T08:00")
    page.locator("button[value=later]").click()
    page.wait_for_url("**/admin/scheduled-changes**")
    settled(page, check_both)
    phone.go(page, "/admin/rules/new")
    page.evaluate("document.querySelectorAll('[required]').forEach(each => each.removeAttribute('required'))")
    page.locator("button[value=now]").click()
    page.wait_for_selector(".field-wrong")
    settled(page, check_both)


def settled(page: Page, step: Step) -> None:
    """Once the page that a form led to is ready."""
    with suppress(BrowserError):
        page.wait_for_load_state("load")
    page.wait_for_selector("html[data-ready]", state="attached")
    step(page)
