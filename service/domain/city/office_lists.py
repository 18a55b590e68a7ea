"""Lists as offices write them: columns by the words of their headings, wards behind a street."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from service.domain.city.reference import Reference
from service.domain.kernel.texts import fold, tidy
from service.errors import TooLarge
from service.i18n import N_

HEAD_ROWS = 10
_BREAK = re.compile(r"[,;()\n/]| - ")


def wards_by_writing(reference: Reference) -> Mapping[str, int]:
    """Return today's wards by their names as lists write them; a name of two is left out."""
    found: dict[str, set[int]] = {}
    for ward in reference.wards.values():
        for name in (ward.code, ward.name, ward.full_name) if ward.current else ():
            found.setdefault(fold(name), set()).add(ward.id)
    return {name: next(iter(ids)) for name, ids in found.items() if len(ids) == 1}


def named_ward(said: str, wards: Mapping[str, int]) -> int | None:
    """Return the last ward that a place names, None where it names none."""
    parts = [tidy(fold(part)) for part in _BREAK.split(said)]
    named = (wards.get(part) or wards.get(part.removeprefix("p.").strip()) for part in reversed(parts))
    return next((ward for ward in named if ward is not None), None)


def find_headings(
    rows: Sequence[Sequence[str]], names: Mapping[str, Sequence[str]], needed: Collection[str]
) -> tuple[int, dict[str, int]] | None:
    """(row with the headings, column of each name): the first of the first rows that has what is needed."""
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


def filled_rows(rows: Sequence[Sequence[str]], first: int, most: int) -> list[tuple[int, Sequence[str]]]:
    """(number as the workbook counts it, row) of those below the headings that are not empty.

    Raises TooLarge for more than `most`.
    """
    filled = [(at, row) for at, row in enumerate(rows[first + 1 :], first + 2) if any(map(str.strip, row))]
    if len(filled) > most:
        raise TooLarge(
            N_("Danh sách có {rows} dòng, mỗi lần nhận tối đa {most} dòng. Hãy chia thành nhiều tệp."),
            rows=len(filled),
            most=most,
        )
    return filled
