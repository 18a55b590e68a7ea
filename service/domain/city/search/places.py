"""Places people name when there is no position: streets, addresses, landmarks, wards, former units.

Words are read, candidates looked up and ranked in `search/`; here they become places with a ward.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from sqlalchemy.orm import Session

from geo.distance import haversine_m
from geo.locator import Locator
from geo.points import Point
from service.domain.city.reference import Reference, WardView
from service.domain.city.search.besides import WELL, find_places_with_street, street_candidate
from service.domain.city.search.candidates import (
    NamedFeature,
    WardPart,
    known_houses,
    names_like,
    ward_parts,
)
from service.domain.city.search.canon import canonical
from service.domain.city.search.crossings import CROSSING_M, Crossing, find_crossings, read_crossings
from service.domain.city.search.keystrokes import without_keystrokes
from service.domain.city.search.kinds import find_of_kind, mentioned_kind
from service.domain.city.search.known import name_index
from service.domain.city.search.listed import ListedLandmark, ListedStreet, is_on_map, listed_like
from service.domain.city.search.ranking import OF_UNITS, PlaceCandidate, PlaceMatch, best_matches
from service.domain.city.search.readings import Reading, read_words
from service.domain.city.search.units import city_key
from service.domain.city.search.words import other_marks, place_key, street_key
from service.models import FormerUnit

Kind = Literal["street", "address", "landmark", "ward", "former_unit"]

MOST_STREETS = 8
"""So many streets are cut by wards for one question."""

FORMER_RADIUS_M = 800.0
"""How far a former unit reached from its centre, roughly; its own boundary is not kept."""

HOUSE_M = 25.0
"""How far the place of a known house number may be off."""

LEAST_M = 20.0

KEYSTROKES = 0.02
"""Cost of reading what was typed with the keyboard's marks left in it."""

NEVER_MEET = 0.1
"""Cost of reading two streets that never meet as either of them."""

SAID_LATER = 0.02
"""Cost of the second of two streets that never meet."""

OTHER_MARKS = 0.04
"""Cost of each word that was typed with other marks than the name has."""

OTHER_UNIT = 0.4
"""The same of what belongs to a ward: *UBND phường Thuận Hòa* is not that of Thuận Hóa."""

PER_METRE = 1e-6
FARTHEST_M = 20_000.0

SAID = 0.1
"""Weight of the ward that was said beside a name."""


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A place by name: `lon`, `lat` lie inside it, `radius_m` is its size. `former`: no unit any more.

    `street` is the address that is meant, with the house number that was typed. A street that no map file
    tells has no ward but a `district`. `wards` is in how many wards a street lies.
    """

    name: str
    ward_code: str
    ward_name: str
    lon: float
    lat: float
    radius_m: float
    former: bool = False
    street: str = ""
    district: str = ""
    kind: Kind = "ward"
    what: str = ""
    wards: int = 1


def ward_place(reference: Reference, code: str) -> NamedPlace | None:
    """Return the ward in force with that code as a place, or None for any other."""
    ward = reference.ward_by_code.get(code)
    return _ward(ward) if ward else None


def find_places(
    session: Session,
    reference: Reference,
    locator: Locator,
    words: str,
    *,
    near: Point | None = None,
    limit: int = 8,
) -> list[NamedPlace]:
    """Return the places that the words may mean, the best first; of equal ones the nearest to `near`.

    A street, and an address in it, is a place in each ward that it lies in. A kind of place alone, such as
    `công viên`, means those of its kind.
    """
    of_kind: list[NamedPlace] = []
    if said := mentioned_kind(words):
        middle = Point(*reference.config.middle)
        things = find_of_kind(session, said, near=near, middle=middle, most=limit)
        of_kind = [_settled(reference, locator, _landmark(thing)) for thing in things]
    if len(of_kind) == limit or (of_kind and len(words.split()) > 1):
        return of_kind
    named = _find_named(session, reference, locator, words, near, limit)
    return [*of_kind, *(place for place in named if place not in of_kind)][:limit]


def _find_named(
    session: Session, reference: Reference, locator: Locator, words: str, near: Point | None, limit: int
) -> list[NamedPlace]:
    known = name_index(session, reference)
    city = city_key(reference)
    readings = read_words(words, known.units, city, known.aliases)
    if (meant := without_keystrokes(words)) != words:
        other = read_words(meant, known.units, city, known.aliases)
        readings += [replace(each, cost=each.cost + KEYSTROKES) for each in other]
    if not readings:
        return []
    if pairs := read_crossings(words):
        crossings, sides = find_crossings(session, pairs)
        if crossings:
            return [_settled(reference, locator, _crossing(each)) for each in crossings[:limit]]
        readings += [
            Reading(canonical(side), cost=NEVER_MEET + n * SAID_LATER, street=True)
            for n, side in enumerate(dict.fromkeys(sides))
        ]  # the streets alone
    names = list(dict.fromkeys(reading.name for reading in readings))
    things = names_like(session, names)
    mapped = {thing.street_key for thing in things}
    listed = [each for each in listed_like(known.streets, names) if each.key not in mapped]
    candidates = [
        *(street_candidate(thing) for thing in things),
        *(PlaceCandidate("street", "street", each.key, 1, each) for each in listed),
        *(
            PlaceCandidate("landmark", each.kind, each.key, 1, each)
            for each in known.landmarks
            if not is_on_map(each, things)
        ),
        *known.candidates,
    ]
    matches = best_matches(candidates, readings)
    if not matches or matches[0].score < WELL:
        matches += find_places_with_street(session, readings, known.candidates)
        matches.sort(key=lambda match: -match.score)
    return _told(session, reference, locator, matches, near, limit, words)


def _crossing(found: Crossing) -> NamedPlace:
    name = f"Góc {found.one} – {found.other}"  # an address, in the words of the city in every language
    return NamedPlace(name, "", "", found.lon, found.lat, CROSSING_M, street=name, kind="address")


def _told(
    session: Session,
    reference: Reference,
    locator: Locator,
    matches: Sequence[PlaceMatch],
    near: Point | None,
    limit: int,
    words: str,
) -> list[NamedPlace]:
    """Return the matches as places, each thing once."""
    keys = list(dict.fromkeys(key for match in matches if (key := _street_key(match))))[:MOST_STREETS]
    parts = ward_parts(session, keys) if keys else {}
    numbers = {match.reading.house for match in matches if match.reading.house}
    houses = known_houses(session, keys, numbers)
    middle = Point(*reference.config.middle)
    found: list[tuple[float, NamedPlace]] = []
    seen: set[tuple[str, ...]] = set()
    for match in matches:
        for score, place in _places(match, parts, houses, near, near or middle):
            settled = _settled(reference, locator, place)
            said = match.reading.wards
            weight = 0.0 if not said else SAID if settled.ward_code in said else -SAID
            if not _repeats(settled, seen):
                unlike = _unlike_marks(words, settled)
                found.append((score + weight - unlike, settled))
    found.sort(key=lambda pair: -round(pair[0], 3))
    return [place for _, place in found[:limit]]


def _unlike_marks(words: str, place: NamedPlace) -> float:
    """Return what a place loses whose name has other marks than were typed: of a unit's house nearly all."""
    of_unit = place.kind == "landmark" and not OF_UNITS.isdisjoint(place_key(place.name).split())
    return (OTHER_UNIT if of_unit else OTHER_MARKS) * other_marks(words, place.name)


def _street_key(match: PlaceMatch) -> str:
    thing = match.candidate.thing
    return (thing.street_key or "") if isinstance(thing, NamedFeature) else ""


def _places(
    match: PlaceMatch,
    parts: dict[str, list[WardPart]],
    houses: dict[tuple[str, str], tuple[float, float]],
    near: Point | None,
    origin: Point,
) -> Iterator[tuple[float, NamedPlace]]:
    thing, said = match.candidate.thing, match.reading.wards
    if isinstance(thing, WardView):
        yield match.score, _ward(thing)
    elif isinstance(thing, FormerUnit):
        place = NamedPlace(
            thing.name, thing.area_code, "", thing.lon, thing.lat, FORMER_RADIUS_M, former=True
        )
        yield match.score, replace(place, kind="former_unit")
    elif isinstance(thing, ListedStreet):
        street = match.reading.address(thing.name)
        place = NamedPlace(street, "", "", thing.lon, thing.lat, thing.radius_m, street=street)
        kind: Kind = "address" if match.reading.is_address else "street"
        yield match.score - 0.05, replace(place, district=thing.district, kind=kind)
    elif isinstance(thing, ListedLandmark):
        place = NamedPlace(
            thing.name, "", "", thing.lon, thing.lat, thing.radius_m, kind="landmark", what=thing.kind
        )
        yield match.score - _far(origin, place), place
    elif isinstance(thing, NamedFeature) and thing.street_key:
        own = _in_order(parts.get(thing.street_key, ()), said, near)
        for n, part in enumerate(own):
            yield (
                match.score - 0.001 * n - _far(origin, own[0]),
                _street(match, thing, part, len(own), houses),
            )
    elif isinstance(thing, NamedFeature) and thing.lon is not None:
        place = _landmark(thing)
        yield match.score - _far(origin, place), place


def _landmark(thing: NamedFeature) -> NamedPlace:
    lon, lat = thing.lon or 0.0, thing.lat or 0.0
    radius_m = max(LEAST_M, thing.extent_m or 0.0)
    return NamedPlace(thing.name, "", "", lon, lat, radius_m, kind="landmark", what=thing.kind)


def _far(origin: Point, place: WardPart | NamedPlace) -> float:
    """Return what a place loses for lying far away: it decides between things of one name."""
    return min(haversine_m(origin.lon, origin.lat, place.lon, place.lat), FARTHEST_M) * PER_METRE


def _in_order(parts: Sequence[WardPart], spoken_words: frozenset[str], near: Point | None) -> list[WardPart]:
    """Return the parts of a street, those in the ward that was said first, then the nearest or longest."""

    def place(part: WardPart) -> tuple[bool, float]:
        far = haversine_m(near.lon, near.lat, part.lon, part.lat) if near else -part.length_m
        return part.ward_code not in spoken_words, far

    return sorted(parts, key=place)


def _street(
    match: PlaceMatch,
    thing: NamedFeature,
    part: WardPart,
    wards: int,
    houses: dict[tuple[str, str], tuple[float, float]],
) -> NamedPlace:
    reading = match.reading
    street = reading.address(thing.name)
    house = houses.get((thing.street_key or "", reading.house)) if not reading.alley else None
    if house:
        return NamedPlace(street, "", "", *house, HOUSE_M, street=street, kind="address")
    place = NamedPlace(
        street, part.ward_code, "", part.lon, part.lat, max(LEAST_M, part.reach_m), street=street
    )
    return replace(place, kind="address" if reading.is_address else "street", what=thing.kind, wards=wards)


def _settled(reference: Reference, locator: Locator, place: NamedPlace) -> NamedPlace:
    """Return the place with its ward: that it lies in, unless it is known or nobody can know it."""
    code = place.ward_code
    if not code and not place.district and place.kind in ("landmark", "address"):
        located = locator.locate(place.lon, place.lat)
        ward = reference.wards.get(located.area_id) if located else None
        code = ward.code if ward else ""
    known = reference.ward_by_code.get(code)
    return replace(place, ward_code=code, ward_name=known.said_name if known else "")


def _repeats(place: NamedPlace, seen: set[tuple[str, ...]]) -> bool:
    """Return whether such a place was told: the same name, in the same ward, of the same sort.

    An alley that maps know is told before the same number in its street.
    """
    identity: tuple[str, ...] = (
        place.kind,
        place.what,
        place_key(place.name),
        place.ward_code,
        place.district,
    )
    if place.street:
        own = ("street", street_key(place.street))
        identity = (*own, place.ward_code, place.district)
        if place.ward_code:
            seen.add(own)
        elif own in seen:
            return True
    if identity in seen:
        return True
    seen.add(identity)
    return False


def _ward(ward: WardView) -> NamedPlace:
    return NamedPlace(ward.said_name, ward.code, ward.said_name, ward.lon, ward.lat, ward.radius_m)
