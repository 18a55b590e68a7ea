"""A site and a real Chromium, one of each for a run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.conftest import Servers
from tests.support.site import Site, open_site

FLAGS = (
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--no-sandbox",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)
HUE = {"longitude": 107.5900, "latitude": 16.4637, "accuracy": 15}
PHONE = {"width": 360, "height": 740}
SOON_MS = 30_000
"""A hang, not a measure: what is waited for comes at once where nothing else holds the machine."""

expect.set_options(timeout=SOON_MS)


@pytest.fixture(scope="session")
def site(servers: Servers, city_template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    name = f"journeys_{servers.worker}"
    with open_site(servers, city_template, name, tmp_path_factory.mktemp("media")) as made:
        yield made


@pytest.fixture(scope="session")
def browser(chromium: Path | None) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path = str(chromium) if chromium else None
        made = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield made
        made.close()


class Address(Protocol):
    """Where a service answers, and a way to be signed in there."""

    @property
    def url(self) -> str: ...

    def token(self, username: str) -> str: ...


class Phone:
    """One citizen's phone: its pages share what is kept; what the browser complains of is remembered."""

    def __init__(self, context: BrowserContext, site: Address) -> None:
        self.context = context
        self.site = site
        self.complaints: list[str] = []
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        context.on("console", lambda message: self._heard(message.type, message.text))

    def open(self, path: str) -> Page:
        """A page that is ready."""
        page = self.context.new_page()
        page.set_default_timeout(SOON_MS)
        return self.go(page, path)

    def go(self, page: Page, path: str) -> Page:
        page.goto(self.site.url + path)
        page.wait_for_selector("html[data-ready]", state="attached")
        return page

    def _heard(self, kind: str, text: str) -> None:
        noise = (
            "GPU stall",
            "Failed to load resource",
            "ERR_INTERNET_DISCONNECTED",
            "AudioContext was not",
            "blocked by Playwright",
        )
        if kind in ("error", "warning") and not any(each in text for each in noise):
            self.complaints.append(text)


@contextmanager
def open_phone(browser: Browser, site: Address, **options: Any) -> Iterator[Phone]:
    """A phone in Huế; the browser must not have complained by the end."""
    settings: dict[str, Any] = {
        "viewport": PHONE,
        "locale": "vi-VN",
        "geolocation": HUE,
        "permissions": ["geolocation"],
        "has_touch": True,
        **options,
    }
    context = browser.new_context(**settings)
    phone = Phone(context, site)
    try:
        yield phone
    finally:
        # Also after a failure: a page left open holds its stream, and the service could not end.
        context.close()
    assert phone.complaints == []


@pytest.fixture
def phone(browser: Browser, site: Site) -> Iterator[Phone]:
    with open_phone(browser, site) as made:
        yield made
