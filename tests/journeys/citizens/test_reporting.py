"""A citizen reports from a phone: with a network, without one, and with one that comes and goes."""

from __future__ import annotations

import dataclasses
import json
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy import select

from service.db import unit_of_work
from service.models import Report
from service.rendering.assets import load_assets
from tests.imaging.pictures import encoded, grainy, quarters
from tests.journeys.citizens.line import Line
from tests.journeys.conftest import Phone, open_phone
from tests.support.site import Site

pytestmark = pytest.mark.browser

MOST_TAPS = 12


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    made = []
    for name, orientation in (("a.jpg", 6), ("b.jpg", 1)):
        file = tmp_path / name
        file.write_bytes(encoded(quarters(size=(3000, 2000)), "JPEG", orientation))
        made.append(file)
    return made


class Taps:
    """Counts what a thumb does."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.count = 0

    def tap(self, selector: str) -> None:
        self.page.locator(selector).first.tap()
        self.count += 1

    def photos(self, files: list[Path]) -> None:
        """Opening the camera is one tap; each picture is taken with one."""
        self.page.set_input_files("[data-photo-input]", files)
        self.count += 1 + len(files)
        expect(self.page.locator("[data-photos] li")).to_have_count(len(files))


def to_the_last_step(page: Page, photos: list[Path], words: str, kind: str = "litter") -> Taps:
    taps = Taps(page)
    if photos:
        taps.photos(photos)
    taps.tap("[data-next]")
    if page.locator("[data-step=photo]").is_visible():  # the button that sends came up under the thumb
        taps.tap("[data-next]")
    taps.tap(f"[data-kind={kind}]")
    page.fill("[data-description]", words)
    taps.tap("[data-next]")
    past_the_map(page, taps)
    expect(page.locator("[data-review-text]")).to_have_text(words)
    return taps


def past_the_map(page: Page, taps: Taps) -> None:
    """From the map step to the last one, whether or not there are similar reports."""
    # The button of the step before is the same one: it is waited for until it is this step's.
    expect(page.locator("[data-step=where]")).to_be_visible()
    expect(page.locator("[data-next]")).to_be_enabled()
    taps.tap("[data-next]")
    expect(page.locator("[data-step=send], [data-step=similar]").filter(visible=True)).to_have_count(1)
    if page.locator("[data-step=similar]").is_visible():
        taps.tap("[data-next]")
    expect(page.locator("[data-step=send]")).to_be_visible()


def wait_until_kept(page: Page) -> None:
    """Until the service worker holds the app, and the map that it fetches afterwards."""
    until(
        page,
        lambda: page.evaluate(
            "async () => !!navigator.serviceWorker.controller && !!(await caches.match("
            "'/assets/' + (await (await fetch('/sw.js')).text()).match(/city_map[^\"]*[.]js/)[0]))"
        ),
    )


def until(page: Page, true: Callable[[], bool], limit_s: float = 60) -> None:
    """Wait for what no page tells; meanwhile the browser goes on."""
    deadline = time.monotonic() + limit_s
    while not true():
        assert time.monotonic() < deadline
        page.wait_for_timeout(100)


def stored(site: Site, words: str) -> list[Report]:
    with unit_of_work(site.engine) as session:
        return list(session.scalars(select(Report).where(Report.description == words)))


def test_online_in_few_taps(phone: Phone, site: Site, photos: list[Path]) -> None:
    page = phone.open("/report")
    taps = to_the_last_step(page, photos, "Rác trước chợ, gửi khi có mạng")
    taps.tap("[data-next]")
    page.wait_for_url("**/r/*")
    assert taps.count <= MOST_TAPS
    [report] = stored(site, "Rác trước chợ, gửi khi có mạng")
    expect(page.locator(".code")).to_have_text(report.code)
    assert site.photos(report.code) == 2
    assert report.accuracy_m == 15
    assert (round(report.lon, 3), round(report.lat, 3)) == (107.59, 16.464)
    assert "s=" not in page.url
    assert page.locator("form[action$='/withdraw']").count() == 1, "it is the reporter's own page"


def test_offline_with_photos_closed_and_opened_again(phone: Phone, site: Site, photos: list[Path]) -> None:
    words = "Cáp đứt, gửi khi không có mạng"
    first = phone.open("/report")
    wait_until_kept(first)
    phone.context.set_offline(True)
    page = phone.go(first, "/report")
    to_the_last_step(page, photos, words, "hanging_cable").tap("[data-next]")
    page.wait_for_url("**/mine")
    expect(page.locator("[data-waiting-list] article")).to_have_count(1)
    expect(page.locator("[data-offline]")).to_be_visible()
    assert stored(site, words) == []
    page.close()
    again = phone.open("/mine")
    phone.context.set_offline(False)
    again.evaluate("dispatchEvent(new Event('online'))")
    expect(again.locator(".report-card-title a")).to_have_count(1)
    [report] = stored(site, words)
    assert site.photos(report.code) == 2
    expect(again.locator("[data-waiting-list] article")).to_have_count(0)


@pytest.mark.parametrize("status", [500, 429, 503, "connectionreset"])
def test_server_that_fails_at_first(phone: Phone, site: Site, photos: list[Path], status: int) -> None:
    """The answer is lost once for the report and once for each photo: still one of each."""
    words = f"Máy chủ trả lời {status}"
    seen: set[str] = set()

    def stumble(route: Route) -> None:
        key = f"{route.request.url} {len(route.request.post_data_buffer or b'') // 1000}"
        if key in seen:
            route.continue_()
            return
        seen.add(key)
        if status == 500:
            route.fetch()  # it arrives, but its answer is lost
        if isinstance(status, int):
            route.fulfill(status=status, headers={"retry-after": "1"}, body="{}")
        else:
            route.abort(status)

    phone.context.route("**/api/v1/reports", stumble)
    phone.context.route("**/api/v1/reports/*/photos", stumble)
    page = phone.open("/report")
    to_the_last_step(page, photos, words).tap("[data-next]")
    page.wait_for_url("**/mine")
    until(page, lambda: [site.photos(each.code) for each in stored(site, words)] == [2])
    expect(page.locator("[data-waiting-list] article")).to_have_count(0)


def test_network_that_drops_in_the_middle_of_an_upload(
    phone: Phone, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What has arrived is not sent again, however often the line breaks; how far it came is shown."""
    words = "Mạng đứt giữa chừng"
    file = tmp_path / "grain.jpg"
    file.write_bytes(grainy(size=(1600, 1200)))
    line, tried, lost = Line(monkeypatch), list[int](), list[int]()

    def drop(route: Route) -> None:
        offset = int(parse_qs(urlsplit(route.request.url).query)["offset"][0])
        tried.append(offset)
        if tried.count(offset) == 1 and len(set(tried)) in (2, 4):
            lost.append(offset)
            route.abort("connectionreset")
        else:
            route.continue_()

    phone.context.route("**/upload?*", drop)
    page = phone.open("/report")
    to_the_last_step(page, [file], words).tap("[data-next]")
    page.wait_for_url("**/r/*")
    expect(page.locator("[data-offline]")).to_contain_text("ảnh")
    until(page, lambda: [site.photos(each.code) for each in stored(site, words)] == [1])
    come = [offset for _, offset in line.come]
    assert lost
    assert len(come) > 4
    assert come == sorted(set(come)), "only what was lost went again"


def test_refused_report_comes_back_to_be_mended(phone: Phone, site: Site) -> None:
    words = "Bị từ chối rồi sửa lại, gọi 0905 123 456"
    why = "Mô tả này cần sửa."
    refusal = {
        "type": "urn:hientruong:problem:invalid",
        "title": "",
        "status": 422,
        "detail": why,
        "errors": [{"loc": ["body", "description"], "msg": why}],
    }
    refused: list[str] = []

    def refuse_once(route: Route) -> None:
        if refused:
            route.continue_()
            return
        refused.append(route.request.url)
        route.fulfill(status=422, content_type="application/problem+json", body=json.dumps(refusal))

    phone.context.route("**/api/v1/reports", refuse_once)
    page = phone.open("/report")
    to_the_last_step(page, [], words)
    expect(page.locator("[data-review-masked]")).to_be_visible()
    page.tap("[data-next]")
    page.wait_for_url("**/mine")
    card = page.locator("[data-waiting-list] article")
    expect(card).to_contain_text(why)
    card.locator("[data-mend]").tap()
    page.wait_for_url("**/report")
    page.wait_for_selector("html[data-ready]", state="attached")
    expect(page.locator("[data-problem]")).to_contain_text(why)
    expect(page.locator("[data-step=detail]")).to_be_visible()
    expect(page.locator("#s-description")).to_have_value(words)
    page.tap("[data-next]")
    past_the_map(page, Taps(page))
    page.tap("[data-next]")
    page.wait_for_url("**/r/*")
    assert len(stored(site, words)) == 1


def test_without_position_one_searches_a_place(browser: Browser, site: Site) -> None:
    with open_phone(browser, site, permissions=[]) as phone:
        page = phone.open("/report")
        page.tap("[data-next]")
        page.tap("[data-kind=litter]")
        page.tap("[data-next]")
        expect(page.locator("[data-next]")).to_be_disabled()
        page.fill("[data-place-search]", "vi da")
        page.locator("[data-places] button").first.tap()
        expect(page.locator("[data-ward-chip]")).to_have_text("Phường Vỹ Dạ")
        expect(page.locator("[data-next]")).to_be_enabled()


def test_places_that_come_late_are_not_shown(phone: Phone) -> None:
    """Neither over the map once they were closed, nor in the place of what was asked for since."""
    page = phone.open("/report")
    for pressed in ("[data-next]", "[data-kind=litter]", "[data-next]"):
        page.tap(pressed)
    held: dict[str, Route] = {}

    def hold(route: Route) -> None:
        [words] = parse_qs(urlsplit(route.request.url).query)["q"]
        if words == "phu xuan":
            route.continue_()
        else:
            held[words] = route

    def let_go(words: str) -> None:
        with page.expect_event("requestfinished", lambda request: "/places?" in request.url):
            held[words].continue_()
        page.evaluate("async () => { await fetch('/api/v1/categories', {cache: 'reload'}) }")

    page.route("**/report/places?*", hold)
    field, places = page.locator("[data-place-search]"), page.locator("[data-places]")
    field.fill("kim long")
    until(page, lambda: "kim long" in held)
    field.press("Escape")
    let_go("kim long")
    expect(places).to_be_hidden()
    field.fill("vi da")
    until(page, lambda: "vi da" in held)
    field.fill("phu xuan")
    expect(places.locator("button").first).to_contain_text("Phú Xuân")
    let_go("vi da")
    expect(places.locator("button").first).to_contain_text("Phú Xuân")


def test_outside_the_city_is_said_before_sending(browser: Browser, site: Site) -> None:
    hanoi = {"longitude": 105.85, "latitude": 21.02, "accuracy": 15}
    with open_phone(browser, site, geolocation=hanoi) as phone:
        page = phone.open("/report")
        page.tap("[data-next]")
        page.tap("[data-kind=litter]")
        page.tap("[data-next]")
        expect(page.locator("[data-ward-chip]")).to_have_text("Ngoài địa bàn thành phố")
        expect(page.locator("[data-next]")).to_be_disabled()


def test_danger_shows_the_hotline_and_back_loses_nothing(phone: Phone) -> None:
    page = phone.open("/report")
    page.tap("[data-next]")
    page.fill("[data-kind-search]", "cap dut")
    expect(page.locator("[data-kind='hanging_cable.broken']")).to_be_visible()
    page.fill("[data-kind-search]", "")
    page.tap("[data-kind=hanging_cable]")
    danger = page.locator("[data-step=detail] [data-danger-box]")
    expect(page.locator("[data-step=detail]")).to_be_visible()
    expect(danger).to_be_hidden()
    page.locator("[data-questions] [data-danger]").first.check(force=True)
    expect(danger).to_be_visible()
    page.fill("[data-description]", "Dây toé lửa")
    page.go_back()
    expect(page.locator("[data-step=what]")).to_be_visible()
    page.reload()
    page.wait_for_selector("html[data-ready]", state="attached")
    page.tap("[data-next]")
    expect(page.locator("[data-description]")).to_have_value("Dây toé lửa")
    expect(danger).to_be_visible()


def test_words_suggest_the_kind_and_tell_of_danger(phone: Phone) -> None:
    page = phone.open("/report")
    page.tap("[data-next]")
    page.fill("[data-kind-search]", "hom nay thung rac truoc cho day qua")
    expect(page.locator("[data-kind='litter.bin_overflow']")).to_be_visible()
    page.fill("[data-kind-search]", "")
    page.tap("[data-kind=litter]")
    page.fill("[data-description]", "Cột này có dây toé lửa, cáp đứt nằm trên đường")
    expect(page.locator("[data-step=detail] [data-danger-box]")).to_be_visible()
    expect(page.locator("[data-meant]")).to_contain_text("Cáp đứt")
    page.tap("[data-meant]")
    expect(page.locator("[data-kind-name]")).to_have_text("Cáp, dây treo")
    expect(page.locator("[data-meant]")).to_be_hidden()


def test_an_edited_report_that_had_arrived_is_still_one(phone: Phone, site: Site, photos: list[Path]) -> None:
    """The answer to the first try is lost, then the report is changed: one report, the change as a remark."""
    words, better = "Bản đầu đã đến nơi", "Bản sửa: đống rác ở cổng sau"
    arrived: list[bool] = []

    def lose_the_answer(route: Route) -> None:
        if not arrived:
            arrived.append(route.fetch().ok)
        route.abort("connectionreset") if len(stored(site, better)) == 0 and not mended else route.continue_()

    mended: list[bool] = []
    phone.context.route("**/api/v1/reports", lose_the_answer)
    page = phone.open("/report")
    to_the_last_step(page, photos[:1], words).tap("[data-next]")
    page.wait_for_url("**/mine")
    page.locator("[data-waiting-list] [data-mend]").tap()
    page.wait_for_url("**/report")
    page.wait_for_selector("html[data-ready]", state="attached")
    mended.append(True)
    page.tap("[data-next]")
    page.fill("[data-description]", better)
    page.tap("[data-next]")
    past_the_map(page, Taps(page))
    page.tap("[data-next]")
    page.wait_for_url("**/r/*")
    [report] = stored(site, words)
    assert stored(site, better) == []
    expect(page.locator("[data-live]")).to_contain_text(better)
    assert site.photos(report.code) == 1


def keep_one_offline(phone: Phone, photos: list[Path], words: str) -> Page:
    """A report that waits on the phone, which is offline; its page is "my reports"."""
    page = phone.open("/report")
    wait_until_kept(page)
    phone.context.set_offline(True)
    phone.go(page, "/report")
    to_the_last_step(page, photos, words).tap("[data-next]")
    page.wait_for_url("**/mine")
    page.wait_for_selector("html[data-ready]", state="attached")
    return page


def test_one_that_is_deleted_while_it_is_sent_does_not_come_back(phone: Phone, site: Site) -> None:
    words = "Xóa khi đang gửi"
    page = keep_one_offline(phone, [], words)
    held: list[Route] = []
    # Whoever sends it, the page or its worker, which may be asked to at any moment.
    phone.context.route("**/api/v1/reports", lambda route: held.append(route))
    phone.context.set_offline(False)
    until(page, lambda: len(held) == 1)
    other = phone.open("/mine")
    other.on("dialog", lambda dialog: dialog.accept())
    other.locator("[data-waiting-list] [data-delete]").click()
    expect(other.locator("[data-waiting-section]")).to_be_hidden()
    held[0].abort()
    until(other, lambda: other.evaluate("navigator.locks.query().then(({ held }) => held.length === 0)"))
    phone.go(other, "/mine")
    expect(other.locator("[data-waiting-section]")).to_be_hidden()
    assert stored(site, words) == []


def test_what_waits_is_drawn_anew_only_where_it_changed(phone: Phone) -> None:
    """A button that is drawn anew while it is pressed would swallow the press."""
    page = keep_one_offline(phone, [], "Chờ gửi, không vẽ lại")
    cards = page.locator("[data-waiting-list] article")
    expect(cards).to_have_count(1)
    cards.evaluate("card => { card.dataset.before = '' }")
    other = phone.open("/report")
    to_the_last_step(other, [], "Chờ gửi, đến sau").tap("[data-next]")
    other.wait_for_url("**/mine")
    expect(cards).to_have_count(2)
    expect(page.locator("[data-waiting-list] [data-before]")).to_contain_text("không vẽ lại")


def test_two_pages_send_it_once(phone: Phone, site: Site, photos: list[Path]) -> None:
    words = "Hai trang cùng gửi"
    pages = [keep_one_offline(phone, photos, words), phone.open("/mine"), phone.open("/")]
    phone.context.set_offline(False)
    for page in pages:
        page.evaluate("dispatchEvent(new Event('online'))")
    until(pages[0], lambda: [site.photos(each.code) for each in stored(site, words)] == [2])


def test_new_version_of_the_worker_loses_nothing(
    phone: Phone, site: Site, photos: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    words = "Có bản mới khi đang chờ"
    page = keep_one_offline(phone, photos, words)
    newer = dataclasses.replace(load_assets(), version="newer")
    monkeypatch.setattr("service.pages.front.front.load_assets", lambda: newer)
    # What is sent there loads "my reports" anew, which would cut short the way to another page.
    page.goto("about:blank")
    phone.context.set_offline(False)
    phone.go(page, "/")
    # A browser looks for a newer worker some time after a visit; it is asked to now.
    kept = """async () => {
      await (await navigator.serviceWorker.ready).update().catch(() => null);
      return (await caches.keys()).filter(each => each.startsWith("shell-"));
    }"""
    # It takes over once the one before has sent what it is at; the page asks it to where that was given up.
    until(page, lambda: page.evaluate(kept) == ["shell-newer"])
    until(page, lambda: [site.photos(each.code) for each in stored(site, words)] == [2])


@pytest.mark.parametrize("days", [1, -1])
def test_clock_of_the_phone_is_wrong_by_a_day(phone: Phone, site: Site, days: int) -> None:
    words = f"Đồng hồ sai {days} ngày"
    phone.context.add_init_script(
        f"const Real = Date; const ahead = {days} * 86_400_000;"
        "Date = class extends Real"
        " { constructor(...a) { a.length ? super(...a) : super(Real.now() + ahead) } };"
        "Date.now = () => Real.now() + ahead;"
    )
    page = phone.open("/report")
    to_the_last_step(page, [], words).tap("[data-next]")
    page.wait_for_url("**/r/*")
    [report] = stored(site, words)
    assert report.occurred_at is not None
    assert report.occurred_at <= report.created_at


def test_a_report_is_sent_by_keyboard_alone(phone: Phone, site: Site) -> None:
    """Tab, arrows and Enter reach everything; focus goes to each new step."""
    words = "Chỉ bằng bàn phím"
    page = phone.open("/report")
    keys = page.keyboard

    def press_until(selector: str, key: str = "Tab") -> None:
        for _ in range(80):
            if page.locator(f"{selector}:focus").count():
                return
            keys.press(key)
        raise AssertionError(f"{selector} is out of reach")

    press_until("[data-next]")
    keys.press("Enter")
    expect(page.locator("[data-step=what]")).to_be_focused()
    press_until("[data-kind=litter] input")
    keys.press("Space")
    press_until("[data-next]")
    keys.press("Enter")
    expect(page.locator("[data-step=detail]")).to_be_focused()
    press_until("[data-description]")
    keys.type(words)
    press_until("[data-next]")
    keys.press("Enter")
    press_until("[data-place-search]")
    keys.type("vi da")
    expect(page.locator("[data-places] button").first).to_be_visible()
    keys.press("ArrowDown")
    keys.press("Enter")
    expect(page.locator("[data-ward-chip]")).to_have_text("Phường Vỹ Dạ")
    press_until("[data-next]")
    keys.press("Enter")
    expect(page.locator("[data-step=send], [data-step=similar]").filter(visible=True)).to_have_count(1)
    if page.locator("[data-step=similar]").is_visible():
        press_until("[data-next]")
        keys.press("Enter")
    press_until("[data-next]")
    keys.press("Enter")
    page.wait_for_url("**/r/*")
    assert len(stored(site, words)) == 1


def test_large_text_keeps_the_buttons_of_the_review_off_what_they_edit(
    phone: Phone, photos: list[Path]
) -> None:
    page = phone.open("/report")
    to_the_last_step(page, photos[:1], "Rác đổ trước cổng trường")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    covered = page.locator(".review-row:has(> button)").evaluate_all(
        "rows => rows.filter(row => row.checkVisibility()).map(row => {"
        " const own = row.querySelector(':scope > button').getBoundingClientRect();"
        " return [...row.querySelectorAll('.photo, b, p')].filter(each => {"
        "  const box = each.getBoundingClientRect();"
        "  return box.width && box.right - own.left > 1 && own.right - box.left > 1"
        "   && box.bottom - own.top > 1 && own.bottom - box.top > 1; }).length; })"
    )
    assert covered == [0, 0, 0]
