"""Words that speak of danger to life, and whom one calls then: `danger_words` of the city's configuration.

The phone's sheet looks for the same words while they are typed: `islands/citizens/report/danger.ts`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from service.domain.city.config import Danger
from service.domain.kernel.texts import fold, tidy

GAP = 3
"""So many other words may stand between those of a phrase: “dây điện bị đứt” is “dây điện đứt”."""

_WORDS = re.compile(r"[^\W_]+")


def find_danger(dangers: Iterable[Danger], text: str) -> tuple[str, ...]:
    """Return the numbers to call for what the text speaks of, most fitting first; empty for no danger.

    A word typed with marks is compared with them (“đang chạy” is no fire), one typed without them without.
    """
    words = lower_words(text)
    found: dict[str, None] = {}
    for danger in dangers:
        if any(contains_phrase(words, lower_words(phrase)) for phrase in danger.words):
            found |= dict.fromkeys(danger.call)
    return tuple(found)


def lower_words(text: str) -> list[str]:
    """Return the words of a text in lower case, their marks kept."""
    return _WORDS.findall(tidy(text).casefold())


def contains_phrase(said: Sequence[str], phrase: Sequence[str]) -> bool:
    """Return whether the words of the phrase stand in the text in their order, with small gaps."""
    ends = [at for at, word in enumerate(said) if matches_word(word, phrase[0])] if phrase else []
    for wanted in phrase[1:]:
        near = {at for end in ends for at in range(end + 1, min(end + 2 + GAP, len(said)))}
        ends = [at for at in sorted(near) if matches_word(said[at], wanted)]
    return bool(ends)


def matches_word(typed: str, meant: str) -> bool:
    """Return whether a typed word is the one that is meant: with its marks where it has any, else without."""
    return typed == meant or typed == _without_marks(meant)


@lru_cache(maxsize=8192)
def _without_marks(word: str) -> str:
    """Return a word of the city's configuration as it is typed without marks: each is compared very often."""
    return fold(word)
