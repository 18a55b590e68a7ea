"""Workbooks to blocks: each sheet a table, its values as they are shown there."""

from __future__ import annotations

import io
from datetime import date, datetime, time

from openpyxl import load_workbook
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from service.domain.plans.imports.blocks import (
    Block,
    Content,
    FileRefused,
    GridCell,
    Paragraph,
    padded_table,
)

MOST_ROWS, MOST_COLUMNS = 5000, 60


def read_xlsx(data: bytes) -> Content:
    """Return what the sheets hold. Raises FileRefused where it is no workbook after all."""
    try:
        book, written = (load_workbook(io.BytesIO(data), data_only=values) for values in (True, False))
        blocks: list[Block] = []
        pictures = 0
        for sheet in book.worksheets:
            rows = _rows(sheet, written[sheet.title])
            pictures += len(getattr(sheet, "_images", ())) if not rows else 0
            if rows:
                blocks += [Paragraph(sheet.title), padded_table(rows)]
    except Exception:  # of many kinds: packages, XML, values
        raise FileRefused("broken") from None
    return Content(tuple(blocks), pictures)


def _rows(sheet: Worksheet, written: Worksheet) -> list[list[GridCell]]:
    grid = [
        [GridCell(cell_text(cell) or _formula(written, cell)) for cell in row]
        for row in sheet.iter_rows(
            max_row=min(sheet.max_row, MOST_ROWS), max_col=min(sheet.max_column, MOST_COLUMNS)
        )
    ]
    for area in sheet.merged_cells.ranges:
        left, top = area.min_col - 1, area.min_row - 1
        if top >= len(grid) or left >= len(grid[top]):
            continue
        text = grid[top][left].text
        for at in range(top, min(area.max_row, len(grid))):
            for column in range(left, min(area.max_col, len(grid[at]))):
                if column > left:
                    grid[at][column] = GridCell("", "left")
                elif at > top:
                    grid[at][column] = GridCell(text, "above")
    while grid and not any(cell.text for cell in grid[-1]):
        grid.pop()
    return grid


def _formula(sheet: Worksheet, cell: Cell) -> str:
    """Return the formula of a cell whose value nobody has reckoned: it is not lost, and asked about."""
    value = sheet.cell(cell.row, cell.column).value
    value = getattr(value, "text", value)
    return value if isinstance(value, str) and value.startswith("=") else ""


def cell_text(cell: Cell) -> str:
    """Return a value as the sheet shows it, as far as a plan needs it: days and months by their format."""
    value, form = cell.value, str(cell.number_format or "").lower()
    if value is None:
        return ""
    if isinstance(value, datetime) and (value.time() == time() or "h" not in form):
        value = value.date()
    if isinstance(value, datetime):
        return f"{value:%H:%M %d/%m/%Y}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}" if "d" in form or "m" not in form else f"{value:%m/%Y}"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, int | float) and not isinstance(value, bool) and "%" in form:
        return f"{round(100 * value, 2):g}%"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
