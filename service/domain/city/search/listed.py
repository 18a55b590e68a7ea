"""Streets of the city's folder (`streets.csv`): only the district is known of these."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from service.domain.city.reference import Reference
from service.domain.city.search.matching import letters
from service.domain.city.search.words import street_key

_ALIKE = 0.25


@dataclass(frozen=True, slots=True)
class ListedStreet:
    """Street of which only the district is known: its middle, and how far that reaches."""

    name: str
    key: str
    district: str
    lon: float
    lat: float
    radius_m: float


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
