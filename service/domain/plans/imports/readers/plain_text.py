"""Plain text to blocks, as Word, Excel and PDF paste it: a cell a tab and a line, a row or a cell a line."""

from __future__ import annotations

import re
from collections.abc import Sequence

from service.domain.plans.imports.blocks import Block, Content, GridCell, Paragraph, padded_table
from service.domain.plans.imports.headings import columns_of
from service.domain.plans.imports.readers.bare_cells import bare_table
from service.domain.plans.imports.readers.separators import with_tabs

_LABEL_LENGTH = 12
_END = re.compile(
    r"\s*([IVX]+\s*[.\-)]\s+\S|Điều\s+\d|(\*\*)?Nơi\s+nhận|Trên\s+đây\s+là|Căn\s+cứ\s|KT\.|TM\.|(\*\*)?GIÁM\s+ĐỐC)"
)
_SECTION = re.compile(r"\s*([IVX]+|[A-Z]|\d+(\.\d+)*)\s*[.)\-]\s+\S|\s*(Phần|Mục|Nhóm)\s")
_LABEL = re.compile(r"\s*(\d+(\.\d+)*|[IVX]+|[a-zA-Z])\s*[.)]?\s*")
_QUOTED = re.compile(r'(?:(?<=\t)|(?<=\n)|\A)"((?:[^"\t]|"")*)"(?=\t|\n|\Z)')
_INSIDE = "\x00"


def read_text(text: str) -> Content:
    """Return the paragraphs and tables of a text."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0b", "\n").replace("\x00", "")
    plain = _QUOTED.sub(_unquoted, plain)
    return Content(tuple(_Lines(with_tabs(plain.split("\n"), _INSIDE)).read()))


def _unquoted(found: re.Match[str]) -> str:
    """Excel puts a cell of several lines between quotation marks, and none else."""
    return found[1].replace('""', '"').replace("\n", _INSIDE) if "\n" in found[1] else found[0]


class _Lines:
    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines
        self.tabbed = any("\t" in line for line in lines)
        self.at = 0

    def read(self) -> list[Block]:
        found: list[Block] = []
        while self.at < len(self.lines):
            if width := self._cell_a_line():
                found.append(self._cells(width))
            elif bare := self._bare():
                found.append(bare)
            elif width := self._row_a_line():
                found.append(self._rows(width))
            else:
                line = self.lines[self.at].replace(_INSIDE, "\n")
                if line.strip():
                    found.append(Paragraph(line.strip()))
                self.at += 1
        return found

    def _cell_a_line(self) -> int:
        """Return how many cells a row has, where a heading begins here, a tab before each of its cells."""
        headings = []
        for line in self.lines[self.at : self.at + 30]:
            if not line.startswith("\t") or "\t" in line[1:].rstrip("\t"):
                break
            headings.append(line.strip())
        while len(headings) >= 3 and headings[-1] == "":
            headings.pop()
        # Where nothing stands between two rows, the heading ends before the first label.
        numbered = [at for at, each in enumerate(headings) if at and each.isdecimal()]
        if numbered:
            headings = headings[: numbered[0]]
        return len(headings) if len(headings) >= 3 and columns_of(headings) else 0

    def _bare(self) -> Block | None:
        """Return the table that begins here with a cell a line, in a text that has no tabs at all."""
        if self.tabbed:
            return None
        rest = self.lines[self.at :]
        ends = {at: True for at, line in enumerate(rest) if at and _END.match(line)}
        found = bare_table(rest, ends)
        if found is None:
            return None
        self.at += found[1]
        return found[0]

    def _row_a_line(self) -> int:
        headings = [each.replace(_INSIDE, " ").strip() for each in self.lines[self.at].split("\t")]
        return len(headings) if len(headings) >= 2 and columns_of(headings) else 0

    def _cells(self, width: int) -> Block:
        """Read a table whose cells begin at a tab; any other line goes on with the cell before."""
        rows: list[list[str]] = []
        row: list[str] = []
        while self.at < len(self.lines):
            line = self.lines[self.at]
            whole = len(row) == width
            if whole and self._ends(line, width):
                break
            if not line.startswith("\t"):
                row[-1] += "\n" + line
            elif whole or not row:
                if row:
                    rows.append(row)
                row = [line[1:]]
            elif len(row) == 1 and rows and len(row[0].strip()) > _LABEL_LENGTH:
                rows.append(row)  # one cell over the whole width
                row = [line[1:]]
            else:
                row.append(line[1:])
            self.at += 1
        rows.append(row)
        return _grid(rows, width)

    def _ends(self, line: str, width: int) -> bool:
        """Return whether the table ends before this line, its last row being whole."""
        if _END.match(line):
            return True
        rest = sum(1 for each in self.lines[self.at :] if each.startswith("\t"))
        blank = self.at > 1 and not self.lines[self.at - 1].strip() and not self.lines[self.at - 2].strip()
        return rest < width and blank and bool(line.strip())

    def _rows(self, width: int) -> Block:
        """Read a table of a row a line; a line without a tab goes on with the cell before."""
        rows: list[list[str]] = [self.lines[self.at].split("\t")]
        self.at += 1
        while self.at < len(self.lines):
            line = self.lines[self.at]
            row = rows[-1]
            cells = line.split("\t")
            if _END.match(line) and len(cells) == 1 and len(row) >= width and not self._goes_on():
                break
            if len(row) < width and len(row) + len(cells) - 1 <= width and not self._begins(cells, row):
                row[-1] += "\n" + cells[0]
                row += cells[1:]
            elif len(cells) > 1:
                rows.append(cells)
            elif not line.strip():
                if all(not each.strip() for each in self.lines[self.at : self.at + 2]):
                    break
            elif _SECTION.match(line):
                rows.append(cells)
            else:
                row[-1] += "\n" + line
            self.at += 1
        return _grid(rows, width)

    def _goes_on(self) -> bool:
        """Return whether a row follows this line: then it names a section of the table."""
        after = (line for line in self.lines[self.at + 1 :] if line.strip())
        return bool(_SECTION.match(self.lines[self.at])) and "\t" in next(after, "").strip()

    @staticmethod
    def _begins(cells: Sequence[str], row: Sequence[str]) -> bool:
        """Return whether these cells are a row of their own, though the one before is short."""
        return len(cells) > 1 and (len(row) == 1 or bool(_LABEL.fullmatch(cells[0])))


def _grid(rows: Sequence[Sequence[str]], width: int) -> Block:
    grid = []
    for row in rows:
        cells = [GridCell(each.replace(_INSIDE, "\n").strip()) for each in row]
        if len(cells) == 1:
            cells += [GridCell("", "left")] * (width - 1)
        grid.append(cells)
    return padded_table(grid)
