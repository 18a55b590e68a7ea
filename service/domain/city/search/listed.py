"""Streets and landmarks of the city's folder (`streets.csv`, `landmarks.csv`): of these streets only the
district is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from geo.distance import haversine_m
from service.domain.city.reference import Reference
from service.domain.city.search.candidates import NamedFeature
from service.domain.city.search.canon import canonical, search_key
from service.domain.city.search.likeness import letters, likeness
from service.domain.city.search.words import street_key

_ALIKE = 0.25
SAME = 0.6
"""So alike are the names of one landmark on a map and in the city's list, where both lie in one place."""


@dataclass(frozen=True, slots=True)
class ListedStreet:
    """Street of which only the district is known: its middle, and how far that reaches."""

    name: str
    key: str
    district: str
    lon: float
    lat: float
    radius_m: float


@dataclass(frozen=True, slots=True)
class ListedLandmark:
    """Landmark of the city's list: its kind as maps tell it, and where it is, within `radius_m`."""

    name: str
    kind: str
    key: str
    lon: float
    lat: float
    radius_m: float


def listed_landmarks(reference: Reference) -> Iterator[ListedLandmark]:
    """Yield the landmarks of the city's folder."""
    for name, kind, lon, lat, radius_m in reference.config.landmarks:
        yield ListedLandmark(name, kind, search_key(name), lon, lat, radius_m)


def is_on_map(landmark: ListedLandmark, things: Sequence[NamedFeature]) -> bool:
    """Return whether a landmark of the list is one of these of a map: the same name, or a like one there."""
    return any(_is_same(landmark, thing) for thing in things if thing.lon is not None)


def _is_same(landmark: ListedLandmark, thing: NamedFeature) -> bool:
    key = canonical(thing.key)
    if key == landmark.key:
        return True
    apart = haversine_m(landmark.lon, landmark.lat, thing.lon or 0.0, thing.lat or 0.0)
    alike = thing.kind == landmark.kind and apart <= landmark.radius_m
    return alike and likeness(tuple(landmark.key.split()), tuple(key.split())) >= SAME


def listed_streets(reference: Reference) -> Iterator[ListedStreet]:
    """Yield the streets of the city's folder."""
    for name, district, lon, lat, radius_m in reference.config.streets:
        yield ListedStreet(name, street_key(name), district, lon, lat, radius_m)


def listed_like(streets: Iterable[ListedStreet], names: Iterable[str]) -> list[ListedStreet]:
    """Return the streets that may be meant by any of the folded names."""
    wanted = [letters(name) for name in names]
    return [each for each in streets if any(_alike(one, letters(each.key)) for one in wanted)]


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    shared = len(one & other)
    return shared >= _ALIKE * max(1, min(len(one), len(other)))
