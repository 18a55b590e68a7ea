"""Push in a browser: the button, with a push service that is ours, and what the service worker shows."""

from __future__ import annotations

import json
from uuid import UUID

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from service.db import unit_of_work
from service.domain.kernel.codes import report_secret
from service.models import PushDevice, Subscription
from tests.journeys.citizens.test_reporting import until
from tests.journeys.conftest import open_phone
from tests.journeys.signin import sign_in
from tests.sending.envelopes import browser_keys
from tests.support.site import KEY, Site

pytestmark = pytest.mark.browser

ENDPOINT = "https://push.example.org/journey"


def fake_push(granted: str = "granted") -> str:
    """No push service is reached from here: the browser's side is played, with keys that are real."""
    device = browser_keys().device(ENDPOINT)
    told = json.dumps({"endpoint": ENDPOINT, "keys": {"p256dh": device.p256dh, "auth": device.auth}})
    return f"""
      Notification.requestPermission = async () => "{granted}";
      PushManager.prototype.subscribe = async (options) => {{
        window.asked = {{ visible: options.userVisibleOnly, bytes: options.applicationServerKey.length }};
        return {{ toJSON: () => ({told}) }};
      }};
    """


def test_the_button_subscribes_this_browser_to_the_report(browser: Browser, site: Site) -> None:
    code = site.code("in_progress")
    secret = report_secret(KEY.encode(), site.found(code).id)
    with open_phone(browser, site) as phone:
        phone.context.add_init_script(fake_push())
        page = phone.open(f"/r/{code}?s={secret}")
        page.locator("#notices form[data-push] button").click()
        page.wait_for_url("**told=on**")
        expect(page.locator("#notices .watches")).to_contain_text("trình duyệt")
    with unit_of_work(site.engine) as session:
        device = session.query(PushDevice).filter_by(endpoint=ENDPOINT).one()
        wish = session.query(Subscription).filter_by(device_id=device.id).one()
        assert (wish.report_id, wish.reporter) == (site.found(code).id, True)


def test_a_browser_that_refuses_is_told_what_to_do(browser: Browser, site: Site) -> None:
    with open_phone(browser, site) as phone:
        phone.context.add_init_script(fake_push("denied"))
        page = phone.open("/alerts")
        page.locator("[data-by-push]").click()
        expect(page.locator("[data-toasts]")).to_contain_text("cài đặt của trình duyệt")


def test_the_service_worker_shows_a_push_and_opens_its_page(browser: Browser, site: Site) -> None:
    code = site.code("closed")
    with open_phone(browser, site, permissions=["geolocation", "notifications"]) as phone:
        page = phone.open("/help")
        page.evaluate("navigator.serviceWorker.ready")
        [worker] = phone.context.service_workers or [phone.context.wait_for_event("serviceworker")]
        told = {
            "title": "Đã xử lý xong",
            "body": "Xem ảnh",
            "url": f"{site.url}/r/{code}",
            "tag": "t1",
            "lang": "vi",
        }
        shown = worker.evaluate(
            """async (told) => {
              const shown = [];
              registration.showNotification = async (title, options) => void shown.push([title, options]);
              const fire = async (type, fields) => {
                const event = Object.assign(new ExtendableEvent(type), fields);
                let done; event.waitUntil = (promise) => { done = promise; };
                self.dispatchEvent(event); await done;
              };
              await fire("push", { data: { json: () => told } });
              await fire("push", { data: { json: () => { throw new SyntaxError("no"); } } });
              const opened = [];
              clients.openWindow = async (url) => void opened.push(url);
              for (const data of [told.url, "https://evil.example/", 5]) {
                await fire("notificationclick", { notification: { close() {}, data } });
              }
              return { shown, opened };
            }""",
            told,
        )
    (title, options), (fallback, _) = shown["shown"]
    assert (title, options["body"], options["tag"], options["data"]) == (
        told["title"],
        told["body"],
        told["tag"],
        told["url"],
    )
    assert fallback
    assert shown["opened"] == [told["url"], f"{site.url}/", f"{site.url}/"]


def test_a_colleague_s_browser_is_told_while_they_are_signed_in(browser: Browser, site: Site) -> None:
    played = (
        fake_push()
        + """
      Object.defineProperty(Notification, "permission", { get: () => "granted" });
      PushManager.prototype.getSubscription =
        async () => PushManager.prototype.subscribe({ applicationServerKey: [] });
    """
    )
    with open_phone(browser, site) as phone:
        phone.context.add_init_script(played.replace(ENDPOINT, f"{ENDPOINT}-desk"))
        sign_in(phone, "triage")
        page = phone.open("/account/notices")
        page.locator("form[data-push] button").click()
        page.wait_for_url("**told=on**")
        expect(page.locator(".watches li")).to_have_count(1)
        first = desk_devices(site)
        assert len(first) == 1
        page.locator("form[data-account]").evaluate("form => form.submit()")
        page.wait_for_url(f"{site.url}/")
        assert desk_devices(site) == []
        sign_in(phone, "inspector")
        phone.go(page, "/account/notices")
        page.wait_for_timeout(300)
        assert desk_devices(site) == []
        sign_in(phone, "triage")
        with page.expect_response(lambda answer: answer.url.endswith("/account/notices/push")) as told:
            page.goto(f"{site.url}/account/notices")
        assert told.value.status == 200
        # The page has heard the answer: until then leaving it would have the next one tell again.
        until(page, lambda: page.evaluate("() => sessionStorage.getItem('staff-push') !== null"))
        (again,) = desk_devices(site)
        assert again not in first
        phone.go(page, "/account/notices")
        page.locator(".watches button").click()
        page.wait_for_url("**told=ended**")
        phone.go(page, "/account/notices")
        assert desk_devices(site) == []


def desk_devices(site: Site) -> list[UUID]:
    with unit_of_work(site.engine) as session:
        wanted = select(PushDevice.id).where(PushDevice.endpoint == f"{ENDPOINT}-desk")
        return list(session.scalars(wanted))
