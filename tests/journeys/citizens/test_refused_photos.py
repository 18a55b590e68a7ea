"""A photo that the service does not take is told where one stands, once, with another one as the way out."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.imaging.pictures import encoded, grainy, quarters
from tests.journeys.accessibility.test_citizens import check
from tests.journeys.citizens.test_reporting import stored, to_the_last_step, until
from tests.journeys.conftest import PHONE, Phone, open_phone
from tests.support.site import Site

pytestmark = pytest.mark.browser

REASON = "Ảnh bị hỏng hoặc chưa đầy đủ."


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """A photo cut in half, which browsers show, and a whole one."""
    cut, whole = tmp_path / "cut.jpg", tmp_path / "whole.jpg"
    data = grainy(size=(200, 150))
    cut.write_bytes(data[: len(data) // 2])
    whole.write_bytes(encoded(quarters(size=(300, 200)), "JPEG", 1))
    return cut, whole


def send_with(phone: Phone, photos: list[Path], words: str) -> Page:
    page = phone.open("/report")
    to_the_last_step(page, photos, words).tap("[data-next]")
    page.wait_for_url("**/r/*")
    return page


def test_on_the_page_of_the_report(phone: Phone, site: Site, files: tuple[Path, Path]) -> None:
    cut, whole = files
    words = "Một ảnh hỏng, một ảnh tốt"
    page = send_with(phone, [cut, whole], words)
    [report] = stored(site, words)
    box = page.locator("[data-refused]")
    expect(box).to_contain_text("một ảnh không nhận được")
    expect(box.locator(".photo-state")).to_contain_text(REASON)
    expect(page.locator("main").get_by_text("không nhận được")).to_have_count(1)
    assert page.locator("[data-lost]").filter(visible=True).count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    check(page)
    assert site.photos(report.code) == 1
    box.locator("section").evaluate("section => { section.dataset.before = '' }")
    page.set_input_files("[data-refused] [data-another] [data-photo-input]", cut)
    expect(box.locator("section:not([data-before]) .photo-state")).to_contain_text(REASON)
    other = whole.with_name("other.jpg")
    other.write_bytes(encoded(quarters(size=(310, 210)), "JPEG", 1))
    page.set_input_files("[data-refused] [data-another] [data-photo-input]", other)
    until(page, lambda: site.photos(report.code) == 2)
    expect(box).to_be_hidden()
    phone.go(page, "/mine")
    expect(page.locator("[data-waiting-section]")).to_be_hidden()


def test_chosen_while_another_is_on_its_way(
    phone: Phone, site: Site, files: tuple[Path, Path], tmp_path: Path
) -> None:
    cut, whole = files
    words = "Hai ảnh hỏng, hai ảnh thay"
    halves, others = tmp_path / "half.jpg", tmp_path / "other.jpg"
    halves.write_bytes(grainy(size=(220, 150))[:9000])
    others.write_bytes(encoded(quarters(size=(310, 210)), "JPEG", 1))
    page = send_with(phone, [cut, halves], words)
    [report] = stored(site, words)
    box = page.locator("[data-refused]")
    expect(box).to_contain_text("2 ảnh không nhận được")
    held: list[Route] = []
    page.route("**/api/v1/reports/*/photos", lambda route: route.continue_() if held else held.append(route))
    page.set_input_files("[data-refused] [data-another] [data-photo-input]", whole)
    expect(box).to_contain_text("một ảnh không nhận được")
    until(page, lambda: len(held) == 1)
    page.set_input_files("[data-refused] [data-another] [data-photo-input]", others)
    expect(box).to_be_hidden()
    held[0].continue_()
    until(page, lambda: site.photos(report.code) == 2)
    phone.go(page, "/mine")
    expect(page.locator("[data-waiting-section]")).to_be_hidden()


def test_among_ones_own_reports(phone: Phone, site: Site, files: tuple[Path, Path]) -> None:
    words = "Ảnh hỏng, xem ở trang của tôi"
    page = send_with(phone, [files[0]], words)
    [report] = stored(site, words)
    phone.go(page, "/mine")
    card = page.locator("[data-waiting-list] article")
    expect(card).to_contain_text("một ảnh không nhận được")
    expect(card.locator(".photo-state")).to_contain_text(REASON)
    assert card.inner_text().count(REASON) == 1
    strip = page.locator("[data-offline]")
    expect(strip).to_be_visible()
    expect(strip).not_to_contain_text("chờ gửi")
    expect(page.locator("[data-waiting-count]").first).to_be_hidden()
    check(page)
    card.locator("[data-another] [data-photo-input]").set_input_files(files[1])
    until(page, lambda: site.photos(report.code) == 1)
    expect(card).to_have_count(0)


def test_it_can_be_left_out(phone: Phone, site: Site, files: tuple[Path, Path]) -> None:
    page = send_with(phone, [files[0]], "Ảnh hỏng, bỏ đi")
    page.locator("[data-refused] [data-drop]").tap()
    expect(page.locator("[data-refused]")).to_be_hidden()
    phone.go(page, "/mine")
    expect(page.locator("[data-waiting-section]")).to_be_hidden()


def test_without_storage_the_server_tells(browser: Browser, site: Site, files: tuple[Path, Path]) -> None:
    with open_phone(browser, site, service_workers="block") as phone:
        phone.context.add_init_script("Object.defineProperty(self, 'indexedDB', {value: undefined})")
        page = send_with(phone, [files[0]], "Ảnh hỏng, máy không lưu")
        expect(page.locator("[data-lost]")).to_contain_text("1 ảnh chưa nhận được")
