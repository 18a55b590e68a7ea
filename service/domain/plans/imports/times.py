"""Times of tasks, read from the words of its time: days, months, quarters, ranges and bounds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from service.domain.kernel.texts import fold
from service.domain.plans.imports.day_words import WrittenTime, with_dates_filled, written_times
from service.domain.plans.imports.numbers import dates_in_figures
from service.i18n import N_

_ONLY_LAST = re.compile(
    r"(truoc(?: ngay)?|cham nhat(?: la)?|muon nhat|khong qua|tre nhat|den het|den(?: ngay)?|toi ngay|"
    r"han(?: cuoi)?|hoan thanh truoc|xong truoc)[\s:]*(?:vao |la |den |het |ngay |cuoi )*$"
)
_ONLY_FIRST = re.compile(r"(^|\b)(tu|bat dau(?: tu)?|ke tu|sau)[\s:]*(?:ngay |dau |thang )*$")
_BEFORE = re.compile(r"\btruoc\s*(?:ngay )*$")
_AFTER = re.compile(r"\bsau\s*(?:ngay |khi )*$")
_RANGE = re.compile(r"^[\s,]*(?:-|~|->|den|toi)[\s,]*(?:het|ngay|cuoi|thang|\s)*$")
_VAGUE = re.compile(
    r"\b(ram|am lich|tet|dau|giua|cuoi|(trung |thuong |ha )?tuan|dot|khoang|du kien|ngay sau|sau khi|theo)\b"
)
_LUNAR = re.compile(r"\bthang (gieng|chap)\b")
"""Months by the names of the moon's calendar: which days they are is to be decided."""
_HALF = re.compile(r"\b0?6 thang (dau|cuoi)\b")
_ALWAYS = re.compile(r"\b(thuong xuyen|lien tuc|hang ngay|suot nam|ca nam|trong nam|quanh nam|dinh ky)\b")
_BEGINS = re.compile(
    r"\d{1,2}[/.\-]|\d{1,2} ?h|\d{4}$|(tu|truoc|den|ngay|thang|quy|nam|hang|thuong xuyen|ca nam|"
    r"trong|cham nhat|xong|hoan thanh|dau|giua|cuoi|dinh ky|quanh nam|suot nam|lien tuc|sau)\b"
)
"""Beginnings of a line that is a time, as plans write it."""
_LONGEST_TIME = 60
_CLOCK = re.compile(r"\b\d{1,2} ?(?:gio|h|:|g) ?(?:\d{1,2}(?: ?(?:phut|p|'))?)?|\bthu \d\b|\b\d+ lan\b")
_WEEKDAYS = {"thu hai": 0, "thu ba": 1, "thu tu": 2, "thu nam": 3, "thu sau": 4, "thu bay": 5, "chu nhat": 6}
_WEEKDAYS |= {f"thu {number}": number - 2 for number in range(2, 8)}
_WEEKDAY = re.compile(rf"\b({'|'.join(_WEEKDAYS)})\b")
_AGAIN = re.compile(r"\b(hang|moi|tuan (dau|cuoi|thu)|(dau|cuoi) thang)\b")
_DASHES = re.compile(r"[\u2010-\u2015\u2212]")


@dataclass(frozen=True, slots=True)
class DaySpan:
    """First and last day of what is meant; either may be open."""

    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class TaskTime:
    """Time of a task. Not `clear`: one of `choices` is to be chosen, or days are to be written.

    `always` is the whole time of the plan; `fault` a sentence, with `fault_words` for its placeholder.
    """

    span: DaySpan = field(default_factory=DaySpan)
    clear: bool = True
    always: bool = False
    choices: tuple[DaySpan, ...] = ()
    fault: str = ""
    fault_words: str = ""


def reading_text(words: str) -> str:
    """Return words for reading: folded, one kind of dash, single spaces, dates in figures."""
    return dates_in_figures(" ".join(_DASHES.sub("-", fold(words)).split()))


def is_time(words: str) -> bool:
    """Return whether a line is the time of a task and nothing else, as far as its beginning tells."""
    text = reading_text(words)
    if len(text) > _LONGEST_TIME or not _BEGINS.match(text):
        return False
    return bool(written_times(text) or _ALWAYS.search(text))


def understand_time(words: str, year: int, *, known: bool = True) -> TaskTime:
    """Return when, of the words of a row's time; `year` for what names none, `known` where the plan says it.

    Pure: the same words always mean the same.
    """
    text = reading_text(words)
    found = written_times(text)
    if not found:
        always = bool(_ALWAYS.search(text))
        return TaskTime(clear=always, always=always)
    whole, assumed = with_dates_filled(found, year)
    try:
        span, clear, choices = _span(text, whole)
    except ValueError:
        bad = next(text[each.start : each.end] for each in whole if not _exists(each))
        return TaskTime(clear=False, fault=N_("không có ngày {words}"), fault_words=bad)
    if span.first and span.last and span.last < span.first:
        said = f"{span.first:%d/%m/%Y} – {span.last:%d/%m/%Y}"
        return TaskTime(
            span, clear=False, fault=N_("ngày kết thúc trước ngày bắt đầu ({words})"), fault_words=said
        )
    if wrong := _other_weekday(words, text, whole):
        return TaskTime(span, clear=False, fault=N_("ngày không đúng thứ ({words})"), fault_words=wrong)
    clear = clear and (known or not assumed) and not _LUNAR.search(fold(words)) and not _rest(text, found)
    return TaskTime(span, clear, choices=choices)


def _rest(text: str, found: Sequence[WrittenTime]) -> bool:
    """Return whether numbers are left that are no part of a day that was read, nor of a time of day."""
    left = list(text)
    for each in found:
        left[each.start : each.end] = " " * (each.end - each.start)
    return bool(re.search(r"\d", _CLOCK.sub(" ", "".join(left))))


def _other_weekday(words: str, text: str, found: Sequence[WrittenTime]) -> str:
    """Return the words where the one weekday beside the one day is another day's, else nothing."""
    said = _WEEKDAY.findall(text)
    if len(said) != 1 or len(found) != 1 or found[0].unit != "day" or _AGAIN.search(text):
        return ""
    return "" if found[0].first.weekday() == _WEEKDAYS[said[0]] else " ".join(words.split())


def _exists(moment: WrittenTime) -> bool:
    try:
        return moment.first <= moment.last
    except ValueError:
        return False


def _span(text: str, found: Sequence[WrittenTime]) -> tuple[DaySpan, bool, tuple[DaySpan, ...]]:
    """Return the days, whether they are clear, and what they may be instead."""
    before = text[: found[0].start]
    one, last = found[0], found[-1]
    clear = not _VAGUE.search(_HALF.sub("", text)) and not one.several
    if len(found) == 1:
        if _ONLY_LAST.search(before):
            if _BEFORE.search(before) and one.unit != "day":
                span, other = DaySpan(None, one.before), DaySpan(None, one.last)
                return span, False, (span, other)
            return DaySpan(None, one.last), clear, ()
        if _ONLY_FIRST.search(before) and not one.ranged:
            return DaySpan(one.first, None), False, (DaySpan(one.first, None), DaySpan(one.first, one.last))
        return DaySpan(one.first, one.last), clear, ()
    if len(found) == 2 and found[1].unit == "year" and one.year == found[1].year:
        return DaySpan(one.first, one.last), clear, ()
    between = [text[a.end : b.start] for a, b in pairwise(found)]
    span = DaySpan(one.first, last.last)
    if len(found) == 2 and _RANGE.match(between[0]):
        return span, clear, ()
    if len(found) == 2 and _BEFORE.search(between[0]):
        return span, clear, ()
    days = [(each.first, each.last) for each in found]
    lowest, highest = min(first for first, _ in days), max(end for _, end in days)
    return (
        DaySpan(lowest, highest),
        False,
        (DaySpan(lowest, highest), *(DaySpan(first, end) for first, end in days)),
    )
