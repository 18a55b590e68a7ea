"""Categories that a sentence speaks of, best first: the longest phrase of names and keywords that it says."""

from __future__ import annotations

from collections.abc import Iterable

from service.domain.city.danger_words import says, words_in
from service.domain.city.kind_search import OTHER
from service.domain.city.reference import CategoryView
from service.domain.talks.dialogue.state import KindOffer
from service.i18n import pick

MOST = 3


def kinds_in(categories: Iterable[CategoryView], text: str) -> tuple[KindOffer, ...]:
    """Return the kinds that the text speaks of, one of each family; one alone where one is meant for sure.

    Words typed with marks are compared with them. Of a family the kind with the longest phrase counts, of
    equals the wider one; families that a shorter phrase speaks for come after those of a longer one, unless
    their words are part of it.
    """
    said = words_in(text)
    best: dict[str, tuple[int, int, CategoryView, tuple[str, ...]]] = {}
    for view in categories:
        if not view.active or view.code == OTHER:
            continue
        for phrase in (*view.name.values(), *view.keywords):
            words = tuple(words_in(phrase or ""))
            if not words or not says(said, words):
                continue
            found = (-len(words), len(view.path), view, words)
            known = best.get(view.path[0])
            if known is None or found[:2] < known[:2]:
                best[view.path[0]] = found
    ranked = sorted(best.values(), key=lambda each: (each[0], each[1], each[2].position))
    kept = [
        each
        for n, each in enumerate(ranked)
        if not any(set(each[3]) <= set(longer[3]) for longer in ranked[:n])
    ]
    return tuple(KindOffer(view.code, pick(view.name)) for _, _, view, _ in kept[:MOST])
