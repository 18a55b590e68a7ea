"""The tabs of a phone say each room in one line, for every role, in both languages, also at 320 px."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.journeys.conftest import open_phone
from tests.journeys.signin import sign_in
from tests.support.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

ROLES = ("triage", "department", "executor", "inspector", "manager", "administrator")
TABS = """[...document.querySelectorAll('.tabs .tab')].map(tab => {
  const words = tab.querySelector('span'), range = document.createRange();
  range.selectNodeContents(words);
  const lines = new Set([...range.getClientRects()].map(box => Math.round(box.top)));
  return [words.textContent.trim(), lines.size, words.scrollWidth <= tab.clientWidth];
})"""


@pytest.mark.parametrize("language", ["vi", "en"])
def test_rooms_stand_in_one_line(browser: Browser, site: Site, language: str) -> None:
    for role in ROLES:
        size = {"width": 320, "height": 640}
        locale = "vi-VN" if language == "vi" else "en-GB"
        with open_phone(browser, site, viewport=size, locale=locale) as phone:
            page = phone.context.new_page()
            sign_in(phone, role)
            phone.go(page, "/queue")
            assert page.get_attribute("html", "lang") == language
            tabs = page.evaluate(TABS)
            assert 3 <= len(tabs) <= 5, role
            assert [tab for tab in tabs if tab[1] != 1 or not tab[2]] == [], role
