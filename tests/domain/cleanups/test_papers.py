"""Papers about clean-ups: report and workbook of a month say the same, the announcement leads to the page."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, timedelta

import openpyxl
import pytest
from docx import Document
from docx.document import Document as WordDocument
from docx.shared import Mm
from sqlalchemy.orm import Session

from service.documents.cleanups import make_announcement, make_month_report
from service.domain.city.reference import Reference
from service.domain.cleanups.result_sheet import result_sheet
from service.domain.cleanups.results import count_results, month_days
from service.domain.documents.of_cleanups import (
    CleanupDocumentOrder,
    MonthReportOrder,
    read_announcement,
    read_month_report,
)
from service.errors import Conflict, Invalid
from service.models import WorkStatus
from tests.support.cleanups.stage import MORNING, CleanupStage
from tests.support.people import Cast


def words(document: WordDocument) -> str:
    """All that stands in a document."""
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)


def add_result(stage: CleanupStage, cast: Cast, number: int, people: int, **said: object) -> None:
    """A clean-up of that month with a result, inside a ward or outside of any."""
    starts = MORNING + timedelta(days=number)
    times = {"starts_at": starts.isoformat(), "ends_at": (starts + timedelta(hours=1)).isoformat()}
    place = {"lon": 107.58, "lat": 16.43} if number % 2 else {"lon": 107.59, "lat": 16.467}
    told = {"location": place, "note": "Giáp ranh", **times}
    found = stage.announce(cast.other_department, title=f"=Đợt {number}", **told)
    found.work.status, found.side.people = WorkStatus.DONE, people
    for name, value in said.items():
        setattr(found.side, name, value)
    stage.session.flush()


def test_report_and_workbook_of_a_month_say_the_same(
    session: Session, reference: Reference, cast: Cast
) -> None:
    stage = CleanupStage(session, reference)
    offices = [stage.unit("sanitation"), stage.unit("city-cables")]
    for number in range(11):
        add_result(stage, cast, number, 20, kg=100)
    add_result(stage, cast, 11, 90, trees=12, units={str(each): 45 for each in offices})
    stage.announce(cast.other_department)
    stage.take(cast.other_department, stage.announce(cast.other_department), "cancelled", reason="Bão")
    ctx = stage.ctx(cast.other_department)
    figures = count_results(ctx, *month_days("03/2026"))
    assert (figures.cleanups, figures.people, figures.kg, figures.trees) == (12, 310, 1100, 12)
    assert (figures.offices, figures.cancelled, figures.not_held) == (2, 1, 0)
    assert figures.wards == len({each.ward_id for each in figures.lines} - {None})
    sheet = openpyxl.load_workbook(io.BytesIO(result_sheet(figures, reference))).active
    assert sheet is not None
    assert sheet.max_row == 14
    assert sum(int(str(sheet.cell(row, 8).value)) for row in range(2, 14)) == 310
    assert sheet.cell(14, 8).value == "=SUM(H2:H13)"
    assert (sheet.cell(2, 3).value, sheet.cell(2, 3).data_type) == ("=Đợt 0", "s")
    told = []
    for recipient in ("committee", "youth"):
        order = MonthReportOrder.model_validate({"month": "2026-03", "recipient": recipient})
        made = make_month_report(reference, read_month_report(ctx, order))
        told.append(words(Document(io.BytesIO(made.body))))
    assert "Ủy ban nhân dân thành phố Nhỏ" in told[0]
    assert "Thành Đoàn Nhỏ" in told[1]
    assert "Thành Đoàn" not in told[0]
    for said in told:
        assert "12 đợt ra quân với 310 lượt người" in said
        assert f"có 2 cơ quan, đơn vị tham gia, tại {figures.wards} phường, xã" in said
        assert "1.100 kg rác; 12 cây" in said
        assert "1 đợt đã hủy." in said, "none that was not held"
    alone = replace(figures, offices=0, cancelled=0, not_held=0)
    paper = replace(read_month_report(ctx, MonthReportOrder(month="2026-03")), figures=alone)
    said = words(Document(io.BytesIO(make_month_report(reference, paper).body)))
    assert f"310 lượt người tham gia; tại {figures.wards} phường, xã." in said
    assert "0 cơ quan" not in said
    for month in ("2026-02", "2026-13", "x"):
        with pytest.raises(Invalid):
            read_month_report(ctx, MonthReportOrder(month=month))
    with pytest.raises(Invalid):
        count_results(ctx, date(2026, 1, 2), date(2026, 1, 1))


def test_the_announcement_fits_a_board_and_leads_to_the_page(
    session: Session, reference: Reference, cast: Cast
) -> None:
    stage = CleanupStage(session, reference)
    ctx, order = stage.ctx(cast.other_department), CleanupDocumentOrder()
    draft = stage.make(cast.other_department)
    with pytest.raises(Conflict):
        read_announcement(ctx, draft.work.code, order, "https://vidu.vn/")
    found = stage.take(cast.other_department, draft, "announced")
    paper = read_announcement(ctx, found.work.code, order, "https://vidu.vn/")
    document = Document(io.BytesIO(make_announcement(reference, paper).body))
    said = words(document)
    assert f"https://vidu.vn/cleanups/{found.work.code}" in said
    assert "THÔNG BÁO" in said
    assert "Chủ nhật, ngày 08/03/2026" in said
    assert found.side.meet_words in said
    page, [code] = document.sections[0], list(document.inline_shapes)
    assert page.page_width is not None and page.page_height is not None
    assert (round(page.page_width.mm), round(page.page_height.mm), code.width) == (210, 297, Mm(45))
    inside = stage.announce(cast.other_department, open_to="units")
    for_units = read_announcement(ctx, inside.work.code, order, "https://vidu.vn")
    assert not Document(io.BytesIO(make_announcement(reference, for_units).body)).inline_shapes
