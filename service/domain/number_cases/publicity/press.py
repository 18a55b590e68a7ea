"""A list of numbers for the press, whole: as rows, as a workbook, as CSV; what was withdrawn says so."""

from __future__ import annotations

import csv
import io
from datetime import date

from service.domain.kernel.formats.workbooks import new_workbook, write_headings
from service.domain.number_cases.publicity.listings import PublicationView
from service.i18n import N_, translate

HEADINGS = (
    (N_("Số điện thoại"), 16),
    (N_("Quyết định"), 20),
    (N_("Ngày"), 12),
    (N_("Người ký"), 22),
    (N_("Căn cứ"), 44),
    (N_("Công khai đến"), 14),
    (N_("Tình trạng"), 22),
)
FORMULA = ("=", "+", "-", "@")


def press_rows(publication: PublicationView) -> list[tuple[str, ...]]:
    """Return the numbers of a list with their decisions, under their headings."""
    rows = [tuple(translate(name) for name, _ in HEADINGS)]
    for each in publication.items:
        state = translate(N_("đang công khai"))
        if each.withdrawn_on:
            state = translate(N_("rút ngày {day}")).format(day=_day(each.withdrawn_on))
        elif publication.state == "draft":
            state = translate(N_("chưa công khai"))
        decided, until = _day(each.decided_on), _day(each.until)
        rows.append((each.shown, each.decision, decided, each.signer, each.basis, until, state))
    return rows


def press_csv(publication: PublicationView) -> bytes:
    """Return the list as a CSV file that Excel opens as it is; no cell is a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    for row in press_rows(publication):
        writer.writerow(f"'{text}" if text.startswith(FORMULA) else text for text in row)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def press_xlsx(publication: PublicationView) -> bytes:
    """Return the list as a workbook; words are written as words."""
    buffer = io.BytesIO()
    book = new_workbook(buffer)
    sheet = book.add_worksheet()
    heads, *rows = press_rows(publication)
    widths = (width for _, width in HEADINGS)
    write_headings(sheet, zip(heads, widths, strict=True), book.add_format({"bold": True}))
    for at, row in enumerate(rows, 1):
        for column, text in enumerate(row):
            sheet.write_string(at, column, text)
    sheet.freeze_panes(1, 1)
    book.close()
    return buffer.getvalue()


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""
