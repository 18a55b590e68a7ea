"""Text of the tables that people upload without a workbook: its coding, its separator, its cells."""

from __future__ import annotations

import codecs
import csv
import io
import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress

from service.errors import TooLarge, invalid
from service.i18n import N_

_MARKS = ";,\t"
_LOOKED_AT = 20
"""Rows that tell the separator: a title may stand above the headings, and cells hold commas of their own."""

MOST_MARKS = 30
"""Marks on one letter (as in the stream-safe text of Unicode's annex 15): composing takes the square of them,
and the process does nothing else meanwhile."""

_SIGNS = re.compile(rf"[^\w\s!-~]{{{MOST_MARKS + 1},}}")

MOST_CELLS = 2_000_000
"""Cells and rows of a file together: one of 10 MB that is nothing but line ends would take a hundred times as
much memory."""

UNREADABLE = N_("Không đọc được tệp. Hãy lưu thành .xlsx hoặc CSV UTF-8.")


def decode_text(data: bytes) -> str:
    """Return the text of a file: UTF-16 that says so, UTF-8, or the code page 1258 of a Vietnamese Windows.

    Letters come composed: that code page keeps the tone behind its letter. Raises ValueError for what is no
    text.
    """
    marked = data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    for coding in ("utf-16",) if marked else ("utf-8-sig", "cp1258"):
        with suppress(UnicodeDecodeError):
            text = data.decode(coding)
            if "\0" not in text and not _is_piled(text):
                return unicodedata.normalize("NFC", text)
    raise ValueError("no text in a known coding")


def _is_piled(text: str) -> bool:
    """Return whether some letter bears more marks than any language has."""
    for signs in _SIGNS.finditer(text):
        groups = itertools.groupby(signs.group(), key=lambda sign: unicodedata.combining(sign) > 0)
        if any(marks and len(list(group)) > MOST_MARKS for marks, group in groups):
            return True
    return False


def read_csv_cells(data: bytes) -> list[list[str]]:
    """Return the cells of a CSV file, by semicolons, commas or tabs, whichever it uses. Raises Invalid,
    TooLarge.
    """
    found: list[list[str]] = []
    room = MOST_CELLS
    try:
        text = decode_text(data)
        for row in _rows(text, max(_MARKS, key=lambda mark: _fitness(text, mark))):
            room -= len(row) + 1
            if room < 0:
                raise TooLarge(N_("Tệp có quá nhiều ô. Hãy chia thành nhiều tệp nhỏ hơn."))
            found.append(row)
    except (ValueError, csv.Error):
        raise invalid(["file"], UNREADABLE) from None
    return found


def _fitness(text: str, mark: str) -> tuple[int, int, int]:
    """Return how well a separator fits: first rows that it parts, how many of them alike, into how many."""
    widths = [len(row) for row in itertools.islice(_rows(text, mark), _LOOKED_AT)]
    parted = Counter(width for width in widths if width > 1)
    return parted.total(), max(parted.values(), default=0), sum(widths)


def _rows(text: str, mark: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=mark)
