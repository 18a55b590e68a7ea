"""Rows of a table of tasks, and the sections that they stand under."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from service.domain.plans.imports.blocks import Row

_LONGEST_LABEL = 8
_ROMAN = re.compile(r"\s*([IVX]+|[A-Z])\s*[.)]?\s*")
_ROMAN_FIRST = re.compile(r"\s*[IVX]+\s*[.)\-]\s+\S")
_BULLET = re.compile(r"\s*[-–+•*]\s*\w")


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


class SectionPath:
    """Sections that the rows stand under, the outermost first. A section that has no row is a task itself,
    its lead and time to be decided: no word of the table is lost.
    """

    def __init__(self) -> None:
        self._open: list[tuple[str, TaskLine]] = []
        self.empty = False

    @property
    def name(self) -> str:
        """Return the names of the open sections, the outermost first."""
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


def is_section(row: Row, line: TaskLine, after: str, *, labelled: bool) -> bool:
    """Return whether a row only names a section of those below; `after` is the next row's label, `labelled`
    says that most rows have one.
    """
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
