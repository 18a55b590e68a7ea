"""A department week in a real browser: accept, ask, the citizen answers, more time, resolve with a photo."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from service.db import unit_of_work
from service.domain.casework.citizens.comments import Remark, comment
from service.domain.city.reference import load_reference
from service.domain.kernel.codes import report_secret
from service.domain.people.staff import actor_for
from service.domain.reports.access import Asker
from service.models import DeadlinePolicy, Event, Report, Staff, Status
from tests.journeys.accessibility.test_citizens import DESK, check
from tests.journeys.conftest import Phone, open_phone
from tests.journeys.signin import sign_in
from tests.support.photo_stage import jpeg
from tests.support.site import KEY, Site

pytestmark = pytest.mark.browser


@pytest.fixture
def code(site: Site) -> str:
    """A fresh case that the demo's department was given this morning."""
    now = datetime.now(UTC)
    with unit_of_work(site.engine) as session:
        staff = session.scalars(select(Staff).where(Staff.username == "demo.department")).one()
        report = session.scalars(
            select(Report).where(Report.status.in_(("closed", "resolved")), Report.published).limit(1)
        ).one()
        policy = session.scalars(select(DeadlinePolicy.id).where(DeadlinePolicy.code == "standard")).first()
        session.query(Event).filter(Event.report_id == report.id, Event.type != "report.received").delete()
        times = {"created_at": now, "updated_at": now, "due_at": now + timedelta(days=9), "version": 1}
        for column, value in {
            **times,
            "status": "assigned",
            "lead_id": staff.department_id,
            "executor_id": None,
            "policy_id": policy,
            "accept_due_at": now + timedelta(days=1),
            "amber_at": now + timedelta(days=7),
            **dict.fromkeys(("accepted_at", "resolved_at", "closed_at", "paused_at", "holder_id")),
            "extensions": 0,
        }.items():
            setattr(report, column, value)
        return report.code


def answer_as_citizen(site: Site, code: str, text: str) -> None:
    """The reporter answers what was asked."""
    with unit_of_work(site.engine) as session:
        report = session.scalars(select(Report).where(Report.code == code)).one()
        asker = Asker(secret=report_secret(KEY.encode(), report.id), key=KEY.encode())
        comment(session, load_reference(session), asker, code, Remark(text=text), datetime.now(UTC))


def fold(page: Page, name: str) -> None:
    """Open one of the actions."""
    page.locator(f"#{name} > summary").click()


def ready(page: Page) -> None:
    page.wait_for_selector("html[data-ready]", state="attached")


def test_a_department_week(browser: Browser, site: Site, code: str, tmp_path: Path) -> None:
    with open_phone(browser, site, viewport=DESK, has_touch=False, reduced_motion="reduce") as office:
        sign_in(office, "department")
        page = office.open("/queue")
        check(page)
        on_paper(page, code)
        page.get_by_role("link", name=code).click()
        ready(page)
        check(page)
        page.get_by_role("button", name="Tiếp nhận").click()
        expect(page.get_by_text("Bạn đang giữ phản ánh này")).to_be_visible()
        ready(page)

        ask_the_reporter(page)
        assert site.found(code).status == "waiting"
        due = site.found(code).due_at
        page = office.go(page, f"/queue?group=paused&q={code}")
        expect(page.locator(f"[data-code='{code}']")).to_contain_text("Đang dừng")
        answer_as_citizen(site, code, "Ở kiệt bên hông trường")
        page = office.go(page, f"/case/{code}")
        expect(page.get_by_text("Ở kiệt bên hông trường")).to_be_visible()
        expect(page.locator(".case-head .badge").first).to_contain_text("Đang xử lý")

        ask_for_more_time(page)
        approve(browser, site, code)
        later = site.found(code).due_at
        assert due is not None and later is not None and later > due

        office.go(page, f"/case/{code}")
        resolve(page, tmp_path)
        assert site.found(code).status == "resolved"
        check(page)
    on_the_phone(browser, site, code)


def on_paper(page: Page, code: str) -> None:
    """What is printed are the cases, not the filters and buttons around them."""
    page.emulate_media(media="print")
    expect(page.locator(f"[data-code='{code}'] .queue-title")).to_be_visible()
    for place in (".queue-filters", ".queue-bar", f"[data-code='{code}'] .queue-tick"):
        expect(page.locator(place)).to_be_hidden()
    page.emulate_media(media="screen")


def ask_the_reporter(page: Page) -> None:
    fold(page, "waiting")
    page.select_option("#waiting-reason-template", index=1)
    preview = page.locator("#waiting-reason-preview")
    expect(preview).to_be_visible()
    page.locator("#waiting-reason").fill("Chỗ này ở đâu trên đường ạ?")
    expect(preview).to_contain_text("Chỗ này ở đâu trên đường ạ?")
    page.evaluate("scrollTo(0, 0)")  # what lies half under the bar that stays on top is no small target
    check(page)
    page.get_by_role("button", name="Gửi câu hỏi").click()
    expect(page.get_by_text("Đã hỏi người gửi.")).to_be_visible()
    ready(page)


def ask_for_more_time(page: Page) -> None:
    fold(page, "extend")
    page.locator("#extend-amount").fill("2")
    page.locator("#extend-reason").fill("Chờ xe chuyên dùng")
    page.get_by_role("button", name="Gửi lãnh đạo duyệt").click()
    expect(page.get_by_text("Đã gửi đề nghị gia hạn cho lãnh đạo.")).to_be_visible()
    ready(page)
    check(page)


def approve(browser: Browser, site: Site, code: str) -> None:
    """The manager finds the request above the queue and grants it."""
    with open_phone(browser, site, viewport=DESK, has_touch=False, reduced_motion="reduce") as office:
        sign_in(office, "manager")
        page = office.open("/queue")
        page.locator(".notice").get_by_role("link", name=code).click()
        ready(page)
        page.evaluate("scrollTo(0, 0)")  # what lies half under the bar is no small target
        check(page)
        page.get_by_role("button", name="Duyệt", exact=True).click()
        expect(page.get_by_text("Đã duyệt gia hạn.")).to_be_visible()
        ready(page)


def resolve(page: Page, tmp_path: Path) -> None:
    photo = tmp_path / "after.jpg"
    photo.write_bytes(jpeg())
    page.set_input_files("#resolved-photos", str(photo))
    page.locator("#resolved-public_reply").fill("Đã dọn sạch, cảm ơn bạn.")
    page.get_by_role("button", name="Báo đã xử lý xong").click()
    page.wait_for_url("**/queue?left=*")
    expect(page.get_by_role("status").filter(has_text="đã xử lý, chờ kiểm tra")).to_be_visible()
    page.get_by_role("link", name="Xem phản ánh này").click()
    expect(page.get_by_text("Đã dọn sạch, cảm ơn bạn.")).to_be_visible()
    ready(page)


def on_the_phone(browser: Browser, site: Site, code: str) -> None:
    """The same pages on a phone in the dark: usable, and nothing to scroll sideways."""
    with open_phone(browser, site, color_scheme="dark", reduced_motion="reduce") as phone:
        sign_in(phone, "department")
        page = phone.context.new_page()
        for path in ("/queue", f"/case/{code}"):
            check(phone.go(page, path))
            assert page.evaluate("document.documentElement.scrollWidth") <= 360, path


def test_ticks_open_the_bar_and_each_case_has_its_result(browser: Browser, site: Site, code: str) -> None:
    with open_phone(browser, site, viewport=DESK, has_touch=False, reduced_motion="reduce") as office:
        sign_in(office, "department")
        page = office.open(f"/queue?q={code}")
        bar = page.locator(".queue-bar")
        expect(bar).to_be_hidden()
        page.get_by_label(f"Đánh dấu {code}").check()
        expect(bar).to_contain_text("Đã chọn 1")
        check(page)
        bar.get_by_role("button", name="Tiếp nhận").click()
        expect(page.locator(".queue-results")).to_contain_text(code)
        ready(page)
        check(page)
    assert site.found(code).status == "in_progress"


def test_the_queue_goes_by_keyboard_alone(browser: Browser, site: Site, code: str) -> None:
    """Shortcuts are told by `?`; `b` reaches the bar, which stands after the last row."""
    with open_phone(browser, site, viewport=DESK, has_touch=False, reduced_motion="reduce") as office:
        sign_in(office, "department")
        page = office.open(f"/queue?q={code}")
        ready(page)
        page.keyboard.press("?")
        expect(page.locator("#queue-help")).to_contain_text("Đến các nút thao tác hàng loạt")
        check(page)
        page.keyboard.press("Escape")
        page.keyboard.press("b")
        expect(page.locator(".queue-bar")).to_be_hidden()  # nothing is ticked: there is no bar to go to
        page.keyboard.press("j")
        expect(page.locator(f"[data-code='{code}'] .queue-link")).to_be_focused()
        page.keyboard.press("Shift+X")
        expect(page.get_by_label(f"Đánh dấu {code}")).to_be_checked()
        page.keyboard.press("Shift+X")
        expect(page.get_by_label(f"Đánh dấu {code}")).not_to_be_checked()
        page.keyboard.press("x")
        page.keyboard.press("b")
        expect(page.locator(".queue-bar [value=accept]")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator(".queue-results")).to_contain_text(code)
    assert site.found(code).status == "in_progress"


LOOKED_AT_MS = 10_000
"""So often a case looks who else has it open."""


def test_two_officers_see_each_other(browser: Browser, site: Site, code: str) -> None:
    with (
        open_phone(browser, site, viewport=DESK, has_touch=False) as one,
        open_phone(browser, site, viewport=DESK, has_touch=False) as two,
    ):
        sign_in(one, "department")
        sign_in(two, "manager")
        one.context.clock.install()
        first, second = one.open(f"/case/{code}"), two.open(f"/case/{code}")
        expect(second.get_by_text("Đang cùng mở")).to_be_visible()
        first.clock.fast_forward(LOOKED_AT_MS)
        expect(first.locator("#here")).to_contain_text("Lãnh đạo", timeout=15_000)
        with second.expect_response(lambda answer: answer.request.method == "POST"):
            second.get_by_role("button", name="Tiếp nhận").click()
        first.clock.fast_forward(LOOKED_AT_MS)
        expect(first.locator("[data-changed]")).to_contain_text("bắt đầu xử lý", timeout=15_000)
        first.get_by_role("button", name="Tiếp nhận").click()
        expect(first.get_by_role("alert")).to_contain_text("Những gì vừa thay đổi")
        assert site.found(code).version == 2


def test_the_phone_of_a_contractor(phone: Phone, site: Site, code: str) -> None:
    with unit_of_work(site.engine) as session:
        company = session.scalars(select(Staff).where(Staff.username == "demo.executor")).one()
        report = session.scalars(select(Report).where(Report.code == code)).one()
        report.executor_id = company.department_id
        report.status = Status.IN_PROGRESS
        session.flush()
        reference = load_reference(session)
        lead = session.scalars(select(Staff).where(Staff.username == "demo.department")).one()
        office = Asker(staff=actor_for(lead, reference))
        for text in ("Công ty này hay chậm", "@demo.executor mang thang dài"):
            comment(session, reference, office, code, Remark(text=text), datetime.now(UTC))
    sign_in(phone, "executor")
    page = phone.open(f"/case/{code}")
    expect(page.get_by_role("button", name="Báo đã xử lý xong")).to_be_visible()
    expect(page.get_by_text("Xem liên hệ")).to_have_count(0)
    expect(page.get_by_text("Trả lời công khai")).to_have_count(0)
    expect(page.get_by_text("mang thang dài")).to_be_visible()
    expect(page.get_by_text("hay chậm")).to_have_count(0)
    check(page)
