"""Columns of marks: of units, one column a unit, and of periods. Which mark is the lead's says the document's
legend, or the mark itself; where neither does, all units that are marked are asked about.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from service.domain.kernel.texts import fold
from service.domain.plans.imports.blocks import Row
from service.domain.plans.imports.headings import column_part

NamesUnit = Callable[[str], bool]
"""Whether words name a unit of the city, or all of them."""
Role = Literal["lead", "support", "either"]

FEWEST = 2
_MARK = r"[A-Za-zĐđ]{1,3}(?:\s?/\s?[A-Za-zĐđ]{1,2})?|[✓✔√●○◯■□•▪★☆*+]{1,2}"
_MEANINGS = "|".join(("chủ trì", "phối hợp", "tham gia", "hỗ trợ"))
_MARKED = re.compile(rf"\W?(?:{_MARK})\W?|{_MEANINGS}|thực hiện|có", re.IGNORECASE)
_MEANING = rf"(?P<meaning>{_MEANINGS})"
_LEGENDS = (
    re.compile(rf"(?<!\w)(?P<mark>{_MARK})[\"”')\]]?\s*(?:[:=\-–—]|là)\s*(?:đơn vị\s+)?{_MEANING}", re.I),
    re.compile(rf"{_MEANING}\s*(?:[:=(]|là|ký hiệu|đánh dấu)\s*[\"“']?(?P<mark>{_MARK})(?!\w)", re.I),
)
_NONE = {"-", "–", "—", "0", "khong"}
_LEAD = {"ct", "c/t", "chu tri", "cht"}
_SUPPORT = {"p", "ph", "p/h", "tg", "t/g", "ht", "phoi hop", "tham gia", "ho tro"}


@dataclass(frozen=True, slots=True)
class TableHeadings:
    """Headings of a table: `whole` with those above them, `own` as they stand lowest."""

    whole: tuple[str, ...]
    own: tuple[str, ...]

    def below_who(self, at: int) -> bool:
        """Return whether a column stands under a heading that says who does it."""
        return self.whole[at] != self.own[at] and column_part(self.whole[at]) in ("lead", "support")


@dataclass(frozen=True, slots=True)
class Legend:
    """Meaning of the marks of a document, by its words; `seen` are the marks of the table."""

    said: Mapping[str, Role]
    seen: frozenset[str]

    def role(self, text: str) -> Role:
        """Return what a mark says of its unit."""
        mark = text.strip(" .,;:()[]")
        if mark in self.said:
            return self.said[mark]
        word = fold(mark).replace(" / ", "/")
        if word in _LEAD or (word == "c" and self.seen & _SUPPORT) or (word == "t" and self.seen & _SUPPORT):
            return "lead"
        if word in _SUPPORT or (mark in "○◯□☆" and self.seen & set("●■★")):
            return "support"
        return "lead" if mark in "●■★" and self.seen & set("○◯□☆") else "either"

    def order(self, text: str) -> int:
        """Return which of marks that say the same stands first: “T” before “C”, “X” before “x”."""
        mark = text.strip(" .,;:()[]")
        return 0 if mark in ("T", "X") else 1


def unit_columns(rows: Sequence[Row], heads: TableHeadings, names_unit: NamesUnit) -> frozenset[int]:
    """Return the columns that are units with marks: named in the city or beneath “who”, and what stands
    between such. One alone is none: a tick may say anything.
    """
    meanings = {at: _said(rows, at) for at in range(len(heads.own)) if heads.own[at]}
    marked = {at for at, texts in meanings.items() if all(_MARKED.fullmatch(each) for each in texts)}
    named = {at for at in marked if _is_named(heads.own[at], names_unit)}
    unknown = {at for at in marked if meanings[at] and column_part(heads.own[at]) == "other"}
    sure = named | {at for at in unknown if heads.below_who(at)}
    if len(sure) < FEWEST or not any(meanings[at] for at in sure):
        return frozenset()
    return frozenset(at for at in named | unknown if min(sure) <= at <= max(sure))


def named_columns(headings: Sequence[str], names_unit: NamesUnit) -> frozenset[int]:
    """Return the columns whose headings name units, where there are several."""
    found = {at for at, each in enumerate(headings) if _is_named(each, names_unit)}
    return frozenset(found if len(found) >= FEWEST else ())


def _is_named(heading: str, names_unit: NamesUnit) -> bool:
    return bool(heading) and column_part(heading) in ("other", "lead", "support") and names_unit(heading)


def _said(rows: Sequence[Row], at: int) -> list[str]:
    return [text for row in rows if (text := _mark(row, at)) and row[at].joined != "left"]


def _mark(row: Row, at: int) -> str:
    """Return the mark of a cell; a dash or “không” is none."""
    text = row[at].text.strip()
    return "" if fold(text) in _NONE else text


def legend_of(lines: Sequence[str], rows: Sequence[Row], columns: frozenset[int]) -> Legend:
    """Return what the marks of these columns mean; a pasted legend stands in the last cell."""
    meanings: dict[str, Role] = {}
    cells = (row[at].text for row in rows for at in range(len(row)) if at not in columns)
    for line in [*lines, *cells] if columns else ():
        for pattern in _LEGENDS:
            for found in pattern.finditer(line[:2000]):
                chief = fold(found["meaning"]) == "chu tri"
                meanings.setdefault(found["mark"].strip(), "lead" if chief else "support")
    seen = {row[at].text.strip(" .,;:()[]") for row in rows for at in columns}
    return Legend(meanings, frozenset(seen | {fold(each) for each in seen}))


def unit_marks(row: Row, columns: frozenset[int]) -> dict[int, str]:
    """Return column → mark; a mark in a cell over several columns is in each of them."""
    found: dict[int, str] = {}
    for at in sorted(columns):
        text = _mark(row, at)
        if not text and row[at].joined == "left":
            text = found.get(at - 1, "")
        if text:
            found[at] = text
    return found


def who_of(
    marks: Mapping[int, str], own: Sequence[str], legend: Legend, lead: str, support: str
) -> tuple[str, str]:
    """Return the words of lead and of support with the units that are marked in a row."""
    units: dict[Role, list[str]] = {"lead": [], "support": [], "either": []}
    for at in sorted(marks, key=lambda each: (legend.order(marks[each]), each)):
        units[legend.role(marks[at])].append(own[at])
    if lead:
        helping = [*units["lead"], *units["either"], *units["support"]]
    elif units["lead"]:
        lead, helping = "; ".join(units["lead"]), [*units["either"], *units["support"]]
    else:
        lead, helping = "; ".join(units["either"]), units["support"]
    return lead, "; ".join([*([support] if support else []), *helping])
