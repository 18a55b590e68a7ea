"""Scoring sheets as workbooks: the standing, the points to claim or to give, and reading them back."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from service.domain.city.config_parts import UnitBrief
from service.domain.emulation.forms import MOST_CRITERIA
from service.domain.emulation.shapes import MovementView, ScoreView
from service.domain.kernel.formats.workbooks import fit_row, new_workbook, write_headings
from service.domain.kernel.texts import fold
from service.domain.plans.imports.blocks import Content, GridTable
from service.errors import invalid
from service.i18n import N_

STANDING = (("Khối", 22), ("Hạng", 8), ("Đơn vị", 34), ("Tổng điểm", 12), ("Ghi chú", 34))
SCORES = (
    ("Mã dòng", 18),
    ("Đơn vị", 30),
    ("Nội dung", 48),
    ("Điểm chuẩn", 11),
    ("Theo số liệu", 12),
    ("Điểm tự chấm", 13),
    ("Điểm thẩm định", 14),
    ("Ghi chú", 40),
)
_COLUMNS: Mapping[str, str] = {
    "key": "ma dong",
    "claimed": "diem tu cham",
    "given": "diem tham dinh",
    "note": "ghi chu",
}
MOST_ROWS = 30_000
Rows = Sequence[tuple[UnitBrief, ScoreView]]


@dataclass(frozen=True, slots=True)
class SheetRow:
    """Row that says points: of which unit and criterion; `row` is counted as the workbook does."""

    row: int
    unit: str
    criterion: int
    claimed: float | None
    given: float | None
    note: str


def standing_sheet(movement: MovementView, rows: Rows) -> bytes:
    """Return the workbook: places first, then a line for each unit and criterion that the asker reads."""
    buffer = io.BytesIO()
    book = new_workbook(buffer)
    book.set_properties(
        {"title": movement.title, "author": movement.issuer["name"] if movement.issuer else ""}
    )
    bold = book.add_format({"bold": True, "border": 1, "text_wrap": True, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    first = book.add_worksheet("Xếp hạng")
    write_headings(first, STANDING, bold)
    line = 1
    for pool in movement.pools:
        for row in pool.rows:
            cells = (pool.name, row.place, row.unit["name"], row.points, row.not_ranked_why)
            _write(first, line, cells, wrapped, STANDING)
            line += 1
    second = book.add_worksheet("Chấm điểm")
    write_headings(second, SCORES, bold)
    for at, (unit, score) in enumerate(rows, 1):
        note = score.why or score.proof
        points = (score.points, score.by_formula, score.claimed, score.given)
        score_cells = (
            row_key(movement.id, score.position, unit["code"]),
            unit["name"],
            score.words,
            *points,
            note,
        )
        _write(second, at, score_cells, wrapped, SCORES)
    book.close()
    return buffer.getvalue()


def row_key(movement: int, criterion: int, unit: str) -> str:
    """Return the code by which a row comes back: `PT12-3-phuong-x`."""
    return f"PT{movement}-{criterion}-{unit}"


def read_scores(movement: int, content: Content) -> list[SheetRow]:
    """Return the rows that say points. Raises Invalid for a workbook without such a table, with rows of
    another movement, or with points that are no number.
    """
    for block in content.blocks:
        head = _columns(block) if isinstance(block, GridTable) else None
        if isinstance(block, GridTable) and head is not None:
            return _rows(movement, block, *head)
    raise invalid(["file"], N_("Tệp cần là bảng chấm điểm đã tải từ phong trào này."))


def _rows(movement: int, table: GridTable, first: int, columns: Mapping[str, int]) -> list[SheetRow]:
    found, seen = [], set()
    for at, row in enumerate(table.rows[first + 1 : first + 1 + MOST_ROWS], first + 2):
        cells = {name: row[column].text.strip() for name, column in columns.items() if column < len(row)}
        key = cells.get("key", "")
        if not key:
            continue
        of, _, rest = key.partition("-")
        position, _, unit = rest.partition("-")
        counted = (
            position.isascii() and position.isdecimal() and 1 <= len(position) <= 2 and int(position) > 0
        )
        if of != f"PT{movement}" or not counted or int(position) > MOST_CRITERIA or not 0 < len(unit) <= 60:
            raise invalid(["file"], N_("Dòng {row}: mã “{key}” không thuộc phong trào này."), row=at, key=key)
        if key in seen:
            raise invalid(["file"], N_("Dòng {row}: mã “{key}” có hai dòng."), row=at, key=key)
        seen.add(key)
        claimed, given = (_number(at, cells.get(name, "")) for name in ("claimed", "given"))
        found.append(SheetRow(at, unit, int(position), claimed, given, cells.get("note", "")[:1000]))
    return found


def _number(row: int, text: str) -> float | None:
    if not text:
        return None
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        value = -1
    if not 0 <= value <= 100:
        raise invalid(["file"], N_("Dòng {row}: “{text}” không phải số điểm."), row=row, text=text)
    return value


def _columns(table: GridTable) -> tuple[int, dict[str, int]] | None:
    for at, row in enumerate(table.rows[:10]):
        texts = [fold(cell.text) for cell in row]
        columns = {name: texts.index(word) for name, word in _COLUMNS.items() if word in texts}
        if len(columns) == len(_COLUMNS):
            return at, columns
    return None


def _write(
    sheet: Worksheet,
    line: int,
    cells: Sequence[object],
    wrapped: Format,
    headings: Sequence[tuple[str, int]],
) -> None:
    fit_row(sheet, line, cells, [width for _, width in headings])
    for column, value in enumerate(cells):
        if isinstance(value, int | float):
            sheet.write_number(line, column, value, wrapped)
        elif value:
            sheet.write_string(line, column, str(value), wrapped)
