"""From “rác ở lê lợi” on the demo's telephone to the code, by keyboard, while a coordinator looks on."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import delete, select

from service.db import unit_of_work
from service.domain.reports.events import Actor
from service.domain.reports.lifecycle import StatusChange, move
from service.models import Conversation, ConversationReport, InboxEntry, Report, Status
from service.models.reports.event import ActorKind
from service.settings import get_settings
from tests.journeys.accessibility.test_citizens import DESK, check
from tests.journeys.conftest import open_phone
from tests.journeys.signin import sign_in
from tests.support.site import Site

pytestmark = pytest.mark.browser

CODE = re.compile(r"HUE-[0-9A-Z]{4}-[0-9A-Z]{2}")


@pytest.fixture
def work(site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Run the workers of conversations once, five seconds later each time; in the end nothing is left."""
    settings = site.settings.model_copy(update={"public_url": site.url})
    secret = settings.secret_key.get_secret_value() if settings.secret_key else ""
    for name, value in (
        ("DATABASE_URL", settings.database_url),
        ("REDIS_URL", settings.redis_url),
        ("MEDIA_URL", settings.media_url),
        ("SECRET_KEY", secret),
    ):
        monkeypatch.setenv(f"HIENTRUONG_{name}", str(value))
    get_settings.cache_clear()
    talks = importlib.import_module("workers.talks")
    clock = [datetime.now(UTC)]
    monkeypatch.setattr(talks, "engine", lambda: site.engine)
    monkeypatch.setattr(talks, "now", lambda: clock[0])
    monkeypatch.setattr(talks, "get_settings", lambda: settings)
    monkeypatch.setattr(talks, "_rulebook", type(talks._rulebook)())
    talks.delivery_of.cache_clear()

    def run() -> None:
        clock[0] = datetime.now(UTC)
        talks.read()
        clock[0] += timedelta(seconds=5)  # a person splits a sentence: that long is waited for more
        talks.read()
        talks.send("zalo")

    yield run
    if (delivery := talks.delivery_of("zalo")) is not None:
        delivery.close()
    talks.delivery_of.cache_clear()
    get_settings.cache_clear()
    with unit_of_work(site.engine) as session:
        made = select(Report).join(ConversationReport, ConversationReport.report_id == Report.id)
        for report in session.scalars(made).all():
            move(
                session, report, StatusChange(Status.WITHDRAWN, Actor(ActorKind.REPORTER), datetime.now(UTC))
            )
        for table in (InboxEntry, ConversationReport, Conversation):
            session.execute(delete(table))


def tab_to(page: Page, what: str) -> None:
    """Go on with the keyboard until the thing of that selector has the focus."""
    for _ in range(12):
        if page.evaluate("what => document.activeElement.matches(what)", what):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"not to be reached: {what}")


def send(page: Page, button: str) -> None:
    tab_to(page, f"button[value={button}]")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.wait_for_selector("html[data-ready]", state="attached")


def test_a_report_by_zalo_takes_two_exchanges(browser: Browser, site: Site, work: Callable[[], None]) -> None:
    desk = {"viewport": DESK, "has_touch": False, "reduced_motion": "reduce"}
    with open_phone(browser, site) as phone, open_phone(browser, site, **desk) as office:
        page = phone.open("/dev/zalo")
        check(page)
        sign_in(office, "triage")
        talks = office.open("/desk/talks")
        log = page.get_by_role("log", name="Tin nhắn")
        assert (log.get_attribute("aria-live"), log.get_attribute("aria-relevant")) == ("polite", "additions")
        typed = page.get_by_role("textbox", name="Tin nhắn")
        expect(typed).to_be_focused()
        page.keyboard.type("rác ở lê lợi")
        send(page, "say")
        expect(typed).to_be_focused()  # where the next message is typed
        work()
        heard = log.get_by_role("listitem")
        expect(heard).to_have_count(2)  # both come by themselves
        expect(heard.first).to_contain_text("rác ở lê lợi")
        expect(heard.last).to_contain_text("Lê Lợi")
        expect(typed).to_be_focused()  # and take no focus
        expect(talks.get_by_role("listitem").filter(has_text="Zalo")).to_contain_text("Lê Lợi")  # live

        tab_to(page, "summary")
        page.keyboard.press("Enter")
        send(page, "place")
        work()
        expect(heard).to_have_count(4)
        found = CODE.search(heard.last.inner_text())
        assert found, log.inner_text()
        check(page)
        link = log.get_by_role("link").last
        expect(link).to_be_visible()
        with unit_of_work(site.engine) as session:
            report = session.scalars(select(Report).where(Report.code == found[0])).one()
            assert (report.channel, report.description) == ("zalo", "rác ở lê lợi")
