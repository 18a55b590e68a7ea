"""Streets of the city's folder (`streets.csv`): only the district is known of these."""

from __future__ import annotations

from collections.abc import Iterable
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


def listed_like(reference: Reference, names: Iterable[str]) -> list[ListedStreet]:
    """Return the streets that may be meant by any of the folded names."""
    wanted = [letters(name) for name in names]
    found = []
    for name, district, lon, lat, radius_m in reference.config.streets:
        key = street_key(name)
        own = letters(key)
        if any(_alike(one, own) for one in wanted):
            found.append(ListedStreet(name, key, district, lon, lat, radius_m))
    return found


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    shared = len(one & other)
    return shared >= _ALIKE * max(1, min(len(one), len(other)))
