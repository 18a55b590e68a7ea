"""A plan's table as a workbook: the paper's own columns, then what was understood and what became of it."""

from __future__ import annotations

import io

from service.domain.kernel.formats.workbooks import fit_row, new_workbook, write_headings
from service.domain.plans.overview import PlanView
from service.i18n import N_, translate

_HEADINGS = (
    (N_("STT"), 6),
    (N_("Mục"), 18),
    (N_("Công việc"), 48),
    (N_("Chủ trì"), 28),
    (N_("Thời gian"), 20),
    (N_("Ghi chú"), 36),
    (N_("Đơn vị chủ trì"), 28),
    (N_("Bắt đầu"), 12),
    (N_("Hạn"), 12),
    (N_("Số việc"), 9),
    (N_("Đã xong"), 9),
    (N_("Trễ hạn"), 9),
    (N_("Kết quả"), 36),
)


def plan_sheet(plan: PlanView) -> bytes:
    """Return the workbook; words are written as words, never as formulas."""
    buffer = io.BytesIO()
    book = new_workbook(buffer)
    sheet = book.add_worksheet(plan.code)
    bold, wrap = (
        book.add_format({"bold": True, "border": 1}),
        book.add_format({"text_wrap": True, "valign": "top"}),
    )
    day = book.add_format({"num_format": "dd/mm/yyyy", "valign": "top"})
    write_headings(sheet, ((translate(heading), width) for heading, width in _HEADINGS), bold)
    for at, row in enumerate(plan.rows, 1):
        lead = row.lead["name"] if row.lead else translate(N_("Mọi đơn vị")) if row.everyone else ""
        words = (row.label, row.group, row.task, row.lead_words, row.time_words, row.note, lead)
        for column, text in enumerate(words):
            sheet.write_string(at, column, text, wrap)
        for column, on in ((7, row.first), (8, row.last)):
            if on is not None:
                sheet.write_datetime(at, column, on, day)
        for column, number in enumerate((row.progress.total, row.progress.done, row.progress.late), 9):
            sheet.write_number(at, column, number, wrap)
        sheet.write_string(at, 12, row.progress.result, wrap)
        fit_row(sheet, at, (*words, *[None] * 5, row.progress.result), [width for _, width in _HEADINGS])
    book.close()
    return buffer.getvalue()
