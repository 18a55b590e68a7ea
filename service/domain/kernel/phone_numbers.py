"""Telephone numbers in what people wrote, in the spellings Vietnamese use, and what only looks like one.

Forms: national trunk prefix 0 with 10 or 11 digits, +CC or 00CC, 84 without plus, numbers of 7 to 10 digits
where they are called telephones, and digits said in words (Ministry of Information's numbering plan, 2018).
"""

from __future__ import annotations

import re
from itertools import pairwise

HIDDEN = "•••••••"

# What people put between digits: spaces of every width, dots, commas, colons, quotes, hyphens and dashes,
# brackets, signs, arrows, invisible characters, the parts of keycap emoji.
_GAP_CHARACTERS = (
    r"\s.,:;'\"()\[\]{}<>_*|~+=&#^@\-\u3001\u2190-\u21ff\u22c5\u2219\u2018\u2019\u201c\u201d\u2026"
    r"\u00a0\u00b7\u2010-\u2015\u2022\u2212\u202f\u2000-\u200f\u2060\ufeff\u00ad\ufe0f\u20e3"
)
_GAP = rf"[{_GAP_CHARACTERS}]{{0,4}}"
_DIGIT = r"[\dOoIl]"


def _spaced(count: str) -> str:
    return rf"(?:{_GAP}{_DIGIT}){count}"


def _within(count: str) -> str:
    """Return digits of a number whose end cannot be known from its length: no commas or lines between
    them.
    """
    return rf"(?:[ .()_\-\u00a0\u00b7\u2010-\u2015\u2009\u202f]{{0,3}}{_DIGIT}){count}"


# A letter may touch a number ("gọi0905…", "0905…k"); then its first zero is a zero. A digit may not; nor may
# the fraction or the minutes of a coordinate begin a number.
_START = r"(?<!\d)(?<!\d\.)(?<!1\d\d,)(?<!°)(?:(?<!\w)[0Oo]|0)"
_END = rf"(?!{_DIGIT})(?![.]\d{{3}}(?!\d))"
_HOME = rf"\(?{_START}(?:{_GAP}[35789Oo]{_spaced('{8}')}|{_GAP}2{_spaced('{9}')}|{_GAP}1{_spaced('{9}')})\)?"
_SLASHES = r"(?<!\d)0[35789]\d(?:\d/\d{3}/\d{3}|\d/\d\d/\d\d/\d\d|/\d{3}/\d{4}|\d[x×]\d{3}[x×]\d{3})(?![\d/])"
_ABROAD = (
    rf"(?<!\w)\(?(?:\+|00){_GAP}(?:84{_within('{0,1}')}{_within('{9}')}|[1-9]{_within('{8,13}')})(?![\w])"
)
_BARE_84 = rf"(?<![\w])(?<!\d[.,\-])84{_GAP}[35789]{_spaced('{8}')}(?![\w])(?![.,\-]\d)"
_CALLED = "|".join(
    (
        r"đt(?:\s+bàn)?",
        r"dt(?:\s+ban)?",
        r"máy\s+bàn",
        r"may\s+ban",
        "sđt",
        "sdt",
        "tel",
        "phone",
        "mobile",
        "zalo",
        "zl",
        "viber",
        "telegram",
        "whatsapp",
        "hotline",
        "alo",
        "lh",
        "call",
        "gọi",
        "nhắn tin",
        "điện thoại",
        "dien thoai",
        "liên hệ",
        "lien he",
        "số máy",
        r"số\s+của\s+(?:em|tôi|mình|anh|chị|cháu|con|tui)",
        r"so\s+cua\s+(?:em|toi|minh|anh|chi|chau|con|tui)",
        "di động",
    )
)
_NAMED = (
    rf"(?P<named>(?<!\w)(?:{_CALLED})[\s:.\-]{{0,4}}(?:số\s|so\s|qua\s|cho\s|là\s|la\s)?[\s:]{{0,2}})"
    rf"(?P<short>\d{_within('{6,9}')})(?!{_GAP}\d)"
)
_UUID = r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"
_PHONE = re.compile(
    rf"(?P<uuid>{_UUID})|(?P<home>{_HOME}{_END}|{_SLASHES})|(?P<abroad>{_ABROAD})|(?P<bare>{_BARE_84})|{_NAMED}",
    re.IGNORECASE,
)
DIGITS = re.compile(rf"{_DIGIT}(?:{_GAP}{_DIGIT}){{6}}|0\d{{2,3}}[/x×]\d{{2,3}}", re.IGNORECASE)
"""What every number written in digits has in it: most texts have not and need no closer look."""

_WORDS = (
    ("không", "khong", "hông", "ko", "zero"),
    ("một", "mot", "mốt", "one"),
    ("hai", "two"),
    ("ba", "three"),
    ("bốn", "bon", "tư", "four"),
    ("năm", "nam", "lăm", "five"),
    ("sáu", "sau", "six"),
    ("bảy", "bay", "bẩy", "seven"),
    ("tám", "tam", "eight"),
    ("chín", "chin", "nine"),
)
_VALUES = {word: value for value, words in enumerate(_WORDS) for word in words}
_ZERO = "|".join(_WORDS[0])
_SAID = rf"(?:{'|'.join(_VALUES)})(?!\w)"
_MOBILE = "|".join(word for value in (3, 5, 7, 8, 9) for word in _WORDS[value])
_BREAK = r"\s.,;/|_·\-"
_PAUSE = rf"(?:[{_BREAK}]{{0,3}}(?:lẻ|le|linh)(?=\s))?[{_BREAK}]{{0,3}}"
# With its zero said or written, the rest in words, figures or both; or nine words without the zero.
_IN_WORDS = re.compile(
    rf"(?<!\w)(?:(?:(?:{_ZERO})(?!\w)|0){_PAUSE}(?:(?:{_MOBILE}|hai|two)(?!\w)|[235789])"
    rf"(?:{_PAUSE}(?:{_SAID}|\d)){{7,9}}(?!\w)(?!{_PAUSE}\d)"
    rf"|(?:{_MOBILE})(?:[{_BREAK}]{{1,3}}{_SAID}){{8}}(?!\w))",
    re.IGNORECASE,
)
_ONE_SAID = re.compile(rf"{_SAID}|\d", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")

_MONEY = re.compile(
    r"\s*(?:đ|đồng|vnđ|vnd|k|usd|triệu|tr|nghìn|ngàn|tỷ|m2|m²|m3|m³|kg|mét|%)(?!\w)", re.IGNORECASE
)
_SEPARATOR = r"[.,\- /\u2010-\u2015]"
_DATE = re.compile(
    rf"(?<!\d)(?:0?[1-9]|[12]\d|3[01]){_SEPARATOR}(?:0?[1-9]|1[0-2]){_SEPARATOR}(?:19|20)\d\d(?!\d)"
)
_ISO_DATE = re.compile(
    rf"(?<!\d)(?:19|20)\d\d{_SEPARATOR}(?:0?[1-9]|1[0-2]){_SEPARATOR}(?:0?[1-9]|[12]\d|3[01])(?!\d)"
)
_CLOCK = re.compile(r"(?<!\d)[0-2]?\d:[0-5]\d(?!\d)")
_MEASURE = re.compile(r"\d[.,]\d{1,2}")
_SERVICE_LINES = ("1800", "1900")
"""Numbers that belong to everybody: a hotline may be read."""


def hide_phone_numbers(text: str) -> str:
    """Return the text with each telephone number replaced; digits are expected to be ASCII.

    Hiding one number can show that its neighbour is one too ("0905123456,0914123457"), so it goes on until
    nothing changes.
    """
    shown = text
    if DIGITS.search(shown):
        while (further := _PHONE.sub(_hidden, shown)) != shown:
            shown = further
    return _IN_WORDS.sub(_hidden_words, shown)


def _hidden(found: re.Match[str]) -> str:
    if found["uuid"]:
        return found[0]
    said = found["short"] or found[0]
    if _CLOCK.search(said) or _DATE.search(said) or _ISO_DATE.search(said) or _a_row_of_houses(said):
        return found[0]
    if found["home"] is None and found["abroad"] is None and _MONEY.match(found.string[found.end() :]):
        return found[0]
    if found["short"] and re.sub(r"\D", "", said).startswith(_SERVICE_LINES):
        return found[0]
    if sum(each.isdigit() for each in said) < 7:
        return found[0]
    return (found["named"] or "") + HIDDEN


def _hidden_words(found: re.Match[str]) -> str:
    """Return the words masked, unless somebody counts with them, up or down, or tells of a year."""
    said = _ONE_SAID.findall(found[0])
    values = [int(each) if each.isdigit() else _VALUES[each.lower()] for each in said]
    steps = {after - before for before, after in pairwise(values)}
    spoken = sum(not each.isdigit() for each in said)
    if spoken < 1 or steps in ({1}, {-1}) or (spoken < 3 and _YEAR.search(found[0])):
        return found[0]
    return HIDDEN


def _a_row_of_houses(said: str) -> bool:
    """Return whether digits are a list such as `03-05-07-09-11` or `5, 7, 9`: numbers of one or two digits
    in a list, or that only grow; with spaces alone between them (`03 05 07 09 11`) all by the same step; or
    measures (`0.3 0.5 0.7`).
    """
    apart = re.split(r"\s*[\s;+=&<>|→]\s*", said.strip())
    if len(apart) > 2 and all(_MEASURE.fullmatch(each) for each in apart):
        return True
    if len(apart) > 2 and all(each.isdigit() and len(each) == 2 for each in apart):
        return len({int(after) - int(before) for before, after in pairwise(apart)}) == 1
    parts = re.split(r"[-\u2010-\u2015]|\s*[,;+]\s*", said.strip())
    if len(parts) < 3 or not all(part.strip().isdigit() and len(part.strip()) <= 2 for part in parts):
        return False
    return ", " in said or all(int(before) < int(after) for before, after in pairwise(parts))
