"""Who sends more than the limits allow, in a real browser: the phone works it out, nothing typed is lost."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from limits import parse
from playwright.sync_api import Browser, expect

from service.web import rates
from tests.imaging.pictures import encoded, quarters
from tests.journeys.accessibility.test_states import both, without_scripts
from tests.journeys.citizens.test_reporting import keep_one_offline, stored, to_the_last_step, until
from tests.journeys.conftest import Phone, open_phone
from tests.support.site import Site
from tests.support.web import running

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def strict(site: Site) -> Iterator[Site]:
    """The same city, where a device may send one report and one remark a minute."""
    changes = {"rate_limits": "on", "reports_per_device": 1, "reports_per_minute": 600, "proof_bits": 13}
    with pytest.MonkeyPatch.context() as patch, running(site.settings.model_copy(update=changes)) as client:
        patch.setitem(rates.OF_DEVICE, "participate", (parse("1 per minute"),))
        yield replace(site, client=client)


@pytest.fixture(autouse=True)
def whole_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock of the limits as at the beginning of a minute: at its end what was sent a moment ago counts
    as sent in the minute before.
    """
    ahead = -time.time() % 60
    clock = SimpleNamespace(time=lambda: time.time() + ahead)
    for module in ("limits.storage.memory", "limits.strategies"):
        monkeypatch.setattr(f"{module}.time", clock)


@pytest.fixture
def busy(browser: Browser, strict: Site) -> Iterator[Phone]:
    with open_phone(browser, strict) as made:
        yield made


def test_the_sheet_and_what_waits_go_on_by_themselves(busy: Phone, strict: Site, tmp_path: Path) -> None:
    page = busy.open("/report")
    workers: list[str] = []
    page.on("worker", lambda worker: workers.append(worker.url))
    for words in ("Một phút một phản ánh", "Phản ánh nữa trong cùng phút"):
        busy.go(page, "/report")
        to_the_last_step(page, [], words).tap("[data-next]")
        page.wait_for_url("**/r/*", timeout=60_000)
        assert len(stored(strict, words)) == 1
    assert [each for each in workers if "/prover" in each], "it is worked out in a worker"

    photo = tmp_path / "a.jpg"
    photo.write_bytes(encoded(quarters(size=(800, 600)), "JPEG", 1))
    words = "Chờ gửi, đến lượt thì đông"
    page = keep_one_offline(busy, [photo], words)
    busy.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    until(page, lambda: [strict.photos(each.code) for each in stored(strict, words)] == [1])


def test_the_service_worker_works_it_out_too(browser: Browser, strict: Site) -> None:
    """Background Sync is the worker's alone: no page helps it."""
    with open_phone(browser, strict) as phone:
        page = phone.open("/report")
        to_the_last_step(page, [], "Để hết lượt của máy này").tap("[data-next]")
        page.wait_for_url("**/r/*")
        words = "Gửi bởi trình chạy nền"
        page = keep_one_offline(phone, [], words)
        blank = phone.context.new_page()
        blank.goto("about:blank")
        [worker] = phone.context.service_workers
        page.close()
        phone.context.set_offline(False)
        worker.evaluate(
            "() => void dispatchEvent(Object.assign(new ExtendableEvent('sync'), {tag: 'outbox'}))"
        )
        until(blank, lambda: len(stored(strict, words)) == 1)


def test_a_remark_goes_again_by_itself(busy: Phone, strict: Site) -> None:
    path = f"/r/{strict.code('in_progress')}"
    page = busy.open(path)
    button = f"form[action='{path}/follow'] button"
    page.tap(button)
    page.wait_for_url("**done=follow**")
    page.wait_for_selector("html[data-ready]", state="attached")
    page.locator(f"form[action='{path}/comment']").locator("xpath=ancestor::details").locator("summary").tap()
    page.fill(f"form[action='{path}/comment'] textarea", "Nói thêm trong cùng phút")
    busy.context.route("**/comment", without_scripts)
    # As a browser sends it in which the page's scripts did not come.
    form = page.locator(f"form[action='{path}/comment']")
    form.evaluate("form => HTMLFormElement.prototype.submit.call(form)")
    expect(page.locator("blockquote")).to_have_text("Nói thêm trong cùng phút")
    both(page)
    busy.context.unroute("**/comment")
    page.locator("[data-again] button").tap()
    page.wait_for_url("**done=comment**", timeout=60_000)
    expect(page.locator("[data-live]")).to_contain_text("Nói thêm trong cùng phút")


def test_without_scripts_one_waits_and_nothing_is_lost(browser: Browser, strict: Site) -> None:
    with open_phone(browser, strict, java_script_enabled=False) as phone:
        page = phone.context.new_page()
        page.goto(f"{strict.url}/report?category=litter&step=form")
        words = "Viết một lần là đủ"
        for _ in range(2):
            page.goto(f"{strict.url}/report?category=litter&step=form")
            page.fill("#p-description", words)
            page.select_option("#p-ward", index=1)
            with page.expect_navigation():
                page.locator("form[action='/report'] button.button-large").click()
        expect(page.locator(".notice[role=status]")).to_contain_text("giây")
        expect(page.locator("blockquote")).to_have_text(words)
        again = {
            each.get_attribute("name"): each.input_value()
            for each in page.locator("[data-again] input").all()
        }
        assert again["description"] == words and again["ward"] and again["proof"] == ""
        assert len(stored(strict, words)) == 1
