"""The oldest browsers that the build is for, as far as Chromium can be made to forget: they send too."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.imaging.pictures import encoded, quarters
from tests.journeys.citizens.test_reporting import stored, to_the_last_step, until
from tests.journeys.conftest import open_phone
from tests.journeys.signin import sign_in
from tests.journeys.staff.test_inspector import decide, evidence, resolved, steps
from tests.support.site import Site

pytestmark = pytest.mark.browser

FORGET = """
for (const [owner, names] of [
  [AbortSignal, ['timeout', 'any']], [AbortSignal.prototype, ['throwIfAborted']],
  [Array.prototype, ['toSorted', 'toReversed', 'toSpliced', 'with', 'findLast', 'findLastIndex']],
  [Array, ['fromAsync']], [Object, ['groupBy']], [Map, ['groupBy']], [Promise, ['withResolvers', 'try']],
  [Set.prototype, ['union', 'intersection', 'difference']], [URL, ['canParse', 'parse']],
  [String.prototype, ['isWellFormed', 'toWellFormed']], [RegExp, ['escape']],
  [self, ['structuredClone', 'OffscreenCanvas', 'scheduler', 'requestIdleCallback', 'cookieStore',
    'navigation', 'CompressionStream', 'Iterator', 'SyncManager', 'CloseWatcher']],
  [Document.prototype, ['startViewTransition']],
  [Element.prototype, ['checkVisibility', 'moveBefore', 'setHTML', 'setHTMLUnsafe']],
  [HTMLElement.prototype, ['showPopover', 'hidePopover', 'togglePopover']],
  [HTMLInputElement.prototype, ['showPicker']], [HTMLSelectElement.prototype, ['showPicker']],
  [Navigator.prototype, ['wakeLock', 'userAgentData', 'connection', 'share', 'storage']],
  [Response, ['json']], [Blob.prototype, ['bytes']],
]) for (const name of names) delete owner?.[name];
// Safari before 17: no such value of this option; the others are overlooked.
const real = self.createImageBitmap;
self.createImageBitmap = (file, options) => options?.imageOrientation === 'from-image'
  ? Promise.reject(new TypeError('from-image is no ImageOrientation')) : real(file);
"""
WITHOUT_TLS = """
delete Crypto.prototype.randomUUID; delete Navigator.prototype.locks; delete self.caches;
delete Navigator.prototype.serviceWorker; delete Navigator.prototype.clipboard;
delete Navigator.prototype.permissions;
"""


@pytest.mark.parametrize("forget", [FORGET, FORGET + WITHOUT_TLS], ids=["old", "old, without TLS"])
def test_a_report_with_a_photo_and_a_verdict(
    browser: Browser, site: Site, tmp_path: Path, forget: str
) -> None:
    secure = forget == FORGET
    words = f"Máy cũ gửi {secure}"
    photo = tmp_path / "large.jpg"
    photo.write_bytes(encoded(quarters(size=(3000, 2000)), "JPEG", 6))
    with open_phone(browser, site, service_workers="block", permissions=["geolocation", "camera"]) as phone:
        phone.context.add_init_script(forget)
        page = phone.open("/report")
        assert page.evaluate("AbortSignal.timeout") is None
        to_the_last_step(page, [photo], words).tap("[data-next]")
        page.wait_for_url("**/r/*", timeout=30_000)
        [report] = stored(site, words)
        until(page, lambda: site.photos(report.code) == 1)
        page.locator("[data-copy]").click()
        expect(page.locator("[data-toasts]")).to_contain_text("chép")
        case = resolved(site, 12, f"Kiểm tra bằng máy cũ {secure}")
        sign_in(phone, "inspector")
        phone.go(page, "/inspect")
        decide(page, case, "passed")
        until(page, lambda: steps(site, case.id) == ["report.closed"])
    assert evidence(site, case) == 1
