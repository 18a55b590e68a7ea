"""axe-core in the states a citizen meets: refused, waiting, offline, without scripts, from a letter."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy import select

from service.db import unit_of_work
from service.domain.kernel.codes import report_secret
from service.domain.notices.links import make_token
from service.models import Message, Subscription
from tests.journeys.accessibility.test_citizens import check
from tests.journeys.citizens.test_drafts import WHY, refuse
from tests.journeys.citizens.test_reporting import Taps, keep_one_offline, past_the_map, to_the_last_step
from tests.journeys.conftest import Phone, open_phone
from tests.journeys.signin import sign_in, sign_out
from tests.support.site import KEY, Site

pytestmark = pytest.mark.browser

SCRIPTS = re.compile(r"<script.*?</script>|</?noscript>", re.DOTALL)


def both(page: Page) -> None:
    """Light and dark."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        check(page)
        width = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert width[0] <= width[1] + 1, f"{page.url} scrolls sideways"


def without_scripts(route: Route) -> None:
    """The page as a browser without scripts has it; axe itself needs them."""
    if route.request.resource_type != "document":
        route.continue_()
        return
    answer = route.fetch()
    route.fulfill(response=answer, body=SCRIPTS.sub("", answer.text()))


def open_folds(page: Page) -> None:
    page.evaluate(
        "document.querySelectorAll('details').forEach(each => { each.name = ''; each.open = true })"
    )


@pytest.mark.timeout(300)
def test_what_a_citizen_does_with_a_report(phone: Phone, site: Site) -> None:
    page = phone.context.new_page()
    page.set_default_timeout(30_000)
    for status in ("received", "waiting", "resolved", "rejected"):
        code = site.code(status)
        secret = report_secret(KEY.encode(), site.found(code).id)
        phone.go(page, f"/r/{code}?s={secret}")
        open_folds(page)
        both(page)
    phone.go(page, f"/r/{site.code('assigned')}")
    open_folds(page)
    page.locator("form[action$='/notices'] [name=email]").evaluate("each => each.form.noValidate = true")
    page.fill("form[action$='/notices'] [name=email]", "a@b")
    page.locator("form[action$='/notices'] [name=email]").press("Enter")
    page.wait_for_selector(".field-error")
    both(page)


@pytest.mark.timeout(300)
def test_lists_alerts_codes_and_letters(phone: Phone, site: Site) -> None:
    page = phone.context.new_page()
    page.set_default_timeout(30_000)
    for path in (
        "/map?q=khong-co-gi",
        "/feed?ward=0000",
        "/figures?days=0",
        "/r?code=xx",
        "/alerts?ward=19753",
    ):
        phone.go(page, path)
        open_folds(page)
        both(page)
    phone.go(page, "/alerts")
    page.select_option("[name=category]", "litter")
    page.fill("[name=email]", "lan@example.org")
    page.locator("[value=email]").tap()
    page.wait_for_url("**told=asked**")
    page.wait_for_selector("html[data-ready]", state="attached")
    both(page)
    with unit_of_work(site.engine) as session:
        asked = session.scalars(select(Subscription).where(Subscription.recipient == "lan@example.org")).one()
        letter = session.scalars(select(Message).limit(1)).first()
        confirm = make_token(KEY.encode(), "confirm", asked.id)
        message = make_token(KEY.encode(), "message", letter.id) if letter else ""
    assert message, "a letter asks whether the address is theirs"
    for path in (f"/alerts/confirm/{confirm}", f"/n/{message}"):
        both(phone.go(page, path))
    phone.go(page, "/mine/signin")
    page.fill("[name=target]", "lan@example.org")
    page.locator("form[action='/mine/signin'] button").tap()
    page.wait_for_selector("[name=code]")
    both(page)
    page.fill("[name=code]", "000000")
    page.locator("form[action='/mine/signin/code'] button").tap()
    page.wait_for_selector(".field-error")
    both(page)
    phone.go(page, "/dev/outbox")
    open_folds(page)
    both(page)
    sign_in(phone, "triage")
    both(phone.go(page, "/erasure"))
    sign_out(phone)


@pytest.mark.timeout(300)
def test_waiting_refused_and_offline(phone: Phone, site: Site) -> None:
    page = phone.open("/report")
    phone.context.route("**/api/v1/reports", refuse)
    to_the_last_step(page, [], "Sẽ bị từ chối, axe xem")
    page.tap("[data-next]")
    page.wait_for_url("**/mine")
    expect(page.locator("[data-waiting-list] article")).to_contain_text(WHY)
    both(page)
    page.locator("[data-mend]").tap()
    page.wait_for_selector("[data-problem]:not([hidden])")
    both(page)
    phone.context.unroute("**/api/v1/reports")
    page.fill("#s-description", "Sẽ được nhận, axe xem")
    page.tap("[data-next]")
    past_the_map(page, Taps(page))
    page.tap("[data-next]")
    page.wait_for_url("**/r/*")
    page = keep_one_offline(phone, [], "Chờ mạng, axe xem")
    both(page)
    phone.go(page, "/")
    expect(page.locator("[data-offline]")).to_be_visible()
    both(page)
    page.goto(f"{site.url}/feed")
    page.wait_for_selector(".empty")
    both(page)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("width", [360, 1440])
def test_pages_without_scripts(browser: Browser, site: Site, width: int) -> None:
    options: dict[str, object] = {"viewport": {"width": width, "height": 800}}
    with open_phone(browser, site, **options) as phone:
        phone.context.route("**/*", without_scripts)
        page = phone.context.new_page()
        place = "lon=107.5897&lat=16.4678&z=15"
        for path in (
            "/report",
            "/report?category=litter&q=le",
            f"/report?category=litter&{place}",
            "/report?category=litter&lon=108.4&lat=16.9&z=9",
            f"/report?category=hanging_cable&{place}&step=form",
        ):
            page.goto(site.url + path)
            both(page)
        name = "at" if width == 360 else "wide"
        page.goto(f"{site.url}/report?category=litter&{place}")
        page.locator(f"[name={name}]").click(position={"x": 200, "y": 100})
        page.wait_for_url(f"**{name}.x=200&{name}.y=100**")
        page.locator("[name=step]").click()
        page.wait_for_url("**step=form**")
        page.locator("#p-description").evaluate("each => { each.value = 'dài '.repeat(600) }")
        page.locator("form[action='/report'] button.button-large").click()
        page.wait_for_selector("#p-description-error")
        both(page)
