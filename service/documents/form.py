"""The form of an administrative document: page, type, national heading, tables, recipients and signature."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.section import WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

FONT, LANGUAGE = "Times New Roman", "vi-VN"
TEXT_WIDTH = Mm(210 - 30 - 20)
COUNTRY, MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"
BLANK = "……"
CENTRE, RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT


@dataclass(frozen=True, slots=True)
class Office:
    """Who issues the document, as the city's folder says; what it does not say is left to be filled in."""

    issuer: str
    superior: str = ""
    symbol: str = ""
    place: str = ""
    signs: str = ""
    recipients: tuple[str, ...] = ()


class Paper:
    """One document being written, from its heading to its signature and annexes."""

    def __init__(self, office: Office, title: str) -> None:
        self.office = office
        self.doc = Document()
        self.doc.core_properties.title = title
        self.doc.core_properties.author = office.issuer
        self.doc.core_properties.language = LANGUAGE
        _page(self.doc.sections[0])
        self._styles()
        self._number_pages()

    def heading(self, on: date) -> None:
        """The issuing body on the left, the country and its motto on the right; number, place and date."""
        office = self.office
        table = self.doc.add_table(rows=2, cols=2)
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        for row in table.rows:
            for cell, width in zip(row.cells, (Mm(68), Mm(92)), strict=True):
                cell.width = width
        left, right = table.rows[0].cells
        if office.superior:
            _line(left, office.superior.upper(), size=12)
        _line(left, office.issuer.upper(), size=12, bold=True)
        _line(left, "_______", size=8)
        _line(right, COUNTRY, size=12, bold=True)
        _line(right, MOTTO, size=13, bold=True)
        _line(right, "_______________________", size=8)
        below, day = table.rows[1].cells
        _line(below, f"Số: {BLANK}/BC-{office.symbol or BLANK}", size=13)
        place = office.place or BLANK
        _line(day, f"{place}, ngày {BLANK} tháng {on.month:02} năm {on.year}", size=13, italic=True)

    def title(self, kind: str, about: str) -> None:
        """The kind of document and what it is about, in the middle."""
        self._centred(kind, 14, before=18)
        self._centred(about, 14)
        self._centred("__________", 8, after=12)

    def part(self, text: str, level: int = 1) -> None:
        """The heading of a numbered part."""
        self.doc.add_heading(text, level)

    def say(self, text: str) -> None:
        """A paragraph."""
        self.doc.add_paragraph(text)

    def table(
        self, caption: str, heading: Sequence[str], rows: Iterable[Sequence[str]], first: int = 48
    ) -> None:
        """A table whose heading stands on every page; the first column is `first` mm wide."""
        if caption:
            self._centred(caption, 13, before=6, after=4)
        table = self.doc.add_table(rows=1, cols=len(heading), style="Table Grid")
        table.autofit = False
        others = (int(TEXT_WIDTH) - int(Mm(first))) // max(1, len(heading) - 1)
        widths = [int(Mm(first)), *([others] * (len(heading) - 1))]
        _fill(table.rows[0], heading, widths, bold=True)
        _set(table.rows[0]._tr.get_or_add_trPr(), "w:tblHeader")
        for values in rows:
            row = table.add_row()
            _fill(row, values, widths)
            _set(row._tr.get_or_add_trPr(), "w:cantSplit")

    def signature(self) -> None:
        """Recipients on the left, who signs on the right; the name is written by whoever signs."""
        self.doc.add_paragraph()
        table = self.doc.add_table(rows=1, cols=2)
        table.autofit = False
        left, right = table.rows[0].cells
        left.width, right.width = Mm(80), Mm(80)
        _set(table.rows[0]._tr.get_or_add_trPr(), "w:cantSplit")
        _line(left, "Nơi nhận:", size=12, bold=True, italic=True, align=None)
        recipients = self.office.recipients or (BLANK,)
        for place, each in enumerate((*recipients, "Lưu: VT.")):
            end = "" if place == len(recipients) else ";"
            _line(left, f"- {each}{end}", size=11, align=None)
        _line(right, (self.office.signs or BLANK).upper(), size=13, bold=True)
        for _ in range(4):
            _line(right, "", size=13)
        _line(right, "…………………………", size=13, bold=True)

    def annex(self, number: str, title: str) -> None:
        """A new page with the heading of an annex."""
        self.doc.add_section(WD_SECTION.NEW_PAGE)
        heading = self.doc.add_heading(f"Phụ lục {number}", 1)
        heading.alignment = CENTRE
        heading.paragraph_format.first_line_indent = Mm(0)
        self._centred(title.upper(), 13)
        body = self.office.issuer
        told = f"(Kèm theo Báo cáo số {BLANK}/BC-{self.office.symbol or BLANK} ngày {BLANK} của {body})"
        self._centred(told, 13, bold=False, italic=True, after=8)

    def save(self, path: Path) -> None:
        """Write the file."""
        self.doc.save(str(path))

    def _centred(
        self,
        text: str,
        size: int,
        *,
        bold: bool = True,
        italic: bool = False,
        before: int = 0,
        after: int = 0,
    ) -> None:
        paragraph = self.doc.add_paragraph()
        paragraph.alignment = CENTRE
        paragraph.paragraph_format.first_line_indent = Mm(0)
        paragraph.paragraph_format.space_before = Pt(before)
        paragraph.paragraph_format.space_after = Pt(after)
        run = paragraph.add_run(text)
        run.bold, run.italic, run.font.size = bold, italic, Pt(size)

    def _styles(self) -> None:
        normal: Any = self.doc.styles["Normal"]
        _face(normal, 14)
        form = normal.paragraph_format
        form.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        form.first_line_indent, form.space_before, form.space_after = Mm(10), Pt(0), Pt(6)
        form.line_spacing_rule = WD_LINE_SPACING.SINGLE
        for level in (1, 2):
            style: Any = self.doc.styles[f"Heading {level}"]
            _face(style, 14)
            style.font.bold, style.font.italic = True, False
            style.font.color.rgb = None
            style.paragraph_format.first_line_indent = Mm(10)
            style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(8), Pt(4)
            style.paragraph_format.keep_with_next = True

    def _number_pages(self) -> None:
        """In the middle of the upper margin from the second page on."""
        section = self.doc.sections[0]
        section.different_first_page_header_footer = True
        paragraph = section.header.paragraphs[0]
        paragraph.alignment = CENTRE
        paragraph.paragraph_format.first_line_indent = Mm(0)
        for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
            run = paragraph.add_run()
            run.font.size = Pt(13)
            element = OxmlElement("w:fldChar" if kind else "w:instrText")
            if kind:
                element.set(qn("w:fldCharType"), kind)
            else:
                element.text = text
            run._r.append(element)


def _page(section: Any) -> None:
    """A4 with the margins of the decree: 20 mm above and below, 30 left, 20 right."""
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(20)
    section.header_distance = section.footer_distance = Mm(10)


def _face(style: Any, size: int) -> None:
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


def _line(
    cell: Any, text: str, *, size: int, bold: bool = False, italic: bool = False, align: Any = CENTRE
) -> None:
    """One line of a cell without indent; the first takes the cell's empty paragraph."""
    first = cell.paragraphs[0]
    paragraph = (
        first if not first.text and len(cell.paragraphs) == 1 and not first.runs else cell.add_paragraph()
    )
    paragraph.alignment = align if align is not None else WD_ALIGN_PARAGRAPH.LEFT
    paragraph.paragraph_format.first_line_indent = Mm(0)
    paragraph.paragraph_format.space_after = Pt(0)
    run = paragraph.add_run(text)
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)


def _fill(row: Any, values: Sequence[str], widths: Sequence[int], *, bold: bool = False) -> None:
    for place, (cell, value, width) in enumerate(zip(row.cells, values, widths, strict=True)):
        cell.width = width
        align = CENTRE if bold or place else WD_ALIGN_PARAGRAPH.LEFT
        _line(cell, value, size=11, bold=bold, align=align)


def _set(properties: Any, name: str) -> None:
    element = OxmlElement(name)
    element.set(qn("w:val"), "true")
    properties.append(element)
