"""The form of an administrative document: page, type, national heading, tables, recipients and signature."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_SECTION
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.enum.text import WD_TAB_ALIGNMENT as TAB
from docx.enum.text import WD_TAB_LEADER as LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.section import Section
from docx.shared import Mm, Pt
from docx.styles.style import ParagraphStyle
from docx.table import Table, _Cell, _Row

FONT, LANGUAGE = "Times New Roman", "vi-VN"
TEXT_WIDTH = Mm(210 - 30 - 20)
COUNTRY, MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"
BLANK = "……"
CENTRE, LEFT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT
HEADING_WIDTHS = (Mm(74), Mm(94))
NUMBER, NUMBER_MM = "STT", 13


@dataclass(frozen=True, slots=True)
class IssuingOffice:
    """Issuer of a document, as the city's folder says; what it does not say is left to be filled in.

    `signs` is the office of who signs, a line each.
    """

    issuer: str
    superior: str = ""
    symbol: str = ""
    place: str = ""
    signs: str = ""
    recipients: tuple[str, ...] = ()
    signer: str = ""


class Paper:
    """Document being written, from its heading to its signature and annexes."""

    def __init__(self, office: IssuingOffice, title: str, kind: str = "BC") -> None:
        """`kind` is the code of the kind of document: BC, KH, or CV, whose number goes without it."""
        self.office, self.kind = office, kind
        self.doc = Document()
        self.doc.core_properties.title = title
        self.doc.core_properties.author = office.issuer
        self.doc.core_properties.language = LANGUAGE
        _page(self.doc.sections[0])
        self._styles()
        self._number_pages()

    def heading(self, on: date, about: str = "") -> None:
        """The issuing body on the left, the country and its motto on the right; number, place and date. A
        letter says beneath its number what it is `about`.
        """
        office = self.office
        table = self.doc.add_table(rows=2, cols=2)
        _lay_out(table, HEADING_WIDTHS)
        left, right = table.rows[0].cells
        if office.superior:
            _line(left, _broken_well(office.superior.upper()), size=12)
        _line(left, office.issuer.upper(), size=12, bold=True)
        _rule(left, Mm(20), HEADING_WIDTHS[0], after=6)
        _line(right, COUNTRY, size=12, bold=True)
        _line(right, MOTTO, size=13, bold=True)
        _rule(right, Mm(54), HEADING_WIDTHS[1], after=6)
        below, day = table.rows[1].cells
        kind = "" if self.kind == "CV" else f"{self.kind}-"
        _line(below, f"Số: {BLANK}/{kind}{office.symbol or BLANK}", size=13)
        if about:
            _line(below, f"V/v {about}", size=12)
        place = office.place or BLANK
        _line(day, f"{place}, ngày {BLANK} tháng {on.month:02} năm {on.year}", size=13, italic=True)

    def title(self, kind: str, about: str) -> None:
        """The kind of document and what it is about, in the middle."""
        self._centred(kind, 14, before=18)
        self._centred(about, 14)
        _rule(self.doc, Mm(50), TEXT_WIDTH, after=12)

    def addressed_to(self, name: str) -> None:
        """The line that says who a letter is for."""
        self._centred(f"Kính gửi: {name}", 14, bold=False, before=12, after=12)

    def part(self, text: str, level: int = 1) -> None:
        """The heading of a numbered part."""
        self.doc.add_heading(text, level)

    def say(self, text: str) -> None:
        """A paragraph."""
        self.doc.add_paragraph(text)

    def to_fill_in(self, lines: int) -> None:
        """Dotted lines that whoever drafts the document writes on."""
        for _ in range(lines):
            paragraph = self.doc.add_paragraph("\t")
            paragraph.paragraph_format.tab_stops.add_tab_stop(TEXT_WIDTH, TAB.RIGHT, LEADER.DOTS)

    def table(
        self,
        caption: str,
        heading: Sequence[str],
        rows: Iterable[Sequence[str]],
        *,
        first: int = 52,
        total: Sequence[str] = (),
        numbers: Sequence[str] = (),
    ) -> None:
        """A table whose heading stands on every page. Its rows are numbered, by `numbers` where there are
        any; the column after the number is `first` mm wide. `total` is the last row, without a number.
        """
        if caption:
            self._centred(caption, 13, before=6, after=4, keep=True)
        table = self.doc.add_table(rows=1, cols=len(heading) + 1, style="Table Grid")
        others = (int(TEXT_WIDTH) - int(Mm(NUMBER_MM + first))) // max(1, len(heading) - 1)
        widths = [Mm(NUMBER_MM), Mm(first), *([others] * (len(heading) - 1))]
        _fill(table.rows[0], (NUMBER, *heading), bold=True)
        _set(table.rows[0]._tr.get_or_add_trPr(), "w:tblHeader")
        for at, values in enumerate(rows):
            _fill(table.add_row(), (numbers[at] if numbers else str(at + 1), *values))
        if total:
            _fill(table.add_row(), ("", *total), bold=True)
        for row in table.rows:
            _set(row._tr.get_or_add_trPr(), "w:cantSplit")
        _lay_out(table, widths)

    def signature(self) -> None:
        """Recipients on the left, who signs on the right; a name that is not known is left to be written."""
        self.doc.add_paragraph()
        table = self.doc.add_table(rows=1, cols=2)
        _lay_out(table, (Mm(80), Mm(80)))
        left, right = table.rows[0].cells
        _set(table.rows[0]._tr.get_or_add_trPr(), "w:cantSplit")
        _line(left, "Nơi nhận:", size=12, bold=True, italic=True, align=LEFT)
        recipients = self.office.recipients or (BLANK,)
        for index, each in enumerate((*recipients, f"Lưu: VT, {BLANK}.")):
            end = "" if index == len(recipients) else ";"
            _line(left, f"- {each}{end}", size=11, align=LEFT)
        for each in (self.office.signs or BLANK).upper().split("\n"):
            _line(right, each, size=14, bold=True)
        for _ in range(4):
            _line(right, "", size=13)
        _line(right, self.office.signer or BLANK * 5, size=14, bold=True)

    def annex(self, number: str, title: str) -> None:
        """A new page with the heading of an annex; its pages are counted by themselves."""
        section = self.doc.add_section(WD_SECTION.NEW_PAGE)
        counted = OxmlElement("w:pgNumType")
        counted.set(qn("w:start"), "1")
        section._sectPr.insert_element_before(counted, "w:cols", "w:titlePg", "w:docGrid")
        heading = self.doc.add_heading(f"Phụ lục {number}", 1)
        heading.alignment = CENTRE
        heading.paragraph_format.first_line_indent = Mm(0)
        self._centred(title.upper(), 13)
        body = self.office.issuer
        day = f"ngày {BLANK} tháng {BLANK} năm {BLANK}"
        told = f"(Kèm theo Báo cáo số {BLANK}/BC-{self.office.symbol or BLANK} {day} của {body})"
        self._centred(told, 13, bold=False, italic=True)
        _rule(self.doc, Mm(50), TEXT_WIDTH, after=10)

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
        keep: bool = False,
    ) -> None:
        paragraph = self.doc.add_paragraph()
        paragraph.paragraph_format.keep_with_next = keep
        paragraph.alignment = CENTRE
        paragraph.paragraph_format.first_line_indent = Mm(0)
        paragraph.paragraph_format.space_before = Pt(before)
        paragraph.paragraph_format.space_after = Pt(after)
        run = paragraph.add_run(text)
        run.bold, run.italic, run.font.size = bold, italic, Pt(size)

    def _styles(self) -> None:
        normal = _style(self.doc, "Normal")
        _face(normal, 14)
        form = normal.paragraph_format
        form.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        form.first_line_indent, form.space_before, form.space_after = Mm(10), Pt(0), Pt(6)
        form.line_spacing_rule = WD_LINE_SPACING.SINGLE
        for level in (1, 2):
            style = _style(self.doc, f"Heading {level}")
            _face(style, 14)
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


def _broken_well(name: str) -> str:
    """A long name whose last three words stay together: “Ủy ban nhân dân | thành phố Huế”."""
    words = name.split(" ")
    return " ".join([*words[:-3], "\u00a0".join(words[-3:])]) if len(words) > 4 else name


def _page(section: Section) -> None:
    """A4 with the margins of the decree: 20 mm above and below, 30 left, 20 right."""
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(20)
    section.header_distance = section.footer_distance = Mm(10)


def _style(doc: WordDocument, name: str) -> ParagraphStyle:
    """Return a style of paragraphs. Raises TypeError for a style of something else."""
    found = doc.styles[name]
    if not isinstance(found, ParagraphStyle):
        raise TypeError(f"{name} is no style of paragraphs")
    return found


def _face(style: ParagraphStyle, size: int) -> None:
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
    cell: _Cell,
    text: str,
    *,
    size: int,
    bold: bool = False,
    italic: bool = False,
    align: WD_ALIGN_PARAGRAPH = CENTRE,
) -> None:
    """Add one line of a cell without indent; the first takes the cell's empty paragraph."""
    first = cell.paragraphs[0]
    paragraph = (
        first if not first.text and len(cell.paragraphs) == 1 and not first.runs else cell.add_paragraph()
    )
    paragraph.alignment = align
    paragraph.paragraph_format.first_line_indent = Mm(0)
    paragraph.paragraph_format.space_after = Pt(0)
    run = paragraph.add_run(text)
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)


def _rule(place: WordDocument | _Cell, length: int, width: int, *, after: int = 0) -> None:
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


def _lay_out(table: Table, widths: Sequence[int]) -> None:
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


def _fill(row: _Row, values: Sequence[str], *, bold: bool = False) -> None:
    heading = bold and values[0] == NUMBER
    for index, (cell, value) in enumerate(zip(row.cells, values, strict=True)):
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        _line(cell, value, size=11, bold=bold, align=LEFT if index == 1 and not heading else CENTRE)
        form = cell.paragraphs[0].paragraph_format
        form.space_before = form.space_after = Pt(2)


def _set(properties: BaseOxmlElement, name: str) -> None:
    element = OxmlElement(name)
    element.set(qn("w:val"), "true")
    properties.append(element)
