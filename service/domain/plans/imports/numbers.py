"""Numbers that dates are written out with: “ngày mười lăm tháng chín”, “năm hai nghìn không trăm ba mươi”."""

from __future__ import annotations

import re

_UNITS = {
    "khong": 0, "mot": 1, "hai": 2, "ba": 3, "bon": 4, "tu": 4, "nam": 5, "lam": 5, "sau": 6, "bay": 7,
    "tam": 8, "chin": 9,
}  # fmt: skip
_ORDINALS = {"nhat": 1, "nhi": 2}
_UNIT = r"(?:mot|hai|ba|bon|tu|nam|lam|sau|bay|tam|chin)"
_UP_TO_31 = rf"(?:hai muoi(?: {_UNIT})?|ba muoi(?: mot)?|muoi(?: {_UNIT})?|{_UNIT})"
_MONTH = r"(?:gieng|chap|muoi mot|muoi hai|muoi|mot|hai|ba|bon|tu|nam|sau|bay|tam|chin)"
_UP_TO_99 = rf"{_UNIT} muoi(?: {_UNIT})?|muoi(?: {_UNIT})?|{_UNIT}"
_YEAR = rf"hai (?:nghin|ngan)(?: khong tram)?(?: (?:le|linh))?(?: ({_UP_TO_99}))?"
_DAYS = re.compile(rf"\b((?:ngay |mung |mong |tu |den ){{1,2}})({_UP_TO_31})\b(?= thang)")
_DAYS_UNTIL = re.compile(
    rf"\b((?:ngay |mung |mong ))({_UP_TO_31})\b"
    rf"(?= (?:den|toi|-|va) (?:het )?(?:ngay |mung |mong )?(?:{_UP_TO_31}|\d+) thang)"
)
_BARE_DAYS = re.compile(
    rf"(^|[^\w\s] ?|\b(?:truoc|den|het|vao|la|sang|chieu) )"
    rf"((?:hai|ba) muoi(?: {_UNIT})?|muoi(?: {_UNIT})?|mot|hai|ba|bon|bay|tam|chin)\b"
    rf"(?= thang (?:\d{{1,2}}|{_MONTH})\b(?! lan\b))"
)
"""Days without “ngày”; not five, six and from, which are also “year”, “after” and “fourth”."""
_MONTHS = re.compile(rf"\bthang ({_MONTH})\b(?! muoi)")
_YEARS = re.compile(rf"\b{_YEAR}\b")
_QUARTERS = re.compile(r"\bquy (mot|nhat|hai|nhi|ba|bon|tu)\b(?! lan\b)")
_HALVES = re.compile(r"\b(?:sau thang|nua|nua nam) (dau|cuoi)(?: cua)?(?= nam\b|$)")
_EACH = re.compile(
    r"\b(hai|ba|bon|nam|sau) (ngay|tuan|thang|quy|nam)(?=(?: mot| 1)? lan\b|\s*/\s*(?:1 )?lan)"
)
_FIRST_DAYS = re.compile(r"\b(?:ngay )?(?:mung|mong) (\d{1,2})\b")
_TIMES = re.compile(r"\b(mot|hai|ba|bon) lan\b")


def number_in_words(words: str) -> int:
    """Return a number below 100 of its folded words."""
    number = 0
    for word in words.split():
        if word == "muoi":
            number = number * 10 if number else 10
        else:
            number += _UNITS[word]
    return number


def dates_in_figures(folded: str) -> str:
    """Return folded words with days, months and years of a date in figures."""
    text = _YEARS.sub(lambda found: str(2000 + (number_in_words(found[1]) if found[1] else 0)), folded)
    for pattern in (_DAYS, _DAYS_UNTIL):
        text = pattern.sub(lambda found: f"{found[1]}{number_in_words(found[2])}", text)
    text = _BARE_DAYS.sub(lambda found: f"{found[1]}{number_in_words(found[2])}", text)
    text = _MONTHS.sub(lambda found: f"thang {_month(found[1])}", text)
    text = _FIRST_DAYS.sub(r"ngay \1", text)
    text = _QUARTERS.sub(lambda found: f"quy {_ORDINALS.get(found[1]) or number_in_words(found[1])}", text)
    text = _HALVES.sub(r"6 thang \1", text)
    text = _EACH.sub(lambda found: f"{number_in_words(found[1])} {found[2]}", text)
    return _TIMES.sub(lambda found: f"{number_in_words(found[1])} lan", text)


def _month(word: str) -> int:
    return {"gieng": 1, "chap": 12}.get(word) or number_in_words(word)
