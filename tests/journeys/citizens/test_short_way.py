"""The short way: a photo, what phone and photo know, and a tap that sends; proposals change with one tap."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Geolocation, expect
from sqlalchemy import select

from service.db import unit_of_work
from service.models import Category, Report
from tests.imaging.pictures import encoded, quarters
from tests.journeys.citizens.test_reporting import Taps, stored
from tests.journeys.conftest import Phone
from tests.support.site import Site

pytestmark = pytest.mark.browser

MOST_TAPS = 5
QUIET: Geolocation = {"longitude": 107.5960, "latitude": 16.4585, "accuracy": 12}
"""A place where nothing is reported yet: nobody is asked whether it is the same thing."""


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    file = tmp_path / "a.jpg"
    file.write_bytes(encoded(quarters(size=(3000, 2000)), "JPEG"))
    return file


def newest(site: Site) -> tuple[Report, str]:
    with unit_of_work(site.engine) as session:
        query = select(Report, Category.code).join(Category, Category.id == Report.category_id)
        row = session.execute(query.order_by(Report.created_at.desc()).limit(1)).one()
        return row[0], row[1]


def test_five_taps_and_a_second_report_from_the_same_place(phone: Phone, site: Site, photo: Path) -> None:
    phone.context.set_geolocation(QUIET)
    page = phone.open("/")
    taps = Taps(page)
    taps.tap("main a[href='/report']")
    page.wait_for_selector("[data-sheet]")
    page.wait_for_selector("html[data-ready]", state="attached")
    taps.photos([photo])
    taps.count += 1  # the camera's own button that keeps the picture
    send = page.locator("[data-quick-send]")
    expect(page.locator("[data-quick-kinds] [aria-pressed=true]")).to_have_count(1)
    expect(page.locator("[data-quick-outlook] [data-ward]")).to_contain_text("Phường")
    expect(page.locator("[data-quick-outlook] [data-lead]")).not_to_be_empty()
    expect(send).to_be_visible()
    taps.tap("[data-quick-send]")
    page.wait_for_url("**/r/*")
    assert taps.count <= MOST_TAPS
    report, kind = newest(site)
    expect(page.locator(".code")).to_have_text(report.code)
    assert site.photos(report.code) == 1
    page.locator("a[href*='again=']").tap()
    page.wait_for_url("**/report?*")
    expect(page.locator("[data-quick-kinds] [aria-pressed=true]")).to_have_attribute("data-code", kind)
    expect(page.locator("[data-quick-send]")).to_be_visible()


def test_each_proposal_is_changed_with_one_tap(phone: Phone, site: Site, photo: Path) -> None:
    words = "Nước chảy ngược từ cống lên đường"
    page = phone.open("/report")
    page.set_input_files("[data-photo-input]", photo)
    expect(page.locator("[data-quick-send]")).to_be_visible()
    page.fill("#s-quick-words", words)
    other = page.locator("[data-quick-kinds] [aria-pressed=false]").first
    code = other.get_attribute("data-code")
    page.locator(f"[data-quick-kinds] [data-code='{code}']").tap()
    expect(page.locator(f"[data-quick-kinds] [data-code='{code}']")).to_have_attribute("aria-pressed", "true")
    page.tap("[data-quick] [data-go=where]")
    expect(page.locator("[data-step=where]")).to_be_visible()
    page.tap("[data-back]")
    expect(page.locator("[data-quick-send]")).to_be_visible()
    page.tap("[data-quick-send]")
    expect(page.locator("[data-step=similar], .code").filter(visible=True)).to_have_count(1)
    if page.locator("[data-step=similar]").is_visible():
        page.tap("[data-next]")
        page.tap("[data-next]")
    page.wait_for_url("**/r/*")
    assert len(stored(site, words)) == 1
    assert newest(site)[1] == code


def test_what_nothing_names_goes_in_ones_own_words(phone: Phone, site: Site) -> None:
    page = phone.open("/report")
    page.tap("[data-next]")
    page.fill("[data-kind-search]", "đĩa bay đáp xuống")
    expect(page.locator("[data-none-found]")).to_contain_text("1900 1075")
    page.tap("[data-choose-other]")
    expect(page.locator("[data-kind-name]")).to_have_text("Việc khác")
    expect(page.locator("#s-description")).to_have_value("đĩa bay đáp xuống")
    page.fill("#s-description", "có người bị thương")
    box = page.locator("[data-step=detail] [data-danger-box]")
    expect(box.locator("[data-number='115']")).to_have_class("button button-main")


def test_a_wrong_contact_is_said_at_its_field_and_stops_nothing(phone: Phone, site: Site) -> None:
    words = "Liên hệ sai mà vẫn gửi được"
    page = phone.open("/report")
    page.tap("[data-next]")
    page.tap("[data-kind=litter]")
    page.locator("[data-questions] label", has_text="Vài túi").tap()
    page.fill("#s-description", words)
    page.tap("[data-next]")
    expect(page.locator("[data-step=where]")).to_be_visible()
    expect(page.locator("[data-next]")).to_be_enabled()
    page.tap("[data-next]")
    expect(page.locator("[data-step=send], [data-step=similar]").filter(visible=True)).to_have_count(1)
    if page.locator("[data-step=similar]").is_visible():
        page.tap("[data-next]")
    expect(page.locator("[data-review-answers]")).to_contain_text("Vài túi")
    expect(page.locator("[data-review-outlook]")).to_contain_text("Nơi xử lý")
    page.locator("[data-step=send] summary").first.tap()
    page.fill("#s-email", "lan@@example")
    page.locator("#s-email").blur()
    expect(page.locator("#s-email-error")).to_contain_text("Email chưa đúng")
    page.tap("[data-next]")
    page.wait_for_url("**/r/*")
    expect(page.locator("main")).to_contain_text("Cách liên hệ chưa đúng")
    assert len(stored(site, words)) == 1
    expect(page.locator("main")).to_contain_text("Vài túi")
