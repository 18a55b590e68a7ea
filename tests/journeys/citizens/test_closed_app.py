"""The app is closed and opened again: the whole browser ends, what was kept on the phone does not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, BrowserType, Page

from tests.imaging.pictures import grainy
from tests.journeys.citizens.line import Line
from tests.journeys.citizens.test_reporting import keep_one_offline, stored, until
from tests.journeys.conftest import FLAGS, HUE, PHONE, Phone
from tests.support.site import Site

pytestmark = pytest.mark.browser


@contextmanager
def app(kind: BrowserType, chromium: Path | None, folder: Path, site: Site) -> Iterator[Phone]:
    """A browser of its own with what it kept in `folder`; it ends with the block, as if swiped away."""
    context: BrowserContext = kind.launch_persistent_context(
        folder,
        executable_path=str(chromium) if chromium else None,
        args=list(FLAGS),
        viewport=PHONE,  # type: ignore[arg-type]
        locale="vi-VN",
        geolocation=HUE,  # type: ignore[arg-type]
        permissions=["geolocation"],
        has_touch=True,
    )
    try:
        yield Phone(context, site)
    finally:
        context.close()


def test_closed_offline_and_closed_again_half_way_through_the_photos(
    browser: object, chromium: Path | None, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Written without a network, closed; sent half of the first photo, closed; then exactly one with both."""
    words = "Đóng ứng dụng giữa chừng"
    files = []
    for name in ("a.jpg", "b.jpg"):
        files.append(tmp_path / name)
        files[-1].write_bytes(grainy(size=(900, 700)))
    kind: BrowserType = browser.browser_type  # type: ignore[attr-defined]
    folder = tmp_path / "profile"
    line = Line(monkeypatch, torn_at=3)
    with app(kind, chromium, folder, site) as phone:
        keep_one_offline(phone, files, words)
    assert stored(site, words) == []

    with app(kind, chromium, folder, site) as phone:
        page: Page = phone.context.new_page()
        page.goto(f"{site.url}/mine")
        until(page, lambda: len(line.come) == 3)
        [report] = stored(site, words)
        assert site.photos(report.code) == 0

    first = line.come[0][0]
    line.mended.set()
    with app(kind, chromium, folder, site) as phone:
        page = phone.open("/")
        until(page, lambda: [site.photos(each.code) for each in stored(site, words)] == [2])
    went_on = [offset for photo, offset in line.come[3:] if photo == first]
    assert went_on and 0 not in went_on, "the first photo went on where it was"
    assert len(stored(site, words)) == 1
