"""Things said together with the street or the ward they lie in: `khách sạn Morin Lê Lợi`,
`trước quán cơm 45 Nguyễn Huệ`, `tổ 3 phường Phú Hậu`. Asked only where the words as a whole name no place.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import dropwhile

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.domain.city.search.candidates import NamedFeature, names_like
from service.domain.city.search.canon import KINDS, canonical, hinted_kinds
from service.domain.city.search.likeness import likeness
from service.domain.city.search.ranking import OF_UNITS, Group, PlaceCandidate, PlaceMatch
from service.domain.city.search.readings import Reading, without_number

WELL = 0.85
"""From this score on the words as a whole say the place."""

NEAR_STREET_M = 250.0
"""So near to a street is a thing that people say to stand in it: a market or a hospital has several."""

LIKE = 0.7
"""So alike has the thing to be to its words; the street is said exactly."""

MOST_SPLITS = 24
_IN_STREET = 0.8
_ELSEWHERE = 0.6
_TAIL = 0.8
_OTHER_KIND = 0.15
_SHORT = 4
_BEGINS = 0.85
"""How alike `vincom` is to “Vincom Plaza Huế”, and `ngân hàng Vietcombank` to “Vietcombank Chi nhánh Huế”."""
_IN_WARD = 0.6

_EXACT = text("""
SELECT DISTINCT ON (key) source, kind, name, key, rank, street_key, lon, lat, extent_m
FROM place_name WHERE street_key IS NOT NULL AND key = ANY(:keys) ORDER BY key, rank, id
""")

_NEAR = text("""
SELECT DISTINCT pair.n
FROM unnest(CAST(:ns AS int[]), CAST(:keys AS text[]), CAST(:lons AS float8[]), CAST(:lats AS float8[]))
  AS pair(n, key, lon, lat)
CROSS JOIN LATERAL (SELECT ST_SetSRID(ST_MakePoint(pair.lon, pair.lat), 4326) AS at) AS place
JOIN street ON street.key = pair.key
WHERE ST_DistanceSphere(ST_ClosestPoint(street.geom, place.at), place.at) <= :most
""")


@dataclass(frozen=True, slots=True)
class PlaceAndStreet:
    """Words cut in two: what stands in the street, and the street with its number."""

    thing: str
    street: Reading


def find_places_with_street(
    session: Session, readings: Sequence[Reading], units: Collection[PlaceCandidate]
) -> list[PlaceMatch]:
    """Return things in the street that was said with them, that street, or else the ward that was said."""
    splits = list(dict.fromkeys(split for each in readings for split in _splits(each)))[:MOST_SPLITS]
    known = _streets(session, {split.street.name for split in splits})
    confirmed = [split for split in splits if split.street.name in known]
    if not confirmed:
        return [*_by_tail(session, readings), *_in_units(readings, units)]
    longest = max(len(split.street.words) for split in confirmed)
    confirmed = [split for split in confirmed if len(split.street.words) == longest]
    found = [*_beside(session, confirmed, known)]
    # A number says more than the street alone.
    confirmed.sort(key=lambda split: not split.street.is_address)
    return [
        *found,
        PlaceMatch(street_candidate(known[confirmed[0].street.name]), confirmed[0].street, _IN_STREET),
    ]


def street_candidate(thing: NamedFeature) -> PlaceCandidate:
    """Return a thing of the tables as it is ranked."""
    group: Group = "street" if thing.street_key else "landmark"
    return PlaceCandidate(group, thing.kind, thing.key, thing.rank, thing)


def _splits(reading: Reading) -> Iterator[PlaceAndStreet]:
    words = reading.words
    for at in range(1, len(words)):
        if words[at - 1] in OF_UNITS:  # what follows is a ward
            continue
        house, alley, rest = without_number(words[at:])
        if len(rest) > 1:
            own = Reading(" ".join(rest), house or reading.house, alley or reading.alley, reading.wards)
            yield PlaceAndStreet(canonical(" ".join(words[:at])), own)
        if at > 1:
            yield PlaceAndStreet(
                canonical(" ".join(words[at:])), replace(reading, name=" ".join(words[:at]), cost=0.0)
            )


def _streets(session: Session, keys: Collection[str]) -> dict[str, NamedFeature]:
    if not keys:
        return {}
    return {row.key: NamedFeature(*row) for row in session.execute(_EXACT, {"keys": sorted(keys)})}


def _beside(
    session: Session, splits: Sequence[PlaceAndStreet], known: dict[str, NamedFeature]
) -> Iterator[PlaceMatch]:
    things = [each for each in names_like(session, {s.thing for s in splits}) if each.lon is not None]
    scored = [
        (score, thing, split)
        for split in splits
        for thing in things
        if (score := _alike(split.thing, thing)) >= LIKE
    ]
    if not scored:
        return
    bound = {
        "ns": list(range(len(scored))),
        "keys": [known[split.street.name].street_key for _, _, split in scored],
        "lons": [thing.lon for _, thing, _ in scored],
        "lats": [thing.lat for _, thing, _ in scored],
    }
    near = set(session.scalars(_NEAR, {**bound, "most": NEAR_STREET_M}))
    for n, (score, thing, split) in enumerate(scored):
        plain = Reading(split.thing, wards=split.street.wards)
        weight = 0.97 if n in near else _ELSEWHERE
        yield PlaceMatch(street_candidate(thing), plain, weight * score)


def _alike(words: str, thing: NamedFeature) -> float:
    typed, name = tuple(words.split()), tuple(canonical(thing.key).split())
    if typed != name and all(word in KINDS for word in typed):  # “quán”, and no more; but “cầu chợ Dinh”
        return 0.0
    kinds = hinted_kinds(typed)
    if kinds and thing.kind not in kinds:
        return likeness(typed, name) - _OTHER_KIND
    bare = tuple(dropwhile(KINDS.__contains__, typed)) if kinds else typed
    begins = name[: len(bare)] == bare and len("".join(bare)) > _SHORT
    return max(likeness(typed, name), _BEGINS if begins else 0.0)


def _by_tail(session: Session, readings: Sequence[Reading]) -> Iterator[PlaceMatch]:
    """Yield what the last words name, behind words that name no place: `rác trước cổng trường Quốc Học`."""
    words, kinds = readings[0].words, hinted_kinds(readings[0].words)
    ends = [at for at in range(1, len(words)) if words[at - 1] not in OF_UNITS]  # that is a ward
    tails = [" ".join(words[at:]) for at in ends if len(" ".join(words[at:])) > _SHORT]
    for thing in names_like(session, tails):
        score, tail = max(((_alike(tail, thing), tail) for tail in tails), default=(0.0, ""))
        other = _OTHER_KIND if kinds and thing.kind not in kinds else 0.0
        if score >= (WELL if other else LIKE):  # no “Hoà Mỹ” for a school that is called Hoa Mai
            yield PlaceMatch(street_candidate(thing), Reading(tail), _TAIL * score - other)


def _in_units(readings: Sequence[Reading], units: Collection[PlaceCandidate]) -> Iterator[PlaceMatch]:
    """Yield the ward that the last words name."""
    by_key = {unit.key: unit for unit in units}
    for reading in readings:
        words = reading.words
        for at in range(1, len(words)):
            tail = " ".join(words[at:])
            if unit := by_key.get(tail):
                yield PlaceMatch(unit, Reading(tail), _IN_WARD)
                return
