"""The lead's phone on the day: filled in and closed without a network, all of it arrives once."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from uuid import UUID, uuid4

import pytest
from PIL import Image
from playwright.sync_api import Browser, FilePayload, Page, Route, expect
from sqlalchemy import select

from service.db import unit_of_work
from service.models import Cleanup, CleanupCheck, CleanupSignup, Photo, SignupState, Work
from tests.journeys.citizens.test_reporting import until
from tests.journeys.conftest import open_phone
from tests.journeys.signin import sign_in
from tests.support.cleanups.running import add_running
from tests.support.site import Site

pytestmark = pytest.mark.browser

PEOPLE, CHECKS = 40, 6
KEPT = """async path => Boolean((await navigator.serviceWorker.ready).active && await caches.match(path)
  && navigator.serviceWorker.controller)"""
CAME = """names => { for (const name of names) {
  document.querySelector(`input[name="${name}"]`).value = "1";
  document.querySelector('form[data-day-about="attendance"]').requestSubmit();
} }"""


def crowd(site: Site, code: str) -> list[UUID]:
    """Forty people who signed up one by one, and six things to check in all."""
    ids = [uuid4() for _ in range(PEOPLE)]
    with unit_of_work(site.engine) as session:
        work = session.scalars(select(Work.id).where(Work.code == code)).one()
        old = session.scalars(select(CleanupSignup).where(CleanupSignup.work_id == work))
        for row in old:
            row.state = SignupState.CANCELLED
        now = datetime.now(UTC)
        for each in ids:
            going = SignupState.GOING
            session.add(CleanupSignup(id=each, work_id=work, people=1, state=going, created_at=now))
        for position in range(2, CHECKS):
            words = f"Việc {position}"
            session.add(CleanupCheck(id=uuid4(), work_id=work, position=position, words=words))
    return ids


def picture(number: int) -> FilePayload:
    """A photo unlike the others."""
    made = BytesIO()
    Image.new("RGB", (64, 48), (number * 40, 90, 60)).save(made, "JPEG")
    return {"name": f"{number}.jpg", "mimeType": "image/jpeg", "buffer": made.getvalue()}


def test_a_day_without_a_network_arrives_once(browser: Browser, site: Site) -> None:
    code, *_ = add_running(site)
    ids, path = crowd(site, code), f"/manage/cleanups/{code}"
    with open_phone(browser, site) as phone:
        sign_in(phone, "department")
        page = phone.open(path)
        until(page, lambda: page.evaluate(KEPT, path))
        phone.context.set_offline(True)
        phone.go(page, path)
        page.evaluate(CAME, [f"came-{each}" for each in ids])
        for _ in range(3):
            page.locator('[data-more="1"]').click()
        for button in page.locator('button[name="state"][value="done"]').all():
            button.click()
        page.set_input_files('[data-day-photos="before"]', files=[picture(1), picture(2)])
        expect(page.locator('[data-day-kept="before"]')).to_contain_text("2 ảnh")
        page.set_input_files('[data-day-photos="after"]', files=[picture(3), picture(4)])
        expect(page.locator('[data-day-kept="after"]')).to_contain_text("2 ảnh")
        expect(page.locator("#r-people")).to_have_value("43")
        page.locator('form[data-day-about="result"] button.button-main').click()
        expect(page.locator("[data-day-waiting]")).to_contain_text("12 mục")
        phone.go(page, path)  # the page is closed and opened again: all of it is still there
        expect(page.locator("[data-day-waiting]")).to_contain_text("12 mục")
        expect(page.locator("[data-day-came]")).to_contain_text("43")
        lose_answers(page)
        phone.context.set_offline(False)
        page.evaluate("dispatchEvent(new Event('online'))")
        expect(page.locator("#said")).to_contain_text("Đã báo kết quả", timeout=30_000)
    with unit_of_work(site.engine) as session:
        work = session.scalars(select(Work).where(Work.code == code)).one()
        side = session.get_one(Cleanup, work.id)
        came = [session.get_one(CleanupSignup, each).came for each in ids]
        mine = Photo.work_id == work.id
        kinds = sorted(session.scalars(select(Photo.kind).where(mine)))
        states = set(session.scalars(select(CleanupCheck.state).where(CleanupCheck.work_id == work.id)))
    assert (str(work.status), side.people, side.walk_ins, came) == ("done", 43, 3, [1] * PEOPLE)
    assert kinds == ["after", "after", "before", "before"]
    assert states == {"done"}


def lose_answers(page: Page) -> None:
    """The service stores the first photo and the result, and the line breaks before the phone hears of it."""
    lost: set[str] = set()

    def lose(route: Route) -> None:
        name = route.request.url.split("/")[-1]
        if name in lost:
            return route.continue_()
        lost.add(name)
        route.fetch()
        return route.abort("connectionreset")

    page.context.route("**/api/v1/works/*/photos?kind=before", lose)
    page.context.route("**/result", lose)
