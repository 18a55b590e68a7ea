"""Pasted pages to blocks: what Word, Excel and browsers put on the clipboard as HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import html
from lxml.etree import _Element as Element

from service.domain.plans.imports.blocks import (
    Block,
    Content,
    FileRefused,
    GridCell,
    GridTable,
    Paragraph,
    padded_table,
    text_of_cell,
)

_PASSED = {"script", "style", "head", "title", "meta", "link", "template", "noscript", "del"}
_LINES = {"p", "div", "li", "br", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "center"}
_GAPS = re.compile(r"[ \t\r\n\f]+")
_BREAK = "\x00"
_MOST_SPAN = 1000
_DEEPEST = 200


def read_html_page(text: str) -> Content:
    """Return what the page shows. Raises FileRefused where there is nothing."""
    try:
        # No entity is fetched and no file opened: the parser of pages knows neither.
        root = html.document_fromstring(
            text, parser=html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True)
        )
    except Exception:  # of many kinds
        raise FileRefused("broken") from None
    found = list(_blocks(root, 0))
    return Content(tuple(found), sum(1 for _ in root.iter("img")))


def _blocks(parent: Element, depth: int) -> Iterator[Block]:
    words: list[str] = []

    def said() -> Iterator[Block]:
        lines = _tidy("".join(words)).split("\n")
        words.clear()
        yield from (Paragraph(line) for line in lines if line.strip())

    def walk(node: Element, level: int) -> Iterator[Block]:
        if node.tag in _PASSED or level > _DEEPEST:
            return
        words.append((_BREAK if node.tag in _LINES else "") + (node.text or ""))
        for child in node:
            if child.tag == "table":
                yield from said()
                nested: list[GridTable] = []
                yield _table(child, depth, nested)
                yield from nested
            else:
                yield from walk(child, level + 1)
            words.append(child.tail or "")
        if node.tag in _LINES and node.tag != "br":
            words.append(_BREAK)

    yield from walk(parent, depth)
    yield from said()


def _table(element: Element, depth: int, nested: list[GridTable]) -> GridTable:
    grid: dict[tuple[int, int], GridCell] = {}
    trs = [tr for tr in element.iter("tr") if next(tr.iterancestors("table")) is element]
    for at, tr in enumerate(trs):
        column = 0
        for td in (each for each in tr if each.tag in ("td", "th")):
            while (at, column) in grid:
                column += 1
            text = text_of_cell(_blocks(td, depth + 1), depth, nested)
            down, right = _span(td, "rowspan"), _span(td, "colspan")
            for row in range(at, min(at + down, len(trs))):
                grid[row, column] = GridCell(text, "above" if row > at else "")
                for more in range(column + 1, column + right):
                    grid[row, more] = GridCell("", "left")
            column += right
    width = max((column for _, column in grid), default=-1) + 1
    rows = [[grid.get((at, column), GridCell()) for column in range(width)] for at in range(len(trs))]
    return padded_table(rows, depth)


def _span(cell: Element, name: str) -> int:
    span = (cell.get(name) or "1").strip()
    return min(max(int(span), 1), _MOST_SPAN if name == "rowspan" else 60) if span.isdecimal() else 1


def _tidy(words: str) -> str:
    """Put one space where the source has line ends or several, as a browser does."""
    lines = (_GAPS.sub(" ", line).strip(" ") for line in words.split(_BREAK))
    return "\n".join(line for line in lines if line)
