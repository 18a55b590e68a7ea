"""Typesetting of documents: page, typeface, lines, rules and tables, as python-docx is told them."""

from __future__ import annotations

from collections.abc import Sequence

from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.section import Section
from docx.shared import Mm, Pt
from docx.styles.style import ParagraphStyle
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

FONT, LANGUAGE = "Times New Roman", "vi-VN"
CENTRE, LEFT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT
NUMBER, NUMBER_MM = "STT", 13
BLANK = "……"
MM_PER_PT, CELL_PT = 0.3528, 11


def broken_well(name: str) -> str:
    """A long name whose last three words stay together: “Ủy ban nhân dân | thành phố Huế”."""
    words = name.split(" ")
    return " ".join([*words[:-3], "\u00a0".join(words[-3:])]) if len(words) > 4 else name


def lay_page(section: Section, *, wide: bool = False) -> None:
    """A4 with the decree's margins: 20 mm above and below, 30 left, 20 right; `wide` on its side, all 20."""
    section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (Mm(297), Mm(210)) if wide else (Mm(210), Mm(297))
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30) if not wide else Mm(20), Mm(20)
    section.header_distance = section.footer_distance = Mm(10)


def is_wide(section: Section) -> bool:
    """Return whether the section's pages lie on their side."""
    return section.orientation == WD_ORIENT.LANDSCAPE


def rule_beneath(text: str, size: int) -> int:
    """Return the length of the rule beneath a title: two fifths of its line, as far as one can tell."""
    line = min(len(text) * size * 0.5 * MM_PER_PT, 160)
    return Mm(max(20, round(line * 0.4)))


def column_widths(
    across: int, first: int, heading: Sequence[str], rows: Sequence[Sequence[str]]
) -> list[float]:
    """Return the widths in mm of the columns after the number: the first has `first`, less where the longest
    word of another would break.
    """
    room = across - NUMBER_MM
    count = len(heading) - 1
    if not count:
        return [room]
    needed = [_widest(heading[at], [row[at] for row in rows if at < len(row)]) for at in range(len(heading))]
    share = (room - first) / count
    others = [max(share, each) for each in needed[1:]]
    left = room - sum(others)
    if left < needed[0]:  # as much as words need, and the rest by equal parts
        others = needed[1:]
        spare = max(0.0, room - sum(needed)) / (count + 1)
        others = [each + spare for each in others]
        left = room - sum(others)
    return [left, *others]


def _widest(heading: str, cells: Sequence[str]) -> float:
    plain = max((len(word) for cell in cells for word in cell.split()), default=0)
    bold = max((len(word) for word in heading.split()), default=0)
    return min(max(plain * 0.52, bold * 0.6), 14) * CELL_PT * MM_PER_PT + 4.5


def paragraph_style(doc: WordDocument, name: str) -> ParagraphStyle:
    """Return a style of paragraphs. Raises TypeError for a style of something else."""
    found = doc.styles[name]
    if not isinstance(found, ParagraphStyle):
        raise TypeError(f"{name} is no style of paragraphs")
    return found


def set_face(style: ParagraphStyle, size: int) -> None:
    """The one typeface for every script, and the language for spelling."""
    style.font.name, style.font.size = FONT, Pt(size)
    properties = style.element.get_or_add_rPr()
    fonts = properties.get_or_add_rFonts()
    for name in list(fonts.attrib):
        if name.endswith("Theme"):
            del fonts.attrib[name]
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), FONT)
    language = OxmlElement("w:lang")
    for which in ("val", "eastAsia"):
        language.set(qn(f"w:{which}"), LANGUAGE)
    properties.append(language)


def put_line(
    cell: _Cell,
    text: str,
    *,
    size: int,
    bold: bool = False,
    italic: bool = False,
    align: WD_ALIGN_PARAGRAPH = CENTRE,
) -> Paragraph:
    """Add one line of a cell without indent; the first takes the cell's empty paragraph."""
    first = cell.paragraphs[0]
    paragraph: Paragraph = (
        first if not first.text and len(cell.paragraphs) == 1 and not first.runs else cell.add_paragraph()
    )
    paragraph.alignment = align
    paragraph.paragraph_format.first_line_indent = Mm(0)
    paragraph.paragraph_format.space_after = Pt(0)
    run = paragraph.add_run(text)
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)
    return paragraph


def put_rule(place: WordDocument | _Cell, length: int, width: int, *, after: int = 0) -> None:
    """A thin line in the middle of `width`, as stands beneath names and titles."""
    paragraph = place.add_paragraph()
    form = paragraph.paragraph_format
    form.first_line_indent = Mm(0)
    form.left_indent = form.right_indent = (int(width) - int(length)) // 2
    form.space_after, form.line_spacing_rule, form.line_spacing = Pt(after), None, Pt(3)
    border, line = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "0"), ("color", "auto")):
        line.set(qn(f"w:{name}"), value)
    border.append(line)
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(border, "w:tabs", "w:spacing", "w:ind", "w:jc")


def lay_out(table: Table, widths: Sequence[int]) -> None:
    """Fixed columns in the middle of the page: said of the columns and of each cell, since programmes differ
    in what they heed.
    """
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = width


def fill_row(row: _Row, values: Sequence[str], *, bold: bool = False) -> None:
    """Write the cells of a row; names stand left, all else in the middle."""
    heading = bold and values[0] == NUMBER
    for index, (cell, value) in enumerate(zip(row.cells, values, strict=True)):
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        put_line(cell, value, size=11, bold=bold, align=LEFT if index == 1 and not heading else CENTRE)
        form = cell.paragraphs[0].paragraph_format
        form.space_before = form.space_after = Pt(2)


def set_flag(properties: BaseOxmlElement, name: str) -> None:
    """Add an element that says yes."""
    element = OxmlElement(name)
    element.set(qn("w:val"), "true")
    properties.append(element)
