"""Photos inside a document: small JPEGs in rows, each with its words beneath and as its alternative text."""

from __future__ import annotations

import io
from collections.abc import Sequence

from docx.shared import Mm
from docx.table import _Cell
from PIL import Image

from service.documents.form import Paper
from service.documents.typesetting import CENTRE, is_wide, lay_out, printable, put_line, set_flag

WIDEST_MM, TALLEST_MM = 58, 48
PIXELS = 520, 430
QUALITY = 72


def put_pictures(paper: Paper, caption: str, shown: Sequence[tuple[bytes, str]]) -> int:
    """Add the pictures (small WebP versions, words) beneath a caption, if any; how many could be read."""
    readable = [(made, words) for stored, words in shown if (made := as_jpeg(stored)) is not None]
    if not readable:
        return 0
    if caption:
        paper.part(caption, 2)
    across = 4 if is_wide(paper.doc.sections[-1]) else 2
    table = paper.doc.add_table(rows=0, cols=across)
    for at in range(0, len(readable), across):
        row = table.add_row()
        set_flag(row._tr.get_or_add_trPr(), "w:cantSplit")
        for cell, (jpeg, words) in zip(row.cells, readable[at : at + across], strict=False):
            _put(cell, jpeg, words)
    lay_out(table, [Mm(WIDEST_MM + 4)] * across)
    return len(readable)


def as_jpeg(stored: bytes) -> bytes | None:
    """Return a small version without anything but its pixels; None for what is no picture."""
    try:
        with Image.open(io.BytesIO(stored), formats=("WEBP",)) as image:
            flat = Image.new("RGB", image.size, "white")
            pixels = image.convert("RGBA")
            flat.paste(pixels, mask=pixels.getchannel("A"))
    except (OSError, ValueError):
        return None
    flat.thumbnail(PIXELS)
    made = io.BytesIO()
    flat.save(made, "JPEG", quality=QUALITY, optimize=True)
    return made.getvalue()


def _put(cell: _Cell, jpeg: bytes, words: str) -> None:
    with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as image:
        wide, tall = image.size
    millimetres = min(WIDEST_MM, TALLEST_MM * wide / tall)
    line = cell.paragraphs[0]
    line.alignment, line.paragraph_format.first_line_indent = CENTRE, Mm(0)
    shape = line.add_run().add_picture(io.BytesIO(jpeg), width=Mm(millimetres))
    shape._inline.docPr.set("descr", printable(words))
    put_line(cell, words, size=10)
