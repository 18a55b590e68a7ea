"""Quarters of a year as plans promise them: `2026-Q3`, said “quý III/2026”."""

from __future__ import annotations

import re
from datetime import date, timedelta

from service.domain.kernel.texts import fold
from service.domain.plans.imports.times import understand_time

_ROMAN = ("I", "II", "III", "IV")
_CODE = re.compile(r"^(20\d\d)-Q([1-4])$")
_NUMBER = r"(iv|i{1,3}|[1-4])\b"
_YEAR = r"(?:(?:[/.,-]|nam|\s)*(20\d\d))?"
_SAID = re.compile(rf"\bq(?:uy)?\.?\s*{_NUMBER}{_YEAR}")
_MORE = re.compile(rf"\s*(?:[,/&+–—-]|va\b|den\b)\s*(?:q(?:uy)?\.?\s*)?{_NUMBER}{_YEAR}")
"""What goes on after a quarter: `quý I, II/2027`, `quý IV/2026 – I/2027`."""

_ISO = re.compile(r"^(20\d\d)-(\d{2})(?:-(\d{2}))?(?:[T ].*)?$")
_ROUGH = re.compile(r"^\s*(iv|i{1,3})\s*[/-]\s*(20\d\d)\s*$", re.IGNORECASE)


def quarter_of(day: date) -> str:
    """Return the quarter in which a day lies."""
    return f"{day.year}-Q{(day.month + 2) // 3}"


def quarter_days(quarter: str) -> tuple[date, date]:
    """Return the first and the last day of a quarter. Raises ValueError for other words."""
    found = _CODE.match(quarter)
    if found is None:
        raise ValueError(quarter)
    year, number = int(found[1]), int(found[2])
    first = date(year, 3 * number - 2, 1)
    following = date(year + 1, 1, 1) if number == 4 else date(year, 3 * number + 1, 1)
    return first, following - timedelta(days=1)


def quarter_words(quarter: str) -> str:
    """Return a quarter as it is said in both languages' dates: `III/2026`."""
    first, _ = quarter_days(quarter)
    return f"{_ROMAN[first.month // 3]}/{first.year}"


def read_quarter(words: str, year: int) -> str | None:
    """Return the quarter that words mean, None where they mean none; a year that is not said is `year`.

    A day or a month means the quarter it lies in, a range the one it ends in.
    """
    text = words.strip()
    if _CODE.match(text):
        return text
    if iso := _ISO.match(text):
        return _quarter_of_iso(int(iso[1]), int(iso[2]), int(iso[3] or 1))
    folded = fold(text)
    if named := list(_SAID.finditer(folded)):
        return _last_quarter(folded, named[-1], next((each[2] for each in named[::-1] if each[2]), str(year)))
    if rough := _ROUGH.match(folded):
        return f"{rough[2]}-Q{_number(rough[1])}"
    meant = understand_time(text, year).span.last
    return quarter_of(meant) if meant is not None and 2000 <= meant.year < 2100 else None


def _last_quarter(folded: str, found: re.Match[str], year: str) -> str:
    """Return the quarter in which a row of them ends; a year that it does not say is an earlier one's."""
    following: re.Match[str] | None = found
    while following is not None:
        found, year = following, following[2] or year
        following = _MORE.match(folded, found.end())
    return f"{year}-Q{_number(found[1])}"


def _quarter_of_iso(year: int, month: int, day: int) -> str | None:
    try:
        return quarter_of(date(year, month, day))
    except ValueError:
        return None


def _number(words: str) -> int:
    return int(words) if words.isdigit() else _ROMAN.index(words.upper()) + 1
