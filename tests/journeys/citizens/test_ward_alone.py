"""Who knows no position sends the ward and an address: without a network and without GPS, kept, once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import delete

from service.db import unit_of_work
from service.models import PlaceName, Street
from tests.imaging.pictures import encoded, quarters
from tests.journeys.citizens.test_reporting import stored, until, wait_until_kept
from tests.journeys.conftest import open_phone
from tests.support.site import Site

pytestmark = pytest.mark.browser

WARD, ADDRESS = "Phường Vỹ Dạ", "Trong chợ, gần cổng sau"


@pytest.fixture
def street_elsewhere(site: Site) -> Iterator[str]:
    """Name of a street that a map file told, in the ward Thuận Hóa."""
    name, key = "Quế Hương Lạc", "que huong lac"
    line = "SRID=4326;MULTILINESTRING((107.584 16.4625, 107.586 16.4630))"
    with unit_of_work(site.engine) as session:
        session.add(Street(name=name, key=key, road_class="residential", is_bridge=False, geom=line))
        as_place = {"source": "street", "kind": "residential", "name": name, "key": key, "initials": "qhl"}
        session.add(PlaceName(**as_place, rank=3, street_key=key))
    yield name
    with unit_of_work(site.engine) as session:
        for table in (Street, PlaceName):
            session.execute(delete(table).where(table.name == name))


def to_the_place(page: Page, words: str) -> None:
    page.tap("[data-next]")
    page.tap("[data-kind=litter]")
    page.fill("[data-description]", words)
    page.tap("[data-next]")
    expect(page.locator("[data-step=where]")).to_be_visible()


def test_airplane_mode_and_no_position(browser: Browser, site: Site) -> None:
    words = "Gửi khi không mạng, không vị trí"
    with open_phone(browser, site, permissions=[]) as phone:
        page = phone.open("/report")
        wait_until_kept(page)
        phone.context.set_offline(True)
        phone.go(page, "/report")
        to_the_place(page, words)
        expect(page.locator("[data-ward-chip]")).to_contain_text("phường, xã")
        page.fill("[data-place-search]", "cho dong ba")
        expect(page.locator("[data-places]")).to_contain_text("mất mạng")
        page.press("[data-place-search]", "Escape")
        page.tap("[data-by-ward]")
        send = page.locator("[data-next]")
        expect(send).to_be_disabled()
        page.select_option("#s-ward", label=WARD)
        expect(send).to_be_disabled()
        page.fill("#s-address", ADDRESS)
        expect(send).to_be_enabled()
        phone.go(page, "/report")  # the phone closed the app: nothing chosen is lost
        for _ in range(2):
            page.tap("[data-next]")
        expect(page.locator("#s-ward option:checked")).to_have_text(WARD)
        expect(page.locator("#s-address")).to_have_value(ADDRESS)
        page.tap("[data-next]")
        expect(page.locator("[data-review-place]")).to_have_text(f"{ADDRESS}, {WARD}")
        expect(page.locator("[data-review-no-pin]")).to_be_visible()
        page.tap("[data-next]")
        page.wait_for_url("**/mine")
        assert stored(site, words) == []
        phone.context.set_offline(False)
        until(page, lambda: bool(stored(site, words)))
        page.wait_for_timeout(1500)  # whatever would send it twice has had its turn
        [report] = stored(site, words)
        assert (report.address, report.accuracy_m is not None and report.accuracy_m > 300) == (ADDRESS, True)
        found = site.get(f"/api/v1/wards/at?lon={report.lon}&lat={report.lat}").json()
        assert found["ward"]["full_name"] == WARD


def test_one_screen_without_a_position(browser: Browser, site: Site, tmp_path: Path) -> None:
    words = "Một màn hình, chỉ biết phường"
    photo = tmp_path / "a.jpg"
    photo.write_bytes(encoded(quarters(size=(1200, 900)), "JPEG"))
    with open_phone(browser, site, permissions=[]) as phone:
        page = phone.open("/report")
        page.set_input_files("[data-photo-input]", photo)
        expect(page.locator("[data-quick-where]")).to_be_visible()
        page.fill("#s-quick-words", words)
        page.locator("[data-quick-kinds] button").first.tap()
        page.select_option("#s-quick-ward", label=WARD)
        expect(page.locator("[data-quick-outlook] [data-ward]")).to_have_text(WARD)
        expect(page.locator("[data-quick-send]")).to_be_hidden()
        page.fill("#s-quick-address", ADDRESS)
        page.tap("[data-quick-send]")
        page.wait_for_url("**/r/*")
        [report] = stored(site, words)
        assert report.address == ADDRESS


def test_a_street_of_another_ward_is_told_while_it_is_typed(
    browser: Browser, site: Site, tmp_path: Path, street_elsewhere: str
) -> None:
    photo = tmp_path / "a.jpg"
    photo.write_bytes(encoded(quarters(size=(1200, 900)), "JPEG"))
    with open_phone(browser, site, permissions=[]) as phone:
        page = phone.open("/report")
        page.set_input_files("[data-photo-input]", photo)
        page.locator("[data-quick-kinds] button").first.tap()
        page.select_option("#s-quick-ward", label=WARD)
        expect(page.locator("[data-quick-outlook] [data-ward]")).to_have_text(WARD)
        page.fill("#s-quick-address", f"7 đường {street_elsewhere}")
        told = page.locator("[data-quick-outlook] [data-elsewhere]")
        expect(told).to_contain_text(f"7 {street_elsewhere} nằm ở Phường Thuận Hóa, không ở {WARD}")
        expect(page.locator("[data-quick-send]")).to_be_enabled()
        page.fill("#s-quick-address", ADDRESS)
        expect(told).to_have_count(0)


def test_a_coarse_position_asks_for_the_pin_or_an_address(browser: Browser, site: Site) -> None:
    coarse = {"longitude": 107.59, "latitude": 16.4637, "accuracy": 3000}
    with open_phone(browser, site, geolocation=coarse) as phone:
        page = phone.open("/report")
        to_the_place(page, "Vị trí chỉ biết gần đúng")
        expect(page.locator("[data-ward-chip]")).to_contain_text("3 km")
        expect(page.locator("[data-next]")).to_be_disabled()
        page.fill("#s-address", "12 Lê Lợi")
        expect(page.locator("[data-next]")).to_be_enabled()
        expect(page.locator("[data-ward-chip]")).to_contain_text("Phường")
        page.fill("#s-address", "")
        expect(page.locator("[data-next]")).to_be_disabled()
        page.locator("#s-map").click(position={"x": 60, "y": 90})
        expect(page.locator("[data-next]")).to_be_enabled()
