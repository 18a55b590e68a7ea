"""Text that people type: tidied before it is stored, folded to be compared, its web addresses defused."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f"
    r"\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\U000e0000-\U000e001f]"
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_SEEN = re.compile(r"[^\s\u2800\u200c\u200d\ufe00-\ufe0f\U000e0020-\U000e0fff]")
"""Joiners and variants stay inside emoji; a braille blank is a letter that shows nothing."""

_GAPS = re.compile(r"[ \t\u00a0]+")

# Mail programs link what has a scheme, what begins with www., and names under well-known top-level domains.
_TOP = (
    r"(?:com|vn|net|org|edu|gov|info|biz|io|me|co|xyz|online|site|top|link|shop|app|dev|page|club|vip|cc|ly|gl"
    r"|gg|tk|ru|cn|example|test)"
)
_REST = r"[^\s<>\"“”]"
_LINK = re.compile(
    rf"(?:[a-z][a-z0-9+.\-]{{1,20}}://|www\.){_REST}+"
    rf"|(?<![\w@])(?:[\w\-]+\.)+{_TOP}(?![\w])(?:[/?#:]{_REST}*)?",
    re.IGNORECASE,
)
_SCHEME = re.compile(r"^[a-z][a-z0-9+.\-]*://", re.IGNORECASE)


def tidy(text: str) -> str:
    """Return the text with composed letters (NFC), single spaces, none at the ends, no control marks and no
    letters that show nothing; empty when nothing can be seen of it.
    """
    plain = _UNSEEN.sub("", unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")))
    return _GAPS.sub(" ", plain).strip() if is_seen(plain) else ""


def is_seen(text: str) -> bool:
    """Return whether a reader sees anything of the text: a letter, a sign, an emoji; not marks alone."""
    seen = _SEEN.finditer(_UNSEEN.sub("", text))
    return any(not unicodedata.combining(each.group()) for each in seen)


def shows_nothing(text: str) -> bool:
    """Return whether the text is made of such letters alone; control characters are for others to refuse."""
    return not is_seen(text) and _CONTROL.search(text) is None


def fold(text: str) -> str:
    """Return a text in lower case without Vietnamese marks, for comparing: `Thuận Hoá` → `thuan hoa`."""
    apart = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return unicodedata.normalize("NFC", "".join(c for c in apart if not unicodedata.combining(c)))


_ALPHABET = {letter: rank for rank, letter in enumerate("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz")}
_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
_QUALITIES = {"\u0306": {"a": "ă"}, "\u0302": {"a": "â", "e": "ê", "o": "ô"}, "\u031b": {"o": "ơ", "u": "ư"}}


@lru_cache(maxsize=4096)  # every page of staff sorts the names of units and wards: 10 ms of 50
def alphabetical(text: str) -> tuple[tuple[tuple[int, int], ...], tuple[int, ...]]:
    """Return a key that sorts as a Vietnamese dictionary does: word by word, đ between d and e, ă and â after
    a; where the letters are the same, by tone (none, huyền, hỏi, ngã, sắc, nặng).
    """
    letters: list[tuple[int, int]] = []
    tones: list[int] = []
    for mark in unicodedata.normalize("NFD", text.casefold()):
        if not unicodedata.combining(mark):
            rank = _ALPHABET.get(mark)
            letters.append((1, rank) if rank is not None else (0, ord(mark)))
            tones.append(0)
            base = mark
        elif letters and mark in _TONES:
            tones[-1] = _TONES[mark]
        elif letters and (quality := _QUALITIES.get(mark, {}).get(base)):
            letters[-1] = (1, _ALPHABET[quality])
    return tuple(letters), tuple(tones)


def defuse_links(text: str) -> str:
    """Return the text with web addresses readable but not live: no scheme, `[.]` for dots."""
    return _LINK.sub(lambda found: _SCHEME.sub("", found[0]).replace("://", " ").replace(".", "[.]"), text)
