"""The form of an administrative document: page, type, national heading, tables, recipients and signature."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from docx import Document
from docx.enum.section import WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.enum.text import WD_TAB_ALIGNMENT as TAB
from docx.enum.text import WD_TAB_LEADER as LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Mm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from service.documents.slots import DAY, MONTH, NUMBER_SLOT, YEAR, add_slot, make_slots
from service.documents.typesetting import (
    BLANK,
    CENTRE,
    FONT,
    LANGUAGE,
    LEFT,
    NUMBER,
    NUMBER_MM,
    broken_well,
    column_widths,
    fill_below,
    fill_row,
    is_wide,
    lay_out,
    lay_page,
    paragraph_style,
    printable,
    put_line,
    put_rule,
    put_words,
    rule_beneath,
    set_face,
    set_flag,
)
from service.domain.documents.names import KIND_NAMES, month_written, symbol_of
from service.models.documents.kinds import DocumentKind

COUNTRY, MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"
TEXT_WIDTH = Mm(210 - 30 - 20)
HEADING_WIDTHS = (Mm(74), Mm(94))
MOST_IN_PROPERTIES = 255
"""So many letters a Word file keeps of its title and author."""
__all__ = ["BLANK", "COUNTRY", "FONT", "MOTTO", "IssuingOffice", "Paper", "with_full_stop"]


@dataclass(frozen=True, slots=True)
class IssuingOffice:
    """Issuer of a document; what is not said is left to be filled in.

    `room` is the symbol of who drafts, `signs` the office of who signs, a line each.
    """

    issuer: str
    superior: str = ""
    symbol: str = ""
    place: str = ""
    signs: str = ""
    recipients: tuple[str, ...] = ()
    signer: str = ""
    room: str = ""


class Paper:
    """Document being written, from its heading to its signature and annexes."""

    def __init__(self, office: IssuingOffice, title: str, kind: DocumentKind = DocumentKind.REPORT) -> None:
        """Begin a document; `kind` decides the symbol, the title and what annexes are called annexes of."""
        self.office, self.kind, self.about = office, kind, title
        self.symbol = symbol_of(kind, office.symbol or BLANK, office.room)
        self.addressees: tuple[str, ...] = ()
        self.doc = Document()
        self.doc.core_properties.title = printable(title)[:MOST_IN_PROPERTIES]
        self.doc.core_properties.author = printable(office.issuer)[:MOST_IN_PROPERTIES]
        self.doc.core_properties.language = LANGUAGE
        self.doc.core_properties.comments = ""
        lay_page(self.doc.sections[0])
        self._styles()
        make_slots(self.doc)
        self._number_pages()

    def heading(self, on: date, about: str = "") -> None:
        """Write the issuing body on the left, the country and its motto on the right; number, place and date.
        A letter says beneath its number what it is `about`.
        """
        office = self.office
        table = self.doc.add_table(rows=2, cols=2)
        lay_out(table, HEADING_WIDTHS)
        left, right = table.rows[0].cells
        if office.superior:
            put_line(left, broken_well(office.superior.upper()), size=12)
        put_line(left, broken_well(office.issuer.upper()), size=12, bold=True)
        put_rule(left, Mm(22), HEADING_WIDTHS[0], after=6)
        put_line(right, COUNTRY, size=12, bold=True)
        put_line(right, MOTTO, size=13, bold=True)
        put_rule(right, Mm(58), HEADING_WIDTHS[1], after=6)
        below, day = table.rows[1].cells
        numbered = put_line(below, "Số: ", size=13)
        add_slot(numbered, NUMBER_SLOT, BLANK, 13)
        numbered.add_run(printable(f"/{self.symbol}")).font.size = Pt(13)
        if about:
            put_line(below, f"V/v {about}", size=12).paragraph_format.space_before = Pt(6)
        dated = put_line(day, f"{office.place or BLANK}, ngày ", size=13, italic=True)
        _dated(dated, BLANK, month_written(on.month), str(on.year))

    def title(self, about: str) -> None:
        """Write the kind of document and what it is about, in the middle."""
        self._centred(KIND_NAMES[self.kind].upper(), 14, before=18)
        self._centred(about, 14)
        put_rule(self.doc, rule_beneath(about, 14), TEXT_WIDTH, after=12)

    def addressed_to(self, *names: str) -> None:
        """Write the lines that say who a document is for; each first among its recipients, as “Như trên”."""
        self.addressees = names
        if len(names) == 1:
            self._centred(f"Kính gửi: {names[0]}", 14, bold=False, before=12, after=12)
            return
        self._centred("Kính gửi:", 14, bold=False, before=12, after=0)
        for at, name in enumerate(names):
            end = "." if at == len(names) - 1 else ";"
            line = self.doc.add_paragraph(printable(f"- {name}{end}"))
            line.paragraph_format.left_indent = Mm(60)
            line.paragraph_format.first_line_indent = Mm(0)
            line.paragraph_format.space_after = Pt(12 if end == "." else 0)

    def part(self, text: str, level: int = 1) -> None:
        """Write the heading of a numbered part."""
        self.doc.add_heading(printable(text), level)

    def write(self, text: str) -> None:
        """Write a paragraph; one after a table keeps its distance."""
        paragraph = self.doc.add_paragraph()
        put_words(paragraph.add_run(), text)
        before = paragraph._p.getprevious()
        if before is not None and before.tag == qn("w:tbl"):
            paragraph.paragraph_format.space_before = Pt(6)

    def to_fill_in(self, lines: int) -> None:
        """Write dotted lines that whoever drafts the document writes on."""
        for _ in range(lines):
            paragraph = self.doc.add_paragraph("\t")
            paragraph.paragraph_format.tab_stops.add_tab_stop(TEXT_WIDTH, TAB.RIGHT, LEADER.DOTS)

    def table(
        self,
        caption: str,
        heading: Sequence[str],
        rows: Iterable[Sequence[str]],
        *,
        total: Sequence[str] = (),
        numbers: Sequence[str] = (),
    ) -> Table:
        """Add a table whose heading stands on every page. Its rows are numbered, by `numbers` where there
        are any. `total` is the last row, without a number.
        """
        if caption:
            self._centred(caption, 13, before=6, after=4, keep=True)
        table = self.doc.add_table(rows=1, cols=len(heading) + 1, style="Table Grid")
        cells = [tuple(each) for each in rows]
        across = 297 - 40 if is_wide(self.doc.sections[-1]) else 160
        widths = column_widths(across, heading, [*cells, *([total] if total else [])])
        fill_row(table.rows[0], (NUMBER, *heading), bold=True)
        set_flag(table.rows[0]._tr.get_or_add_trPr(), "w:tblHeader")
        numbered = [(numbers[at] if numbers else str(at + 1), *values) for at, values in enumerate(cells)]
        for values in numbered[:1]:
            fill_row(table.add_row(), values)
        if total:
            fill_row(table.add_row(), ("", *total), bold=True)
        for row in table.rows:
            set_flag(row._tr.get_or_add_trPr(), "w:cantSplit")
        lay_out(table, [Mm(NUMBER_MM), *(Mm(each) for each in widths)])
        if numbered[1:]:
            fill_below(table, numbered[1:])
        return cast(Table, table)

    def signature(self) -> None:
        """Write the recipients on the left, who signs on the right;
        a name that is not known is left to be written.
        """
        self._keep_the_end()
        table = self.doc.add_table(rows=1, cols=2)
        lay_out(table, (Mm(80), Mm(80)))
        left, right = table.rows[0].cells
        set_flag(table.rows[0]._tr.get_or_add_trPr(), "w:cantSplit")
        self._recipients(left)
        self._signer(right, (self.office.signs or BLANK).upper().split("\n"), self.office.signer)

    def signed_by_both(self, left: str, right: str) -> None:
        """Write that two sign side by side, as minutes are, their names by hand;
        the recipients stand beneath.
        """
        self._keep_the_end()
        table = self.doc.add_table(rows=2, cols=2)
        lay_out(table, (Mm(80), Mm(80)))
        set_flag(table.rows[0]._tr.get_or_add_trPr(), "w:cantSplit")
        for cell, capacity in zip(table.rows[0].cells, (left, right), strict=True):
            self._signer(cell, capacity.upper().split("\n"), "", size=13)
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.keep_with_next = True
        self._recipients(table.rows[1].cells[0])

    def _keep_the_end(self) -> None:
        """Let the end of the text go along with who signs: no signature stands alone on its page."""
        last = self.doc.element.body.findall(qn("w:p"))[-2:]
        for element in last:
            Paragraph(element, self.doc._body).paragraph_format.keep_with_next = True
        self.doc.add_paragraph().paragraph_format.keep_with_next = True

    def _recipients(self, cell: _Cell) -> None:
        put_line(cell, "Nơi nhận:", size=12, bold=True, italic=True, align=LEFT)
        known = (*(("Như trên",) if self.addressees else ()), *self.office.recipients)
        for each in known or (BLANK,):
            put_line(cell, f"- {each};", size=11, align=LEFT)
        put_line(cell, f"- Lưu: VT, {self.office.room or BLANK}.", size=11, align=LEFT)

    @staticmethod
    def _signer(cell: _Cell, lines: Sequence[str], name: str, size: int = 14) -> None:
        for each in lines:
            put_line(cell, each, size=size, bold=True)
        for _ in range(4):
            put_line(cell, "", size=13)
        put_line(cell, name or BLANK * 5, size=14, bold=True)

    def annex(self, number: str, title: str, *, wide: bool = False) -> None:
        """Begin a new page with the heading of an annex; its pages are counted by themselves.
        A `wide` one lies on its side.
        """
        section = self.doc.add_section(WD_SECTION.NEW_PAGE)
        lay_page(section, wide=wide)
        for known in section._sectPr.findall(qn("w:pgNumType")):  # a section begins as a copy of the last
            section._sectPr.remove(known)
        counted = OxmlElement("w:pgNumType")
        counted.set(qn("w:start"), "1")
        section._sectPr.insert_element_before(counted, "w:cols", "w:titlePg", "w:docGrid")
        heading = self.doc.add_heading(f"Phụ lục {number}".strip(), 1)
        heading.alignment = CENTRE
        heading.paragraph_format.first_line_indent = Mm(0)
        self._centred(title.upper(), 13)
        paragraph = self._centred(f"(Kèm theo {KIND_NAMES[self.kind]} số ", 13, bold=False, italic=True)
        add_slot(paragraph, NUMBER_SLOT, BLANK, 13, italic=True)
        run = paragraph.add_run(printable(f"/{self.symbol} ngày "))
        run.italic, run.font.size = True, Pt(13)
        _dated(paragraph, BLANK, BLANK, BLANK, f" của {self.office.issuer})")
        put_rule(self.doc, Mm(50), _width(section), after=10)

    def content(self) -> bytes:
        """Return the document as the bytes of a DOCX file."""
        file = io.BytesIO()
        self.doc.save(file)
        return file.getvalue()

    def _centred(
        self,
        text: str,
        size: int,
        *,
        bold: bool = True,
        italic: bool = False,
        before: int = 0,
        after: int = 0,
        keep: bool = False,
    ) -> Paragraph:
        paragraph = self.doc.add_paragraph()
        paragraph.paragraph_format.keep_with_next = keep
        paragraph.alignment = CENTRE
        paragraph.paragraph_format.first_line_indent = Mm(0)
        paragraph.paragraph_format.space_before = Pt(before)
        paragraph.paragraph_format.space_after = Pt(after)
        run = paragraph.add_run()
        put_words(run, text)
        run.bold, run.italic, run.font.size = bold, italic, Pt(size)
        return paragraph

    def _styles(self) -> None:
        normal = paragraph_style(self.doc, "Normal")
        set_face(normal, 14)
        form = normal.paragraph_format
        form.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        form.first_line_indent, form.space_before, form.space_after = Mm(10), Pt(0), Pt(6)
        form.line_spacing_rule = WD_LINE_SPACING.SINGLE
        for level in (1, 2):
            style = paragraph_style(self.doc, f"Heading {level}")
            set_face(style, 14)
            style.font.bold, style.font.italic = True, False
            style.font.color.rgb = None
            style.paragraph_format.first_line_indent = Mm(10)
            style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(8), Pt(4)
            style.paragraph_format.keep_with_next = True

    def _number_pages(self) -> None:
        """Number the pages in the middle of the upper margin from the second page on."""
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


def with_full_stop(text: str) -> str:
    """Return a sentence that was typed, with one full stop at its end."""
    sentence = text.strip()
    return sentence if sentence.endswith((".", "!", "?", "…")) else f"{sentence}."


def _dated(line: Paragraph, day: str, month: str, year: str, end: str = "") -> None:
    """Write `…… tháng 11 năm 2026` into a line, each part where the clerk's date goes later."""
    for slot, text, before in ((DAY, day, ""), (MONTH, month, " tháng "), (YEAR, year, " năm ")):
        if before:
            run = line.add_run(before)
            run.italic, run.font.size = True, Pt(13)
        add_slot(line, slot, text, 13, italic=True)
    if end:
        run = line.add_run(printable(end))
        run.italic, run.font.size = True, Pt(13)


def _width(section: Section) -> int:
    return Mm(297 - 40) if is_wide(section) else TEXT_WIDTH
