"""Blocks of a document: paragraphs and tables on a grid, as every reader makes them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Joined = Literal["", "left", "above"]


class FileRefused(Exception):
    """Refusal of a file or text, by the word that says why (`service/planfile/reader.py` has sentences)."""

    def __init__(self, why: str, **facts: int) -> None:
        super().__init__(why)
        self.why, self.facts = why, facts


@dataclass(frozen=True, slots=True)
class GridCell:
    """Cell of a grid. A merged cell stands at each place that it covers: its text again in the rows below
    (`above`), nothing in the columns to the right (`left`).
    """

    text: str = ""
    joined: Joined = ""


Row = tuple[GridCell, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Paragraph outside of every table."""

    text: str


@dataclass(frozen=True, slots=True)
class GridTable:
    """Table of rows of one width. `depth` is above 0 in a cell of another one, which has its words too."""

    rows: tuple[Row, ...]
    depth: int = 0


Block = Paragraph | GridTable


@dataclass(frozen=True, slots=True)
class Content:
    """Content of a document, in its order. `pictures` counts drawings, which nothing is read from."""

    blocks: tuple[Block, ...]
    pictures: int = 0


def padded_table(rows: Iterable[Sequence[GridCell]], depth: int = 0) -> GridTable:
    """Return a table, its rows filled up to the widest."""
    stored_rows = [tuple(row) for row in rows]
    width = max(map(len, stored_rows), default=0)
    return GridTable(tuple(row + (GridCell(),) * (width - len(row)) for row in stored_rows), depth)


def text_of_cell(blocks: Iterable[Block], depth: int, nested: list[GridTable]) -> str:
    """Return the words of a table's cell; a table inside it a line a row, its cells apart by tabs.

    `depth` is that of the table around it; the tables inside are added to `nested`.
    """
    lines: list[str] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            lines.append(block.text)
            continue
        nested.append(block)
        if block.depth > depth + 1:  # its words stand in the table around it
            continue
        own = (("\t".join(c.text for c in row if not c.joined)).strip() for row in block.rows)
        lines += [line for line in own if line]
    return "\n".join(lines).strip()


def to_json(content: Content) -> dict[str, object]:
    """Return the content as the child process writes it."""
    return {
        "pictures": content.pictures,
        "blocks": [
            {"text": block.text}
            if isinstance(block, Paragraph)
            else {
                "rows": [[[cell.text, cell.joined] for cell in row] for row in block.rows],
                "depth": block.depth,
            }
            for block in content.blocks
        ],
    }


def from_json(data: dict[str, Any]) -> Content:
    """Return the content that the child process wrote, also by way of a page that carried it along.

    Raises KeyError, TypeError, ValueError for anything else.
    """
    blocks: list[Block] = []
    for each in data["blocks"]:
        if "text" in each:
            blocks.append(Paragraph(_is_text(each["text"])))
        else:
            rows = ([_cell(text, joined) for text, joined in row] for row in each["rows"])
            blocks.append(padded_table(rows, _is_whole(each["depth"])))
    return Content(tuple(blocks), _is_whole(data["pictures"]))


def _cell(text: object, joined: object) -> GridCell:
    return GridCell(_is_text(text), "above" if joined == "above" else "left" if joined == "left" else "")


def _is_text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _is_whole(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError(value)
    return value
