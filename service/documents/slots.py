"""Slots of a document that the clerk fills: its number and date, wherever they stand."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.shared import Pt
from docx.text.paragraph import Paragraph

from service.domain.documents.names import month_written, number_written

NUMBER_SLOT, DAY, MONTH, YEAR = "Số văn bản", "Ngày văn bản", "Tháng văn bản", "Năm văn bản"
"""Styles of characters that mark the slots: they last where the draft is edited in between."""


def make_slots(doc: WordDocument) -> None:
    """Give the document the styles that mark its slots."""
    for name in (NUMBER_SLOT, DAY, MONTH, YEAR):
        doc.styles.add_style(name, WD_STYLE_TYPE.CHARACTER)


def add_slot(line: Paragraph, name: str, text: str, size: int, *, italic: bool = False) -> None:
    """Write a slot with what stands in it until it is filled."""
    run = line.add_run(text, style=name)
    run.italic, run.font.size = italic, Pt(size)


def fill_slots(data: bytes, number: int, dated: date) -> bytes:
    """Return the document with number and date in all its slots."""
    words: Mapping[str, str] = {
        NUMBER_SLOT: number_written(number),
        DAY: number_written(dated.day),
        MONTH: month_written(dated.month),
        YEAR: str(dated.year),
    }
    doc = Document(io.BytesIO(data))
    cells = [cell for table in doc.tables for row in table.rows for cell in row.cells]
    for line in (*doc.paragraphs, *(each for cell in cells for each in cell.paragraphs)):
        for run in line.runs:
            if run.style is not None and (text := words.get(run.style.name or "")):
                run.text = text
    out = io.BytesIO()
    doc.save(out)
    return out.getvalue()
