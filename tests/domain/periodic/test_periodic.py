"""Reports up the line: asked for once, answered by units, missing ones named, figures that add up."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from docx import Document
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.documents.upward import make_upward
from service.domain.city.city import load_calendar
from service.domain.city.reference import Reference, load_reference
from service.domain.documents.register import NewDocument
from service.domain.figures.upkeep import rebuild
from service.domain.periodic.due_requests import ask_for, request_due_reports
from service.domain.periodic.kinds import ReportKindDraft, period_around, period_title, put_report_kind
from service.domain.periodic.unit_answers import (
    UnitAnswer,
    finish_report,
    freeze_report,
    gather_report,
    send_answer,
)
from service.domain.periodic.views import list_periodic, view_report
from service.domain.reports.events import Actor
from service.domain.workspaces.own_notices import read_bell
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.models import Department, OwnNotice, PeriodicReport, ReportPeriod, Role, Staff
from service.models.documents.kinds import DocumentKind
from service.models.reports.event import ActorKind
from tests.support.factories import found_city, make_report
from tests.support.people import Cast, make_cast
from tests.support.works.stage import WorksStage, draft_row

NOW = datetime(2026, 7, 2, 2, tzinfo=UTC)
INSIDE = datetime(2026, 3, 4, 3, tzinfo=UTC)
WARDS = 40


def kind(code: str = "ubnd", **said: Any) -> ReportKindDraft:
    sections = [
        {"heading": "Kết quả xử lý", "holds": "figures", "indicators": ["received", "done", "on_time_rate"]},
        {"heading": "Kết quả của đơn vị", "holds": "results"},
        {"heading": "Khó khăn, vướng mắc", "holds": "hindrances"},
    ]
    facts = {
        "code": code,
        "title": "Kết quả xử lý phản ánh",
        "issuer": "city-cables",
        "period": "half",
        "sections": sections,
        "units": [f"unit-{n}" for n in range(WARDS)],
        "due_days": 3,
        "addressees": ["Ủy ban nhân dân thành phố"],
        "begins_on": "2026-01-01",
    }
    return ReportKindDraft.model_validate({**facts, **said})


class Line:
    """A city of forty units and the office above them."""

    def __init__(self, session: Session) -> None:
        found_city(session)
        for n in range(WARDS):
            name = {"vi": f"Đơn vị {n}", "en": f"Unit {n}"}
            session.add(Department(code=f"unit-{n}", name=name, short_name=name, kind="city", active=True))
        session.flush()
        self.session, self.reference = session, load_reference(session)
        self.cast: Cast = make_cast(session, self.reference)
        self.calendar = load_calendar(session, self.reference)

    def unit(self, n: int) -> Actor:
        number = self.reference.department_by_code[f"unit-{n}"].id
        below = self.reference.departments_below(number)
        return Actor(ActorKind.STAFF, role=Role.DEPARTMENT, department_id=number, departments=below)

    def ask(self, draft: ReportKindDraft) -> PeriodicReport:
        put_report_kind(self.session, self.reference, self.cast.manager.actor, draft)
        day, actor = date(2026, 3, 1), self.cast.manager.actor
        return ask_for(self.session, self.reference, self.calendar, actor, draft.code, day, NOW)

    def send(self, report: int, n: int, *, version: int = 1, **said: str) -> None:
        answer = UnitAnswer(results=f"Đã xử lý ở đơn vị {n}", version=version, **said)
        send_answer(self.session, self.reference, self.unit(n), report, f"unit-{n}", answer, NOW)

    def merge(self, report: int) -> tuple[Any, int]:
        actor = self.cast.manager.actor
        merged = freeze_report(self.session, self.reference, self.calendar, actor, report, NOW)
        made = make_upward(self.reference, merged, NOW.date())
        new = NewDocument(
            DocumentKind.REPORT,
            made.about,
            merged.kind.issuer_id,
            made.symbol,
            "original/document/a.docx",
            "a",
        )
        return Document(io.BytesIO(made.body)), finish_report(self.session, actor, merged, new, NOW)


def person(session: Session, unit: str, role: Role, **columns: Any) -> Staff:
    department = session.scalars(select(Department).where(Department.code == unit)).one()
    username = f"{unit}-{role}-{len(columns)}"
    facts = {"username": username, "name": username, "role": role, "language": "vi", "active": True}
    made = Staff(**{**facts, **columns}, department_id=department.id)
    session.add(made)
    session.flush()
    return made


@pytest.fixture
def line(session: Session) -> Line:
    return Line(session)


def reports(line: Line, reference: Reference) -> None:
    for n in range(30):
        lead = f"unit-{n % 7}" if n % 5 else "ward-W1"
        make_report(
            line.session,
            reference,
            "closed",
            lead=lead,
            at=INSIDE,
            resolved_at=INSIDE + timedelta(days=1),
            due_at=INSIDE + timedelta(days=n % 3),
        )
    rebuild(line.session, ZoneInfo(reference.timezone))


def words(document: Any) -> str:
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)


def test_three_of_forty_are_missing_and_named_and_the_figures_add_up(line: Line) -> None:
    reports(line, line.reference)
    report = line.ask(kind())
    for n in range(WARDS):
        if n not in (3, 17, 39):
            line.send(report.id, n)
    view = view_report(line.session, line.reference, line.cast.manager.actor, report.id)
    assert [each["code"] for each in view.missing] == ["unit-3", "unit-17", "unit-39"]
    document, number = line.merge(report.id)
    said = words(document)
    assert "Đơn vị chưa gửi báo cáo (3): Đơn vị 3; Đơn vị 17; Đơn vị 39." in said
    assert "37/40 đơn vị" in said and "6 tháng đầu năm 2026" in said and "Kính gửi: Ủy ban" in said
    table = next(each for each in document.tables if each.rows[0].cells[1].text == "Đơn vị")
    rows = [[cell.text for cell in row.cells] for row in table.rows[1:]]
    assert len(rows) == WARDS + 2, "the units, all others, the sum"
    for column in (2, 3):
        *units, total = [int(row[column]) for row in rows]
        assert sum(units) == total == 30
    assert view_report(line.session, line.reference, line.cast.manager.actor, report.id).document == number
    with pytest.raises(Conflict):
        line.send(report.id, 3)
    with pytest.raises(Conflict):
        line.merge(report.id)


def test_two_lines_up_are_told_the_same_figures(line: Line) -> None:
    reports(line, line.reference)
    first, second = line.ask(kind()), line.ask(kind("doan", addressees=["Thành Đoàn", "Hội đồng Đội"]))
    line.send(first.id, 0)
    document, _ = line.merge(first.id)
    make_report(line.session, line.reference, "assigned", lead="unit-0", at=INSIDE)
    rebuild(line.session, ZoneInfo(line.reference.timezone))
    other, _ = line.merge(second.id)
    annexes = [
        [[cell.text for cell in row.cells][2:] for row in table.rows]
        for doc in (document, other)
        for table in doc.tables
        if table.rows[0].cells[1].text == "Đơn vị"
    ]
    assert annexes[0] == annexes[1]
    assert first.figures == second.figures
    assert "- Thành Đoàn;" in words(other)


def test_it_is_asked_for_once_when_the_period_is_over(line: Line) -> None:
    put_report_kind(line.session, line.reference, line.cast.manager.actor, kind())
    before = datetime(2026, 6, 30, 16, tzinfo=UTC)
    assert request_due_reports(line.session, line.reference, line.calendar, before) == 0
    assert [request_due_reports(line.session, line.reference, line.calendar, NOW) for _ in range(2)] == [1, 0]
    assert line.session.scalar(select(func.count()).select_from(PeriodicReport)) == 1
    day, actor = date(2026, 7, 1), line.cast.manager.actor
    with pytest.raises(Invalid):
        ask_for(line.session, line.reference, line.calendar, actor, "ubnd", day, NOW)


def test_difficulties_of_the_plans_stand_in_it(line: Line) -> None:
    stage = WorksStage(line.session, line.reference)
    plan = stage.plan_step(line.cast.manager, stage.keep(line.cast.manager, draft_row()))
    stage.difficulty(line.cast.department, plan=plan.code, title="Thiếu xe chở rác")
    report = line.ask(kind())
    merged = gather_report(
        line.session, line.reference, line.calendar, line.cast.manager.actor, report.id, NOW
    )
    assert "Thiếu xe chở rác" in words(
        Document(io.BytesIO(make_upward(line.reference, merged, NOW.date()).body))
    )


def test_a_unit_answers_for_itself_and_reads_its_own_words(line: Line) -> None:
    report = line.ask(kind())
    line.send(report.id, 0)
    line.send(report.id, 1)
    view = view_report(line.session, line.reference, line.unit(0), report.id)
    assert [each.unit["code"] for each in view.words] == ["unit-0"] and not view.may_merge
    answer = UnitAnswer(results="Thay người khác", version=1)
    with pytest.raises(Forbidden):
        send_answer(line.session, line.reference, line.unit(0), report.id, "unit-2", answer, NOW)
    with pytest.raises(Conflict):
        send_answer(line.session, line.reference, line.unit(0), report.id, "unit-0", answer, NOW)
    line.send(report.id, 0, version=2, proposals="Cấp thêm xe")
    empty = UnitAnswer(version=1)
    with pytest.raises(Invalid):
        send_answer(line.session, line.reference, line.unit(2), report.id, "unit-2", empty, NOW)
    stranger = line.cast.other_department.actor
    assert list_periodic(line.session, line.reference, stranger) == []
    with pytest.raises(NotFound):
        view_report(line.session, line.reference, stranger, report.id)
    with pytest.raises(Forbidden):
        freeze_report(line.session, line.reference, line.calendar, line.unit(0), report.id, NOW)


def test_a_kind_is_refused_that_nobody_could_fill(line: Line) -> None:
    actor = line.cast.manager.actor
    for sections in (
        [{"heading": "A", "holds": "figures", "indicators": ["nothing"]}],
        [{"heading": "A", "holds": "figures"}],
        [{"heading": "A", "holds": "results", "indicators": ["received"]}],
    ):
        with pytest.raises(Invalid):
            put_report_kind(line.session, line.reference, actor, kind(sections=sections))
    with pytest.raises(Forbidden):
        put_report_kind(line.session, line.reference, line.cast.other_department.actor, kind())
    with pytest.raises(Invalid):
        put_report_kind(line.session, line.reference, actor, kind(units=["city-cables", "cables-room"]))
    put_report_kind(line.session, line.reference, actor, kind())
    with pytest.raises(Conflict):
        put_report_kind(line.session, line.reference, actor, kind())


@pytest.mark.parametrize(
    ("length", "day", "first", "last", "title"),
    [
        (
            ReportPeriod.HALF,
            date(2026, 12, 31),
            date(2026, 7, 1),
            date(2026, 12, 31),
            "6 tháng cuối năm 2026",
        ),
        (ReportPeriod.MONTH, date(2028, 2, 3), date(2028, 2, 1), date(2028, 2, 29), "tháng 2 năm 2028"),
        (ReportPeriod.QUARTER, date(2026, 5, 3), date(2026, 4, 1), date(2026, 6, 30), "quý II năm 2026"),
        (ReportPeriod.YEAR, date(2026, 5, 3), date(2026, 1, 1), date(2026, 12, 31), "năm 2026"),
    ],
)
def test_periods_are_those_of_the_year(
    length: ReportPeriod, day: date, first: date, last: date, title: str
) -> None:
    period = period_around(length, day)
    assert (period.first, period.last) == (first, last)
    assert period_title(length, period.first) == title


def test_the_units_hear_on_their_bells_that_a_report_is_asked_of_them(session: Session, line: Line) -> None:
    own = person(session, "unit-3", Role.DEPARTMENT)
    others = [
        person(session, "unit-4", Role.DEPARTMENT, active=False),
        person(session, "unit-4", Role.EXECUTOR),
    ]
    report = line.ask(kind(units=["unit-3", "unit-4"]))
    line.ask(kind(units=["unit-3", "unit-4"], version=1))
    rows = session.scalars(select(OwnNotice).where(OwnNotice.periodic_id == report.id)).all()
    assert own.id in {row.staff_id for row in rows}
    assert not {each.id for each in others} & {row.staff_id for row in rows}
    page = read_bell(session, line.reference, own.id, line.unit(3), now=NOW)
    [notice] = page.items
    assert (notice.periodic, notice.work, notice.due_at) == (report.id, kind().title, report.due_at)
    assert notice.case is None and notice.unread
