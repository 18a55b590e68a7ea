"""A roster as a workbook: a line for each thing, with its building, unit and what became of it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from service.domain.city.reference import Reference
from service.domain.cleanups.offices.roster import RosterRow
from service.domain.kernel.formats.workbooks import fit_row, new_workbook, write_headings
from service.i18n import N_, pick, translate

STATE_NAMES = {"open": N_("chưa làm"), "done": N_("đã làm"), "not_needed": N_("không cần")}
_HEADINGS = (
    (N_("Ngày"), 12),
    (N_("Mã đợt"), 12),
    (N_("Nhà"), 20),
    (N_("Đơn vị"), 32),
    (N_("Việc"), 48),
    (N_("Kết quả"), 14),
    (N_("Ghi chú"), 32),
)


def roster_sheet(rows: Sequence[RosterRow], reference: Reference) -> bytes:
    """Return the workbook; words are written as words, never as formulas."""
    buffer = io.BytesIO()
    book = new_workbook(buffer)
    sheet = book.add_worksheet()
    bold = book.add_format({"bold": True, "border": 1})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    day = book.add_format({"num_format": "dd/mm/yyyy", "valign": "top"})
    write_headings(sheet, ((translate(heading), width) for heading, width in _HEADINGS), bold)
    zone = ZoneInfo(reference.timezone)
    for at, row in enumerate(rows, 1):
        unit = reference.departments.get(row.unit_id or 0)
        sheet.write_datetime(at, 0, row.starts_at.astimezone(zone).date(), day)
        state = translate(STATE_NAMES.get(row.state, row.state))
        words = (row.code, row.building, pick(unit.name) if unit else "", row.words, state, row.note)
        for column, text in enumerate(words, 1):
            sheet.write_string(at, column, text, wrap)
        fit_row(sheet, at, (None, *words), [width for _, width in _HEADINGS])
    book.close()
    return buffer.getvalue()
