"""Separators of plain tables brought to tabs: pipes, semicolons, commas, columns that spaces keep apart."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence

from service.domain.plans.imports.headings import columns_of

_FEWEST = 3
"""Columns of a heading that is told from a sentence with commas."""
_LONGEST = 40
_RULE = re.compile(r"[\s|:+\-=]*-{2,}[\s|:+\-=]*")
_SPACES = re.compile(r"\s{2,}")
_SEARCHED = 400


def with_tabs(lines: Sequence[str], inside: str) -> list[str]:
    """Return the lines, a table's cells apart by tabs from its heading on; `inside` stands for the line ends
    within a cell. Lines that have tabs already are left as they are.
    """
    if any("\t" in line for line in lines):
        return list(lines)
    for at, line in enumerate(lines[:_SEARCHED]):
        if "|" in line and _is_heading(_piped(line)):
            return [*lines[:at], *(_joined(_piped(each)) for each in lines[at:] if not _ruled(each))]
        for separator in ";,":
            if _is_heading(next(csv.reader([line], delimiter=separator), [])):
                read = csv.reader((f"{each}\n" for each in lines[at:]), delimiter=separator)
                above = (each.rstrip(f"{separator} ") for each in lines[:at])
                return [*above, *(_joined(row).replace("\n", inside) for row in read)]
        if _is_heading(_SPACES.split(line.strip())):
            return [*lines[:at], *(_joined(_SPACES.split(each.strip())) for each in lines[at:])]
    return list(lines)


def _is_heading(cells: Sequence[str]) -> bool:
    """Return whether these are headings, not a sentence with commas: short, most of them known."""
    found = columns_of([each.strip() for each in cells]) if len(cells) >= _FEWEST else None
    if found is None or any(len(each.strip()) > _LONGEST for each in cells):
        return False
    return sum(part != "other" for part in found.values()) >= max(_FEWEST, len(cells) / 2)


def _piped(line: str) -> list[str]:
    text = line.strip()
    if "|" not in text:
        return [text]
    return [each.strip() for each in text.removeprefix("|").removesuffix("|").split("|")]


def _ruled(line: str) -> bool:
    """Return whether a line only draws the rule below a heading."""
    return ("|" in line or line.startswith("+")) and bool(_RULE.fullmatch(line))


def _joined(cells: Sequence[str]) -> str:
    return "\t".join(cells)
