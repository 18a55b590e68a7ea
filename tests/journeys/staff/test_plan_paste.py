"""A table copied out of Word: the box shows its words, and its cells reach the check letter for letter."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Phone
from tests.journeys.signin import sign_in
from tests.support.site import Site

pytestmark = pytest.mark.browser

TABLE = """<html><head><style>td { mso-number-format: "x" }</style></head><body><!--StartFragment-->
<table style="width:9pt"><tr><th>STT</th><th>Nội dung  công việc</th><th>Chủ trì</th><th>Thời gian</th></tr>
<tr><td rowspan=2>1</td>
<td><p>Vệ sinh &lt;kênh&gt; &amp; mương</p><p>đợt "một"</p></td><td>UBND phường Thuận Hóa</td>
<td>15/12/2026</td></tr>
<tr><td colspan=2>Tổng kếtt</td><td>20/12/2026</td></tr></table><!--EndFragment--></body></html>"""
LATER = """<table><tr><td>STT</td><td>Công việc</td><td>Chủ trì</td><td>Thời gian</td></tr>
<tr><td>2</td><td>Rà soát điểm đen</td><td>UBND phường Thuận Hóa</td><td>22/12/2026</td></tr></table>"""
WORDS = (
    "STT\tNội dung công việc\tChủ trì\tThời gian\n"
    '1\t"Vệ sinh <kênh> & mương\nđợt ""một"""\tUBND phường Thuận Hóa\t15/12/2026\n'
    "\tTổng kếtt\t\t20/12/2026\n"
)
PASTE = """([where, page]) => {
  const data = new DataTransfer();
  data.setData("text/html", page);
  data.setData("text/plain", "");
  const paste = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
  document.querySelector(where).dispatchEvent(paste);
}"""


def new_plan(phone: Phone) -> Page:
    """The first screen, as the manager opens it."""
    sign_in(phone, "manager")
    return phone.open("/plans/new")


def paste(page: Page, table: str) -> None:
    """Paste what the clipboard holds as a page, where the caret stands."""
    page.evaluate(PASTE, ["[data-paste]", table])


def test_the_words_are_shown_and_the_cells_are_sent(site: Site, phone: Phone) -> None:
    page = new_plan(phone)
    paste(page, TABLE)
    expect(page.locator("[data-paste]")).to_have_value(WORDS)
    page.locator("main form .button-main").click()
    expect(page.locator("main")).to_contain_text("Văn bản không ghi tên kế hoạch")  # with nothing lost
    expect(page.locator("[data-paste]")).to_have_value(WORDS)
    page.locator("[name=title]").fill("Kế hoạch vệ sinh kênh")
    page.locator("main form .button-main").click()
    page.wait_for_url("**/check")
    said = page.locator("#row-1")
    expect(said).to_contain_text("Vệ sinh <kênh> & mương")
    expect(said).to_contain_text('đợt "một"')
    expect(page.locator("#row-2")).to_contain_text("Tổng kếtt")


def test_words_changed_by_hand_are_what_is_read(site: Site, phone: Phone) -> None:
    page = new_plan(phone)
    paste(page, TABLE)
    box = page.locator("[data-paste]")
    box.fill(WORDS.replace("Tổng kếtt", "Tổng kết"))
    page.locator("[name=title]").fill("Kế hoạch vệ sinh mương")
    page.locator("main form .button-main").click()
    page.wait_for_url("**/check")
    expect(page.locator("#row-1")).to_contain_text('đợt "một"')
    expect(page.locator("#row-2")).to_contain_text("Tổng kết")
    expect(page.locator("#row-2")).not_to_contain_text("kếtt")


def test_two_pastes_are_both_sent(site: Site, phone: Phone) -> None:
    page = new_plan(phone)
    box = page.locator("[data-paste]")
    paste(page, TABLE)
    paste(page, LATER)
    shown = box.input_value()
    assert shown.startswith(WORDS) and shown.endswith(
        "2\tRà soát điểm đen\tUBND phường Thuận Hóa\t22/12/2026\n"
    )
    page.locator("[name=title]").fill("Kế hoạch hai bảng")
    page.locator("main form .button-main").click()
    expect(page.locator("main form [name=tables]")).to_have_count(2)  # which of them are taken: both
    page.locator("main form .button-main").click()
    page.wait_for_url("**/check")
    expect(page.locator("#row-2")).to_contain_text("Tổng kếtt")
    expect(page.locator("#row-3")).to_contain_text("Rà soát điểm đen")
