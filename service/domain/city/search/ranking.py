"""Ranking of the names that fit what was typed: each name against each reading of the words. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from service.domain.city.search.canon import KINDS, canonical, hinted_kinds
from service.domain.city.search.likeness import likeness, share_letters
from service.domain.city.search.readings import Reading

Group = Literal["street", "landmark", "ward", "former_unit"]

LEAST = 0.55
"""What fits worse is not shown."""

NEAR_BEST = 0.25
"""How much worse than the best a name may fit to be shown beside it."""

_RANK_COST = (0.0, 0.0, 0.02, 0.04, 0.1, 0.12)
_UNLIKE_HINT = 0.22
_LIKE_HINT = 0.06
_NO_STREET = 0.35
_INITIALS = 0.8
_BEGINS = 0.88
"""How like a long name its beginning is: `học viện hành chính` to “Học viện Hành chính Quốc gia …”."""
_ENDS = 0.85
"""How like a long name its end is: `ubnd quận phú xuân` to “Quận ủy - HĐND - UBND quận Phú Xuân”."""
_FITS = 0.7
_SHARED = 0.5
"""Names that share a kind have to be as like as this beside it."""
OF_UNITS = frozenset({"phuong", "xa"})
"""Behind these words stands a unit's name."""

_SAME_UNIT = 0.8
"""Below this likeness two names of units are two units: `thuan hoa` is either of two, by its marks."""
_MAIN_STREET = 0.01
_SAID_STREET = 0.06
"""What a street gains where `đường` was said, and loses where the kind of another place was."""


@dataclass(frozen=True, slots=True)
class PlaceCandidate:
    """Thing that may be meant; `thing` is what the caller knows it by."""

    group: Group
    kind: str
    key: str
    rank: int
    thing: object = field(compare=False)


@dataclass(frozen=True, slots=True)
class PlaceMatch:
    """PlaceCandidate with the reading under which it fits best, and how well."""

    candidate: PlaceCandidate
    reading: Reading
    score: float


def best_matches(candidates: Iterable[PlaceCandidate], readings: Sequence[Reading]) -> list[PlaceMatch]:
    """Return the names that fit, the best first; of equal ones those that a whole city knows."""
    known: dict[tuple[str, str], float] = {}  # several readings, and several things, have one name
    found = [max((_match(each, reading, known) for reading in readings), key=_score) for each in candidates]
    found = [match for match in found if match.score >= LEAST]
    if not found:
        return []
    best = max(map(_score, found))
    near = [match for match in found if match.score > best - NEAR_BEST]
    return sorted(near, key=lambda match: (-round(match.score, 3), match.candidate.rank, match.candidate.key))


def _score(match: PlaceMatch) -> float:
    return match.score


def _match(candidate: PlaceCandidate, reading: Reading, scores: dict[tuple[str, str], float]) -> PlaceMatch:
    key = canonical(candidate.key)
    typed, name = reading.words, tuple(key.split())
    score = scores.get((reading.name, key))
    if score is None:
        score = scores[reading.name, key] = _fit(reading.name, key)
    kinds = hinted_kinds(typed)
    meant = candidate.kind in kinds
    if not (meant and score >= _FITS):  # of the kind that was said the little known ones are meant too
        score -= _RANK_COST[min(candidate.rank, 5)]
    score -= reading.cost
    if meant:
        score += _LIKE_HINT
    elif kinds and typed[0] not in name:
        score -= _UNLIKE_HINT
    if len(name) == 1 and name[0] in KINDS:  # “Chợ”, and no more
        score -= _NO_STREET
    if _of_another_unit(reading, name) or (reading.is_kind_in_ward and typed != name):
        score -= _NO_STREET
    if reading.is_address and (candidate.group != "street" or _other_alley(candidate, typed)):
        score -= _NO_STREET
    return PlaceMatch(candidate, reading, score + _favour(candidate, reading))


def _fit(words: str, key: str) -> float:
    """Return how well the words fit a name, also where some of them are the initials of some of its words."""
    typed, name = tuple(words.split()), tuple(key.split())
    score = likeness(typed, name) if share_letters(words, key) and not _kind_alone(typed, name) else 0.0
    if len(typed) > 1 and name[: len(typed)] == typed and not all(word in KINDS for word in typed):
        score = max(score, _BEGINS)
    if len(typed) > 2 and name[-len(typed) :] == typed:
        score = max(score, _ENDS)
    spelt = _spelt_out(typed, name)
    return max(score, _INITIALS * likeness(spelt, name)) if spelt != typed else score


def _kind_alone(typed: tuple[str, ...], name: tuple[str, ...]) -> bool:
    """Return whether the kind is all that they share: “Chợ Mai” and “Chợ Tây Lộc”."""
    if not typed or typed[0] not in KINDS or typed[0] != name[0]:
        return False
    rest, own = (tuple(word for word in words if word not in KINDS) for words in (typed, name))
    return bool(rest and own) and likeness(rest, own) < _SHARED


def _favour(candidate: PlaceCandidate, reading: Reading) -> float:
    """Return what tips the scale between things of one name."""
    if candidate.group == "ward":
        return 0.03 if not reading.wards else -0.1
    if candidate.group == "former_unit":
        return 0.0 if not reading.wards else -0.1
    if candidate.group == "street":
        main = _MAIN_STREET if candidate.rank == 0 else 0.0
        street_bonus = _SAID_STREET if reading.street else -_SAID_STREET if reading.bare else 0.0
        return main + street_bonus + (0.02 if candidate.kind == "street" else 0.06)
    return 0.0


def _of_another_unit(reading: Reading, name: tuple[str, ...]) -> bool:
    """Return whether it is another unit's: `ubnd phuong phu hoi` where `ubnd phuong vi da` was said.

    Also where the ward was read apart.
    """
    unit, own = _unit_of(reading.words), _unit_of(name)
    return bool(own) and (bool(reading.wards) if not unit else likeness(unit, own) < _SAME_UNIT)


def _unit_of(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the unit's name behind a kind of place and the word for a ward or commune."""
    for at, word in enumerate(words):
        if at and word in OF_UNITS and words[0] in KINDS:
            return words[at + 1 :]
    return ()


def _other_alley(candidate: PlaceCandidate, typed: tuple[str, ...]) -> bool:
    """Return whether it is an alley where a number in a street was said, and no alley by that number."""
    return candidate.kind == "alley" and typed[:1] != tuple(candidate.key.split()[:1])


def _spelt_out(typed: tuple[str, ...], name: tuple[str, ...]) -> tuple[str, ...]:
    """Return the typed words with the words of the name in place of their initials: `kiet 168 pct`."""
    for at, word in enumerate(typed):
        if 1 < len(word) < len(name) + 1 and word not in name and word.isalpha():
            for first in range(len(name) - len(word) + 1):
                meant = name[first : first + len(word)]
                if word == "".join(each[0] for each in meant):
                    return (*typed[:at], *meant, *typed[at + 1 :])
    return typed
