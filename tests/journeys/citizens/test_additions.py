"""What is added to a report from its page is made smaller, shown, and kept until there is a network."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from service.db import unit_of_work
from service.domain.kernel.codes import report_secret
from service.models import Photo, Report
from tests.imaging.pictures import encoded, quarters
from tests.journeys.citizens.test_reporting import until
from tests.journeys.conftest import Phone
from tests.support.site import KEY, Site

pytestmark = pytest.mark.browser


def widths(site: Site, code: str) -> list[int]:
    with unit_of_work(site.engine) as session:
        query = select(Photo.width).join(Report, Report.id == Photo.report_id).where(Report.code == code)
        return list(session.scalars(query))


def test_photos_and_words_added_without_a_network_arrive_later(
    phone: Phone, site: Site, tmp_path: Path
) -> None:
    code = site.code("assigned")
    before = len(widths(site, code))
    large = tmp_path / "large.jpg"
    large.write_bytes(encoded(quarters(size=(4000, 3000)), "JPEG"))
    raw = tmp_path / "raw.heic"
    raw.write_bytes(b"\0\0\0\x18ftypheic" + bytes(200))
    page = phone.open(f"/r/{code}?s={report_secret(KEY.encode(), site.found(code).id)}")
    phone.context.set_offline(True)
    page.locator("summary", has_text="Thêm ảnh").tap()
    form = page.locator("form[action$='/photos']")
    form.locator("[data-photo-input]").set_input_files([large, raw])
    expect(form.locator("[data-chosen] li")).to_have_count(2)
    expect(form.locator("[data-no-preview]")).to_contain_text("không xem trước được")
    form.locator("[data-chosen] li button").last.tap()
    form.locator("button[type=submit]").tap()
    expect(page.locator("[data-toasts]")).to_contain_text("Đã giữ trên máy")
    expect(form.locator("[data-chosen] li")).to_have_count(0)
    page.locator("summary", has_text="Viết thêm").tap()
    page.fill("#a-text", "Viết lúc mất mạng")
    page.locator("form[action$='/comment'] button[type=submit]").tap()
    expect(page.locator("#a-text")).to_have_value("")
    page.close()
    assert len(widths(site, code)) == before
    phone.context.set_offline(False)
    again = phone.open("/mine")
    until(again, lambda: len(widths(site, code)) == before + 1)
    assert 2048 in widths(site, code)
    expect(again.locator("[data-waiting-list] article")).to_have_count(0)
    assert "Viết lúc mất mạng" in phone.go(again, f"/r/{code}").content()


def test_what_is_refused_says_why_at_its_form_and_stays_in_it(
    phone: Phone, site: Site, tmp_path: Path
) -> None:
    code = site.code("in_progress")
    cut = tmp_path / "cut.jpg"
    cut.write_bytes(encoded(quarters(size=(300, 200)), "JPEG")[:-300])
    page = phone.open(f"/r/{code}?s={report_secret(KEY.encode(), site.found(code).id)}")
    page.locator("summary", has_text="Viết thêm").tap()
    form = page.locator("form[action$='/comment']")
    page.fill("#a-text", "Ảnh này hỏng")
    form.locator("[data-camera-input]").set_input_files([cut])
    expect(form.locator("[data-chosen] li")).to_have_count(1)
    form.locator("button[type=submit]").tap()
    expect(form.locator("[data-form-problem]")).to_contain_text("Ảnh bị hỏng")
    expect(page.locator("#a-text")).to_have_value("Ảnh này hỏng")
