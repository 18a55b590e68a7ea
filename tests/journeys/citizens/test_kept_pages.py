"""What the service worker keeps: the service's own pages, of nobody who signed in."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest
from playwright.sync_api import Page
from starlette.types import Scope

from service.db import unit_of_work
from service.models import CitizenSession
from service.pages.shared.citizen import COOKIE
from service.web.edge import middleware as edge_middleware
from tests.journeys.citizens.test_reporting import until, wait_until_kept
from tests.journeys.conftest import Phone
from tests.support.site import Site

pytestmark = pytest.mark.browser

KEPT = "async url => (await caches.match(url, {ignoreVary: true}))?.headers.get('x-request-id')"


FORGET = (
    "async url => { for (const name of await caches.keys()) await (await caches.open(name)).delete(url) }"
)


def kept(page: Page, url: str) -> str | None:
    """The request that the kept answer belongs to."""
    found: str | None = page.evaluate(KEPT, url)
    return found


def watch_answers(patch: pytest.MonkeyPatch, path: str) -> Event:
    """Set once the service has answered a request for that path."""
    answered, tell = Event(), edge_middleware._log_request

    def told(scope: Scope, method: str, status: int, took_s: float) -> None:
        tell(scope, method, status, took_s)
        if scope["path"] == path:
            answered.set()

    patch.setattr(edge_middleware, "_log_request", told)
    return answered


def test_a_page_of_somebody_else_is_shown_but_not_kept(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    page = phone.open("/help")
    wait_until_kept(page)
    phone.go(page, "/help")
    own, tile, later = kept(page, "/help"), "/api/v1/wards", "/api/v1/tiles/wards/11/1636/927.mvt"
    page.evaluate("async url => { await fetch(url) }", tile)
    until(page, lambda: kept(page, tile) is not None)
    kept_tile = kept(page, tile)
    page.evaluate(FORGET, later)
    with monkeypatch.context() as patch:
        patch.delitem(edge_middleware.HEADERS, edge_middleware.OWN_HEADER)
        answered = watch_answers(patch, tile)
        shown = page.goto(phone.site.url + "/help")
        assert shown and shown.ok and "x-hientruong" not in shown.headers
        page.evaluate("async url => { await fetch(url, {cache: 'reload'}) }", tile)
        assert answered.wait(60)
    # What is fetched after the strange answer was sent is looked at after it.
    page.evaluate("async url => { await fetch(url, {cache: 'reload'}) }", later)
    until(page, lambda: kept(page, later) is not None)
    assert kept(page, "/help") == own
    assert kept(page, tile) == kept_tile
    phone.go(page, "/help")
    until(page, lambda: kept(page, "/help") not in (own, None))


def test_the_page_of_who_signed_in_does_not_stay(phone: Phone, site: Site) -> None:
    page = phone.open("/mine")
    wait_until_kept(page)
    before = kept(page, "/mine")
    assert before
    token, address, now = "t" * 43, "ai.do@example.org", datetime.now(UTC)
    signed_in = CitizenSession(
        token_hash=hashlib.sha256(token.encode()).digest(),
        channel="email",
        target=address,
        label="",
        created_at=now,
        seen_at=now,
        expires_at=now + timedelta(days=1),
    )
    with unit_of_work(site.engine) as session:
        session.add(signed_in)
    phone.context.add_cookies([{"name": COOKIE, "value": token, "url": site.url}])
    shown = page.goto(site.url + "/mine")
    assert shown and shown.headers["cache-control"] == "no-store"
    assert address in page.content()
    phone.context.clear_cookies()
    phone.context.set_offline(True)
    phone.go(page, "/mine")
    assert kept(page, "/mine") == before
    assert address not in page.content()
