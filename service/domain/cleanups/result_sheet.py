"""Results of clean-ups as a workbook: one line for each, sums that the workbook itself reckons."""

from __future__ import annotations

import io
from zoneinfo import ZoneInfo

from xlsxwriter.utility import xl_col_to_name

from service.domain.city.reference import Reference
from service.domain.cleanups.results import ResultFigures
from service.domain.kernel.formats.workbooks import fit_row, new_workbook, write_headings
from service.i18n import N_, pick, translate

_HEADINGS = (
    (N_("Mã đợt"), 12),
    (N_("Ngày"), 12),
    (N_("Tên đợt"), 40),
    (N_("Nơi tập trung"), 32),
    (N_("Phường, xã"), 22),
    (N_("Đơn vị chủ trì"), 30),
    (N_("Đơn vị tham gia"), 40),
    (N_("Số người"), 10),
    (N_("Bao rác"), 10),
    (N_("Rác (kg)"), 10),
    (N_("Cây"), 8),
    (N_("Cống (m)"), 10),
)
_NUMBERS = ("people", "bags", "kg", "trees", "drain_m")
_FROM = 7


def result_sheet(figures: ResultFigures, reference: Reference) -> bytes:
    """Return the workbook; words are written as words, never as formulas."""
    buffer = io.BytesIO()
    book = new_workbook(buffer)
    sheet = book.add_worksheet(f"{figures.first:%Y-%m-%d}")
    bold = book.add_format({"bold": True, "border": 1})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    day = book.add_format({"num_format": "dd/mm/yyyy", "valign": "top"})
    write_headings(sheet, ((translate(heading), width) for heading, width in _HEADINGS), bold)
    zone = ZoneInfo(reference.timezone)
    for at, line in enumerate(figures.lines, 1):
        ward = reference.wards.get(line.ward_id or 0)
        sheet.write_string(at, 0, line.code, wrap)
        sheet.write_datetime(at, 1, line.starts_at.astimezone(zone).date(), day)
        parts = ", ".join(_unit(reference, each) for each in line.unit_ids)
        lead = _unit(reference, line.lead_id)
        words = (line.title, line.place, ward.full_name if ward else "", lead, parts)
        for column, text in enumerate(words, 2):
            sheet.write_string(at, column, text, wrap)
        for column, name in enumerate(_NUMBERS, _FROM):
            sheet.write_number(at, column, getattr(line, name), wrap)
        fit_row(sheet, at, (None, None, *words), [width for _, width in _HEADINGS])
    total = len(figures.lines) + 1
    sheet.write_string(total, 0, translate(N_("Cộng")), bold)
    sheet.write_number(total, 1, figures.cleanups, bold)
    for column, name in enumerate(_NUMBERS, _FROM):
        letter = xl_col_to_name(column)
        summed = f"=SUM({letter}2:{letter}{total})" if figures.lines else "=0"
        sheet.write_formula(total, column, summed, bold, getattr(figures, name))
    book.close()
    return buffer.getvalue()


def _unit(reference: Reference, unit_id: int) -> str:
    found = reference.departments.get(unit_id)
    return pick(found.name) if found else ""
