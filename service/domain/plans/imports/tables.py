"""Tables of tasks: found among a document's tables, their rows brought under the headings, sections above."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from service.domain.plans.imports.blocks import Content, FileRefused, GridTable, Paragraph, Row
from service.domain.plans.imports.headings import LONGEST, Part, column_part, columns_of, comparison_key
from service.domain.plans.imports.matrix import (
    FEWEST,
    Legend,
    NamesUnit,
    TableHeadings,
    legend_of,
    named_columns,
    unit_columns,
    unit_marks,
    who_of,
)
from service.domain.plans.imports.periods import marked_period, period_names
from service.domain.plans.imports.sections import SectionPath, TaskLine, is_section

MOST_ROWS = 500
_SEARCHED = 40
"""Rows above the headings of a sheet: a title, who issues it."""
_SUMS = {"tong", "cong", "tong cong", "tong so", "cong chung", "tong cong kinh phi", "tong kinh phi", "total"}
_COUNTED = re.compile(r"\(?\s*(\d{1,2}|[A-Za-z])\s*\)?")


@dataclass(frozen=True, slots=True)
class TaskTable:
    """Table of tasks: its headings, what stood above it, its rows."""

    headings: tuple[str, ...]
    caption: str
    lines: tuple[TaskLine, ...]
    sums: tuple[str, ...] = ()
    """Words of the rows that only add up others: they are no tasks."""


@dataclass(slots=True)
class _Found:
    """Table of tasks while its rows are gathered, a page's end after the other."""

    heads: TableHeadings
    columns: Mapping[int, Part]
    caption: str
    rows: list[Row] = field(default_factory=list)
    periods: Mapping[int, str] = field(init=False)
    """Which month or quarter a column is."""

    def __post_init__(self) -> None:
        self.periods = period_names(self.heads.whole, self.heads.own)

    @property
    def headings(self) -> tuple[str, ...]:
        """Return the headings with those above them."""
        return self.heads.whole

    @property
    def units(self) -> frozenset[int]:
        """Return the columns of a unit each."""
        return frozenset(at for at, part in self.columns.items() if part == "unit")


@dataclass(frozen=True, slots=True)
class SkippedTable:
    """Table that is none of tasks: what stood above it, how many rows it has beneath its first."""

    caption: str
    rows: int


class TaskTables(NamedTuple):
    """Tables of tasks of a document in their order, every other line of it, and the tables left out."""

    tables: list[TaskTable]
    lines: list[str]
    left_out: list[SkippedTable]


def _no_unit(_: str) -> bool:
    return False


def task_tables(content: Content, names_unit: NamesUnit = _no_unit) -> TaskTables:
    """Return the tables of tasks, and what else the document says.

    Raises FileRefused: no table, no words in it, none of tasks, too many rows.
    """
    skipped: list[SkippedTable] = []
    found, lines = _gather(content, names_unit, skipped, nested=False)
    if not found:
        skipped.clear()
        found, lines = _gather(content, names_unit, skipped, nested=True)
    tables = [_table(each, lines) for each in found]
    tables = [each for each in tables if each.lines]
    if not tables:
        raise _refusal(content)
    number = max(len(each.lines) for each in tables)
    if number > MOST_ROWS:
        raise FileRefused("rows", rows=number, most=MOST_ROWS)
    return TaskTables(tables, lines, skipped)


def _refusal(content: Content) -> FileRefused:
    tables = [block for block in content.blocks if isinstance(block, GridTable)]
    worded = [each for each in tables if any(cell.text for row in each.rows for cell in row)]
    if content.pictures and not any(len(each.rows) > 2 for each in worded):
        return FileRefused("no_words")
    if not worded:
        return FileRefused("prose")
    return FileRefused("headings")


def _gather(
    content: Content, names_unit: NamesUnit, skipped: list[SkippedTable], *, nested: bool
) -> tuple[list[_Found], list[str]]:
    found: list[_Found] = []
    lines: list[str] = []
    open_: _Found | None = None
    for block in content.blocks:
        if isinstance(block, Paragraph):
            if block.text.strip():
                lines += block.text.strip().split("\n")
                open_ = None
            continue
        if block.depth and not nested:
            continue
        head = _head(block, names_unit)
        if head is None and open_ is not None and block.rows and len(block.rows[0]) == len(open_.headings):
            open_.rows += block.rows  # Word broke the table, or its headings are a table of their own
        elif head is None:
            if _is_list(block):
                skipped.append(
                    SkippedTable(next((each for each in reversed(lines) if each), ""), len(block.rows) - 1)
                )
            lines += _words(block.rows)
            open_ = open_ if not any(cell.text for row in block.rows for cell in row) else None
        else:
            at, after, heads, columns = head
            lines += _words(block.rows[:at])
            if open_ is not None and open_.heads == heads:
                open_.rows += block.rows[after:]
            else:
                caption = lines[-1] if lines else ""
                lines.append("")  # here stands the table: what follows does not go on with what was before
                open_ = _Found(heads, columns, caption, list(block.rows[after:]))
                found.append(open_)
    for each in found:
        lines += _cut(each)
    return found, lines


def _is_list(table: GridTable) -> bool:
    """Return whether a table lists something: three columns and two rows at least, no page's head or end."""
    worded = [sum(bool(cell.text) and not cell.joined for cell in row) for row in table.rows]
    return bool(table.rows) and len(table.rows[0]) >= 3 and sum(cells >= 2 for cells in worded) >= 2


def _words(rows: Sequence[Row]) -> list[str]:
    return [line for row in rows for cell in row if not cell.joined for line in cell.text.split("\n") if line]


def _cut(found: _Found) -> list[str]:
    """Take what stands below the tasks of a sheet out of them: who is told, who signs."""
    for at, row in enumerate(found.rows):
        if any(comparison_key(cell.text).startswith("noi nhan") for cell in row):
            rest = found.rows[at:]
            del found.rows[at:]
            return _words(rest)
    return []


def _head(
    table: GridTable, names_unit: NamesUnit
) -> tuple[int, int, TableHeadings, Mapping[int, Part]] | None:
    """Return where the headings begin and end, what they say, and the columns; None without any."""
    for at, row in enumerate(table.rows[:_SEARCHED]):
        headings = tuple(cell.text for cell in row)
        if sum(0 < len(each) <= LONGEST for each in headings) < 2:
            continue
        if not _may_head(_one_line(headings), table.rows[at + 1 : at + 2], names_unit):
            continue
        after, own = at + 1, list(headings)
        while after < len(table.rows):
            more = _second(table.rows[after], headings, row, names_unit)
            if more is None:
                break
            headings, row = more, table.rows[after]
            lowest = (cell.text if cell.joined != "above" else "" for cell in row)
            own = [text or above for text, above in zip(lowest, own, strict=True)]
            after += 1
        if after < len(table.rows) and _counts(table.rows[after]):
            after += 1
        heads = TableHeadings(_one_line(headings), _one_line(own))
        units = unit_columns(table.rows[after:], heads, names_unit)
        columns = columns_of(heads.whole, units, period_names(heads.whole, heads.own))
        if columns is not None:
            return at, after, heads, columns
    return None


def _may_head(headings: Sequence[str], below: Sequence[Row], names_unit: NamesUnit) -> bool:
    """Return whether these may be headings, alone or with the months or units of a row below them."""
    named = named_columns(headings, names_unit)
    if columns_of(headings, named, period_names(headings, headings)) is not None:
        return True
    own = [cell.text for row in below for cell in row]
    return bool(own) and columns_of(headings, named, period_names(own, own)) is not None


def _one_line(headings: Sequence[str]) -> tuple[str, ...]:
    return tuple(" ".join(each.split()) for each in headings)


def _second(row: Row, headings: Sequence[str], above: Row, names_unit: NamesUnit) -> tuple[str, ...] | None:
    """Return the headings with those of a second row in them; None where it is a task already."""
    texts = [cell.text for cell in row]
    if any(len(each) > LONGEST for each in texts):
        return None
    own = [at for at, cell in enumerate(row) if cell.text and cell.joined != "above"]
    joined = any(cell.joined == "above" and cell.text for cell in row)
    if sum(names_unit(texts[at]) for at in own) >= FEWEST and len(own) < len(row):
        joined = True  # columns of units under “who”, the others' headings stand above alone
    known = {at for at, each in enumerate(headings) if column_part(each) in ("label", "task") and each}
    periods = period_names(_below(headings, texts), texts)
    if len(own) >= FEWEST and set(own) <= set(periods) and not known & set(own):
        joined = True  # months or quarters under “when”, the others' headings stand above alone
    parts = {column_part(texts[at]) for at in own} - {"other"}
    if not own or (not joined and (not parts or known & set(own))):
        return None
    if not joined and not all(column_part(texts[at]) != "other" or not headings[at] for at in own):
        return None
    filled = list(headings)
    for at in range(1, len(filled)):
        if above[at].joined == "left":
            filled[at] = filled[at - 1]
    return tuple(
        f"{filled[at]} {texts[at]}".strip() if at in own else filled[at] for at in range(len(filled))
    )


def _below(headings: Sequence[str], texts: Sequence[str]) -> list[str]:
    """Return what a second row says, with the heading above or the last one to the left of it."""
    above, whole = "", []
    for heading, own in zip(headings, texts, strict=True):
        above = heading or above
        whole.append(f"{above} {own}".strip())
    return whole


def _counts(row: Row) -> bool:
    """Return whether a row only counts the columns: (1), (2), (3)."""
    texts = [cell.text for cell in row if cell.text]
    return len(texts) >= 3 and all(_COUNTED.fullmatch(each) for each in texts)


def _table(found: _Found, lines: Sequence[str]) -> TaskTable:
    rows = _read(found, lines)
    sums = [row for row, line in rows if _adds_up(line)]
    tasks = [(row, line) for row, line in rows if not _adds_up(line)]
    return TaskTable(
        found.headings,
        found.caption,
        tuple(_lines(tasks)),
        tuple(" | ".join(cell.text for cell in row if cell.text and not cell.joined) for row in sums),
    )


def _adds_up(line: TaskLine) -> bool:
    return comparison_key(f"{line.label} {line.task}") in _SUMS and not (
        line.lead or line.support or line.time
    )


def _read(found: _Found, lines: Sequence[str]) -> list[tuple[Row, TaskLine]]:
    raw = [row for row in found.rows if any(cell.text for cell in row)]
    raw = [row for row in raw if _one_line([cell.text for cell in row]) != found.headings]
    legend = legend_of(lines, raw, found.units)
    return [(row, _line(found, row, legend)) for row in raw]


def _lines(rows: Sequence[tuple[Row, TaskLine]]) -> Iterator[TaskLine]:
    read = [line for _, line in rows]
    labelled = 2 * sum(bool(each.label) for each in read) >= len(read)
    sections = SectionPath()
    task_lines: list[TaskLine] = []
    for at, (row, line) in enumerate(rows):
        after = read[at + 1].label if at + 1 < len(read) else ""
        if is_section(row, line, after, labelled=labelled):
            task_lines += sections.enter(line)
        elif not line.task and not line.label and task_lines:
            task_lines[-1] = _joined(task_lines[-1], line)  # a page ended within the row before
        else:
            task_lines.append(replace(line, group=line.group or sections.name))
            sections.empty = False
    yield from [*task_lines, *sections.left()]


def _line(found: _Found, row: Row, legend: Legend) -> TaskLine:
    texts: dict[str, str] = {}
    more: list[tuple[str, str]] = []
    periods: list[str] = []
    repeated = False
    for at, part in found.columns.items():
        text = row[at].text
        if part in ("other", "period", "unit"):
            if text and row[at].joined != "left":
                more.append((found.headings[at], text))
                periods += [marked_period(found.periods[at], text)] if part == "period" else []
        else:
            texts[part] = text
            repeated = repeated or (part == "label" and row[at].joined == "above")
    start, end = texts.pop("start", ""), texts.pop("end", "")
    if start or end:
        texts["time"] = " – ".join(each for each in (start, end) if each) if start else f"đến {end}"
    if end and not start:
        texts["time"] = end
    if marks := unit_marks(row, found.units):
        lead, support = texts.get("lead", ""), texts.get("support", "")
        texts["lead"], texts["support"] = who_of(marks, found.heads.own, legend, lead, support)
    if periods:
        texts["time"] = ", ".join(periods)
    return TaskLine(more=tuple(more), repeated=repeated, **texts)


def _joined(line: TaskLine, rest: TaskLine) -> TaskLine:
    def both(one: str, other: str) -> str:
        return f"{one}\n{other}" if one and other and one != other else one or other

    return replace(
        line,
        lead=both(line.lead, rest.lead),
        support=both(line.support, rest.support),
        time=both(line.time, rest.time),
        note=both(line.note, rest.note),
        more=line.more + rest.more,
    )
