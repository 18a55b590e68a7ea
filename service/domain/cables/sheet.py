"""The undergrounding plan as a workbook: a line for each company on each street, as everybody may know it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from service.domain.cables.quarters import quarter_words
from service.domain.cables.views import RouteView
from service.domain.city.reference import Reference
from service.domain.kernel.formats.workbooks import new_workbook, write_headings
from service.domain.works.status_names import STATUS_NAMES
from service.i18n import N_, pick, translate

_HEADINGS = (
    (N_("Tuyến"), 28),
    (N_("Từ"), 22),
    (N_("Đến"), 22),
    (N_("Chiều dài (m)"), 14),
    (N_("Hẹn xong"), 12),
    (N_("Hứa lần đầu"), 12),
    (N_("Đơn vị"), 26),
    (N_("Tình trạng"), 20),
    (N_("Đoạn (m)"), 10),
    (N_("Đã làm (m)"), 12),
    (N_("Cáp cũ đã thu hồi (m)"), 20),
    (N_("Hạn"), 12),
    (N_("Trễ hạn"), 9),
)


def cables_sheet(reference: Reference, routes: Sequence[RouteView]) -> bytes:
    """Return the workbook; words are written as words, never as formulas."""
    buffer, zone = io.BytesIO(), ZoneInfo(reference.timezone)
    book = new_workbook(buffer)
    sheet = book.add_worksheet(translate(N_("Cáp treo")))
    bold = book.add_format({"bold": True, "border": 1})
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    write_headings(sheet, ((translate(heading), width) for heading, width in _HEADINGS), bold)
    at = 0
    for route in routes:
        for section in route.sections:
            at += 1
            company = pick(reference.departments[section.company_id].name)
            words = {
                0: route.street,
                1: route.from_words,
                2: route.to_words,
                4: quarter_words(route.quarter),
                5: quarter_words(route.quarter_first),
                6: company,
                7: translate(STATUS_NAMES[section.status]),
                12: "x" if section.late else "",
            }
            for column, text in words.items():
                sheet.write_string(at, column, text)
            numbers = (section.metres, section.metres_done, section.old_removed_m)
            for column, number in zip((3, 8, 9, 10), (route.length_m, *numbers), strict=True):
                sheet.write_number(at, column, number)
            if section.due_at is not None:
                sheet.write_datetime(at, 11, section.due_at.astimezone(zone).replace(tzinfo=None), day)
    book.close()
    return buffer.getvalue()
