"""Tables as an office hands them on: a title, headings and names in the reader's language, true dates and
percentages, ready to be printed. What machines read is made by `writers`.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from service.domain.kernel.workbooks import LINE_PT, PLAIN_TEXT, fit_row, set_for_printing, wrapped_lines
from service.domain.workspaces.downloads.cells import BOM, formula_safe
from service.domain.workspaces.downloads.fields import Rows
from service.domain.workspaces.downloads.writers import Writer, write_rows
from service.i18n import N_, language_in_use, translate
from service.i18n.rounding import round_half_up, told_share
from service.i18n.wording import percent_words

Kind = Literal["text", "number", "decimal", "percent", "day", "moment"]

FORMATS: Mapping[Kind, str] = {
    "text": "@",
    "number": "#,##0",
    "decimal": "#,##0.0",
    "percent": "[=1]0%;[=0]0%;0.0%",
    "day": "dd/mm/yyyy",
    "moment": "dd/mm/yyyy hh:mm",
}
"""Formats of a workbook's cells; the program that opens it writes the separators of its own language."""


@dataclass(frozen=True, slots=True)
class Column:
    """Column of a sheet; `width` in characters."""

    heading: str
    kind: Kind = "text"
    width: int = 12


@dataclass(frozen=True, slots=True)
class Sheet:
    """Frame of a table: its title, the lines beneath it (what narrows it, when it was made), its columns.

    `summed`: the last row is the sum of the others, which a reader who sorts or filters leaves where it is.
    """

    title: str
    notes: tuple[str, ...]
    columns: tuple[Column, ...]
    summed: bool = False


class OfficeWorkbook:
    """A workbook whose rows go to the disk as they come; text is never a formula."""

    def __init__(self, path: Path, zone: ZoneInfo, sheet: Sheet) -> None:
        import xlsxwriter  # here: heavy, and seldom asked for

        options = {"constant_memory": True, **PLAIN_TEXT}
        self._book = xlsxwriter.Workbook(str(path), options | {"tmpdir": str(path.parent)})
        self._book.set_properties({"title": sheet.title})
        self._page = self._book.add_worksheet(translate(N_("Bảng số liệu")))
        self._zone, self._columns, self._summed = zone, sheet.columns, sheet.summed
        self._formats = {kind: self._format(kind) for kind in FORMATS}
        self._heading = len(sheet.notes) + 1
        self._next = self._heading + 1
        for index, column in enumerate(sheet.columns):
            self._page.set_column(index, index, column.width)
        self._page.write_string(0, 0, sheet.title, self._book.add_format({"bold": True, "font_size": 14}))
        soft = self._book.add_format({"italic": True})
        for line, note in enumerate(sheet.notes, 1):
            self._page.write_string(line, 0, note, soft)
        head = {"bold": True, "text_wrap": True, "border": 1, "bg_color": "#EDE7F3", "valign": "vcenter"}
        style = self._book.add_format(head | {"align": "center"})
        # Beside a heading stands the button of the filter, and its letters are bold.
        high = max(wrapped_lines(column.heading, column.width - 3) for column in sheet.columns)
        self._page.set_row(self._heading, LINE_PT * high + 3)
        for index, column in enumerate(sheet.columns):
            self._page.write_string(self._heading, index, column.heading, style)
        self._page.freeze_panes(self._heading + 1, 1)
        self._widths = [column.width for column in sheet.columns]
        set_for_printing(self._page, self._heading, sum(self._widths))

    def write(self, rows: Rows) -> None:
        for row in rows:
            fit_row(self._page, self._next, row, self._widths)
            for index, (column, value) in enumerate(zip(self._columns, row, strict=True)):
                self._cell(index, column.kind, value)
            self._next += 1

    def close(self) -> None:
        last = self._next - 1 - self._summed
        self._page.autofilter(self._heading, 0, max(self._heading + 1, last), len(self._columns) - 1)
        self._book.close()

    def _format(self, kind: Kind) -> object:
        made = {"num_format": FORMATS[kind], "valign": "top", "border": 1}
        return self._book.add_format(made | {"text_wrap": True} if kind == "text" else made)

    def _cell(self, index: int, kind: Kind, value: object) -> None:
        style = self._formats[kind]
        if value is None:
            self._page.write_blank(self._next, index, None, style)
        elif isinstance(value, str):
            self._page.write_string(self._next, index, formula_safe(value), style)
        elif isinstance(value, datetime):
            local = value.astimezone(self._zone).replace(tzinfo=None, microsecond=0)
            self._page.write_datetime(self._next, index, local, style)
        elif isinstance(value, date):
            self._page.write_datetime(self._next, index, datetime.combine(value, datetime.min.time()), style)
        elif kind == "percent" and isinstance(value, float):
            self._page.write_number(self._next, index, told_share(value, 1), style)
        else:
            self._page.write_number(self._next, index, value, style)


class OfficeCsv:
    """CSV as the spreadsheets of the reader's country open it: in Vietnam `;` apart and decimal commas."""

    def __init__(self, path: Path, zone: ZoneInfo, sheet: Sheet) -> None:
        self._zone, self._columns = zone, sheet.columns
        self._comma = language_in_use.get() == "vi"
        self._file = path.open("w", encoding="utf-8", newline="")
        self._file.write(BOM)
        self._out = csv.writer(self._file, delimiter=";" if self._comma else ",")
        self._out.writerows([formula_safe(line)] for line in (sheet.title, *sheet.notes))
        self._out.writerow([column.heading for column in sheet.columns])

    def write(self, rows: Rows) -> None:
        self._out.writerows(
            [self._text(column.kind, value) for column, value in zip(self._columns, row, strict=True)]
            for row in rows
        )

    def close(self) -> None:
        self._file.close()

    def _text(self, kind: Kind, value: object) -> str:
        if value is None:
            return ""
        if isinstance(value, str):
            return formula_safe(value)
        if isinstance(value, datetime):
            return f"{value.astimezone(self._zone):%d/%m/%Y %H:%M}"
        if isinstance(value, date):
            return f"{value:%d/%m/%Y}"
        if not isinstance(value, (int, float)):
            return str(value)
        if kind == "percent":
            return percent_words(value)
        text = str(round_half_up(value, 1)) if kind == "decimal" else str(value)
        return text.replace(".", ",") if self._comma else text


OFFICE_WRITERS: Mapping[str, Callable[[Path, ZoneInfo, Sheet], Writer]] = {
    "csv": OfficeCsv,
    "xlsx": OfficeWorkbook,
}


def write_sheet(
    path: Path,
    form: str,
    zone: ZoneInfo,
    sheet: Sheet,
    pieces: Iterable[Rows],
    progress: Callable[[int], None],
) -> None:
    """Write all pieces as a sheet at `path`; `progress` hears how many rows are in."""
    write_rows(OFFICE_WRITERS[form](path, zone, sheet), pieces, progress)


def sheet_bytes(form: str, zone: ZoneInfo, sheet: Sheet, rows: Sequence[Sequence[object]]) -> bytes:
    """Return a small table as a file."""
    with tempfile.TemporaryDirectory(prefix="hientruong-") as folder:
        path = Path(folder) / f"sheet.{form}"
        write_sheet(path, form, zone, sheet, [[tuple(row) for row in rows]], lambda _: None)
        return path.read_bytes()
