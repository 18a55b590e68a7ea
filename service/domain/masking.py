"""What the public does not read in what people wrote: telephone numbers and coarse words, by the city's rule.

Texts are stored as they were written; they are masked where they leave for the public.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from service.domain.texts import fold

PHONE_SHOWN, WORD_SHOWN = "•••••••", "•••"

_GAP = r"[ .\u00a0\u00b7()_\-\u2013]{0,3}"
_ZERO = r"[0Oo]"
_DIGIT = r"[\dOo]"


def _spaced(count: str) -> str:
    return rf"(?:{_GAP}{_DIGIT}){count}"


# Not inside a longer number or word: coordinates, prices, codes and plates begin elsewhere.
_START, _END = r"(?<![\w])(?<!\d[.,\-])", r"(?![\w])(?![.,\-]\d)"
_HOME = rf"{_ZERO}(?:{_GAP}[35789Oo]{_spaced('{8}')}|{_GAP}2{_spaced('{9}')}|{_GAP}1{_spaced('{9}')})"
_ABROAD = rf"\(?(?:\+|00){_GAP}[1-9]{_spaced('{8,13}')}"
_BARE_84 = rf"84{_GAP}[35789]{_spaced('{8}')}"
_CALLED = "|".join(
    (
        "đt",
        "sđt",
        "sdt",
        "tel",
        "phone",
        "zalo",
        "viber",
        "hotline",
        "alo",
        "lh",
        "điện thoại",
        "dien thoai",
        "liên hệ",
        "lien he",
        "số máy",
    )
)
_NAMED = rf"(?P<named>(?:{_CALLED})[\s:.\-]{{0,4}})(?P<short>\d{_spaced('{6,9}')})(?!{_GAP}\d)"
_PHONE = re.compile(
    rf"{_START}(?:(?P<home>\(?{_HOME}\)?)|(?P<abroad>{_ABROAD})|(?P<bare>{_BARE_84})|{_NAMED}){_END}",
    re.IGNORECASE,
)
_DIGITS = re.compile(rf"{_DIGIT}{_spaced('{6}')}")
"""What every one of those has in it: most texts have not and need no closer look."""
_MONEY = re.compile(
    r"\s*(?:đ|đồng|vnđ|vnd|k|usd|triệu|tr|nghìn|ngàn|tỷ|m2|m²|m3|m³|kg|%)(?!\w)", re.IGNORECASE
)
_DATE = re.compile(r"(?<!\d)(?:0?[1-9]|[12]\d|3[01])[.\- ](?:0?[1-9]|1[0-2])[.\- ](?:19|20)\d\d(?!\d)")
_ISO_DATE = re.compile(r"(?<!\d)(?:19|20)\d\d[.\- ](?:0?[1-9]|1[0-2])[.\- ](?:0?[1-9]|[12]\d|3[01])(?!\d)")
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_WIDE = {0xFF10 + digit: str(digit) for digit in range(10)}
_SERVICE_LINES = ("1800", "1900")
"""Numbers that belong to everybody: a hotline may be read."""


@dataclass(frozen=True, slots=True)
class Masking:
    """One rule: whether telephone numbers are hidden, and which words."""

    phones: bool = True
    words: re.Pattern[str] | None = None

    def text(self, written: str) -> str:
        """The text as the public reads it; twice is the same as once."""
        if not written:
            return written
        shown = written if written.isascii() else unicodedata.normalize("NFC", written).translate(_WIDE)
        if self.phones and _DIGITS.search(shown) and not _UUID.fullmatch(shown):
            shown = _PHONE.sub(_hidden_phone, shown)
        return self.words.sub(WORD_SHOWN, shown) if self.words else shown

    def values(self, data: Any) -> Any:
        """The same shape (of JSON) with every text in it masked; its keys stay."""
        if isinstance(data, str):
            return self.text(data)
        if isinstance(data, dict):
            return {key: self.values(value) for key, value in data.items()}
        return [self.values(each) for each in data] if isinstance(data, list | tuple) else data


UNMASKED = Masking(phones=False)
"""For those who read the original."""


@dataclass(frozen=True, slots=True)
class MaskingRules:
    """The city's rules: the general one, and those of categories that differ from it."""

    general: Masking = field(default_factory=Masking)
    by_category: Mapping[str, Masking] = field(default_factory=dict)

    def of(self, path: Iterable[str]) -> Masking:
        """The rule for a category, given by the codes from the root to itself; the nearest one counts."""
        found = self.general
        for code in path:
            found = self.by_category.get(code, found)
        return found


def read_masking(config: Mapping[str, Any]) -> MaskingRules:
    """The rules of `City.config["masking"]`; without any, telephone numbers are hidden and no words."""
    asked: Mapping[str, Any] = config.get("masking") or {}
    general = _rule(asked)
    return MaskingRules(
        general,
        {code: _rule({**asked, **own}) for code, own in (asked.get("categories") or {}).items()},
    )


def _rule(asked: Mapping[str, Any]) -> Masking:
    words = [_exactly(word) for word in asked.get("words") or ()]
    words += [_with_or_without_marks(word) for word in asked.get("words_any_marks") or ()]
    pattern = rf"(?<!\w)(?:{'|'.join(sorted(words, key=len, reverse=True))})(?!\w)" if words else None
    return Masking(bool(asked.get("phones", True)), re.compile(pattern, re.IGNORECASE) if pattern else None)


_BETWEEN = r"[\s.\-_*]{1,3}"


def _exactly(word: str) -> str:
    return _BETWEEN.join(re.escape(each) for each in unicodedata.normalize("NFC", word).split())


def _with_or_without_marks(words: str) -> str:
    """Each syllable as it is written or without any marks, never with other ones: `dù mà` is no curse."""
    syllables = unicodedata.normalize("NFC", words).split()
    return _BETWEEN.join(f"(?:{re.escape(each)}|{re.escape(fold(each))})" for each in syllables)


def _hidden_phone(found: re.Match[str]) -> str:
    said = found["short"] or found[0]
    rest = found.string[found.end() :]
    if _DATE.search(said) or _ISO_DATE.search(said) or _a_row_of_houses(said):
        return found[0]
    if found["home"] is None and found["abroad"] is None and _MONEY.match(rest):
        return found[0]
    if found["short"] and re.sub(r"\D", "", said).startswith(_SERVICE_LINES):
        return found[0]
    if sum(each.isdigit() for each in said) < 7:
        return found[0]
    return (found["named"] or "") + PHONE_SHOWN


def _a_row_of_houses(said: str) -> bool:
    """Such as `03-05-07-09-11`: numbers of two digits that only grow."""
    parts = said.split("-")
    if len(parts) < 3 or not all(part.isdigit() and len(part) <= 2 for part in parts):
        return False
    return all(int(before) < int(after) for before, after in pairwise(parts))
