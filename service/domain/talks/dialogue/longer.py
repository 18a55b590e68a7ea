"""Longer names of which a place's name is a part: who says “cầu Kho Rèn” does not mean the bridge Cầu Kho."""

from __future__ import annotations

import re
from collections.abc import Sequence

from service.domain.kernel.texts import fold, tidy
from service.domain.talks.dialogue.vocabulary import (
    INSIDE,
    KINDS_OF_PLACES,
    MEASURES,
    NEAR,
    NO_NAMES,
    STOPS,
    STRONG,
    UNITS,
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
    if plain[start] not in _KINDS or not _is_own(plain, end):
        return ""
    if tokens[end].casefold() in NO_NAMES:  # with its marks where others are names
        return ""
    written = tokens[end].istitle() and tokens[end - 1].istitle()
    alone = not (end + 1 < len(tokens) and tokens[end + 1].istitle() and _is_own(plain, end + 1))
    return " ".join(tokens[start : end + 1]) if end - start == 2 or (written and alone) else ""


def _is_own(plain: Sequence[str], at: int) -> bool:
    """Return whether the word there may be of a name."""
    return at < len(plain) and plain[at].isalpha() and len(plain[at]) > 1 and plain[at] not in _PLAIN
