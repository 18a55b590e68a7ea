"""Typesetting of documents: page, typeface, lines, rules and tables, as python-docx is told them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from copy import deepcopy

from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.section import Section
from docx.shared import Mm, Pt
from docx.styles.style import ParagraphStyle
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph
from docx.text.run import Run

FONT, LANGUAGE = "Times New Roman", "vi-VN"
CENTRE, LEFT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT
NUMBER, NUMBER_MM = "STT", 13
BLANK = "……"
MM_PER_PT, CELL_PT = 0.3528, 11
CELL_EDGES_MM = 4.5
BOLD, HEADING_LINES = 1.08, 3
LONG_WORD_MM = 34.0
LONG_MM = 110.0
"""A cell that would be longer on one line wants no more than this: it is read on several."""
NO_BREAK, _HYPHEN = "\u00a0", "\u2011"
MOST_TOGETHER = 26
"""So many letters of a name fit on one line of the heading."""
_UNPRINTABLE = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_COMMITTEE = "ỦY BAN NHÂN DÂN "
_CODES = re.compile(r"\b(?:[A-Z]{2,4}-[A-Z0-9]{4}-[A-Z0-9]{2}|[A-Z]{1,3}\d\d-\d{4})\b")


def broken_well(name: str) -> str:
    """Return a body's name that breaks where one would break it by hand: after “Ủy ban nhân dân”, after a
    comma or a dash, and never before its last word alone.
    """
    if len(name) <= MOST_TOGETHER:
        return name
    if name.upper().startswith(_COMMITTEE) and len(name) - len(_COMMITTEE) <= MOST_TOGETHER:
        head, rest = name[: len(_COMMITTEE)], name[len(_COMMITTEE) :]
        return head + rest.replace(" ", NO_BREAK)
    text = name.replace(" – ", f"{NO_BREAK}– ").replace(" - ", f"{NO_BREAK}- ")
    text = re.sub(r", (\S+) ", rf", \1{NO_BREAK}", text)
    head, _, last = text.rpartition(" ")
    return f"{head}{NO_BREAK}{last}" if " " in head else text


def printable(text: str) -> str:
    """Return text without what no Word document can hold: control characters, halves of characters."""
    return _UNPRINTABLE.sub("", text)


def put_words(run: Run, text: str) -> None:
    """Write text into a run; the hyphens within codes of reports and works do not break."""
    unbroken = _CODES.sub(lambda found: found[0].replace("-", _HYPHEN), printable(text))
    for at, part in enumerate(unbroken.split(_HYPHEN)):
        if at:
            run._r.append(OxmlElement("w:noBreakHyphen"))
        run.add_text(part)


def lay_page(section: Section, *, wide: bool = False) -> None:
    """Lay the page: A4 with the decree's margins, 20 mm above and below, 30 left, 20 right;
    `wide` on its side, all 20.
    """
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


def column_widths(across: int, heading: Sequence[str], rows: Sequence[Sequence[str]]) -> list[float]:
    """Return the widths in mm of the columns after the number: none is narrower than its longest word, and
    what is left goes to those with the longest cells, so that rows stay low.
    """
    room = float(across - NUMBER_MM)
    cells = [[row[at] for row in rows if at < len(row)] for at in range(len(heading))]
    least = [_widest(head, column) for head, column in zip(heading, cells, strict=True)]
    whole = [max(low, _longest(column)) for low, column in zip(least, cells, strict=True)]
    if sum(whole) <= room:
        return [each * room / sum(whole) for each in whole]
    if sum(least) >= room:
        return [each * room / sum(least) for each in least]
    share = (room - sum(least)) / (sum(whole) - sum(least))
    return [low + (long - low) * share for low, long in zip(least, whole, strict=True)]


def _widest(heading: str, cells: Sequence[str]) -> float:
    """Return the width in mm of a column's longest word; its heading has three lines at most."""
    plain = max((_ems(word) for cell in cells for word in cell.split()), default=0.0)
    bold = max((_ems(word) * BOLD for word in heading.split()), default=0.0)
    bold = max(bold, _ems(heading) * BOLD / HEADING_LINES)
    return min(max(plain, bold) * CELL_PT * MM_PER_PT, LONG_WORD_MM) + CELL_EDGES_MM


def _longest(cells: Sequence[str]) -> float:
    """Return the width in mm of a column whose longest cell stands on one line, if that is not too long."""
    longest = max((_ems(cell) for cell in cells), default=0.0)
    return min(longest * CELL_PT * MM_PER_PT + CELL_EDGES_MM, LONG_MM)


def _ems(text: str) -> float:
    """Return the width of a text in ems of Times New Roman, rounded up by kinds of letters."""
    return sum(
        0.72 if each.isupper() else 0.52 if each.isdigit() else 0.5 if each.isalpha() else 0.34
        for each in text
    )


def paragraph_style(doc: WordDocument, name: str) -> ParagraphStyle:
    """Return a style of paragraphs. Raises TypeError for a style of something else."""
    found = doc.styles[name]
    if not isinstance(found, ParagraphStyle):
        raise TypeError(f"{name} is no style of paragraphs")
    return found


def set_face(style: ParagraphStyle, size: int) -> None:
    """Set the one typeface for every script, and the language for spelling."""
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
    run = paragraph.add_run()
    put_words(run, text)
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)
    return paragraph


def put_rule(container: WordDocument | _Cell, length: int, width: int, *, after: int = 0) -> None:
    """Draw a thin line in the middle of `width`, as stands beneath names and titles."""
    paragraph = container.add_paragraph()
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
    """Fix the columns in the middle of the page:
    said of the columns and of each cell, since programmes differ in what they heed.
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


def fill_below(table: Table, rows: Iterable[Sequence[str]]) -> None:
    """Add rows below the first one under the heading, each a copy of it with other words: written anew, a
    list of thousands takes half a minute.
    """
    pattern = above = table.rows[1]._tr
    for values in rows:
        made = deepcopy(pattern)
        above.addnext(made)
        for cell, value in zip(_Row(made, table).cells, values, strict=True):
            run = cell.paragraphs[0].runs[0]
            run.clear()
            put_words(run, value)
        above = made


def link_cell(cell: _Cell, address: str) -> None:
    """Make the first words of a cell a link, underlined."""
    paragraph = cell.paragraphs[0]
    run = paragraph.runs[0]
    run.underline = True
    link, known = OxmlElement("w:hyperlink"), cell.part.rels
    # Under a name of its own: looking for a free number among thousands of links takes longer than the rest.
    name = f"link{len(known)}"
    known.add_relationship(RELATIONSHIP_TYPE.HYPERLINK, address, name, is_external=True)
    link.set(qn("r:id"), name)
    paragraph._p.replace(run._r, link)
    link.append(run._r)


def set_flag(properties: BaseOxmlElement, name: str) -> None:
    """Add an element that says yes."""
    element = OxmlElement(name)
    element.set(qn("w:val"), "true")
    properties.append(element)
