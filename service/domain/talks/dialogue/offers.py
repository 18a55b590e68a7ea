"""Kinds to choose from by number: those that the words may mean, else the usual ones, and something else."""

from __future__ import annotations

from collections.abc import Sequence

from service.domain.talks.dialogue.intents import plain, read_number
from service.domain.talks.dialogue.state import DialogueState, KindOffer
from service.i18n import N_, translate

OTHER_NUMBER = N_("Việc khác")
OTHER_CODE = "other"


def chosen_kind(state: DialogueState, text: str) -> KindOffer | None:
    """Return the kind that was chosen of those offered, by number or by words of its name."""
    number = read_number(text)
    if number is not None and 1 <= number <= len(state.offers):
        return KindOffer(*state.offers[number - 1])
    text_words = plain(text)
    for code, name in state.offers if text_words else ():
        shown = plain(name)
        if text_words == shown or (len(text_words) > 2 and f" {text_words} " in f" {shown} "):
            return KindOffer(code, name)
    return None


def offered_kinds(state: DialogueState, usual: Sequence[KindOffer]) -> tuple[tuple[str, str], ...]:
    """Return the kinds to choose from, the last of them something else."""
    offers = state.offers or tuple((each.code, each.name) for each in usual[:3])
    return offers if any(code == OTHER_CODE for code, _ in offers) else (*offers, other_kind())


def other_kind() -> tuple[str, str]:
    """Return the code of what is none of the kinds, and its name in the language in use."""
    return OTHER_CODE, translate(OTHER_NUMBER)


def numbered(offers: Sequence[tuple[str, str]]) -> str:
    """Return the names of kinds, one a line, with the numbers to answer by."""
    return "\n".join(f"{n} {name}" for n, (_, name) in enumerate(offers, 1))
