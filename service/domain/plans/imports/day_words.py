"""Days, months, quarters and years in folded words; what one leaves out is filled in from its neighbours."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

Unit = Literal["day", "month", "quarter", "half", "year"]

_Q = r"(?:iv|iii|ii|i|[1-4])"
_IN = r"(?:\s*(?:/|,?\s*nam|-)?\s*(?:nam )?(?P<y>(?:19|20)\d\d)\b)?"
_AND = r"\s*(?:,|va|&|\+|-|den)\s*"
_D, _Y = r"\d{1,2}", r"\d{4}|\d{2}"
_SEP = r"\s*(?P<sep>[/.\-])\s*"
_QUARTERS_APART = r"(?:,|va|&|\+|-|den|den quy|va quy|, quy)"
_QUARTER_SAID = r"(?:uy |uy(?=\d)|(?=[\divx]+\s*[/\-.]\s*(?:19|20)\d\d)|\. ?)"
_QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("day", rf"(?<![\d/])(?<!thang )(?P<d>{_D}){_SEP}(?P<m>{_D})\s*(?P=sep)\s*(?P<y>{_Y})(?![\d/])"),
        ("day", rf"(?<![\d/])(?<!thang )(?P<d>\d{{1,2}}),? thang (?P<m>\d{{1,2}})(?!\d)(?! lan\b){_IN}"),
        (
            "quarter",
            rf"\bq{_QUARTER_SAID}(?P<list>{_Q}\b(?:\s*{_QUARTERS_APART}\s*{_Q}\b)*){_IN}(?![a-z]| lan\b)",
        ),
        ("half", rf"\b0?(?P<d>6|sau) thang (?P<h>dau|cuoi)(?: nam)?{_IN}"),
        (
            "months",
            rf"\bth?\.?(?P<list>\d{{1,2}}(?:{_AND}t?\d{{1,2}}(?!\d))+)\s*[/\-.]\s*(?P<y>(?:19|20)\d\d)\b",
        ),
        ("month", r"(?<![\w/])(?:thang )?(?P<m>\d{1,2})\s*[/\-]\s*(?P<y>(?:19|20)\d\d)\b"),
        (
            "months",
            rf"\bthang (?P<list>\d{{1,2}}(?:{_AND}(?:thang )?\d{{1,2}}(?![\d/]))*)(?!\d)(?! lan\b){_IN}",
        ),
        ("month", r"\bth?\.?(?P<m>\d{1,2})\s*[/\-.]\s*(?P<y>(?:19|20)\d\d)\b"),
        ("day", r"(?<![\d/])(?P<d>\d{1,2})\s*/\s*(?P<m>\d{1,2})(?![\d/])"),
        ("year", r"\b(?:nam )?(?P<y>20\d\d)\b"),
        ("day", r"\bngay (?P<d>\d{1,2})(?![\d/])(?=\s*(?:-|den|toi|,|va)\s)"),
        ("day", r"(?<![\d/\w])(?P<d>\d{1,2})(?=\s*(?:-|den)\s*(?:ngay )?\d{1,2}\s*/\s*\d{1,2}(?!\d))"),
    )
)


@dataclass(frozen=True, slots=True)
class WrittenTime:
    """Day, month, quarter, half or year as it is written between two places of the text.

    `ranged` is made of more than one month or quarter, `several` of such with gaps between them.
    """

    unit: Unit
    start: int
    end: int
    year: int | None = None
    month: int | None = None
    day: int | None = None
    until_month: int | None = None
    ranged: bool = False
    several: bool = False

    @property
    def first(self) -> date:
        """Return the first day of the written time. Raises ValueError for a day that does not exist."""
        return date(self.year or 0, self.month or 1, self.day or 1)

    @property
    def last(self) -> date:
        """Return the last day of the written time. Raises ValueError for a day that does not exist."""
        if self.day:
            return self.first
        month = self.until_month or self.month or 12
        return date(self.year or 0, month, monthrange(self.year or 1, month)[1])

    @property
    def before(self) -> date:
        """Return the day before it begins."""
        return self.first - timedelta(days=1)


def written_times(folded: str) -> list[WrittenTime]:
    """Return every moment of the text, in order, without overlaps; what is not said stays None."""
    found: list[WrittenTime] = []
    taken = [False] * len(folded)
    for name, pattern in _FORMS:
        for match in pattern.finditer(folded):
            if any(taken[match.start() : match.end()]):
                continue
            taken[match.start() : match.end()] = [True] * (match.end() - match.start())
            found.append(_moment(name, match))
    return sorted(found, key=lambda each: each.start)


def _moment(name: str, match: re.Match[str]) -> WrittenTime:
    groups = match.groupdict()
    year = int(groups["y"]) if groups.get("y") else None
    year = year + 2000 if year is not None and year < 100 else year
    start, end = match.start(), match.end()
    if name == "quarter":
        numbers = [_QUARTERS.get(each) or int(each) for each in re.findall(_Q + r"\b", groups["list"])]
        month, until = 3 * min(numbers) - 2, 3 * max(numbers)
        several = _gaps(numbers, groups["list"])
        return WrittenTime("quarter", start, end, year, month, None, until, len(numbers) > 1, several)
    if name == "months":
        numbers = [int(each) for each in re.findall(r"\d+", groups["list"])]
        several = _gaps(numbers, groups["list"])
        return WrittenTime(
            "month", start, end, year, min(numbers), None, max(numbers), len(numbers) > 1, several
        )
    if name == "half":
        month = 1 if groups["h"] == "dau" else 7
        return WrittenTime("half", start, end, year, month, None, month + 5)
    if name == "year":
        return WrittenTime("year", start, end, year)
    month_said, day = groups.get("m"), groups.get("d")
    number = int(month_said) if month_said else None
    if name == "month":
        return WrittenTime("month", start, end, year, number, None, number)
    return WrittenTime("day", start, end, year, number, int(day) if day else None)


def _gaps(numbers: Sequence[int], words: str) -> bool:
    """Return whether some are left out between those that are named; “3 - 5” and “3 đến 5” name all."""
    if len(numbers) < 2 or re.search(r"-|den", words):
        return False
    return sorted(set(numbers)) != list(range(min(numbers), max(numbers) + 1))


def _year_before(month: int | None, following: WrittenTime) -> int | None:
    """Return the year of a moment that goes before another: the one before in “25/12 – 05/01/2027”."""
    if following.year is None or month is None or following.month is None:
        return following.year
    return following.year - (6 < month - following.month < 12)


def with_dates_filled(found: Sequence[WrittenTime], year: int) -> tuple[list[WrittenTime], bool]:
    """Return the moments with month and year filled in from the next one that says them, then from the one
    before, last from `year`; and whether that was needed.
    """
    done: list[WrittenTime] = []
    following: WrittenTime | None = None
    for each in reversed(found):
        if following is not None:
            month = each.month if each.unit != "day" else each.month or following.month
            each = replace(each, month=month, year=each.year or _year_before(month, following))
        done.insert(0, each)
        following = each
    assumed = False
    known: int | None = None
    for at, each in enumerate(done):
        if each.year is None:
            assumed = assumed or known is None
            done[at] = replace(each, year=known or year)
        known = done[at].year
    return done, assumed
