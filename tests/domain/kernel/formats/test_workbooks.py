"""Workbooks are ready to be printed: every column on the page, the heading on each, no wrapped word cut."""

from __future__ import annotations

import io

from openpyxl import load_workbook

from service.domain.kernel.formats.workbooks import fit_row, new_workbook, write_headings

HEADINGS = (("Đơn vị", 20), ("Ghi chú", 30))


def test_a_sheet_is_set_for_printing() -> None:
    buffer = io.BytesIO()
    book = new_workbook(buffer)
    sheet, wide = book.add_worksheet("hẹp"), book.add_worksheet("rộng")
    write_headings(sheet, HEADINGS, None)
    write_headings(wide, [(f"Cột {n}", 30) for n in range(8)], None)
    book.close()
    read = load_workbook(buffer)
    for name, paper in (("hẹp", 9), ("rộng", 8)):
        page = read[name]
        assert (page.page_setup.orientation, page.page_setup.paperSize) == ("landscape", paper)
        assert page.sheet_properties.pageSetUpPr.fitToPage
        assert (page.page_setup.fitToWidth, page.page_setup.fitToHeight) == (None, 0), "one page wide"
        assert page.print_title_rows == "$1:$1"
        assert page.oddFooter.right.text == "&P/&N"


def test_rows_are_as_high_as_their_words() -> None:
    buffer = io.BytesIO()
    book = new_workbook(buffer)
    sheet = book.add_worksheet()
    widths = [width for _, width in HEADINGS]
    write_headings(sheet, HEADINGS, None)
    long = "Trung tâm Giám sát, điều hành đô thị thông minh"
    fit_row(sheet, 1, ("Sở", None), widths)
    fit_row(sheet, 2, (long, "một\nhai"), widths)
    fit_row(sheet, 3, (long * 100, None), widths)
    book.close()
    heights = load_workbook(buffer).active.row_dimensions
    assert heights[2].height is None
    assert heights[3].height == 45, "three lines"
    assert heights[4].height == 405, "the most that a row may have"
