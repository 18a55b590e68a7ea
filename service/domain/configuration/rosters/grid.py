"""Rows of a spreadsheet as entries: columns are known by their headings, in either language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from service.domain.kernel.texts import fold
from service.errors import invalid
from service.i18n import N_, translate

MOST_ROWS = 1000


@dataclass(frozen=True, slots=True)
class RosterColumn:
    """Column of a roster; `heading` is a msgid, `needed` columns tell the line of headings from others."""

    key: str
    heading: str
    needed: bool = False
    width: int = 20

    def is_named(self, text: str) -> bool:
        """Return whether a heading is this column's, in Vietnamese or English, marks or none."""
        said = fold(text).strip(" *:")
        return said in {fold(translate(self.heading, "vi")), fold(translate(self.heading, "en")), self.key}


@dataclass(frozen=True, slots=True)
class RosterLine:
    """Line of the file: its number there and its texts by column; columns the file has not are missing.
    `letters` are the columns of the sheet, as `C`.
    """

    number: int
    cells: dict[str, str]
    letters: Mapping[str, str] = field(default_factory=dict)

    def place(self, key: str) -> str:
        """Return the cell of a column, as `C7`; empty where the file has no such column."""
        return f"{self.letters[key]}{self.number}" if key in self.letters else ""


def read_grid(rows: Sequence[Sequence[str]], columns: Sequence[RosterColumn]) -> list[RosterLine]:
    """Return the lines below the headings; empty ones are left out. Raises Invalid."""
    found = next(
        ((index, known) for index, row in enumerate(rows[:20]) if (known := _headings(row, columns))), None
    )
    if found is None:
        named = ", ".join(translate(each.heading) for each in columns if each.needed)
        raise invalid(["file"], N_("Không thấy dòng tên cột. Cần các cột: {columns}."), columns=named)
    start, places = found
    letters = {key: _letter(at) for key, at in places.items()}
    lines = []
    for number, row in enumerate(rows[start + 1 :], start + 2):
        cells = {key: row[at].strip() if at < len(row) else "" for key, at in places.items()}
        if any(cells.values()):
            lines.append(RosterLine(number, cells, letters))
    if not lines:
        raise invalid(["file"], N_("Tệp không có dòng nào dưới tên cột."))
    if len(lines) > MOST_ROWS:
        raise invalid(["file"], N_("Tệp có hơn {most} dòng. Hãy chia thành nhiều tệp."), most=MOST_ROWS)
    return lines


def _letter(at: int) -> str:
    """Return the name of a column: `A`, …, `Z`, `AA`."""
    return ("" if at < 26 else _letter(at // 26 - 1)) + chr(ord("A") + at % 26)


def _headings(row: Sequence[str], columns: Sequence[RosterColumn]) -> dict[str, int]:
    """Return the places of the columns where the row names all that are needed."""
    known = {column.key: at for column in columns for at, text in enumerate(row) if column.is_named(text)}
    return known if all(column.key in known for column in columns if column.needed) else {}
