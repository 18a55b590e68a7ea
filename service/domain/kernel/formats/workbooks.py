"""Workbooks that are written in memory: text cells are text, whatever they begin with, and a heading row."""

from __future__ import annotations

import io
from collections.abc import Iterable

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

PLAIN_TEXT = {"strings_to_formulas": False, "strings_to_urls": False}
"""Options of xlsxwriter by which no text of a stranger becomes a formula or a link."""


def new_workbook(buffer: io.BytesIO) -> xlsxwriter.Workbook:
    """Return a new workbook that is written into the buffer when it is closed."""
    return xlsxwriter.Workbook(buffer, {"in_memory": True, **PLAIN_TEXT})


def write_headings(sheet: Worksheet, headings: Iterable[tuple[str, int]], bold: Format | None) -> None:
    """Write the first row of a sheet, and set the columns' widths, in characters; the row stays in sight."""
    for column, (heading, width) in enumerate(headings):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, heading, bold)
    sheet.freeze_panes(1, 0)
