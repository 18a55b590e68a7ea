"""Longer names of which a place's name is a part: who says “cầu Kho Rèn” does not mean the bridge Cầu Kho."""

from __future__ import annotations

import re
from collections.abc import Sequence

from service.domain.kernel.texts import fold, tidy
from service.domain.talks.dialogue.vocabulary import (
    INSIDE,
    KINDS_OF_PLACES,
    MARKED,
    MEASURES,
    NEAR,
    NO_NAMES,
    STOPS,
    STRONG,
    UNITS,
    WHICH_ONE,
    word_set,
)

_TOKEN = re.compile(r"[^\W_]+|[^\w\s]|\n")
_KINDS = KINDS_OF_PLACES | word_set("cho dinh den ho")
_KIND_BEFORE = re.compile(
    r"(?:cong vien|cau|chua|benh vien"
    r"|truong(?: (?:tieu hoc|trung hoc|thcs|thpt|th|mam non|mau giao|dai hoc))?)$"
)
"""What makes a street's name that of another thing: “công viên Lý Tự Trọng” is not in that street."""

_PLAIN = STOPS | NEAR | STRONG | UNITS | INSIDE | NO_NAMES | {fold(word) for word in MEASURES}


def longer_name(name: str, text: str, *, street: bool = False) -> str:
    """Return the longer name that was said wherever a place's name stands in the text, empty where it is said
    by itself: “cầu kho rèn” for “Cầu Kho”, and of a `street` “công viên Lý Tự Trọng” for “Lý Tự Trọng”.

    In words without capitals only a name of one word behind its kind goes on, for what follows others may be
    anything.
    """
    tokens = _TOKEN.findall(tidy(text))
    plain = [fold(token) for token in tokens]
    own = fold(name).split()
    starts = [at for at in range(len(plain) - len(own) + 1) if plain[at : at + len(own)] == own]
    found = [_longer(tokens, plain, at, at + len(own), street=street) for at in starts]
    return found[0] if found and all(found) else ""


def _longer(tokens: Sequence[str], plain: Sequence[str], start: int, end: int, *, street: bool) -> str:
    if street:
        before = _KIND_BEFORE.search(" ".join(plain[max(0, start - 3) : start]))
        return " ".join(tokens[start - len(before[0].split()) : end]) if before else ""
    if plain[start] not in _KINDS or end >= len(tokens):
        return ""
    whole = " ".join(tokens[start : end + 1])
    if tokens[end].casefold() in WHICH_ONE and _ends(tokens, plain, end + 1):
        return whole
    if not _is_own(tokens, plain, end) or tokens[end].casefold() in NO_NAMES:  # marked where others are names
        return ""
    written = tokens[end].istitle() and tokens[end - 1].istitle()
    alone = not (end + 1 < len(tokens) and tokens[end + 1].istitle() and _is_own(tokens, plain, end + 1))
    return whole if end - start == 2 or (written and alone) else ""


def _is_own(tokens: Sequence[str], plain: Sequence[str], at: int) -> bool:
    """Return whether the word there may be of a name: by its marks, where it has any."""
    if at >= len(plain) or not plain[at].isalpha() or len(plain[at]) < 2:
        return False
    word = tokens[at].casefold()
    return plain[at] not in _PLAIN or not (word == plain[at] or MARKED.fullmatch(word))


def _ends(tokens: Sequence[str], plain: Sequence[str], at: int) -> bool:
    """Return whether nothing stands there that the word before may lead to: the end, a sign, a word of
    what is wrong there.
    """
    if at >= len(tokens) or not plain[at].isalpha():
        return True
    return plain[at] in _WRONG


_WRONG = word_set(
    "bi rac hu dang day nhieu chua khong ko k ngap co hoi do toi thui qua ne nha nghe a ad oi do"
)
"""Words before which “trên” leads to no street, and tells which of two places is meant."""
