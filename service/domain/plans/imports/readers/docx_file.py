"""Word files to blocks: every word that Word shows, whatever wraps it; what was struck out is left out."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator

from docx import Document
from docx.oxml.ns import qn
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
from service.domain.plans.imports.readers.numbering import Numbering

_P, _TBL, _TR, _TC = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc")
_SHOWN = {qn("w:t"): None, qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
_PASSED = {qn("w:del"), qn("w:moveFrom"), qn("w:instrText"), qn("w:pPr"), qn("w:rPr"), qn("w:delText")}
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_BOX = qn("w:txbxContent")
_PICTURES = (qn("w:drawing"), qn("w:pict"), qn("w:object"))
_DEEPEST = 12
"""Tables within tables: nobody writes more, and nothing is to recurse without end."""
_WIDEST = 63
"""Columns of a Word table."""


def read_docx(data: bytes) -> Content:
    """Return what the file holds. Raises FileRefused where it is no Word file after all."""
    try:
        document = Document(io.BytesIO(data))
    except Exception:  # of many kinds: packages, XML, values
        raise FileRefused("broken") from None
    body = document.element.body
    numbering = Numbering(document)
    blocks = tuple(_blocks(body, numbering, 0))
    return Content(blocks, sum(1 for _ in body.iter(*_PICTURES)))


def _children(parent: Element, tags: tuple[str, ...]) -> Iterator[Element]:
    """Yield the children of these kinds, also inside content controls, insertions and other wrappers."""
    for child in parent:
        if child.tag in tags:
            yield child
        elif child.tag not in _PASSED and child.tag not in (_P, _TBL, _TR, _TC) and child.tag != _FALLBACK:
            yield from _children(child, tags)


def _blocks(parent: Element, numbering: Numbering, depth: int) -> Iterator[Block]:
    for child in _children(parent, (_P, _TBL)):
        if child.tag == _P:
            yield Paragraph(_paragraph(child, numbering))
            yield from _boxes(child, numbering, depth)
        elif depth < _DEEPEST:
            nested: list[GridTable] = []
            yield _table(child, numbering, depth, nested)
            yield from nested


def _boxes(paragraph: Element, numbering: Numbering, depth: int) -> Iterator[Block]:
    """Yield text boxes of a paragraph, as blocks of their own."""
    for box in paragraph.iter(_BOX):
        if depth < _DEEPEST and not any(above.tag == _FALLBACK for above in box.iterancestors()):
            yield from _blocks(box, numbering, depth + 1)


def _table(element: Element, numbering: Numbering, depth: int, nested: list[GridTable]) -> GridTable:
    rows: list[list[GridCell]] = []
    for tr in _children(element, (_TR,)):
        row = [GridCell()] * min(_number(tr, "w:trPr", "w:gridBefore", 0), _WIDEST)
        for tc in _children(tr, (_TC,)):
            merged = tc.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
            above = merged is not None and merged.get(qn("w:val"), "continue") == "continue"
            if above and rows and len(row) < len(rows[-1]):
                row.append(GridCell(rows[-1][len(row)].text, "above"))
            else:
                row.append(GridCell(text_of_cell(_blocks(tc, numbering, depth + 1), depth, nested)))
            span = min(_number(tc, "w:tcPr", "w:gridSpan", 1), _WIDEST)
            row += [GridCell("", "left")] * (span - 1)
        rows.append(row)
    return padded_table(rows, depth)


def _number(element: Element, properties: str, name: str, default: int) -> int:
    found = element.find(f"{qn(properties)}/{qn(name)}")
    try:
        return int(found.get(qn("w:val"))) if found is not None else default
    except (TypeError, ValueError):
        return default


def _paragraph(paragraph: Element, numbering: Numbering) -> str:
    words = "".join(_runs(paragraph))
    return numbering.before(paragraph, words) + words


def _runs(parent: Element) -> Iterable[str]:
    for child in parent:
        tag = child.tag
        if tag in _SHOWN:
            yield _SHOWN[tag] or child.text or ""
        elif tag not in _PASSED and tag not in (_FALLBACK, _BOX, _TBL):
            yield from _runs(child)
