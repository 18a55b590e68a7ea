"""Workbooks that are written in memory: text cells are text, whatever they begin with, and a heading row."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # heavy, and seldom asked for
    import xlsxwriter
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

PLAIN_TEXT = {"strings_to_formulas": False, "strings_to_urls": False}
"""Options of xlsxwriter by which no text of a stranger becomes a formula or a link."""

A3, A4 = 8, 9
MOST_ON_A4 = 220
"""Characters of all columns; beyond it letters on A4 are too small to be read."""
MARGIN_IN = 0.4

LINE_PT, MOST_LINES = 15, 27
"""Height of a line, and as many as a row may have (409 points). Programs that print without showing, as
LibreOffice does, leave rows at one line: what is wrapped would be cut or stand over the row above.
"""


def new_workbook(buffer: io.BytesIO) -> xlsxwriter.Workbook:
    """Return a new workbook that is written into the buffer when it is closed."""
    import xlsxwriter

    return xlsxwriter.Workbook(buffer, {"in_memory": True, **PLAIN_TEXT})


def write_headings(sheet: Worksheet, headings: Iterable[tuple[str, int]], bold: Format | None) -> None:
    """Write the first row of a sheet, and set the columns' widths, in characters; the row stays in sight, and
    stands on each page that is printed.
    """
    wide = 0
    for column, (heading, width) in enumerate(headings):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, heading, bold)
        wide += width
    sheet.freeze_panes(1, 0)
    set_for_printing(sheet, 0, wide)


def wrapped_lines(text: str, width: int) -> int:
    """Return how many lines a wrapped text takes in a column of so many characters."""
    return sum(max(1, len(textwrap.wrap(line, max(4, width)))) for line in text.split("\n"))


def fit_row(sheet: Worksheet, row: int, cells: Iterable[object], widths: Sequence[int]) -> None:
    """Make a row as high as its wrapped texts need in columns of so many characters."""
    texts = ((each, width) for each, width in zip(cells, widths, strict=False) if isinstance(each, str))
    high = max((wrapped_lines(*each) for each in texts), default=1)
    if high > 1:
        sheet.set_row(row, LINE_PT * min(high, MOST_LINES))


def set_for_printing(sheet: Worksheet, heading: int, wide: int) -> None:
    """Set a sheet for printing: A4 across, or A3 for many columns (`wide` is all of them, in characters);
    every column on one page, the row `heading` on each, pages numbered.
    """
    sheet.set_landscape()
    sheet.set_paper(A3 if wide > MOST_ON_A4 else A4)
    sheet.set_margins(MARGIN_IN, MARGIN_IN, 0.6, 0.6)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(heading)
    sheet.set_footer("&R&P/&N")
