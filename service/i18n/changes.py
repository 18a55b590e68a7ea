"""Changes of figures against another period, in words, on pages and in documents alike."""

from __future__ import annotations

from dataclasses import dataclass

from service.i18n import N_, MarkedText, translate
from service.i18n.rounding import round_half_up, round_share
from service.i18n.wording import number_words

FEWEST = 20
"""Against fewer cases a share says nothing: one more would be five percent. Both counts are told."""
STEADY = 0.005
"""A measure (days, a rating) that moved by a smaller part stayed as it was."""


@dataclass(frozen=True, slots=True)
class ChangeWords:
    """Change in words that begin a line. `way` is 1 for more, -1 for less, 0 for as before; `counted` says
    that the words name both figures.
    """

    text: str
    way: int
    counted: bool = False


def change_words(now: float, before: float, then: str, *, counts: bool = True) -> ChangeWords | None:
    """Return how `now` stands against `before`, which is of the period `then` (marked text, as “kỳ trước”);
    None where there was nothing before. `counts` says that both count cases; others are measures.

    Both counts where there were few before, how many times as much from the double on, else the share.
    """
    if not before:
        return None
    part = (now - before) / before
    way = (now > before) - (now < before) if counts or abs(part) >= STEADY else 0
    if way == 0:
        return ChangeWords(translate(N_("Như {then}"), then=MarkedText(then)), 0)
    said = {"then": MarkedText(then)}
    if counts and before < FEWEST:
        up, down = N_("Tăng từ {a} lên {b} so với {then}"), N_("Giảm từ {a} xuống {b} so với {then}")
        text = translate(up if way > 0 else down, a=number_words(before), b=number_words(now), **said)
        return ChangeWords(text, way, counted=True)
    if now >= 2 * before:
        return ChangeWords(translate(N_("Gấp {n} lần {then}"), n=_times(now / before), **said), way)
    template = N_("Tăng {n} so với {then}") if way > 0 else N_("Giảm {n} so với {then}")
    return ChangeWords(translate(template, n=_share(abs(part)), **said), way)


def _times(ratio: float) -> str:
    tenths = round_half_up(ratio, 1 if ratio < 10 else 0)
    return number_words(tenths, 0 if tenths == int(tenths) else 1)


def _share(part: float) -> str:
    tenths = round_share(part, 1)
    return f"{number_words(tenths, 0 if tenths == int(tenths) else 1)}%"
