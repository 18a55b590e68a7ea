"""A day at the operations centre, with real workers: ten reports of every kind by keyboard alone, then two
coordinators at one case, and the month's report for the manager."""

from __future__ import annotations

import re
import time
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import docx
import pytest
from playwright.sync_api import Browser, Page, expect

from service.local.islands.assets import ensure_built
from tests.conftest import Servers
from tests.journeys.accessibility.test_citizens import DESK, check
from tests.journeys.conftest import open_phone
from tests.journeys.signin import sign_in
from tests.journeys.test_life import HUE, KIM_LONG, LITTER, PHU_XUAN, SWEPT, THUAN_HOA, VY_DA, inside
from tests.journeys.town import REPORTS, Headers, Json, Town, open_town
from tests.support.people import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.town, pytest.mark.timeout(600)]

ON_THE_SEA = (107.90, 16.62)
SPAM = "Vay tiền online, giải ngân trong ngày: https://vay.example https://nhanh.example"
SOON_MS = 30_000


@pytest.fixture(scope="module")
def town(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    ensure_built(lambda _: None)
    """No rule fits street lights there: whichever test comes first finds it so."""
    with open_town(servers, tmp_path_factory.mktemp("town")) as made:
        made.ask("DELETE", "/api/v1/admin/rules/110?version=1", made.staff("administrator"))
        yield made


@dataclass(frozen=True)
class Case:
    """A report on the desk: its id, its code, and who sent it."""

    id: str
    code: str
    reporter: Headers


def report(town: Town, ward: str, east: float = 0.0, **more: Any) -> tuple[str, Headers]:
    return town.report(*inside(ward, east), **more)


def known(town: Town, told: tuple[str, Headers], status: str, why: str = "") -> Case:
    """The report once the workers have dealt with it."""
    report_id, reporter = told
    seen = town.until(report_id, lambda each: each["status"] == status, town.staff("triage"))
    if why:
        assert seen["case"]["triage_reason"] == why
    return Case(report_id, seen["code"], reporter)


@dataclass(frozen=True)
class Morning:
    """What waits when the coordinator comes: one case of each kind, and some that no rule fits."""

    first: Case
    duplicate: Case
    outside: Case
    spam: Case
    refused: Case
    reopened: Case
    appeal: Case
    flagged: Case
    two_things: Case
    dark: tuple[Case, Case]


def morning(town: Town) -> Morning:
    """Sent by citizens, routed by the workers, and what departments and citizens did since."""
    first = known(town, report(town, THUAN_HOA, description="Rác ở chân cầu"), "assigned")
    again = report(town, THUAN_HOA, 0.00004, description="Đống rác chân cầu vẫn còn")
    for each in (first, Case(again[0], "", again[1])):
        town.photo(each.id, LITTER, each.reporter)
    return Morning(
        first,
        known(town, again, "triage", "suspected_duplicate"),
        known(town, town.report(*ON_THE_SEA, description="Lưới trôi ngoài biển"), "triage", "outside"),
        known(town, report(town, VY_DA, 0.001, description=SPAM), "triage", "suspected_spam"),
        refused(town),
        reopened(town),
        appeal(town),
        flagged(town),
        known(
            town,
            dark(town, KIM_LONG, 0.002, "Đèn tắt cả tuần, nắp cống cạnh đó cũng vỡ"),
            "triage",
            "no_rule",
        ),
        (
            known(town, dark(town, PHU_XUAN, 0.002, "Đèn chập chờn đầu ngõ"), "triage", "no_rule"),
            known(town, dark(town, VY_DA, 0.002, "Ba trụ đèn không sáng"), "triage", "no_rule"),
        ),
    )


def dark(town: Town, ward: str, east: float, words: str) -> tuple[str, Headers]:
    return report(town, ward, east, category="street_light", description=words)


def refused(town: Town) -> Case:
    case = known(town, report(town, KIM_LONG, description="Rác dưới ta-luy đường sắt"), "assigned")
    town.step(case.id, f"staff.{KIM_LONG}", "triage", reason="Đất của đường sắt")
    return case


def reopened(town: Town) -> Case:
    case = known(town, report(town, PHU_XUAN, description="Rác sau chợ"), "assigned")
    who = f"staff.{PHU_XUAN}"
    town.step(case.id, who, "in_progress")
    town.step(case.id, who, "resolved", evidence=[town.photo(case.id, SWEPT, town.staff(who))])
    town.step(case.id, "inspector", "closed")
    town.ask("POST", f"{REPORTS}/{case.id}/reopen", case.reporter, json={"reason": "Chiều lại đầy rác"})
    return case


def appeal(town: Town) -> Case:
    case = known(town, report(town, VY_DA, description="Rác trong hẻm nhà tôi"), "assigned")
    town.step(case.id, "triage", "rejected", reason="Đất riêng")
    town.ask(
        "POST",
        f"{REPORTS}/{case.id}/reopen",
        case.reporter,
        json={"reason": "Hẻm chung, không phải đất riêng"},
    )
    return case


def flagged(town: Town) -> Case:
    case = known(town, report(town, THUAN_HOA, 0.003, description="Ông hàng xóm vứt rác"), "assigned")
    for who in (VY_DA, KIM_LONG, PHU_XUAN):
        sent = {"reason": "private", "note": "Nói về người khác"}
        town.ask("POST", f"{REPORTS}/{case.id}/flag", town.staff(f"staff.{who}"), 201, json=sent)
    return case


# ---- hands on the keyboard


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus is there."""
    for _ in range(80):
        if page.evaluate("selector => document.activeElement?.matches(selector) ?? false", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not come to {selector}")


def unmarked(words: str) -> str:
    parts = unicodedata.normalize("NFD", words)
    return "".join(each for each in parts if not unicodedata.combining(each)).replace("đ", "d")


def choose(page: Page, select: str, value: str) -> None:
    """With the arrow keys, in a list that has the focus; by its name without marks, where one may type it."""
    expect(page.locator(select)).to_be_focused()
    if page.get_attribute(select, "role") == "combobox":
        behind = page.locator(f"pick-one:has({select}) select")
        name = behind.evaluate("(each, value) => [...each.options].find(o => o.value === value).text", value)
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.type(unmarked(name))
        page.keyboard.press("Enter")
        expect(behind).to_have_value(value)
        return
    steps = page.eval_on_selector(
        select,
        "(each, value) => [...each.options].findIndex(o => o.value === value) - each.selectedIndex",
        value,
    )
    for _ in range(abs(steps)):
        page.keyboard.press("ArrowDown" if steps > 0 else "ArrowUp")
    expect(page.locator(select)).to_have_value(value)


def go_to(page: Page, case: Case) -> None:
    """With j and k, until the case is open beside the queue."""
    row = page.locator(f"[data-row='{case.code}']")
    expect(row).to_be_visible(timeout=SOON_MS)
    for _ in range(60):
        rows = page.eval_on_selector_all(
            "[data-row]", "all => all.map(e => [e.dataset.row, 'cursor' in e.dataset])"
        )
        at = next((place for place, (_, here) in enumerate(rows) if here), 0)
        wanted = next(place for place, (code, _) in enumerate(rows) if code == case.code)
        if at == wanted:
            break
        page.keyboard.press("j" if wanted > at else "k")
    opened(page, case)


def opened(page: Page, case: Case) -> None:
    expect(page.locator(f"[data-pane=case]:not([aria-busy]) [data-file='{case.code}']")).to_be_visible(
        timeout=SOON_MS
    )


def done(page: Page, case: Case, *, stays: bool = False) -> None:
    """The step was taken: the toast says so, and the case has left the desk."""
    expect(page.locator("[data-toasts]")).to_contain_text(case.code, timeout=SOON_MS)
    if not stays:
        expect(page.locator(f"[data-row='{case.code}']")).to_have_count(0, timeout=SOON_MS)


def dialog(page: Page, name: str) -> str:
    expect(page.locator(f"#desk-{name}")).to_be_visible()
    return f"#desk-{name}"


def send(page: Page, name: str) -> None:
    """Tab to the dialog's own button, and press it."""
    tab_to(page, f"#desk-{name} .dialog-foot button")
    page.keyboard.press("Enter")


def test_a_day_at_the_desk(browser: Browser, town: Town) -> None:
    day = morning(town)
    with open_phone(browser, town, viewport=DESK, has_touch=False, reduced_motion="reduce") as office:
        page = office.open("/login")
        page.set_default_timeout(SOON_MS)
        tab_to(page, "#username")
        page.keyboard.type("triage")
        tab_to(page, "#password")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/desk")
        page.wait_for_selector("html[data-ready]", state="attached")
        page.wait_for_selector("#desk-map[data-idle]", state="attached", timeout=60_000)
        oldest = page.locator("[data-row]").first
        expect(oldest).to_have_attribute("data-row", day.duplicate.code)
        opened(page, day.duplicate)
        check(page)
        page.keyboard.press("?")
        dialog(page, "help")
        check(page)
        page.keyboard.press("Escape")
        merge_and_take_apart(page, town, day)
        decide_one_by_one(page, town, day)
        split_in_two(page, town, day)
        several_at_once(page, town, day)
        take_a_call(page, town)
        page.wait_for_selector("html[data-ready]", state="attached")
        expect(page.get_by_text("Bàn điều phối trống")).to_be_visible()
        check(page)


def merge_and_take_apart(page: Page, town: Town, day: Morning) -> None:
    """Side by side, merged with who sent it, and un-merged again because it was something else."""
    case, first = day.duplicate, day.first
    page.keyboard.press("d")
    shown = page.locator(dialog(page, "merge"))
    for words in (case.code, first.code, "cách 5 m", "vẫn còn", "Rác ở chân cầu"):
        expect(shown).to_contain_text(words)
    expect(shown.locator("img").first).to_be_visible()
    check(page)
    page.keyboard.press("Enter")
    done(page, case)
    assert town.look(case.id)["status"] == "duplicate"
    joined = town.look(first.id, case.reporter)
    assert joined["id"] == first.id, "who sent the duplicate follows the original"

    page.keyboard.press("/")
    page.keyboard.type(case.code)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**q={case.code}**")
    page.wait_for_selector("html[data-ready]", state="attached")
    opened(page, case)
    page.keyboard.press("u")
    dialog(page, "unmerge")
    page.keyboard.type("Hai đống khác nhau")
    send(page, "unmerge")
    done(page, case, stays=True)
    assert town.look(case.id)["status"] == "triage"
    town.ask("GET", f"{REPORTS}/{first.id}", case.reporter, 401)
    # The search still narrows the queue to this one.
    go_to(page, case)
    page.keyboard.press("a")
    done(page, case)
    assert town.look(case.id)["lead"]["code"] == THUAN_HOA
    tab_to(page, ".desk-saved .chip[href='/desk']")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "q=" not in url)
    page.wait_for_selector("html[data-ready]", state="attached")


def decide_one_by_one(page: Page, town: Town, day: Morning) -> None:
    go_to(page, day.outside)
    page.keyboard.press("t")
    done(page, day.outside)
    assert reason_of(town, day.outside, "report.rejected").startswith("Vị trí phản ánh nằm ngoài địa bàn")

    go_to(page, day.spam)
    page.keyboard.press("r")
    dialog(page, "reject")
    check(page)
    page.keyboard.type("Đây là quảng cáo, không phải phản ánh.")
    send(page, "reject")
    done(page, day.spam)
    assert reason_of(town, day.spam, "report.rejected") == "Đây là quảng cáo, không phải phản ánh."

    go_to(page, day.refused)
    page.keyboard.press("a")
    dialog(page, "assign")
    check(page)
    choose(page, "#desk-lead", "so-xd")
    send(page, "assign")
    done(page, day.refused)
    assert town.look(day.refused.id)["lead"]["code"] == "so-xd"

    go_to(page, day.reopened)
    page.keyboard.press("e")
    done(page, day.reopened)
    assert town.look(day.reopened.id)["status"] == "in_progress"

    go_to(page, day.appeal)
    page.keyboard.press("a")
    done(page, day.appeal)
    assert (town.look(day.appeal.id)["status"], town.look(day.appeal.id)["lead"]["code"]) == (
        "assigned",
        VY_DA,
    )

    go_to(page, day.flagged)
    expect(page.locator("[data-pane=case]")).to_contain_text("3 người báo nội dung không phù hợp")
    page.keyboard.press("e")
    done(page, day.flagged)
    assert town.look(day.flagged.id)["status"] == "assigned"


def split_in_two(page: Page, town: Town, day: Morning) -> None:
    """The lamp stays, the drain becomes a report of its own, which the workers route."""
    case = day.two_things
    go_to(page, case)
    page.keyboard.press("s")
    dialog(page, "split")
    choose(page, "#desk-split-category", "blocked_drain")
    page.keyboard.press("Tab")
    page.keyboard.type("Nắp cống vỡ cạnh trụ đèn")
    check(page)
    send(page, "split")
    done(page, case, stays=True)
    told = town.timeline(case.id, town.staff("triage"))
    code = next(event["data"]["into"] for event in told if event["type"] == "report.split")
    drain = town.until(code, lambda each: each["status"] == "assigned", case.reporter)
    assert (drain["category"], drain["description"]) == ("blocked_drain", "Nắp cống vỡ cạnh trụ đèn")
    go_to(page, case)
    page.keyboard.press("A")
    dialog(page, "assign")
    choose(page, "#desk-lead", "so-xd")
    send(page, "assign")
    done(page, case)


def several_at_once(page: Page, town: Town, day: Morning) -> None:
    for case in day.dark:
        go_to(page, case)
        page.keyboard.press("x")
    expect(page.locator("[data-bulk-count]")).to_have_text("2")
    check(page)
    page.keyboard.press("b")
    tab_to(page, "[data-open=desk-bulk-lead]")
    page.keyboard.press("Enter")
    dialog(page, "bulk-lead")
    choose(page, "#desk-bulk-lead-field", "so-xd")
    check(page)
    send(page, "bulk-lead")
    expect(page.locator("[data-bulk-results]")).to_contain_text("Đã làm xong 2 phản ánh")
    for case in day.dark:
        assert town.look(case.id)["lead"]["code"] == "so-xd"


def take_a_call(page: Page, town: Town) -> None:
    """Somebody called the hotline: what they say, where, and that they agree to be told."""
    page.keyboard.press("n")
    page.wait_for_url("**/desk/new?draft=*")
    page.wait_for_selector("html[data-ready]", state="attached")
    page.keyboard.type("0905123456")
    page.keyboard.press("Enter")
    expect(page.locator("[data-caller-place]")).to_contain_text("Số này chưa gửi phản ánh nào")
    tab_to(page, "#n-name")
    page.keyboard.type("Người gọi")
    tab_to(page, "#n-category")
    choose(page, "#n-category", "fallen_tree.fallen")
    tab_to(page, "#n-description")
    page.keyboard.type("Cây đổ chắn nửa đường")
    tab_to(page, "#n-address")
    page.keyboard.type("12 Lê Lợi")
    tab_to(page, "#n-ward")
    choose(page, "#n-ward", THUAN_HOA)
    check(page)
    tab_to(page, "form.desk-new-form .button-main")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("đồng ý")
    page.wait_for_selector("html[data-ready]", state="attached")
    check(page)
    tab_to(page, "#n-consent")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    code = page.locator("[data-taken]").inner_text()
    page.wait_for_selector("html[data-ready]", state="attached")
    check(page)
    taken = town.until(code, lambda each: each["status"] == "assigned", town.staff("triage"))
    assert (taken["case"]["channel"], taken["ward"]["code"]) == ("phone", THUAN_HOA)
    tab_to(page, ".desk-new a[href='/desk']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk")


def reason_of(town: Town, case: Case, type_: str) -> str:
    told: list[Json] = town.timeline(case.id, town.staff("triage"))
    return str(next(event["data"]["reason"] for event in told if event["type"] == type_))


def test_two_coordinators_at_one_case(browser: Browser, town: Town) -> None:
    """Each sees the other; what the second wrote is kept, what the first did is told and stands."""
    case = known(town, town.report(107.95, 16.60, description="Phao trôi"), "triage", "outside")
    options = {"viewport": DESK, "has_touch": False, "reduced_motion": "reduce"}
    with open_phone(browser, town, **options) as one, open_phone(browser, town, **options) as two:
        sign_in(one, "triage", "triage")
        sign_in(two, "triage", "triage.second")
        first, second = one.open(f"/desk?case={case.code}"), two.open(f"/desk?case={case.code}")
        for page, name in ((first, "Cán bộ triage thứ hai"), (second, "Cán bộ triage")):
            opened(page, case)
            expect(page.locator("[data-here]")).to_contain_text(f"{name} cũng đang xem", timeout=SOON_MS)
        second.keyboard.press("r")
        dialog(second, "reject")
        second.keyboard.type("Tôi đang viết lý do này")
        first.keyboard.press("r")
        dialog(first, "reject")
        first.keyboard.type("Ngoài biển, không thuộc phường nào")
        send(first, "reject")
        done(first, case)

        expect(second.locator("#desk-reject [data-changed]")).to_contain_text("vừa thay đổi", timeout=SOON_MS)
        expect(second.locator("#desk-reason")).to_have_value("Tôi đang viết lý do này")
        check(second)
        send(second, "reject")
        file = second.locator("[data-pane=case]")
        expect(file.get_by_role("alert")).to_contain_text("vừa cập nhật phản ánh này")
        expect(file.locator("[data-changed]")).to_contain_text("Không tiếp nhận · Cán bộ triage")
        expect(file.locator("[data-changed]")).to_contain_text("không thuộc phường nào")
        expect(file.locator("[data-kept]")).to_contain_text("Tôi đang viết lý do này")
        check(second)
        assert reason_of(town, case, "report.rejected") == "Ngoài biển, không thuộc phường nào"
        assert town.look(case.id, town.staff("triage"))["version"] == 3

        # The first looks at it again: what a colleague does meanwhile is told there, too.
        one.go(first, f"/desk?case={case.code}")
        opened(first, case)
        second.locator("[data-open=desk-appeal]").click()
        dialog(second, "appeal")
        second.keyboard.type("Xem lại cùng biên phòng")
        send(second, "appeal")
        expect(first.locator("[data-pane=case] [data-changed]")).to_contain_text("thứ hai", timeout=SOON_MS)


def test_a_managers_monthly_report(browser: Browser, town: Town, tmp_path: Path) -> None:
    """Asked for on the manager's page, made by the workers, opened as the document it is."""
    case = known(town, dark(town, PHU_XUAN, 0.004, "Đèn tắt từ tối qua"), "triage", "no_rule")
    town.step(case.id, "triage", "assigned", lead="so-xd", policy="standard")
    with open_phone(browser, town, viewport=DESK, has_touch=False, reduced_motion="reduce") as office:
        sign_in(office, "manager", "manager.so-xd")
        page = office.context.new_page()
        page.set_default_timeout(SOON_MS)
        limit, today = time.monotonic() + 60, datetime.now(HUE)
        while not page.locator(".manage-card").count():  # the first count may be under way
            assert time.monotonic() < limit, page.inner_text("main")
            page.goto(f"{town.url}/manage?period=month&at={today:%Y-%m-%d}")
        page.wait_for_selector("html[data-ready]", state="attached")
        received = page.locator(".manage-card").first.locator(".figure-value").inner_text()
        assert int(received) >= 1
        page.locator("summary", has_text="Báo cáo kỳ này (Word)").click()
        page.select_option("#report-signs", "deputy")
        page.fill("#report-signer", "Nguyễn Văn An")
        page.get_by_role("button", name="Lập báo cáo").click()
        page.wait_for_url("**/downloads/*")
        check(page)
        with page.expect_download() as taken:
            page.get_by_role("link", name="Tải về").click(timeout=60_000)
        file = tmp_path / "report.docx"
        taken.value.save_as(file)
        check(page)
    document = docx.Document(str(file))
    heading = [cell.text.replace("\u00a0", " ") for row in document.tables[0].rows for cell in row.cells]
    assert heading[0].startswith("ỦY BAN NHÂN DÂN THÀNH PHỐ HUẾ\nSỞ XÂY DỰNG")
    assert heading[1].startswith("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc")
    assert heading[2].startswith("Số:")
    assert heading[3].endswith(f"tháng {today.month:02} năm {today.year}")
    told = [paragraph.text for paragraph in document.paragraphs]
    assert told.count("BÁO CÁO") == 1
    assert f"Kết quả tiếp nhận, xử lý phản ánh hiện trường tháng {today.month:02} năm {today.year}" in told
    assert [each for each in told if re.match(rf"1\. Tổng số phản ánh tiếp nhận: {received}[ ,;]", each)]
    signed = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert any("KT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC" in text and "Nguyễn Văn An" in text for text in signed)
    annexes = [each for each in told if each.startswith("Phụ lục ")]
    assert annexes == ["Phụ lục I", "Phụ lục II", "Phụ lục III", "Phụ lục IV"]
    league = [table for table in document.tables if table.rows[0].cells[1].text == "Đơn vị"][-1]
    assert [cell.text for cell in league.rows[1].cells][:3] == ["–", "Sở Xây dựng", received]  # nothing ended
    assert [cell.text for cell in league.rows[-1].cells][1:3] == ["Tổng cộng", received]
    assert [table for table in document.tables if table.rows[0].cells[0].text.startswith("Nơi nhận:")]
