"""Places of a kind where no name was said: `công viên`, `cây xăng gần đây`, `nhà thuốc gần nhất`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.points import Point
from service.domain.city.search.candidates import NamedFeature
from service.domain.city.search.canon import KINDS, search_key

NEARBY_M = 2_000.0
"""So far people go to the nearest one; from here on the better known come first."""

_TAIL = re.compile(
    r"\b(?:o )?(?:gan|quanh|xung quanh)(?: (?:nhat|dai|do|toi|nha|minh|khu vuc nai))?$|\bnear(?:by| me)$"
)
_PHRASES = {
    "truong hoc": "truong",
    "truong": "truong",
    "tram i te": "tram i te",
    "tti te": "tti te",
    "tram": "tram i te",
} | {f"truong {word}": word for word in ("th", "thcs", "thpt", "mn", "dh", "cd")}
"""What is said with more than one word, or means another one: what names of such places begin with."""

_MIXED = {"chua", "nhatho", "dinh", "den", "ga", "bx", "mon", "ubnd", "ca", "lang", "dien", "tram i te"} | {
    "th",
    "thcs",
    "thpt",
    "mn",
    "dh",
    "cd",
    "hv",
    "ks",
    "nh",
    "quan",
    "cafe",
    "tiem",
    "shop",
    "nhasach",
    "rap",
    "tuongdai",
    "thon",
    "doi",
    "ho",
    "song",
    "baibien",
    "bt",
}
"""Words whose places share their kind with others: only what begins with the word is meant, if anything."""

_ALONE = {"st": {"mall"}, "cho": {"market"}}
"""Beside a name these words say more kinds."""

_THINGS = text("""
SELECT source, kind, name, key, rank, street_key, lon, lat, extent_m
FROM (
  SELECT DISTINCT ON (name, kind, lon, lat) *,
         ST_DistanceSphere(ST_MakePoint(lon, lat), ST_MakePoint(:lon, :lat)) AS far_m,
         key LIKE :word || ' %' OR key LIKE 'truong ' || :word || ' %' AS is_said
  FROM place_name WHERE kind = ANY(:kinds) AND lon IS NOT NULL AND NOT key = :word
  ORDER BY name, kind, lon, lat, key LIKE :word || ' %' OR key LIKE 'truong ' || :word || ' %' DESC
) AS thing
WHERE is_said OR NOT :only
ORDER BY is_said AND (:only OR NOT :near) DESC, CASE WHEN :near THEN least(0, far_m - :nearby) ELSE 0 END,
         rank, CASE WHEN :near THEN 0 ELSE -coalesce(extent_m, 0) END, far_m, name
LIMIT :most
""")


@dataclass(frozen=True, slots=True)
class PlaceKindWords:
    """Kind of place: the word that names of such places begin with, and what maps call them."""

    word: str
    kinds: frozenset[str]


def mentioned_kind(words: str) -> PlaceKindWords | None:
    """Return the kind of place that was said; None where anything else was."""
    plain = _TAIL.sub("", search_key(words)).strip()
    word = _PHRASES.get(plain, plain)
    kinds = _ALONE.get(word) or KINDS.get(word.split()[0] if word else "")
    return PlaceKindWords(word, frozenset(kinds)) if kinds and (word in KINDS or plain in _PHRASES) else None


def find_of_kind(
    session: Session, kind: PlaceKindWords, *, near: Point | None, middle: Point, most: int
) -> list[NamedFeature]:
    """Return places of the kind: those whose name says it first, then the nearest, or the best known."""
    origin = near or middle
    bound = {
        "lon": origin.lon,
        "lat": origin.lat,
        "word": kind.word,
        "kinds": sorted(kind.kinds),
        "near": near is not None,
        "nearby": NEARBY_M,
        "most": most,
        "only": kind.word in _MIXED,
    }
    return [NamedFeature(*row) for row in session.execute(_THINGS, bound)]
