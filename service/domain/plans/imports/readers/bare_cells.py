"""Tables that come out of a PDF with each cell on a line of its own, and nothing between the cells.

Rows begin at the next number of the first column. A cell that broke over lines, or is empty, cannot be told
from its neighbours: of such a row only what is certain stands in its cell, everything else is kept as the
task's words and asked about.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, pairwise

from service.domain.plans.imports.blocks import GridCell, GridTable, Row, padded_table
from service.domain.plans.imports.headings import Part, column_part, columns_of, comparison_key
from service.domain.plans.imports.times import is_time

MOST_HEADINGS = 12
_LONGEST = 40
_FEWEST_ROWS = 2


def bare_table(lines: Sequence[str], end: Mapping[int, bool]) -> tuple[GridTable, int] | None:
    """Return the table whose headings begin with the first line, and after how many lines it ends; `end`
    says of a line that nothing of a table is there any more. None where there is none.
    """
    if column_part(lines[0].strip()) != "label" or not lines[0].strip():
        return None
    length = next((at for at in range(len(lines)) if end.get(at)), len(lines))
    filled = [(at, line.strip()) for at, line in enumerate(lines[:length]) if line.strip()]
    first = next((n for n, (_, text) in enumerate(filled) if _number(text) == 1), 0)
    if not 3 <= first <= MOST_HEADINGS or any(len(text) > _LONGEST for _, text in filled[:first]):
        return None
    heads, cells = _joined([text for _, text in filled[:first]]), [text for _, text in filled[first:]]
    rows = list(_rows(cells, len(heads)))
    headings = _headings(heads, [len(row) for row in rows])
    if headings is None or len(rows) < _FEWEST_ROWS:
        return None
    columns = columns_of(headings) or {}
    grid = [tuple(GridCell(text) for text in headings), *(_row(row, columns, len(headings)) for row in rows)]
    return padded_table(grid), length


def _joined(texts: Sequence[str]) -> list[str]:
    """Return headings, a line that begins small as a part of the one before."""
    lines: list[str] = []
    for text in texts:
        if lines and text[:1].islower():
            lines[-1] += f" {text}"
        else:
            lines.append(text)
    return lines


def _rows(texts: Sequence[str], width: int) -> Iterator[list[str]]:
    """Yield the lines of each row, its number first; a row has one line more at least. A number within a row
    is told from the next row's where that one, or the end, is at its place, `width` lines on.
    """
    row: list[str] = []
    for at, text in enumerate(texts):
        if len(row) > 1 and _number(text) == (_number(row[0]) or 0) + 1:
            place = at + width - len(row)
            within = (
                len(row) < width and (texts[place : place + 1] or [text])[0] == text and place <= len(texts)
            )
            if not within:
                yield row
                row = []
        row.append(text)
    if row:
        yield row


def _headings(lines: list[str], sizes: Sequence[int]) -> list[str] | None:
    """Return the headings: a line each, where one broke over lines as many as most rows have lines. None
    where that can be read in several ways, or in none.
    """
    if _known(lines) or _known([each for each in lines if column_part(each) != "other"]):
        return lines
    [(width, _)] = Counter(sizes).most_common(1)
    if not 3 <= width < len(lines):
        return None
    joined = []
    for cuts in combinations(range(1, len(lines)), width - 1):
        read = [" ".join(lines[a:b]) for a, b in pairwise((0, *cuts, len(lines)))]
        if _known(read):
            joined.append(read)
    return joined[0] if len(joined) == 1 else None


def _known(headings: Sequence[str]) -> bool:
    parts = [column_part(each) for each in headings]
    return "other" not in parts and len(set(parts)) == len(parts) and columns_of(headings) is not None


def _row(texts: Sequence[str], columns: Mapping[int, Part], width: int) -> Row:
    cells = dict.fromkeys(range(width), "")
    at_of = {part: at for at, part in columns.items()}
    when = at_of.get("time", at_of.get("end"))
    days = [at for at, text in enumerate(texts) if at and is_time(text)]
    cells[0] = texts[0]
    if len(texts) <= width and (days == [when] or (len(texts) == width and (not days or when in days))):
        return tuple(GridCell(texts[at] if at < len(texts) else "") for at in range(width))
    rest = list(texts[1:])
    if when is not None and len(days) == 1 and when == width - 2:
        cells[when], cells[width - 1] = texts[days[0]], "\n".join(texts[days[0] + 1 :])
        rest = list(texts[1 : days[0]])
    elif when is not None and days == [len(texts) - 1] and when == width - 1:
        cells[when], rest = texts[-1], list(texts[1:-1])
    cells[at_of["task"]] = "\n".join(rest)
    return tuple(GridCell(cells[at]) for at in range(width))


def _number(text: str) -> int | None:
    bare = comparison_key(text)
    return int(bare) if bare.isdecimal() and len(bare) <= 3 and len(text.strip()) <= len(bare) + 1 else None
