"""Crossings of two streets, as people say them: `ngã tư Hùng Vương - Lê Quý Đôn`, `góc Lê Lợi và Hà Nội`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.domain.city.search.candidates import NamedFeature, names_like
from service.domain.city.search.canon import canonical
from service.domain.city.search.likeness import likeness
from service.domain.kernel.texts import fold

CROSSING_M = 40.0
"""Two streets whose middle lines come this near meet: a roundabout or a square may lie between them."""

LIKE = 0.8
"""So alike has each street to be to what was typed: two guesses make no place."""

MOST_WORDS = 10
_LEADS = re.compile(
    r"^(?:o |tai |gan |ngai |cho )*"
    r"(?:nga (?:ba|tu|nam|sau|bay|[3-7])|giao lo|giao nhau|cho giao|goc(?: duong| pho)?|vong xoay"
    r"|giua(?: duong)?)\s+"
)
_BETWEEN = re.compile(r"\s+(?:-|–|x|va|voi|giao(?: voi| nhau voi)?|cat(?: voi)?|&)\s+|\s+-|-\s+")
_COMMA = re.compile(r"\s*[,+]\s*")  # without “ngã tư” before it, a ward or a city follows
_STREET_WORD = re.compile(r"^(?:duong|pho|d|dg) (?=\S+ )")
_PLAIN = re.compile(r"[^0-9a-z/]+")

_MEETINGS = text("""
WITH whole AS (
  SELECT key, ST_Collect(geom) AS geom FROM street WHERE key = ANY(:keys) AND NOT key = '' GROUP BY key
), meeting AS (
  SELECT one.key AS one, other.key AS other,
         ST_ClosestPoint(one.geom, other.geom) AS a, ST_ClosestPoint(other.geom, one.geom) AS b
  FROM whole AS one JOIN whole AS other ON one.key <> other.key
   AND (one.key, other.key) IN (SELECT * FROM unnest(CAST(:ones AS text[]), CAST(:others AS text[])))
)
SELECT one, other, (ST_X(a) + ST_X(b)) / 2 AS lon, (ST_Y(a) + ST_Y(b)) / 2 AS lat
FROM meeting WHERE ST_DistanceSphere(a, b) <= :most
""")


@dataclass(frozen=True, slots=True)
class Crossing:
    """Place where two streets meet: their names, longitude and latitude, and how well the words fit (0–1)."""

    one: str
    other: str
    lon: float
    lat: float
    score: float


def read_crossings(words: str) -> list[tuple[str, str]]:
    """Return the pairs of folded street names that the words may say; empty where they say no crossing.

    After `ngã tư` and the like nothing need stand between the two names: then every cut is a pair.
    """
    typed = " ".join(fold(words).replace("y", "i").split())
    lead = _LEADS.match(typed)
    rest = typed[lead.end() :] if lead else typed
    cut = _BETWEEN.split(rest)
    sides = [_street(side) for side in (_COMMA.split(rest) if lead and len(cut) == 1 else cut)]
    if len(sides) >= 2 and all(sides[:2]):
        return [(sides[0], sides[1])]
    bare = _street(rest).split()
    if not lead or not 2 <= len(bare) <= MOST_WORDS:
        return []
    return [(" ".join(bare[:at]), _street(" ".join(bare[at:]))) for at in range(1, len(bare))]


def find_crossings(
    session: Session, pairs: Sequence[tuple[str, str]]
) -> tuple[list[Crossing], tuple[str, ...]]:
    """Return where streets of these names meet, the best fit first, and the names likeliest meant; of
    streets that no map file tells, both sides of every cut that leaves whole names.
    """
    names = list(dict.fromkeys(name for pair in pairs for name in pair))
    streets = [each for each in names_like(session, names) if each.street_key]
    meant = {name: list(_meant(name, streets)) for name in names}
    scored = {
        (one.street_key, other.street_key): (min(a, b), one.name, other.name)
        for left, right in pairs
        for a, one in meant[left]
        for b, other in meant[right]
        if one.street_key != other.street_key
    }
    if not scored:
        whole = [pair for pair in pairs if all(" " in side for side in pair)]
        return [], tuple(side for pair in whole for side in pair)
    likeliest = max(pairs, key=lambda pair: min(max((s for s, _ in meant[n]), default=0.0) for n in pair))
    keys = sorted({str(key) for pair in scored for key in pair})
    bound = {"keys": keys, "ones": [one for one, _ in scored], "others": [other for _, other in scored]}
    found = []
    for row in session.execute(_MEETINGS, {**bound, "most": CROSSING_M}):
        score, one, other = scored[row.one, row.other]
        found.append(Crossing(one, other, row.lon, row.lat, score))
    return sorted(found, key=lambda each: -each.score), likeliest


def _meant(name: str, streets: Sequence[NamedFeature]) -> Iterator[tuple[float, NamedFeature]]:
    typed = tuple(canonical(name).split())
    for each in streets:
        score = likeness(typed, tuple(canonical(each.key).split()))
        if score >= LIKE:
            yield score, each


def _street(side: str) -> str:
    return _STREET_WORD.sub("", " ".join(_PLAIN.sub(" ", side).split()))
