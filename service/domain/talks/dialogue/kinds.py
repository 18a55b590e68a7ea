"""Categories that a sentence speaks of, best first: the longest phrase of names and keywords that it says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from service.domain.city.danger_words import contains_phrase, lower_words, matches_word
from service.domain.city.kind_search import OTHER
from service.domain.city.reference import CategoryView
from service.domain.kernel.texts import fold
from service.domain.talks.dialogue.state import KindOffer
from service.domain.talks.dialogue.vocabulary import word_set
from service.i18n import pick

MOST = 3


def kinds_in(categories: Iterable[CategoryView], text: str) -> tuple[KindOffer, ...]:
    """Return the kinds that the text speaks of, one of each family; one alone where one is meant for sure.

    Words typed with marks are compared with them. Of a family the kind with the longest phrase counts, of
    equals the wider one, then what is said first; families that a shorter phrase speaks for come after those
    of a longer one, unless their words are part of it. Where nothing is said that way, a phrase counts with
    one word's marks mistaken.
    """
    views = [view for view in categories if view.active and view.code != OTHER]
    words = _without_neighbours([_SHORT.get(word, word) for word in lower_words(text)])
    return _kinds_said(views, _Said(words)) or _kinds_said(views, _Misspelt(words))


def _kinds_said(categories: Iterable[CategoryView], said: _Said) -> tuple[KindOffer, ...]:
    best: dict[str, tuple[int, int, int, CategoryView, tuple[str, ...]]] = {}
    for view in categories:
        for phrase in (*view.name.values(), *view.keywords):
            words = tuple(lower_words(phrase or ""))
            if not words or (at := said.where(words)) is None:
                continue
            found = (-len(words), len(view.path), at, view, words)
            known = best.get(view.path[0])
            if known is None or found[:2] < known[:2]:
                best[view.path[0]] = found
    ranked = sorted(best.values(), key=lambda each: (*each[:3], each[3].position))
    matches = [
        each
        for n, each in enumerate(ranked)
        if not any(set(each[4]) <= set(longer[4]) for longer in ranked[:n])
    ]
    sure = [each for each in matches if not said.is_doubtful(each[4])]
    matches = sure or [each for each in matches if fold(" ".join(each[4])) not in _VENUES]
    said_of = {fold(" ".join(each[4])) for each in best.values()}
    if _TAKEN in said_of and (beside := [each for each in ranked if fold(" ".join(each[4])) in _PAVEMENTS]):
        matches = beside  # “vỉa hè trước số 36 bị hàng quán lấn chiếm” is no building
    return tuple(KindOffer(view.code, pick(view.name)) for *_, view, _ in matches[:MOST])


_TAKEN, _PAVEMENTS = "lan chiem", frozenset({"via he", "le duong", "long duong"})


class _Said:
    """Words of a message, and what is to be made of those without marks.

    Who writes with marks means “ban” and not “bẩn” by it. Without any, a word alone that others are written
    as counts only where nothing else is said, and one that stands in every other sentence not at all.
    """

    def __init__(self, words: Sequence[str]) -> None:
        self.words = words
        marked = sum(word != fold(word) for word in words)
        self.with_marks = marked >= 2 and marked * 2 >= len(words)

    def where(self, phrase: Sequence[str]) -> int | None:
        """Return where the phrase begins, None where it is not said."""
        if not contains_phrase(self.words, phrase):
            return None
        if len(phrase) > 1:
            return next((at for at, word in enumerate(self.words) if matches_word(word, phrase[0])), 0)
        [meant] = phrase
        exact = self.with_marks or fold(meant) in _EVERYWHERE
        same = (
            at for at, word in enumerate(self.words) if word == meant or (not exact and fold(meant) == word)
        )
        return next(same, None)

    def is_doubtful(self, phrase: Sequence[str]) -> bool:
        """Return whether a phrase may as well be another word, or tells only where something is."""
        if fold(" ".join(phrase)) in _SETTINGS:
            return True
        return len(phrase) == 1 and fold(phrase[0]) in _DOUBTFUL and phrase[0] not in self.words


class _Misspelt(_Said):
    """Words of which one in a phrase may bear other marks: “nắp cóng”; they stand side by side."""

    def where(self, phrase: Sequence[str]) -> int | None:
        """Return where the phrase begins, None where it is not said or more than one word differs."""
        if len(phrase) < 2:
            return None
        for at in range(len(self.words) - len(phrase) + 1):
            pairs = list(zip(self.words[at : at + len(phrase)], phrase, strict=True))
            others = [meant for typed, meant in pairs if not matches_word(typed, meant)]
            alike = all(fold(typed) == fold(meant) for typed, meant in pairs)
            if alike and len(others) == 1 and fold(others[0]) not in _EVERYWHERE:
                return at
        return None


def _without_neighbours(words: Sequence[str]) -> list[str]:
    """Return the words without those for neighbours, “hàng xóm”: theirs is no restaurant (“nhà hàng”)."""
    plain = [fold(word) for word in words]
    pairs = {at for at in range(len(words) - 1) if plain[at : at + 2] == ["hang", "xom"]}
    return [word for at, word in enumerate(words) if at not in pairs and at - 1 not in pairs]


_SHORT = {"k": "không", "ko": "không", "hok": "không", "hông": "không", "đg": "đường", "dg": "đường"}
"""Words as the young shorten them."""

_EVERYWHERE = word_set("cho toi on ca sua ban do")
"""chợ/cho/chỗ, tối/tôi, ồn/ơn, cá/cả, sữa/sửa, bẩn/ban/bạn, dơ/do/đó: without marks they say nothing."""

_SETTINGS = frozenset(
    {
        "via he",
        "long duong",
        "le duong",
        "cot dien",
        "tru dien",
        "cot den",
        "tru den",
        "cot vien thong",
        "cong trinh",
        "sieu thi",
        "cho",
        "nha hang",
        "quan an",
    }
)
"""“Rác đầy vỉa hè”, “tờ rơi trên cột điện”: places of other things, where one of those is named."""

_VENUES = frozenset({"cho", "sieu thi"})
"""“Xe đậu tràn cổng chợ”: where something is, alone never what."""

_DOUBTFUL = word_set("hoi cong cap khoi bui bun com bia rau lun")
