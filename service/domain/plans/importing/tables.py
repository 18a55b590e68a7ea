"""Tables of tasks: found among a document's tables, their rows brought under the headings, sections above."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from service.domain.plans.importing.blocks import Content, FileRefused, GridTable, Paragraph, Row
from service.domain.plans.importing.headings import LONGEST, Part, columns_of, key, part_of
from service.domain.plans.importing.matrix import (
    FEWEST,
    Heads,
    Legend,
    NamesUnit,
    legend_of,
    named_columns,
    period_of,
    unit_columns,
    unit_marks,
    who_of,
)

MOST_ROWS = 500
_SEARCHED = 40
"""Rows above the headings of a sheet: a title, who issues it."""
_LONGEST_LABEL = 8
_ROMAN = re.compile(r"\s*([IVX]+|[A-Z])\s*[.)]?\s*")
_ROMAN_FIRST = re.compile(r"\s*[IVX]+\s*[.)\-]\s+\S")
_BULLET = re.compile(r"\s*[-–+•*]\s*\w")
_COUNTED = re.compile(r"\(?\s*(\d{1,2}|[A-Za-z])\s*\)?")


@dataclass(frozen=True, slots=True)
class TaskLine:
    """Row of a table of tasks, letter for letter. `more` is what stands under headings of its own;
    `repeated` says that the label is that of the merged cell above.
    """

    label: str = ""
    group: str = ""
    task: str = ""
    lead: str = ""
    support: str = ""
    time: str = ""
    note: str = ""
    more: tuple[tuple[str, str], ...] = ()
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class TaskTable:
    """Table of tasks: its headings, what stood above it, its rows."""

    headings: tuple[str, ...]
    caption: str
    lines: tuple[TaskLine, ...]


@dataclass(slots=True)
class _Found:
    """Table of tasks while its rows are gathered, a page's end after the other."""

    heads: Heads
    columns: Mapping[int, Part]
    caption: str
    rows: list[Row] = field(default_factory=list)

    @property
    def headings(self) -> tuple[str, ...]:
        """Return the headings with those above them."""
        return self.heads.whole

    @property
    def units(self) -> frozenset[int]:
        """Return the columns of a unit each."""
        return frozenset(at for at, part in self.columns.items() if part == "unit")


def _no_unit(_: str) -> bool:
    return False


def task_tables(content: Content, names_unit: NamesUnit = _no_unit) -> tuple[list[TaskTable], list[str]]:
    """Return the tables of tasks in their order, and every other line of the document.

    Raises FileRefused: no table, no words in it, none of tasks, too many rows.
    """
    found, lines = _gather(content, names_unit, nested=False)
    if not found:
        found, lines = _gather(content, names_unit, nested=True)
    tables = [TaskTable(each.headings, each.caption, tuple(_lines(each, lines))) for each in found]
    tables = [each for each in tables if each.lines]
    if not tables:
        raise _refusal(content)
    number = max(len(each.lines) for each in tables)
    if number > MOST_ROWS:
        raise FileRefused("rows", rows=number, most=MOST_ROWS)
    return tables, lines


def _refusal(content: Content) -> FileRefused:
    tables = [block for block in content.blocks if isinstance(block, GridTable)]
    worded = [each for each in tables if any(cell.text for row in each.rows for cell in row)]
    if content.pictures and not any(len(each.rows) > 2 for each in worded):
        return FileRefused("no_words")
    if not worded:
        return FileRefused("prose")
    return FileRefused("headings")


def _gather(content: Content, names_unit: NamesUnit, *, nested: bool) -> tuple[list[_Found], list[str]]:
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


def _words(rows: Sequence[Row]) -> list[str]:
    return [line for row in rows for cell in row if not cell.joined for line in cell.text.split("\n") if line]


def _cut(found: _Found) -> list[str]:
    """Take what stands below the tasks of a sheet out of them: who is told, who signs."""
    for at, row in enumerate(found.rows):
        if any(key(cell.text).startswith("noi nhan") for cell in row):
            rest = found.rows[at:]
            del found.rows[at:]
            return _words(rest)
    return []


def _head(table: GridTable, names_unit: NamesUnit) -> tuple[int, int, Heads, Mapping[int, Part]] | None:
    """Return where the headings begin and end, what they say, and the columns; None without any."""
    for at, row in enumerate(table.rows[:_SEARCHED]):
        headings = tuple(cell.text for cell in row)
        if sum(0 < len(each) <= LONGEST for each in headings) < 2:
            continue
        if columns_of(_one_line(headings), named_columns(headings, names_unit)) is None:
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
        heads = Heads(_one_line(headings), _one_line(own))
        units = unit_columns(table.rows[after:], heads, names_unit)
        columns = columns_of(heads.whole, units)
        if columns is not None:
            return at, after, heads, columns
    return None


def _one_line(headings: Sequence[str]) -> tuple[str, ...]:
    return tuple(" ".join(each.split()) for each in headings)


def _second(row: Row, headings: Sequence[str], above: Row, names_unit: NamesUnit) -> tuple[str, ...] | None:
    """Return the headings with those of a second row in them; None where it is a task already."""
    said = [cell.text for cell in row]
    if any(len(each) > LONGEST for each in said):
        return None
    own = [at for at, cell in enumerate(row) if cell.text and cell.joined != "above"]
    joined = any(cell.joined == "above" and cell.text for cell in row)
    if sum(names_unit(said[at]) for at in own) >= FEWEST and len(own) < len(row):
        joined = True  # columns of units under “who”, the others' headings stand above alone
    parts = {part_of(said[at]) for at in own} - {"other"}
    known = {at for at, each in enumerate(headings) if part_of(each) in ("label", "task") and each}
    if not own or (not joined and (not parts or known & set(own))):
        return None
    if not joined and not all(part_of(said[at]) != "other" or not headings[at] for at in own):
        return None
    filled = list(headings)
    for at in range(1, len(filled)):
        if above[at].joined == "left":
            filled[at] = filled[at - 1]
    return tuple(f"{filled[at]} {said[at]}".strip() if at in own else filled[at] for at in range(len(filled)))


def _counts(row: Row) -> bool:
    """Return whether a row only counts the columns: (1), (2), (3)."""
    said = [cell.text for cell in row if cell.text]
    return len(said) >= 3 and all(_COUNTED.fullmatch(each) for each in said)


def _lines(found: _Found, lines: Sequence[str]) -> Iterator[TaskLine]:
    raw = [row for row in found.rows if any(cell.text for cell in row)]
    raw = [row for row in raw if _one_line([cell.text for cell in row]) != found.headings]
    legend = legend_of(lines, raw, found.units)
    read = [_line(found, row, legend) for row in raw]
    labelled = 2 * sum(bool(each.label) for each in read) >= len(read)
    sections = _Sections()
    kept: list[TaskLine] = []
    for at, (row, line) in enumerate(zip(raw, read, strict=True)):
        after = read[at + 1].label if at + 1 < len(read) else ""
        if _is_section(row, line, after, labelled=labelled):
            kept += sections.enter(line)
        elif not line.task and not line.label and kept:
            kept[-1] = _joined(kept[-1], line)  # a page ended within the row before
        else:
            kept.append(replace(line, group=line.group or sections.name))
            sections.empty = False
    yield from [*kept, *sections.left()]


class _Sections:
    """Sections that the rows stand under, the outermost first. A section that has no row is a task itself,
    its lead and time to be decided: no word of the table is lost.
    """

    def __init__(self) -> None:
        self._open: list[tuple[str, TaskLine]] = []
        self.empty = False

    @property
    def name(self) -> str:
        return " / ".join(_named(line) for _, line in self._open)

    def enter(self, line: TaskLine) -> list[TaskLine]:
        """Open a section; return the one of its kind before it, if that has no row."""
        kind = _section_kind(line)
        kinds = [each for each, _ in self._open]
        alone = bool(self.empty and kinds and kind == kinds[-1] and line.label)
        childless = self.left() if alone else []
        if kind in kinds and (kind or not self.empty):
            del self._open[kinds.index(kind) :]
        elif not self.empty and _KINDS_DOWN.find(kind or "?") <= _KINDS_DOWN.find((kinds or [""])[-1] or "?"):
            self._open.clear()
        self._open.append((kind, line))
        self.empty = True
        return childless

    def left(self) -> list[TaskLine]:
        """Return the innermost section where it has no row."""
        if not self.empty or not self._open or not self._open[-1][1].task:
            return []
        above = " / ".join(_named(line) for _, line in self._open[:-1])
        return [replace(self._open[-1][1], group=above)]


_KINDS_DOWN = "AI1.a?"
"""Kinds of labels from the outermost in: A, I, 1, 1.1, a, none."""


def _section_kind(line: TaskLine) -> str:
    label = (line.label or line.task.split(" ", 1)[0]).strip().rstrip(".)-:")
    if re.fullmatch(r"[IVX]+", label):
        return "I"
    if re.fullmatch(r"[A-Z]", label):
        return "A"
    if re.fullmatch(r"\d+(\.\d+)*", label):
        return "." if "." in label else "1"
    return "a" if re.fullmatch(r"[a-z]", label) and line.label else ""


def _line(found: _Found, row: Row, legend: Legend) -> TaskLine:
    said: dict[str, str] = {}
    more: list[tuple[str, str]] = []
    periods: list[str] = []
    repeated = False
    for at, part in found.columns.items():
        text = row[at].text
        if part in ("other", "period", "unit"):
            if text and row[at].joined != "left":
                more.append((found.headings[at], text))
                periods += [period_of(found.headings[at], text)] if part == "period" else []
        else:
            said[part] = text
            repeated = repeated or (part == "label" and row[at].joined == "above")
    start, end = said.pop("start", ""), said.pop("end", "")
    if start or end:
        said["time"] = " – ".join(each for each in (start, end) if each) if start else f"đến {end}"
    if end and not start:
        said["time"] = end
    if marks := unit_marks(row, found.units):
        lead, support = said.get("lead", ""), said.get("support", "")
        said["lead"], said["support"] = who_of(marks, found.heads.own, legend, lead, support)
    if periods:
        said["time"] = ", ".join(periods)
    return TaskLine(more=tuple(more), repeated=repeated, **said)


def _is_section(row: Row, line: TaskLine, after: str, *, labelled: bool) -> bool:
    if line.lead or line.support or line.time or line.note or line.more or not (line.label or line.task):
        return False
    spans = sum(cell.joined == "left" for cell in row) >= max(1, len(row) - 2)
    label = line.label.strip().rstrip(".)")
    if spans or _ROMAN.fullmatch(line.label) or _ROMAN_FIRST.match(line.task):
        return True
    if not line.task and len(label) > _LONGEST_LABEL:
        return True
    if not label:
        # “- Phát tờ rơi” beneath a task is a part of it that nobody has been named for, no section.
        return line.task.isupper() or (labelled and not _BULLET.match(line.task))
    return bool(line.task) and after.startswith(f"{label}.") and after.strip(". ") != label


def _named(line: TaskLine) -> str:
    if not line.label or not line.task:
        return line.label or line.task
    dot = "" if line.label.rstrip()[-1] in ".)-:" else "."
    return f"{line.label}{dot} {line.task}"


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
