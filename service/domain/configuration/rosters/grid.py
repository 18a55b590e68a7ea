"""Rows of a spreadsheet as entries: columns are known by their headings, in either language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from xlsxwriter.utility import xl_col_to_name

from service.domain.kernel.texts import fold, tidy
from service.errors import invalid
from service.i18n import N_, translate

MOST_ROWS = 1000
EMAIL_HEADINGS = ("e-mail", "thu dien tu", "dia chi email", "hop thu")


@dataclass(frozen=True, slots=True)
class RosterColumn:
    """Column of a roster; `heading` is a msgid, `needed` columns tell the line of headings from others.
    `also` are other headings that offices write, without marks.
    """

    key: str
    heading: str
    needed: bool = False
    width: int = 20
    also: tuple[str, ...] = ()

    def is_named(self, text: str) -> bool:
        """Return whether a heading is this column's, in Vietnamese or English, marks or none."""
        said = " ".join(fold(text).split()).strip(" *:")
        known = {fold(translate(self.heading, "vi")), fold(translate(self.heading, "en")), self.key}
        return said in known or said in self.also


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
    """Return the lines below the headings, each cell tidied; empty lines and headings that stand again (as
    merged cells of two rows do) are left out. Raises Invalid.
    """
    found = next(
        ((index, known) for index, row in enumerate(rows[:20]) if (known := _headings(row, columns))), None
    )
    if found is None:
        named = ", ".join(translate(each.heading) for each in columns if each.needed)
        raise invalid(["file"], N_("Không thấy dòng tên cột. Cần các cột: {columns}."), columns=named)
    start, places = found
    _refuse_twice(rows[start], columns)
    letters = {key: xl_col_to_name(at) for key, at in places.items()}
    lines = []
    for number, row in enumerate(rows[start + 1 :], start + 2):
        cells = {key: tidy(row[at]) if at < len(row) else "" for key, at in places.items()}
        if any(cells.values()) and not _headings(row, columns):
            lines.append(RosterLine(number, cells, letters))
    if not lines:
        raise invalid(["file"], N_("Tệp không có dòng nào dưới tên cột."))
    if len(lines) > MOST_ROWS:
        raise invalid(["file"], N_("Tệp có hơn {most} dòng. Hãy chia thành nhiều tệp."), most=MOST_ROWS)
    return lines


def _refuse_twice(row: Sequence[str], columns: Sequence[RosterColumn]) -> None:
    """Raises Invalid where two columns have the heading of one: nobody can say which of them counts."""
    for column in columns:
        if sum(column.is_named(text) for text in row) > 1:
            told = N_("Có hai cột “{column}”. Hãy bỏ một cột.")
            raise invalid(["file"], told, column=translate(column.heading))


def _headings(row: Sequence[str], columns: Sequence[RosterColumn]) -> dict[str, int]:
    """Return the places of the columns where the row names all that are needed."""
    known = {column.key: at for column in columns for at, text in enumerate(row) if column.is_named(text)}
    return known if all(column.key in known for column in columns if column.needed) else {}
