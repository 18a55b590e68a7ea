"""Rules of repetition: “hàng tháng”, “thứ Sáu hàng tuần”, “thứ Sáu tuần đầu tháng” in both readings."""

from __future__ import annotations

import re
from dataclasses import dataclass

from service.domain.plans.imports.times import reading_text
from service.domain.plans.recurrence import weekday_of_week

_WEEKDAYS = {
    "hai": "MO", "2": "MO", "ba": "TU", "3": "TU", "tu": "WE", "4": "WE", "nam": "TH", "5": "TH", "sau": "FR",
    "6": "FR", "bay": "SA", "7": "SA",
}  # fmt: skip
_DAY = r"(?:thu (?P<wd>hai|ba|tu|nam|sau|bay|[2-7])|(?P<su>chu nhat|cn))\b"
_ORDINALS = {
    "dau": 1, "nhat": 1, "1": 1, "hai": 2, "nhi": 2, "2": 2, "ba": 3, "3": 3, "tu": 4, "bon": 4, "4": 4,
    "cuoi": -1,
}  # fmt: skip
_N = r"(?P<n>dau|nhat|nhi|hai|ba|tu|bon|cuoi|[1-4])"
_IN_WEEK = re.compile(rf"\b{_DAY}(?: cua| trong| cac)?,? tuan (?:thu )?{_N}\b")
_WEEK_FIRST = re.compile(rf"\btuan (?:thu )?{_N}(?: tien)?(?: cua)?(?: hang| moi)? thang.{{0,20}}?\b{_DAY}")
_NTH = re.compile(rf"\b{_DAY} (?:thu )?{_N}(?: tien| cung)?\b")
_WEEKDAY = re.compile(rf"\b{_DAY}")
_MONTHDAY = re.compile(r"\b(?:ngay )?(\d{1,2})(?: va ngay (\d{1,2}))?(?: cua)?,? (?:hang|moi) thang\b")
_MONTHDAY_AFTER = re.compile(
    r"\b(?:hang|moi) thang,?(?: vao| truoc| den| cham nhat)* ngay (\d{1,2})\b(?!\s*/)"
)
_YEARDAY = re.compile(r"\b(?:ngay )?(\d{1,2})(?:/| thang )(\d{1,2}),? (?:hang|moi) nam\b")
_EVERY = re.compile(
    r"\b(?:hang|moi) (?P<a>ngay|tuan|thang|quy|nam)\b|\b(?P<b>ngay|tuan|thang|quy|nam) 1 lan\b|"
    r"\b1 lan\s*/\s*(?:1 )?(?P<c>ngay|tuan|thang|quy|nam)\b"
)
_EVERY_SO_MANY = re.compile(
    r"\b(?:(?:moi|cu|dinh ky) )?0?(\d{1,2}) (ngay|tuan|thang|quy|nam)(?: 1 lan|\s*/\s*(?:1 )?lan)\b|"
    r"\b1 lan\s*/\s*0?([2-9]|1\d) (ngay|tuan|thang|quy|nam)\b"
)
_TIMES_EACH = re.compile(
    r"\b0?([2-9]|1\d) (?:lan|dot|buoi)(?:\s*/\s*| moi | mot | trong 1 )(?:1 )?(ngay|tuan|thang|quy|nam)\b|"
    r"\b(?:moi |hang )?(ngay|tuan|thang|quy|nam) (?:it nhat |toi thieu )?0?([2-9]|1\d) (?:lan|dot|buoi)\b"
)
_HALF_YEARS = re.compile(r"\b6 thang 1 lan\b|\b1 lan\s*/\s*6 thang\b|\b2 lan\s*/\s*nam\b")
_MORE = re.compile(r"\b(?:hang|moi|dinh ky) (?:hang )?(?:tuan|thang|quy),? (?:va )?(?:quy|nam|6 thang)\b")
_CLOCK = re.compile(r"\b(\d{1,2})\s*(?:h|gio|g|:)\s*(\d{2})?(?!\s*/)(?:\b|(?=['’]))")
_FREQUENCIES = {
    "ngay": "FREQ=DAILY",
    "tuan": "FREQ=WEEKLY",
    "thang": "FREQ=MONTHLY",
    "quy": "FREQ=MONTHLY;INTERVAL=3",
    "nam": "FREQ=YEARLY",
}


@dataclass(frozen=True, slots=True)
class RepeatReading:
    """Rules that the words may mean, the likeliest first; one alone where they are clear. `time` is HH:MM."""

    rules: tuple[str, ...]
    time: str | None = None
    clear: bool = True


def understand_repeats(words: str) -> RepeatReading | None:
    """Return what comes again; None where nothing does."""
    text = reading_text(words)
    every = _EVERY.search(text)
    unit = next((said for said in every.groups() if said), "") if every else ""
    rules, clear = _rules(text, unit)
    if not rules:
        return None
    clock = _CLOCK.search(text)
    hour = int(clock[1]) if clock else 24
    if clock and hour < 12 and re.search(r"\b(chieu|toi)\b", text):
        hour += 12
    time = f"{hour:02}:{int(clock[2] or 0):02}" if clock and hour < 24 and int(clock[2] or 0) < 60 else None
    return RepeatReading(rules, time, clear and len(rules) == 1)


def _rules(text: str, unit: str) -> tuple[tuple[str, ...], bool]:
    monthly = unit in ("", "thang")
    in_week = _IN_WEEK.search(text) or _WEEK_FIRST.search(text)
    if in_week and monthly and (unit or "thang" in text):
        day, number = _weekday(in_week), _ORDINALS[in_week["n"]]
        return (f"FREQ=MONTHLY;BYDAY={number}{day}", weekday_of_week(day, number)), False
    nth = _NTH.search(text)
    if nth and monthly and (unit or "thang" in text):
        return (f"FREQ=MONTHLY;BYDAY={_ORDINALS[nth['n']]}{_weekday(nth)}",), bool(unit)
    if found := _MONTHDAY.search(text) or _MONTHDAY_AFTER.search(text):
        days = [each for each in found.groups() if each]
        if all(1 <= int(each) <= 31 for each in days):
            return (f"FREQ=MONTHLY;BYMONTHDAY={','.join(str(int(each)) for each in days)}",), True
    if (found := _YEARDAY.search(text)) and 1 <= int(found[1]) <= 31 and 1 <= int(found[2]) <= 12:
        return (f"FREQ=YEARLY;BYMONTH={int(found[2])};BYMONTHDAY={int(found[1])}",), True
    return _by_unit(text, unit)


def _by_unit(text: str, unit: str) -> tuple[tuple[str, ...], bool]:
    """Return the rules of what comes again by weeks, by so many units, or so many times in one."""
    weekday = _WEEKDAY.search(text)
    if unit == "tuan" and weekday:
        days = [_weekday(each) for each in _WEEKDAY.finditer(text)]
        return (f"FREQ=WEEKLY;BYDAY={','.join(dict.fromkeys(days))}",), True
    if _HALF_YEARS.search(text):
        return ("FREQ=MONTHLY;INTERVAL=6",), True
    if found := _EVERY_SO_MANY.search(text):
        number, each = found[1] or found[3], found[2] or found[4]
        return (_every(int(number), each),), True
    if found := _TIMES_EACH.search(text):
        # Twice a month: on which days is nobody's guess.
        return (_FREQUENCIES[found[2] or found[3]],), False
    if not unit:
        return (), True
    if unit == "thang" and re.search(r"\bcuoi (?:hang |moi )?thang\b", text):
        return ("FREQ=MONTHLY;BYMONTHDAY=-1",), True
    return (_FREQUENCIES[unit],), not _MORE.search(text)


def _every(number: int, unit: str) -> str:
    """Return the rule of every so many days, weeks, months, quarters or years."""
    frequency = _FREQUENCIES[unit].partition(";")[0]
    interval = number * (3 if unit == "quy" else 1)
    return f"{frequency};INTERVAL={interval}" if interval > 1 else frequency


def _weekday(found: re.Match[str]) -> str:
    return "SU" if found["su"] else _WEEKDAYS[found["wd"]]
