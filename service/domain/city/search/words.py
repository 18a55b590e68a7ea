"""Names of places made comparable: folded keys, streets without their first word, tidy spellings."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from service.domain.kernel.texts import fold, tidy

ALLEYS = ("kiet", "hem", "ngo", "ngach")
"""Folded words for an alley; “kiệt” is Huế's."""

_APART = re.compile(r"[^0-9a-z/]+")
_SLASH = re.compile(r"(?<!\d)/|/(?!\d)")
_ENDS = " .,;:-_*\\/"
_STREET_WORD = re.compile(r"^(đường|phố|duong|street)\s+(?=\S{2,})", re.IGNORECASE)
_KEEPS_WORD = re.compile(r"^(số\b|so\b|cao tốc|gom|tránh|vành đai|\d|[a-z]\d|pha\b|chầm\b)", re.IGNORECASE)
_INNER = re.compile(r"^((?:kiet|hem|ngo|ngach)\s+[0-9a-z/]*\d[0-9a-z/]*\s+)(?:duong|so)\s+")
_ALLEY = re.compile(r"^(kiet|hem|ngo|ngach)(\s+\d[0-9a-z]*(?:/\d[0-9a-z]*)*)")
_DATE = re.compile(r"(\d{1,2})[/-](\d{1,2})")
_SMALL = frozenset({"tháng", "và", "của", "số", "lộ"})


@lru_cache(maxsize=10_000)  # a search of 150 names: 1.9 ms, without 4.7
def place_key(name: str) -> str:
    """Return the name for comparing: no marks, no capitals, `y` as `i`, words apart (Vỹ Dạ → `vi da`)."""
    plain = _APART.sub(" ", fold(name.replace("\\", "")).replace("y", "i"))
    return " ".join(_SLASH.sub(" ", plain).split())


def street_key(name: str) -> str:
    """Return the key of a street: without “đường”, also inside an alley's name."""
    key = place_key(_without_street_word(name))
    key = with_written_date(key.removeprefix("duong ") if len(key.split()) > 2 else key)
    return _INNER.sub(r"\1", key)


def street_name(name: str) -> str:
    """Return a street's name as it is shown: no first “đường”, no stray marks, capitals as in names."""
    bare = _without_street_word(tidy(name).replace("\\", "").strip(_ENDS))
    words = bare.split()
    if len(words) < 2 or not any(_is_small(word) for word in words):
        return bare[:1].upper() + bare[1:]
    return " ".join(word.capitalize() if _is_small(word) or n == 0 else word for n, word in enumerate(words))


def shown_name(name: str) -> str:
    """Return a landmark's name as it is shown: single spaces, no stray marks."""
    bare = tidy(name).replace("\\", "").strip(_ENDS)
    return bare[:1].upper() + bare[1:]


def is_alley(key: str) -> bool:
    """Return whether a street's key is that of an alley with a number."""
    return _ALLEY.match(key) is not None


def with_written_date(key: str) -> str:
    """Return a key that is a date in figures as it is written out: `23/8` → `23 thang 8`."""
    date = _DATE.fullmatch(key)
    return f"{int(date[1])} thang {int(date[2])}" if date else key


@lru_cache(maxsize=10_000)  # a search of 150 names: 1.9 ms, without 3.4
def with_marks(name: str) -> dict[str, frozenset[str]]:
    """Return the marks of each word by its folded letters, wherever they stand: *Hoà* as *Hòa*."""
    found = {}
    for word in unicodedata.normalize("NFD", name.lower().replace("đ", "d\u0335")).split():
        found[place_key(word)] = frozenset(letter for letter in word if unicodedata.combining(letter))
    return found


def other_marks(typed: str, name: str) -> int:
    """Return how many words typed with marks stand in the name with other ones: *Hóa*, not *Hòa*."""
    own = with_marks(name)
    said = with_marks(typed).items()
    return sum(1 for word, marks in said if marks and own.get(word, marks) not in (marks, frozenset()))


def initials(key: str) -> str:
    """Return the first letters of a key's words, as people shorten names; empty for one word."""
    words = key.split()
    return "".join(word[0] for word in words) if len(words) > 1 else ""


def _without_street_word(name: str) -> str:
    rest = _STREET_WORD.sub("", name.strip(), count=1)
    return name.strip() if _KEEPS_WORD.match(rest) else rest


def _is_small(word: str) -> bool:
    return word.islower() and word not in _SMALL and word[0].isalpha()
