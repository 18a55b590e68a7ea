"""Values as a spreadsheet takes them: never a formula, whoever wrote the text; and small tables as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

BOM = "\ufeff"
"""Spreadsheets read UTF-8 only with this mark."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
LONGEST = 32_000
"""A cell of a workbook holds 32,767 characters."""


def formula_safe(text: str) -> str:
    """Return text that no spreadsheet takes for a formula: what begins like one gets an apostrophe before it.

    A sign may also hide behind spaces, and control characters are not for any cell.
    """
    printable = "".join(letter for letter in text if letter >= " " or letter in "\t\r\n")[:LONGEST]
    return f"'{printable}" if printable.lstrip(" \u00a0\u200b\ufeff").startswith(_FORMULA) else printable


def csv_value(value: object, zone: ZoneInfo) -> object:
    """Return a value for CSV: text without formulas, times in the city's time, numbers as they are."""
    if isinstance(value, str):
        return formula_safe(value)
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return int(value)
    return "" if value is None else value


def csv_lines(rows: Iterable[Sequence[object]], zone: ZoneInfo) -> str:
    """Return rows as lines of CSV (RFC 4180)."""
    out = io.StringIO()
    csv.writer(out).writerows([csv_value(value, zone) for value in row] for row in rows)
    return out.getvalue()


def csv_file(heading: Sequence[str], rows: Iterable[Sequence[object]], zone: ZoneInfo) -> bytes:
    """Return a whole small table."""
    return (BOM + csv_lines([heading], zone) + csv_lines(rows, zone)).encode()
