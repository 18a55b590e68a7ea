"""What is being written: two tabs are two drafts, and without storage one sends all the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.imaging.pictures import encoded, quarters
from tests.journeys.citizens.test_reporting import Taps, past_the_map, stored, to_the_last_step, until
from tests.journeys.conftest import Phone, open_phone
from tests.support.site import Site

pytestmark = pytest.mark.browser

BLOCKED = "Object.defineProperty(self, 'indexedDB', {value: undefined})"
FAILING = """
const open = () => {
  const request = new EventTarget();
  request.error = new DOMException('blocked', 'SecurityError');
  setTimeout(() => request.dispatchEvent(new Event('error')));
  return request;
};
Object.defineProperty(self, 'indexedDB', {get: () => ({open, databases: async () => []})});
"""
HANGING = "indexedDB.open = () => new EventTarget();"
FULL = """
const put = IDBObjectStore.prototype.put;
IDBObjectStore.prototype.put = function (value, ...key) {
  if (value?.bytes) throw new DOMException('full', 'QuotaExceededError');
  return put.call(this, value, ...key);
};
"""
THROWING = "indexedDB.open = () => { throw new DOMException('no', 'SecurityError') };"
WITHOUT = {"none": BLOCKED, "failing": FAILING, "throwing": THROWING, "hanging": HANGING, "full": FULL}


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    made = []
    for name, size in (("a.jpg", (320, 200)), ("b.jpg", (330, 210))):
        made.append(tmp_path / name)
        made[-1].write_bytes(encoded(quarters(size=size), "JPEG", 1))
    return made


def begin(page: Page, words: str, photos: list[Path]) -> None:
    page.set_input_files("[data-photo-input]", photos)
    expect(page.locator("[data-photos] li")).to_have_count(len(photos))
    page.tap("[data-next]")
    page.tap("[data-kind=litter]")
    page.fill("[data-description]", words)


def finish(page: Page) -> None:
    page.tap("[data-next]")
    past_the_map(page, Taps(page))
    page.tap("[data-next]")
    page.wait_for_url("**/r/*")


def test_two_tabs_are_two_reports(phone: Phone, site: Site, photos: list[Path]) -> None:
    """The second tab begins with what the first has; both are sent, each with its own words and photos."""
    one, other = "Thẻ thứ nhất", "Thẻ thứ hai, chuyện khác"
    first = phone.open("/report")
    begin(first, one, photos[:1])
    second = phone.open("/report")
    expect(second.locator("[data-photos] li")).to_have_count(1)
    expect(second.locator("[data-unfinished]")).to_be_visible()
    second.tap("[data-next]")
    expect(second.locator("[data-description]")).to_have_value(one)
    second.fill("[data-description]", other)
    second.tap("[data-back]")
    expect(second.locator("[data-step=photo]")).to_be_visible()
    second.set_input_files("[data-photo-input]", photos[1])
    expect(second.locator("[data-photos] li")).to_have_count(2)
    second.tap("[data-next]")
    expect(second.locator("[data-step=detail]")).to_be_visible()
    first.bring_to_front()
    finish(first)
    second.bring_to_front()
    finish(second)
    [report], [another] = stored(site, one), stored(site, other)
    until(second, lambda: (site.photos(report.code), site.photos(another.code)) == (1, 2))
    fresh = phone.open("/report")
    expect(fresh.locator("[data-unfinished]")).to_be_hidden()


def test_each_tab_finds_its_own_again(phone: Phone) -> None:
    first = phone.open("/report")
    begin(first, "Của thẻ một", [])
    second = phone.open("/report")
    expect(second.locator("[data-unfinished]")).to_be_visible()
    with second.expect_navigation():
        second.locator("[data-start-anew]").tap()
    second.wait_for_selector("html[data-ready]", state="attached")
    expect(second.locator("[data-unfinished]")).to_be_hidden()
    begin(second, "Của thẻ hai", [])
    for page, words in ((first, "Của thẻ một"), (second, "Của thẻ hai")):
        page.reload()
        page.wait_for_selector("html[data-ready]", state="attached")
        page.tap("[data-next]")
        expect(page.locator("[data-description]")).to_have_value(words)
    first.close()
    second.close()
    again = phone.open("/report")
    expect(again.locator("[data-unfinished]")).to_be_visible()


def test_an_id_that_is_taken_by_other_words_is_given_up(phone: Phone, site: Site) -> None:
    """However it came about: both reports are there afterwards, each is told its own code."""
    one, other = "Đã giữ mã này", "Cùng mã mà khác lời"
    bodies: list[str] = []
    page = phone.open("/report")
    page.on("request", lambda each: bodies.append(each.post_data or "") if each.method == "POST" else None)
    to_the_last_step(page, [], one).tap("[data-next]")
    page.wait_for_url("**/r/*")
    taken = next(each for each in bodies if one in each).split('"id":"')[1][:36]
    page = phone.open("/report")
    page.add_init_script(
        f"let n = 0; const made = crypto.randomUUID.bind(crypto);"
        f"crypto.randomUUID = () => n++ ? made() : '{taken}';"
    )
    phone.go(page, "/report")
    to_the_last_step(page, [], other).tap("[data-next]")
    page.wait_for_url("**/r/*")
    [report], [another] = stored(site, one), stored(site, other)
    expect(page.locator(".code")).to_have_text(another.code)
    assert report.id != another.id


@pytest.mark.parametrize("kind", WITHOUT)
def test_without_storage_it_is_sent_all_the_same(
    browser: Browser, site: Site, photos: list[Path], kind: str
) -> None:
    words = f"Không có chỗ lưu: {kind}"
    with open_phone(browser, site, service_workers="block") as phone:
        phone.context.add_init_script(WITHOUT[kind])
        page = phone.open("/report")
        to_the_last_step(page, photos, words)
        expect(page.locator("[data-volatile]")).to_be_visible()
        page.tap("[data-next]")
        page.wait_for_url("**/r/*", timeout=30_000)
        [report] = stored(site, words)
        expect(page.locator(".code")).to_have_text(report.code)
        assert site.photos(report.code) == 2


def test_what_tries_again_by_itself_is_not_pressed_meanwhile(browser: Browser, site: Site) -> None:
    """Sent twice at once, each would forget what the other holds, and nothing would be sent any more."""
    words, held = "Tự gửi lại, đừng bấm", list[Route]()
    with open_phone(browser, site, service_workers="block") as phone:
        phone.context.add_init_script(BLOCKED)
        page = phone.open("/report")
        to_the_last_step(page, [], words)
        phone.context.set_offline(True)
        page.tap("[data-next]")
        expect(page.locator("[data-problem]")).to_contain_text("tự gửi lại")
        page.route("**/api/v1/reports", lambda route: held.append(route))
        phone.context.set_offline(False)
        until(page, lambda: len(held) == 1)
        expect(page.locator("[data-next]")).to_be_disabled()
        held[0].continue_()
        page.wait_for_url("**/r/*")
        assert len(stored(site, words)) == 1


WHY = "Mô tả này cần sửa."


def refuse(route: Route) -> None:
    """Answer as the service refuses a description."""
    problem = {
        "type": "urn:hientruong:problem:invalid",
        "title": "",
        "status": 422,
        "detail": WHY,
        "errors": [{"loc": ["body", "description"], "msg": WHY}],
    }
    route.fulfill(status=422, content_type="application/problem+json", body=json.dumps(problem))


@pytest.mark.parametrize("kind", ["none", "full"])
def test_without_storage_and_network_the_page_holds_it(
    browser: Browser, site: Site, photos: list[Path], kind: str
) -> None:
    """It says so, stays, tries by itself; what was typed is there, and mended where it is refused."""
    words = f"Không lưu được, cũng không có mạng: {kind}"
    with open_phone(browser, site, service_workers="block") as phone:
        phone.context.add_init_script(WITHOUT[kind])
        page = phone.open("/report")
        to_the_last_step(page, photos[:1], words)
        phone.context.set_offline(True)
        page.tap("[data-next]")
        expect(page.locator("[data-problem]")).to_contain_text("tự gửi lại")
        expect(page.locator("[data-next]")).to_be_enabled()
        page.route("**/api/v1/reports", refuse)
        phone.context.set_offline(False)
        page.tap("[data-next]")
        expect(page.locator("[data-problem]")).to_contain_text(WHY)
        expect(page.locator("#s-description")).to_have_value(words)
        page.unroute("**/api/v1/reports")
        words += ", đã sửa"
        page.fill("#s-description", words)
        page.tap("[data-next]")
        past_the_map(page, Taps(page))
        expect(page.locator("[data-review-text]")).to_have_text(words)
        phone.context.set_offline(True)
        page.tap("[data-next]")
        expect(page.locator("[data-problem]")).to_contain_text("tự gửi lại")
        phone.context.set_offline(False)
        page.wait_for_url("**/r/*", timeout=30_000)
        [report] = stored(site, words)
        assert site.photos(report.code) == 1
        phone.go(page, "/report")
        expect(page.locator("[data-unfinished]")).to_be_hidden()
