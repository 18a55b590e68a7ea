"""Random months: each figure of the report is that of the page, of its file, and of a recount."""

from __future__ import annotations

import csv
import html
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import docx
import pytest
from sqlalchemy import select

from service.db import unit_of_work
from service.demo.copy import bring
from service.documents.form import IssuingOffice
from service.documents.made import made_of
from service.documents.periodic import PeriodicReportData, write_periodic
from service.domain.city.reference import Reference, load_reference
from service.domain.people.staff import actor_for
from service.domain.queries.manage.lists import read_board
from service.domain.queries.manage.selection import read_selection
from service.i18n.wording import percent_words
from service.models import DONE, OPEN, Report, Staff, Status
from tests.conftest import Servers
from tests.support.site import Site, open_site

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
SEEDS = (20260, 41)
"""What the months hold is drawn from these."""
MANY, DAYS = 160, 130
MEASURES = ("received", "done", "on_time", "late", "rejected", "merged", "withdrawn", "open")
REPORTED = MEASURES[:4]
HEADINGS = ("Đơn vị", "Loại", "Phường, xã")
COLUMNS = dict(zip(MEASURES, (0, 2, 3, 5, 8, 9, 10, 11), strict=True))
"""Which cell of a row of the page is which measure."""
SHEET = {
    "received": "Nhận",
    "done": "Xử lý xong",
    "on_time": "Đúng hạn",
    "late": "Trễ hạn",
    "rejected": "Không tiếp nhận",
    "merged": "Trùng lặp",
    "withdrawn": "Người dân rút",
    "open": "Đang mở",
}
Group = Mapping[str, Counter[str]]


@dataclass(frozen=True)
class Month:
    """Reports of one month as a role sees them, and the recount by department, kind and ward."""

    role: str
    first: date
    reference: Reference
    reports: list[Report]
    now: datetime

    def counted(self, name: Callable[[Report], str]) -> Group:
        """Recount the month by that name of a report, nothing taken from the figures of the product."""
        groups: dict[str, Counter[str]] = {}
        for report in self.reports:
            one = groups.setdefault(name(report), Counter())
            one["received"] += 1
            for measure in self._measures(report):
                one[measure] += 1
        return groups

    def _measures(self, report: Report) -> Iterator[str]:
        status, due = Status(report.status), report.due_at
        yield {Status.REJECTED: "rejected", Status.DUPLICATE: "merged", Status.WITHDRAWN: "withdrawn"}.get(
            status, "done" if status in DONE else "open"
        )
        assert (status in OPEN) != (status in DONE or status in _OTHERWISE)
        if due is None:
            return
        if status in DONE and report.resolved_at is not None:
            yield "on_time" if report.resolved_at <= due else "late"
        elif status in OPEN and due < (report.paused_at or self.now):
            yield "late"

    def by_department(self) -> Group:
        units = self.reference.departments
        return self.counted(lambda each: units[each.lead_id].name["vi"] if each.lead_id else "")

    def by_category(self) -> Group:
        kinds, codes = self.reference.categories, self.reference.category_by_code
        return self.counted(lambda each: codes[kinds[each.category_id].path[0]].name["vi"])

    def by_ward(self) -> Group:
        wards = self.reference.wards
        return self.counted(lambda each: wards[each.ward_id].full_name if each.ward_id else "")


_OTHERWISE = frozenset({Status.REJECTED, Status.DUPLICATE, Status.WITHDRAWN})


@pytest.fixture(scope="module", params=SEEDS)
def drawn(
    request: pytest.FixtureRequest,
    servers: Servers,
    city_template: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Site]:
    """A site of its own with some months of reports, drawn anew for each seed."""
    name = f"months_{request.param}_{servers.worker}"
    with open_site(servers, city_template, name, tmp_path_factory.mktemp("media")) as made:
        with unit_of_work(made.engine) as session:
            now = datetime.now(UTC)
            bring(session, MANY, now=now, days=DAYS, seed=request.param, progress=lambda _: None)
        yield made


@pytest.fixture(params=["triage", "manager"])
def months(request: pytest.FixtureRequest, drawn: Site) -> list[Month]:
    """This month and the three before it, as a coordinator and as a ward's manager see them."""
    drawn.enter(request.param)
    now = datetime.now(UTC)
    with unit_of_work(drawn.engine) as session:
        reference = load_reference(session)
        own = session.scalars(
            select(Staff.department_id).where(Staff.username == f"demo.{request.param}")
        ).one()
        found = list(session.scalars(select(Report).where(Report.published)))
        session.expunge_all()
    first = now.astimezone(ZONE).date().replace(day=1)
    made = []
    for _ in range(4):
        seen = [
            each
            for each in found
            if each.created_at.astimezone(ZONE).date().replace(day=1) == first
            and (own is None or each.lead_id == own)
        ]
        made.append(Month(request.param, first, reference, seen, now))
        first = (first - timedelta(days=1)).replace(day=1)
    assert own is not None or sum(len(each.reports) for each in made) > MANY / 2
    return made


def told_by_page(text: str) -> Mapping[str, Group]:
    """The tables of the page by what their rows are; a month without reports has none."""
    tables = re.findall(r'<table class="table table-dense">.*?</table>', text, re.S)
    named = ((re.search(r'<th scope="col">(.*?)</th>', table), table) for table in tables)
    return {found[1]: _rows_of(table) for found, table in named if found and found[1] in HEADINGS}


def _rows_of(table: str) -> Group:
    rows: dict[str, Counter[str]] = {}
    for row in re.findall(r"<tr.*?</tr>", table.partition("<tbody>")[2], re.S):
        name = re.search(r'<th scope="row">(.*?)</th>', row, re.S)
        assert name, row
        cells = [
            html.unescape(re.sub(r"<[^>]+>", "", each)).strip()
            for each in re.findall(r'<td class="number">(.*?)</td>', row.partition("</th>")[2], re.S)
        ]
        key = html.unescape(name[1]).strip()
        rows[key] = Counter({measure: _number(cells[at]) for measure, at in COLUMNS.items()})
    return rows


def told_by_file(body: bytes) -> Group:
    """The rows of a CSV as an office opens it, its sum left out."""
    lines = list(csv.reader(io.StringIO(body.decode("utf-8-sig")), delimiter=";"))
    at = next(number for number, line in enumerate(lines) if "Xử lý xong" in line)
    head = lines[at]
    name = head.index(SHEET["received"]) - 1
    return {
        line[name]: Counter({each: _number(line[head.index(word)]) for each, word in SHEET.items()})
        for line in lines[at + 1 :]
        if len(line) == len(head) and line[name] != "Tổng cộng"
    }


def _number(text: str) -> int:
    return int(text.replace(".", ""))


def report_of(site: Site, month: Month) -> Any:
    """The month's report as the worker writes it."""
    with unit_of_work(site.engine) as session:
        account = session.scalars(select(Staff).where(Staff.username == f"demo.{month.role}")).one()
        asked = {"period": "month", "at": month.first.isoformat()}
        wanted = read_selection(month.reference, actor_for(account, month.reference), asked, month.now)
        board, _ = read_board(session, month.reference, wanted, now=month.now)
    office = IssuingOffice("Trung tâm", symbol="TT")
    today = month.now.astimezone(ZONE).date()
    made = made_of(write_periodic(office, PeriodicReportData(board, "", (), today)), "thang.docx")
    return docx.Document(io.BytesIO(made.body))


def _same(told: Group, counted: Group, nobody: str, measures: tuple[str, ...] = MEASURES) -> None:
    named = {("" if name == nobody else name): one for name, one in told.items() if one["received"]}
    assert set(named) == set(counted)
    for name, one in counted.items():
        assert {each: named[name][each] for each in measures} == {each: one[each] for each in measures}, name


def test_report_page_file_and_recount_tell_the_same(drawn: Site, months: list[Month]) -> None:
    for month in months:
        query = f"period=month&at={month.first}"
        groups = month.by_department(), month.by_category(), month.by_ward()
        told = told_by_page(drawn.look(f"/manage?{query}").text)
        assert set(told) == (set(HEADINGS) if month.reports else set())
        for heading, group in zip(HEADINGS, groups, strict=True):
            _same(told.get(heading, {}), group, "Chưa có")
        for table, group in zip(("departments", "categories", "wards"), groups, strict=True):
            _same(told_by_file(drawn.look(f"/manage/{table}.csv?{query}").content), group, "Chưa có")
        _compare_report(report_of(drawn, month), month, groups)


def _compare_report(document: Any, month: Month, groups: tuple[Group, Group, Group]) -> None:
    tables = {
        table.rows[0].cells[1].text: table for table in document.tables if table.style.name == "Table Grid"
    }
    nobody = {"Đơn vị": "Chưa có đơn vị", "Lĩnh vực": "……", "Phường, xã": "Chưa xác định"}
    for (heading, absent), group in zip(nobody.items(), groups, strict=True):
        rows = [[cell.text for cell in row.cells] for row in tables[heading].rows[1:]]
        told = {
            row[1]: Counter(dict(zip(REPORTED, map(_number, row[2:6]), strict=True)))
            for row in rows
            if row[1] != "Tổng cộng"
        }
        _same(told, group, absent, REPORTED)
        for _, name, *cells in rows:
            decided = _number(cells[2]) + _number(cells[3])
            assert cells[4] == percent_words(_number(cells[2]) / decided if decided else None), name
    total = sum(groups[0].values(), Counter())
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    received, sums = total["received"], {each: total[each] for each in MEASURES}
    assert f"Tổng số phản ánh tiếp nhận: {received}" in text
    ends = "done", "rejected", "merged", "withdrawn", "open"
    assert received == sum(sums[each] for each in ends) == len(month.reports)
    assert (
        f"Đã xử lý xong {sums['done']} phản ánh, đang xử lý {sums['open']} phản ánh. Không tiếp nhận "
        f"{sums['rejected']}; trùng lặp {sums['merged']}; người dân rút {sums['withdrawn']}."
    ) in text
    assert not re.search(r"kỳ trước –|\b0,0 ngày", text), "nothing is told where there is nothing to tell"
    decided = sums["on_time"] + sums["late"]
    assert (f"Đúng hạn {sums['on_time']} trên {decided} phản ánh" in text) == (decided > 0)
