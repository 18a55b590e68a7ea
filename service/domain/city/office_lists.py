"""Lists as offices write them: columns by the words of their headings, wards behind a street."""

from __future__ import annotations

import re
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Generic, TypeVar

from service.domain.city.calendar import Calendar
from service.domain.city.reference import Reference
from service.domain.kernel.texts import fold, tidy
from service.domain.kernel.written_days import read_moment
from service.errors import TooLarge
from service.i18n import N_

HEAD_ROWS = 10
FIRST_YEAR = 1990
NO_DAY = N_("Không hiểu ngày ở dòng này.")
AHEAD = N_("Ngày này chưa tới.")
LONG_AGO = N_("Ngày này quá xa, có lẽ gõ nhầm năm.")
_BREAK = re.compile(r"[,;()\n/]| - ")

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class ImportCounts:
    """Counts of a list that was taken in: rows that are `new`, and those `known` already."""

    new: int
    known: int


@dataclass(slots=True)
class ParsedRows(Generic[Item]):
    """Rows of a list that were understood, and those that were not: (number, why, values of its words)."""

    items: list[Item] = field(default_factory=list)
    refused: list[tuple[int, str, Mapping[str, object]]] = field(default_factory=list)
    _seen: dict[Hashable, int] = field(default_factory=dict)

    def take(self, at: int, key: Hashable, item: Item) -> None:
        """Keep a row, unless an earlier one says the same."""
        if (before := self._seen.setdefault(key, at)) != at:
            self.refused.append((at, N_("Dòng này giống dòng {n}."), {"n": before}))
        else:
            self.items.append(item)

    def refuse(self, at: int, why: str) -> None:
        """Leave a row out, with the reason."""
        self.refused.append((at, why, {}))


def wards_by_writing(reference: Reference) -> Mapping[str, int]:
    """Return today's wards by their names as lists write them; a name of two is left out."""
    found: dict[str, set[int]] = {}
    for ward in reference.wards.values():
        for name in (ward.code, ward.name, ward.full_name) if ward.current else ():
            found.setdefault(fold(name), set()).add(ward.id)
    return {name: next(iter(ids)) for name, ids in found.items() if len(ids) == 1}


def named_ward(name: str, wards: Mapping[str, int]) -> int | None:
    """Return the last ward that a place names, None where it names none."""
    parts = [tidy(fold(part)) for part in _BREAK.split(name)]
    named = (wards.get(part) or wards.get(part.removeprefix("p.").strip()) for part in reversed(parts))
    return next((ward for ward in named if ward is not None), None)


def place_of_row(cells: Mapping[str, str], longest: int) -> str:
    """Return the place of a row with its ward, which the list says in a column of its own or behind it."""
    return ", ".join(each for each in (cells.get("place", ""), cells.get("ward", "")) if each)[:longest]


def day_of_cell(calendar: Calendar, text: str) -> date | None:
    """Return the day of a cell, None where it says none."""
    try:
        return read_moment(text, calendar.timezone).date() if text else None
    except ValueError:
        return None


def find_headings(
    rows: Sequence[Sequence[str]], names: Mapping[str, Sequence[str]], needed: Collection[str]
) -> tuple[int, dict[str, int]] | None:
    """Return (row with the headings, column of each name): the first of the first rows that has what is
    needed.
    """
    for at, row in enumerate(rows[:HEAD_ROWS]):
        texts = [tidy(fold(cell)) for cell in row]
        columns = {
            name: texts.index(word)
            for name, words in names.items()
            if (word := next((each for each in words if each in texts), None)) is not None
        }
        if set(needed) <= columns.keys():
            return at, columns
    return None


def _said(cell: str) -> str:
    return "" if cell.lstrip().startswith("=") else tidy(cell)


def filled_cells(
    rows: Sequence[Sequence[str]], first: int, columns: Mapping[str, int], most: int
) -> list[tuple[int, dict[str, str]]]:
    """Return (number as the workbook counts it, cells by column) of the rows below the headings that are not
    empty.

    A formula that nobody has reckoned says nothing. Raises TooLarge for more than `most`.
    """
    filled = [(at, row) for at, row in enumerate(rows[first + 1 :], first + 2) if any(map(str.strip, row))]
    if len(filled) > most:
        raise TooLarge(
            N_("Danh sách có {rows} dòng, mỗi lần nhận tối đa {most} dòng. Hãy chia thành nhiều tệp."),
            rows=len(filled),
            most=most,
        )
    return [
        (at, {name: _said(row[column]) for name, column in columns.items() if column < len(row)})
        for at, row in filled
    ]
