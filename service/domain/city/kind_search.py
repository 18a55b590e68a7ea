"""Finding a category by what people type: the exact keyword first, then whole words, parts of words last.

The phone's sheet does the same without a network: `islands/citizens/report/suggest.ts`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from service.domain.city.reference import CategoryView, Reference
from service.domain.kernel.texts import fold

OTHER = "other"
"""The category for what no other one names; every city has it, a coordinator decides about its reports."""

SHORTEST_PART = 3
"""Letters from which on a part of a word counts: shorter ones stand in nearly every word."""

_WORDS = re.compile(r"[^\W_]+")


class Match(NamedTuple):
    """Fit of a category, to be compared: rank (0 is best), then the longer phrase first."""

    rank: int
    length: int


EXACT, BEGINS, WITHIN, SPOKEN_OF, TYPED, APART, PART = range(7)


def find_kinds(reference: Reference, text: str) -> list[CategoryView]:
    """Return the active categories that fit the words, best first; of equals the wider one first."""
    phrase = plain_phrase(text)
    if not phrase:
        return []
    found = [
        (match, len(view.path), view.position, view)
        for view in reference.categories.values()
        if view.active and (match := best_match(phrases_of(view), phrase))
    ]
    if any(match.rank < PART for match, *_ in found):
        found = [each for each in found if each[0].rank < PART]
    return [view for *_, view in sorted(found, key=lambda each: each[:3])]


def best_match(phrases: Iterable[str], typed: str) -> Match | None:
    """Return the best match of plain phrases with plain words, None where none fits."""
    matches = [match for phrase in phrases if (match := _match(phrase, typed))]
    return min(matches, default=None)


def phrases_of(view: CategoryView) -> list[str]:
    """Return the category's names and keywords as they are compared."""
    texts = (*view.name.values(), *view.keywords)
    return [phrase for text in texts if (phrase := plain_phrase(text or ""))]


def plain_phrase(text: str) -> str:
    """Return the words in lower case without marks and signs."""
    return " ".join(_WORDS.findall(fold(text)))


def _match(phrase: str, asked: str) -> Match | None:
    """Return the rank: the phrase itself; its beginning; whole words within it; a sentence that says it; all
    words with the last one being typed; a sentence that has its words apart; a part of a word.
    """
    whole, said = f" {phrase} ", f" {asked} "
    words, typed = phrase.split(), asked.split()
    length = -len(words)
    if phrase == asked:
        return Match(EXACT, 0)
    if whole.startswith(said):
        return Match(BEGINS, 0)
    if said in whole:
        return Match(WITHIN, 0)
    if whole in said:
        return Match(SPOKEN_OF, length)
    if set(typed[:-1]) <= set(words) and len(typed[-1]) > 1 and any(w.startswith(typed[-1]) for w in words):
        return Match(TYPED, 0)
    if len(words) > 1 and set(words) <= set(typed):
        return Match(APART, length)
    if len(asked) >= SHORTEST_PART and asked in phrase:
        return Match(PART, 0)
    return None
