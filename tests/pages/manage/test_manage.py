"""The manager's page: every figure is the number of reports that its list holds."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pyogrio
import pytest
from sqlalchemy import delete, select

from service.db import unit_of_work
from service.domain.city.reference import load_reference
from service.domain.deadlines.standing import seen_at
from service.i18n.wording import percent_words
from service.models import Report, Staff
from tests.pages.html import Page
from tests.support.factories import make_report
from tests.support.site import Site

LINK = re.compile(r'<a[^>]*href="(/manage/list\?[^"]*)"[^>]*>\s*([0-9.]+)\s*</a>')
BEHIND = re.compile(r'<a href="(/manage/list\?[^"]*)">([^<]+)</a>')
NUMBER = re.compile(r'data-number="(\d+)"')
MORE = re.compile(r'hx-get="([^"]+)"')
PERIODS = ("week", "month", "quarter", "year")
DAY = (datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")) - timedelta(days=15)).date()
"""In the middle of the days that the demo's reports come from: in January most of them are last year's."""
YEAR = f"period=year&at={DAY}"


@pytest.fixture(scope="module", autouse=True)
def own_reports(site: Site) -> Iterator[None]:
    """Reports of the manager's own ward, of two kinds in each status: those of the demo may lie elsewhere."""
    at = datetime.now(UTC) - timedelta(days=15)
    ended = {"due_at": at + timedelta(days=7), "resolved_at": at + timedelta(hours=1)}
    states: dict[str, dict[str, Any]] = {
        "assigned": {},
        "in_progress": {},
        "resolved": ended,
        "closed": {**ended, "closed_at": at + timedelta(hours=1)},
    }
    with unit_of_work(site.engine) as session:
        reference = load_reference(session)
        manager = session.scalars(select(Staff).where(Staff.username == "demo.manager")).one()
        played: dict[str, Any] = {
            "lead": reference.departments[manager.department_id or 0].code,
            "routing": {"rule": {"number": 10}},
            "at": at,
        }
        made = [
            make_report(session, reference, status, category=category, **played, **times).id
            for status, times in states.items()
            for category in ("litter", "illegal_ad")
        ]
    yield
    with unit_of_work(site.engine) as session:
        session.execute(delete(Report).where(Report.id.in_(made)))


@pytest.fixture(params=["manager", "triage"])
def room(request: pytest.FixtureRequest, site: Site) -> Iterator[Site]:
    site.enter(request.param)
    yield site
    site.client.cookies.clear()


def links(text: str) -> dict[str, int]:
    """Every number that leads to a list."""
    return {html.unescape(href): int(number.replace(".", "")) for href, number in LINK.findall(text)}


def listed(site: Site, path: str) -> tuple[int, int]:
    """The number a list tells, and how many reports it holds when one goes on to its end."""
    text = site.look(path).text
    [told] = NUMBER.findall(text)
    held = text.count('class="manage-row"')
    while more := MORE.findall(text):
        text = site.look(html.unescape(more[0]), **{"HX-Request": "true"}).text
        held += text.count('class="manage-row"')
    return int(told), held


@pytest.mark.parametrize("period", ["quarter", "year"])
def test_every_figure_is_the_length_of_its_list(room: Site, period: str) -> None:
    answer = room.look(f"/manage?period={period}&at={DAY}")
    assert answer.status_code == 200, answer.text[:500]
    found = links(answer.text)
    assert len(found) >= 8
    for path, number in found.items():
        assert listed(room, path) == (number, number), path


def test_rates_and_times_lead_to_what_they_were_reckoned_from(site: Site) -> None:
    """Medians to what was done, rates to what was decided, scores to what was rated, changes to before."""
    site.enter("triage")
    text = site.look(f"/manage?{YEAR}").text
    found = [(html.unescape(a), said) for a, said in BEHIND.findall(text) if "department=" in a]
    rates = [(path, said) for path, said in found if said.endswith("%")]
    assert len(rates) >= 5
    for path, said in rates:
        decided = listed(site, path)
        on_time, _ = listed(site, path.replace("outcome=decided", "outcome=on_time"))
        assert decided[0] == decided[1] > 0, path
        assert said == percent_words(on_time / decided[0]), path
    told = {part for path, _ in found for part in path.split("&") if part.startswith("outcome=")}
    assert {"outcome=done", "outcome=rated", "outcome=decided"} <= told
    before = [(path, said) for path, said in found if "period=free" in path]
    path, said = before[0]
    now, _ = listed(site, re.sub("period=free&from=[^&]*&to=[^&]*", YEAR, path))
    assert int(said.replace(".", "")) == now - listed(site, path)[0]
    [first_pass] = [a for a, _ in BEHIND.findall(text) if "first_pass" in a][:1]
    number, held = listed(site, html.unescape(first_pass))
    assert number == held > 0


def test_the_cards_lead_to_their_lists(room: Site) -> None:
    text = room.look(f"/manage?{YEAR}").text
    cards = re.findall(r'manage-card" href="([^"]+)">.*?figure-value">([^<]+)<', text, re.DOTALL)
    assert len(cards) == 8
    received = next(int(value) for path, value in cards if "outcome" not in path)
    assert listed(room, html.unescape(cards[0][0])) == (received, received)
    late = next(value for path, value in cards if "outcome=late" in path)
    assert listed(room, f"/manage/list?{YEAR}&outcome=late")[0] == int(late)


@pytest.mark.parametrize("period", ["month", "year"])
def test_what_became_of_the_reports_adds_up_to_those_received(room: Site, period: str) -> None:
    text = room.look(f"/manage?period={period}&at={DAY}").text
    [said] = re.findall(r'<section class="manage-balance".*?</section>', text, re.DOTALL)
    received = int(re.findall(r"<b>([0-9.]+)</b> =", said)[0].replace(".", ""))
    parts = links(said)
    assert {path.split("outcome=")[1] for path in parts} <= {
        "done",
        "rejected",
        "merged",
        "withdrawn",
        "open",
    }
    assert sum(parts.values()) == received == listed(room, f"/manage/list?period={period}&at={DAY}")[0]
    assert all(listed(room, path) == (number, number) for path, number in parts.items())


def test_the_most_late_stands_first_and_says_by_how_much(site: Site) -> None:
    site.enter("triage")
    text = site.look(f"/manage/list?{YEAR}&outcome=late").text
    rows = text.split('class="manage-row"')[1:]
    assert len(rows) >= 4
    assert all("hạn" in row and ("Trễ" in row or "Xong trễ" in row) for row in rows)
    now = datetime.now(UTC)
    with unit_of_work(site.engine) as session:
        by = {
            report.code: seen_at(report, now) - report.due_at
            for report in session.scalars(select(Report).where(Report.due_at.is_not(None)))
            if report.due_at
        }
    late = [by[re.findall(r'href="/case/([^"]+)"', row)[0]] for row in rows]
    assert late == sorted(late, reverse=True)


def test_the_worst_department_stands_first(site: Site) -> None:
    site.enter("triage")
    text = site.look(f"/manage?{YEAR}").text
    table = text[text.index("Xếp hạng đơn vị</h2>") :]
    ranks = [int(rank) for rank in re.findall(r'<td class="number">(\d+)</td>\s*<th scope="row">', table)]
    assert ranks == list(range(len(ranks), 0, -1))


def test_the_next_period_is_offered_once_it_has_begun(site: Site) -> None:
    site.enter("triage")
    today = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")).date()
    assert "Kỳ sau" not in site.look(f"/manage?period=month&at={today}").text
    text = site.look("/manage?period=month&at=2026-01-05").text
    assert "Kỳ sau" in text
    assert "So với cùng kỳ năm trước: 01–31/01/2025." in text


def test_filters_narrow_page_and_list_alike(site: Site) -> None:
    site.enter("triage")
    everything = listed(site, f"/manage/list?{YEAR}")[0]
    for narrow in ("category=litter", "department=none", "ward=none", "outcome=open", "rule=0"):
        number, held = listed(site, f"/manage/list?{YEAR}&{narrow}")
        assert number == held < everything, narrow
    page = site.look(f"/manage?{YEAR}&category=litter").text
    assert all("category=litter" in path for path in links(page))


def test_open_emergencies_stand_first_and_once(site: Site) -> None:
    """However old; one that has ended stands where its time puts it. Nothing is doubled further on."""
    now = datetime.now(UTC)
    with unit_of_work(site.engine) as session:
        reference = load_reference(session)
        urgent, ended, newest = (
            make_report(session, reference, status, at=now - timedelta(minutes=minutes), priority=priority)
            for status, minutes, priority in (("triage", 9, 1), ("withdrawn", 8, 1), ("triage", 1, 2))
        )
    site.enter("triage")
    pages = [site.look("/manage/list?period=all").text]
    while more := MORE.findall(pages[-1]):
        pages.append(site.look(html.unescape(more[0]), **{"HX-Request": "true"}).text)
    assert len(pages) > 1
    codes = [re.sub("<[^>]+>", "", row) for text in pages for row in text.split('class="manage-row"')[1:]]
    assert urgent.code in codes[0] and "Khẩn cấp" in codes[0]
    places = [next(n for n, row in enumerate(codes) if each.code in row) for each in (newest, ended)]
    assert 0 < places[0] < places[1]
    found = re.findall(r'href="/case/([^"]+)"', "".join(pages))
    assert len(found) == len(set(found)) and found.count(urgent.code) == 1
    with unit_of_work(site.engine) as session:
        session.execute(delete(Report).where(Report.id.in_([urgent.id, ended.id, newest.id])))


def test_a_manager_sees_their_department_and_those_below(site: Site) -> None:
    site.enter("triage")
    everything = listed(site, f"/manage/list?{YEAR}")[0]
    site.enter("manager")
    assert 0 < listed(site, f"/manage/list?{YEAR}")[0] < everything
    text = site.look(f"/manage?{YEAR}").text
    assert "Đơn vị của tôi" in text
    assert ">Mọi đơn vị<" not in text
    page = Page(text)
    assert site.look("/manage?department=none").status_code == 404
    assert site.look("/manage?department=ioc").status_code == 404
    assert site.look("/manage/list?department=khong-co").status_code == 404
    assert "ioc" not in [option.get("value") for option in page.all("option")]


@pytest.mark.parametrize("role", ["department", "executor", "inspector"])
def test_the_room_is_not_there_for_others(site: Site, role: str) -> None:
    site.enter(role)
    for path in ("/manage", "/manage/list"):
        assert site.look(path).status_code == 404


def test_who_is_not_signed_in_is_led_to_the_door(site: Site) -> None:
    answer = site.get("/manage")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/login?next=%2Fmanage"


@pytest.mark.parametrize(
    "wrong",
    ["period=decade", "period=free&from=2026-05-04&to=2026-05-03", "at=gestern", "category=nope", "near=x"],
)
def test_what_cannot_be_read_is_said(site: Site, wrong: str) -> None:
    site.enter("triage")
    for page in ("/manage", "/manage/list"):
        if page == "/manage" and wrong.startswith("near"):
            continue
        assert site.look(f"{page}?{wrong}").status_code == 422, page
    assert site.look("/manage/list?outcome=great").status_code == 422


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("period", PERIODS)
def test_page_keeps_the_house_rules(site: Site, period: str, language: str) -> None:
    site.enter("triage")
    for path in (f"/manage?period={period}", f"/manage/list?period={period}&outcome=late"):
        page = Page(site.look(path, language).text)
        assert page.inline() == []
        assert len(page.ids()) == len(set(page.ids())), path


def test_an_empty_period_says_so(site: Site) -> None:
    site.enter("triage")
    text = site.look("/manage?period=year&at=2019-05-01").text
    assert "Không có phản ánh nào trong kỳ này" in text
    assert text.count("Chưa đủ số liệu trong kỳ này.") == 2, "no empty charts"
    assert not [each for each in ("0 trong 0", "0 người chấm", "Vạch đứng") if each in text], "of nothing"


MEASURED = ("departments", "categories", "wards")
BALANCE = ("Xử lý xong", "Không tiếp nhận", "Trùng lặp", "Người dân rút", "Đang mở")


@pytest.mark.parametrize("table", ["flow", *MEASURED, "rules", "backlog"])
def test_every_table_is_a_file_to_hand_on(room: Site, table: str) -> None:
    answer = room.look(f"/manage/{table}.csv?{YEAR}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    top = next(at for at, line in enumerate(lines) if len(line) > 1)
    assert lines[0][0].endswith(f"Năm {DAY.year}")
    rows = [dict(zip(lines[top], line, strict=True)) for line in lines[top + 1 :]]
    answer = room.look(f"/manage/{table}.xlsx?{YEAR}")
    assert re.search(r'filename="[a-z-]+-nam-\d{4}.xlsx"', answer.headers["content-disposition"])
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    cells = list(sheet.iter_rows(min_row=top + 1))
    assert [cell.value for cell in cells[0]] == lines[top]
    assert len(cells) - 1 == len(rows) > 0
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.freeze_panes == f"B{top + 2}"
    received = listed(room, f"/manage/list?{YEAR}")[0]
    if table in MEASURED:
        *each, total = rows
        assert int(total["Nhận"]) == sum(int(row["Nhận"]) for row in each) == received
        assert all(sum(int(row[name]) for name in BALANCE) == int(row["Nhận"]) for row in rows)
        [rate] = {row[lines[top].index("Tỷ lệ đúng hạn")].number_format for row in cells[1:]}
        assert rate == "[=1]0%;[=0]0%;0.0%"
        decided = int(total["Xử lý xong"]) + int(total["Trễ hạn"])
        assert re.fullmatch(r"\d+,\d%|0%|100%" if decided else "", total["Tỷ lệ đúng hạn"])
    if table == "flow":
        assert sum(int(row["Nhận"]) for row in rows) == received
        assert cells[1][0].is_date
        assert cells[1][0].number_format == "dd/mm/yyyy"
    if table == "backlog":
        opened = listed(room, "/manage/list?period=all&outcome=open")[0]
        assert sum(int(row["Đang mở"]) for row in rows) == opened


def test_files_speak_the_readers_language(site: Site) -> None:
    site.enter("triage")
    answer = site.look(f"/manage/departments.csv?{YEAR}", "en")
    assert f'filename="departments-{DAY.year}.csv"' in answer.headers["content-disposition"]
    text = answer.content.decode("utf-8-sig")
    assert "Rank,Department,Received," in text.splitlines()[4]
    assert re.search(r",\d+\.\d%,", text)
    answer = site.look("/manage/departments.xlsx?period=month&at=2026-11-05")
    assert 'filename="don-vi-thang-11-2026.xlsx"' in answer.headers["content-disposition"]


def test_a_list_is_handed_on_with_names_holder_and_lateness(site: Site) -> None:
    site.enter("triage")
    number = listed(site, f"/manage/list?{YEAR}&outcome=late")[0]
    asked = {"list": "manage", "period": "year", "at": str(DAY), "outcome": "late"}
    page = f"/downloads/new?list=manage&{YEAR}&outcome=late"
    answer = site.post(page, "/downloads", {**asked, "format": "xlsx"})
    assert re.search(r'filename="tre-han-nam-\d{4}.xlsx"', answer.headers["content-disposition"])
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    title, _, heading, *rows = sheet.iter_rows(values_only=True)
    assert str(title[0]).startswith("Trễ hạn – Năm")
    assert len(rows) == number
    found = [dict(zip(heading, row, strict=True)) for row in rows]
    assert all(float(str(row["Trễ (ngày)"])) > 0 for row in found)
    assert all(isinstance(row["Nhận lúc"], datetime) for row in found)
    assert {"Người phụ trách", "Đơn vị thực hiện", "Trạng thái", "Hạn xử lý"} <= set(map(str, heading))
    answer = site.post(page, "/downloads", {**asked, "format": "csv"})
    assert "Mã phản ánh;Loại;Trạng thái;" in answer.content.decode("utf-8-sig")


def test_reports_are_subscribed_to_and_ended(site: Site) -> None:
    site.enter("triage")
    page = "/manage/reports"
    assert "Chưa đăng ký báo cáo nào." in site.look(page).text
    wrong = site.post(page, page, {"period": "month", "signer": "Nguyễn Văn An"})
    assert wrong.status_code == 422
    assert "Hãy chọn ít nhất một tệp." in wrong.text
    assert "Nguyễn Văn An" in wrong.text, "what was typed stays"
    asked = {"period": "month", "files": ["report", "list"], "signs": "deputy", "signer": "Nguyễn Văn An"}
    assert site.post(page, page, asked).headers["location"] == f"{page}?done=subscribed"
    text = site.look(page).text
    assert "Hằng tháng" in text
    assert "Lần tới:" in text
    assert site.post(page, f"{page}/end", {"period": "month"}).status_code == 303
    assert "Chưa đăng ký báo cáo nào." in site.look(page).text


def test_the_hot_spots_are_a_layer_for_any_map(room: Site, tmp_path: Path) -> None:
    received = listed(room, f"/manage/list?{YEAR}")[0]
    told = room.look(f"/manage/spots.geojson?{YEAR}").json()["features"]
    assert sum(each["properties"]["reports"] for each in told) == received
    file = tmp_path / "spots.gpkg"
    file.write_bytes(room.look(f"/manage/spots.gpkg?{YEAR}").content)
    meta, _, _, [numbers] = pyogrio.raw.read(file)
    assert (meta["crs"], int(numbers.sum()), len(numbers)) == ("EPSG:4326", received, len(told))
    assert room.look(f"/manage/spots.csv?{YEAR}").status_code == 422


def test_one_day_is_one_in_english_too(site: Site) -> None:
    site.enter("manager")
    page = site.look("/manage?lang=en").text
    assert "Up to 1 day:" in page and not re.search(r"(?<![\d.,])1 days", page)  # 2.1 days are
