"""Text of an SMS: in the letters of the GSM alphabet, in as few parts as it can be, its link whole."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

FIRST, FURTHER = 160, 153
"""Letters of a message alone, and of each part of a longer one (GSM 03.38); with one letter outside of the
alphabet it would be 70 and 67: Vietnamese marks would make three parts of what fits one.
"""
MOST_PARTS = 2
LONGEST = MOST_PARTS * FURTHER

_BASIC = frozenset(
    "@£$¥\n !\"#%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_"
)
_TWICE = frozenset("^{}\\[~]|€")
"""Letters that count twice."""
_INSTEAD = str.maketrans(
    {
        "đ": "d",
        "Đ": "D",
        "“": '"',
        "”": '"',
        "‘": "'",
        "’": "'",
        "–": "-",
        "—": "-",
        "…": "...",
        "·": "-",
    }
)


def plain_letters(text: str) -> str:
    """Return the text in one line and in letters of the GSM alphabet: without marks, as SMS of banks and
    offices are written; what has no likeness there is left out.
    """
    apart = unicodedata.normalize("NFKD", " ".join(text.split()).translate(_INSTEAD))
    return "".join(each for each in apart if each in _BASIC or each in _TWICE)


def length(text: str) -> int:
    """Return how many letters the text counts as."""
    return len(text) + sum(each in _TWICE for each in text)


def parts(text: str) -> int:
    """Return how many parts a plain text is sent in."""
    counted = length(text)
    return 1 if counted <= FIRST else -(-counted // FURTHER)


def fit(write: Callable[[str], str], quote: str, link: str) -> str:
    """Return what `write` makes of the quote, and the link behind it; of the quote as much as fits."""
    words = plain_letters(quote)
    whole = _joined(plain_letters(write(words)), link)
    over = length(whole) - LONGEST
    if over <= 0:
        return whole
    room = max(0, len(words) - over - 3)
    text = plain_letters(write(f"{words[:room].rstrip()}..." if words else ""))
    most = LONGEST - length(link) - 1 if link else LONGEST
    while length(text) > most:
        text = text[: -(length(text) - most)]
    return _joined(text, link)


def _joined(text: str, link: str) -> str:
    return f"{text} {link}".strip()
