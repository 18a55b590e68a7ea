"""Faults of a printed document after Nghị định 30/2020/NĐ-CP: page, margins, words, numbers, signature."""

from __future__ import annotations

import re
import unicodedata
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import docx
from docx.document import Document

from tests.papers.press import said_by

PT_PER_MM = 72 / 25.4
A4_MM = ((210, 297), (297, 210))
LEFT_MM, RIGHT_MM, EDGE_MM = 30, 20, 20
HEADING_MM = 4.5
"""So much the two columns of the heading reach beyond the text on each side."""
SLACK_MM = 1.0
XHTML = "{http://www.w3.org/1999/xhtml}"
COUNTRY = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"


@dataclass(frozen=True, slots=True)
class Word:
    """Word on a page, its box in mm from the upper left corner."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class PrintedPage:
    """Page with its size in mm."""

    width: float
    height: float
    words: list[Word]

    @property
    def text(self) -> str:
        """Return the words in their order."""
        return " ".join(word.text for word in self.words)

    @property
    def number(self) -> str:
        """Return the page number in the upper margin; empty without one."""
        above = [word.text for word in self.words if word.bottom < EDGE_MM + SLACK_MM]
        return above[0] if above else ""


def printed_pages(pdf: Path) -> list[PrintedPage]:
    """Return the pages of a PDF with where each word stands."""
    told = said_by("pdftotext", "-enc", "UTF-8", "-bbox", str(pdf), "-")
    root = ET.fromstring(re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", told))  # noqa: S314 - made here
    return [
        PrintedPage(
            float(page.attrib["width"]) / PT_PER_MM,
            float(page.attrib["height"]) / PT_PER_MM,
            [
                Word(
                    plain(each.text or ""),
                    *(float(each.attrib[name]) / PT_PER_MM for name in ("xMin", "yMin", "xMax", "yMax")),
                )
                for each in page.iter(f"{XHTML}word")
            ],
        )
        for page in root.iter(f"{XHTML}page")
    ]


def faults_of(paper: Path, pdf: Path) -> list[str]:
    """Return what is wrong with a document, a sentence each."""
    document, pages = docx.Document(str(paper)), printed_pages(pdf)
    return [*_page_faults(pages), *_word_faults(document, pages), *_order_faults(document, pages)]


def plain(text: str) -> str:
    """Return text with the hyphens and spaces that do not break as common ones."""
    return (
        unicodedata.normalize("NFC", text)
        .replace("\u2011", "-")
        .replace("\u2010", "-")
        .replace("\u00a0", " ")
    )


def _page_faults(pages: list[PrintedPage]) -> Iterator[str]:
    for at, page in enumerate(pages, 1):
        if (round(page.width), round(page.height)) not in A4_MM:
            yield f"page {at} is {page.width:.0f} x {page.height:.0f} mm"
        wide = page.width > page.height
        left = (EDGE_MM if wide else LEFT_MM) - HEADING_MM - SLACK_MM
        right = page.width - RIGHT_MM + HEADING_MM + SLACK_MM
        for word in page.words:
            if word.left < left or word.right > right or word.bottom > page.height - EDGE_MM + SLACK_MM:
                yield f"page {at}: “{word.text}” stands in the margin"


def _word_faults(document: Document, pages: list[PrintedPage]) -> Iterator[str]:
    """No word of the document is broken into two."""
    printed = {word.text for page in pages for word in page.words}
    for word in sorted({each for text in _texts(document) for each in plain(text).split()}):
        if word not in printed and not re.fullmatch(r"[.…]+", word):
            yield f"the word “{word}” is broken, or missing"


def _order_faults(document: Document, pages: list[PrintedPage]) -> Iterator[str]:
    """The heading is on the first page; each annex counts its own pages; no signature stands alone."""
    if COUNTRY not in pages[0].text or pages[0].number:
        yield "the first page has no heading, or a number"
    expected = 1
    for at, page in enumerate(pages[1:], 2):
        begins = re.match(r"Phụ lục( [IVX]+)? [A-ZĐÀ-Ỹ]", page.text) is not None
        expected = 1 if begins else expected + 1
        if page.number != ("" if expected == 1 else str(expected)):
            yield f"page {at} is numbered “{page.number}”, not {expected} of its part"
        above = [word for word in page.words if word.bottom > EDGE_MM]
        if above and above[0].text == "Nơi" and page.text.startswith((f"{expected} Nơi nhận:", "Nơi nhận:")):
            yield f"page {at} has nothing but the signature"
    annexes = sum(paragraph.text.startswith("Phụ lục") for paragraph in document.paragraphs)
    if annexes == 1 and any(paragraph.text == "Phụ lục I" for paragraph in document.paragraphs):
        yield "a single annex has a number"
    if annexes and not any("Phụ lục" in text and "kèm theo" in text for text in _texts(document)):
        yield "the text does not point to its annexes"


def _texts(document: Document) -> Iterator[str]:
    for paragraph in document.paragraphs:
        yield paragraph.text
    for table in document.tables:
        for row in table.rows:
            for cell in row.cells:
                yield cell.text
