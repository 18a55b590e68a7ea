"""The app around the sheet: from its badge to an answer, one's own report in a dead spot, a shared photo."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from service.domain.kernel.codes import report_secret
from tests.imaging.pictures import encoded, quarters
from tests.journeys.citizens.test_reporting import Taps, until
from tests.journeys.conftest import Phone
from tests.support.site import KEY, Site

pytestmark = pytest.mark.browser

MOST_TAPS = 3
CONTROLLED = "() => !!navigator.serviceWorker.controller"
SHARE = """([name, data, text]) => {
  const bytes = Uint8Array.from(atob(data), (each) => each.charCodeAt(0));
  const carried = new DataTransfer();
  carried.items.add(new File([bytes], name, { type: "image/jpeg" }));
  const form = Object.assign(document.createElement("form"),
    { method: "post", action: "/report/shared", enctype: "multipart/form-data" });
  const photos = Object.assign(document.createElement("input"),
    { type: "file", name: "photos", files: carried.files });
  const words = Object.assign(document.createElement("input"), { type: "hidden", name: "text", value: text });
  form.append(photos, words);
  document.body.append(form);
  form.submit();
}"""
"""The request that a phone makes for an app that shares something, by the manifest's `share_target`."""


def own_page(phone: Phone, site: Site, code: str) -> Page:
    """The report's page on the phone of its reporter."""
    return phone.open(f"/r/{code}?s={report_secret(KEY.encode(), site.found(code).id)}")


def test_a_question_is_answered_within_three_taps_from_home(phone: Phone, site: Site) -> None:
    code, words = site.code("waiting"), "Ngay trước số nhà 12, cạnh trụ điện"
    page = phone.go(own_page(phone, site, code), "/")
    taps = Taps(page)
    expect(page.locator(".home-news")).to_contain_text(code)
    taps.tap(f".home-news a[href='/r/{code}']")
    page.wait_for_url(f"**/r/{code}")
    page.wait_for_selector("html[data-ready]", state="attached")
    answer = page.locator("form[action$='/answer'], form[action$='/comment']").first
    expect(answer.locator("textarea")).to_be_in_viewport()
    answer.locator("textarea").fill(words)
    answer.locator("button[type=submit]").tap()
    taps.count += 1
    expect(page.locator("main")).to_contain_text("Đã gửi câu trả lời")
    expect(page.locator("[data-live]")).to_contain_text(words)
    assert taps.count <= MOST_TAPS
    assert site.found(code).status == "in_progress"
    phone.go(page, "/")
    expect(page.locator(".home-news", has_text=code)).to_have_count(0)


def test_ones_own_report_is_read_without_a_network(phone: Phone, site: Site) -> None:
    code = site.code("in_progress")
    page = own_page(phone, site, code)
    until(page, lambda: page.evaluate(CONTROLLED))
    phone.go(page, f"/r/{code}")
    story = page.locator("[data-live] h1, [data-live] h2").first.inner_text()
    phone.go(page, "/mine")
    phone.context.set_offline(True)
    phone.go(page, "/mine")
    expect(page.locator("main")).to_contain_text(code)
    phone.go(page, f"/r/{code}")
    expect(page.locator("[data-live]")).to_contain_text(code)
    expect(page.locator("[data-live]")).to_contain_text(story)


def test_a_photo_that_another_app_shares_stands_in_the_sheet(phone: Phone, tmp_path: Path) -> None:
    page = phone.open("/")
    until(page, lambda: page.evaluate(CONTROLLED))
    photo = base64.b64encode(encoded(quarters(size=(900, 600)), "JPEG")).decode()
    with page.expect_navigation(url="**/report**"):
        page.evaluate(SHARE, ["cho.jpg", photo, "Rác trước cổng chợ"])
    page.wait_for_selector("html[data-ready]", state="attached")
    expect(page.locator("[data-photos] li img")).to_have_count(1)
    expect(page.locator("#s-description")).to_have_value("Rác trước cổng chợ")
    expect(page.locator("#s-quick-words")).to_have_value("Rác trước cổng chợ")
    assert "shared" not in page.url
    phone.go(page, "/report?shared=1")
    expect(page.locator("[data-photos] li")).to_have_count(1)
