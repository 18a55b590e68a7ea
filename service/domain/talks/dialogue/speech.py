"""Language that somebody writes in: channels do not say it, the words do."""

from __future__ import annotations

import re

from service.domain.kernel.texts import fold, tidy
from service.domain.talks.dialogue.vocabulary import word_set
from service.i18n import Language

_WORD = re.compile(r"[^\W\d_]+")
_ENGLISH = word_set(
    """the is are was were there this these please street road near front behind beside opposite of at and
    with for from have has been my your you we our they its someone somebody people broken blocked dumped
    garbage rubbish trash litter light lights lamp cables wires tree trees fallen drain drains flood flooded
    water pavement sidewalk noise noisy loud dangerous dark dirty smell smells very every night nights week
    hello report want where what when how know house ward help since across outside"""
)
"""Words of English that no Vietnamese word is without its marks, as “day” or “that” are."""

_BOTH = word_set("the my help hello report")
"""Words that Vietnamese writers say too, or that lack their marks (“thế”, “mỹ”): no English by themselves."""

_VIETNAMESE = word_set(
    """o khong co roi gui cua la nay nho giup dung sua truoc va nhieu qua bi ai chua dang duoc cho toi em minh
    anh chi ad oi nha nhe ma voi tren duoi trong ngoai phan lam"""
)
"""Small words of Vietnamese sentences, folded."""

FEWEST = 2


def spoken_language(text: str) -> Language | None:
    """Return the language of what was written; None where it tells none: a number, an address, “ok”."""
    words = [word.casefold() for word in _WORD.findall(tidy(text))]
    plain = [fold(word) for word in words]
    english = {word for word, typed in zip(plain, words, strict=True) if typed == word and word in _ENGLISH}
    vietnamese = {word for word in plain if word in _VIETNAMESE}
    if len(english - _BOTH) >= 1 and len(english) >= FEWEST and len(english) > len(vietnamese):
        return "en"
    return "vi" if len(vietnamese) >= FEWEST and len(vietnamese) > len(english) else None
