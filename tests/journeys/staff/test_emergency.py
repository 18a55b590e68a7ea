"""An emergency is seen and heard: over the live stream, after the line was lost, until it is taken."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select, update

from service.db import unit_of_work
from service.domain.city.reference import load_reference
from service.domain.reports.alarms import raise_alarm
from service.models import Emergency, Report, Staff
from tests.journeys.accessibility.test_citizens import DESK, check
from tests.journeys.conftest import Phone, open_phone
from tests.journeys.signin import sign_in
from tests.journeys.test_streams import placed
from tests.support.factories import make_report
from tests.support.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

SPY = """
window.tones = 0;
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...given) { window.tones += 1; return start.apply(this, given); };
"""
# Nothing is looked at now and then: what comes, comes over the stream. Its place in the feed is taken before
# it says that it is open: what happens afterwards is heard.
BY_THE_STREAM_ALONE = """
const every = window.setInterval;
window.setInterval = (act, wait, ...given) => (wait >= 5000 ? 0 : every(act, wait, ...given));
window.line = {open: 0, heard: []};
const Real = EventSource;
window.EventSource = class extends Real {
  constructor(url) {
    super(url);
    this.addEventListener('open', () => { window.line.open += 1; });
    this.addEventListener('message', (event) => window.line.heard.push(event.data));
  }
};
"""
SOON_MS = 30_000


@pytest.fixture
def desk(browser: Browser, site: Site) -> Iterator[Phone]:
    with open_phone(browser, site, viewport=DESK, has_touch=False) as phone:
        phone.context.add_init_script(SPY)
        sign_in(phone, "triage")
        yield phone


@pytest.fixture(autouse=True)
def calm_again(site: Site) -> Iterator[None]:
    yield
    with unit_of_work(site.engine) as session:
        session.execute(update(Emergency).values(ended_at=datetime.now(UTC), ring_at=None))
        session.execute(update(Report).where(Report.priority == 1).values(priority=2, status="withdrawn"))


def danger(site: Site) -> str:
    """A dangerous report as reception, routing and relay would leave it; its code."""
    now = datetime.now(UTC)
    with unit_of_work(site.engine) as session:
        reference = load_reference(session)
        place = (107.5847, 16.4637)
        report = make_report(session, reference, "triage", category="hanging_cable", at=now, place=place)
        raise_alarm(session, report, "danger", now)
        code = report.code
    placed(site)
    return code


def until(page: Page, condition: str) -> None:
    """Ask from outside: within the page, its policy refuses to evaluate what a test says."""
    limit = time.monotonic() + SOON_MS / 1000
    while not page.evaluate(condition):
        assert time.monotonic() < limit, condition
        page.wait_for_timeout(100)


def test_it_is_heard_until_somebody_takes_it(desk: Phone, site: Site) -> None:
    """The desk stands open, and looks at nothing by itself: the live stream makes it ring."""
    desk.context.add_init_script(BY_THE_STREAM_ALONE)
    page = desk.open("/desk")
    line = page.locator("[data-sound]")
    expect(line).to_contain_text("Âm báo đang tắt")
    page.get_by_role("button", name="Bật âm báo").click()
    expect(line).to_contain_text("Âm báo đang bật")
    until(page, "window.line.open === 1")
    assert page.evaluate("document.documentElement.dataset.siren") == "calm-on"
    tones = page.evaluate("window.tones")

    code = danger(site)
    until(page, f"window.line.heard.some(each => each.includes('{code}'))")
    expect(page.locator(f'article[data-alarm="{code}"]')).to_be_visible(timeout=SOON_MS)
    until(page, "document.documentElement.dataset.siren === 'ringing-on'")
    until(page, f"window.tones > {tones}")
    row = page.locator("[data-row]").first
    expect(row).to_have_attribute("data-row", code, timeout=SOON_MS)
    expect(row).to_contain_text("Khẩn cấp")
    check(page)

    page.keyboard.press("y")
    expect(page.locator("[data-alarms]")).to_contain_text(f"Bạn đã nhận {code}", timeout=SOON_MS)
    expect(page.locator(f'article[data-alarm="{code}"]')).to_have_count(0)
    until(page, "document.documentElement.dataset.siren === 'calm-on'")


@pytest.mark.parametrize("by", ["mouse", "keyboard"])
def test_who_turns_the_sound_on_does_not_turn_it_off(desk: Phone, by: str) -> None:
    """Pressing lets the page be heard before the button is let go."""
    page = desk.open("/desk")
    line = page.locator("[data-sound]")
    expect(line).to_contain_text("Âm báo đang tắt")
    switch = page.locator("[data-sound-switch]")
    for offered, heard in (("Bật âm báo", "Âm báo đang bật"), ("Tắt âm báo", "Bạn đã tắt âm báo")):
        expect(switch).to_have_text(offered)
        if by == "mouse":
            switch.hover()
            page.mouse.down()
        else:
            switch.focus()
            page.keyboard.down("Space")
        until(page, "document.documentElement.dataset.siren === 'calm-on'")
        if by == "mouse":
            page.mouse.up()
        else:
            page.keyboard.up("Space")
        expect(line).to_contain_text(heard)


def test_it_is_heard_after_the_line_was_lost(desk: Phone, site: Site) -> None:
    page = desk.open("/wall")
    page.get_by_role("button", name="Bật âm báo").click()
    expect(page.locator("[data-sound]")).to_contain_text("Âm báo đang bật")
    desk.context.set_offline(True)
    tones = page.evaluate("window.tones")  # turning it on may have let it be heard once
    code = danger(site)
    assert page.evaluate("document.documentElement.dataset.siren") == "calm-on"
    desk.context.set_offline(False)
    expect(page.locator(f'article[data-alarm="{code}"]')).to_be_visible(timeout=SOON_MS)
    until(page, f"window.tones > {tones}")
    page.get_by_role("button", name="Tắt âm báo").click()
    expect(page.locator("[data-sound]")).to_contain_text("Bạn đã tắt âm báo trên máy này.")


def test_who_is_late_reads_who_has_it(desk: Phone, site: Site) -> None:
    """The first press also lets the page be heard, whose words change: the button stays under the pointer."""
    code = danger(site)
    page = desk.context.new_page()
    page.route("**/emergencies", lambda route: route.abort())  # nobody tells this desk what others do
    desk.go(page, "/desk")
    with unit_of_work(site.engine) as session:
        report_id = session.scalars(select(Report.id).where(Report.code == code)).one()
        other = session.scalars(select(Staff.id).where(Staff.role == "manager")).first()
        taken = {"taken_by": other, "taken_at": datetime.now(UTC), "ring_at": None}
        assert other
        session.execute(update(Emergency).where(Emergency.report_id == report_id).values(**taken))
    page.locator(f'article[data-alarm="{code}"] [data-take] button').hover()
    page.mouse.down()
    until(page, "document.documentElement.dataset.siren === 'ringing-on'")
    with page.expect_response(lambda answer: answer.url.endswith("/take")) as answer:
        page.mouse.up()
    assert answer.value.status == 409
    expect(page.locator(".alarm-word")).to_contain_text("đã nhận việc khẩn cấp này")


def test_without_scripts_it_is_a_badge_and_a_button(browser: Browser, site: Site) -> None:
    code = danger(site)
    with open_phone(browser, site, java_script_enabled=False) as phone:
        sign_in(phone, "triage")
        page = phone.context.new_page()
        page.goto(site.url + "/desk")
        alarm = page.locator(f'article[data-alarm="{code}"]')
        expect(alarm).to_contain_text("Khẩn cấp")
        alarm.get_by_role("button", name="Tôi nhận").click()
        expect(page.locator(f'article[data-alarm="{code}"]')).to_have_count(0)
        page.goto(f"{site.url}/case/{code}")
        expect(page.locator("main")).to_contain_text("đã nhận việc khẩn cấp lúc")
