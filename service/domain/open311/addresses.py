"""A request that says where it is in words alone, as GeoReport allows: looked up among our own places."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from geo.locator import Locator
from service.domain.city.reference import Reference
from service.domain.city.search.places import find_places
from service.domain.kernel.texts import tidy
from service.domain.reports.drafts import LocationIn

LONGEST = 100


def words_of_place(sent: Sequence[tuple[str, str]]) -> str:
    """Return the address of a request without a position; empty where it has one, or says nothing."""
    plain = {name: value.strip() for name, value in sent if value.strip()}
    if "lat" in plain or "long" in plain:
        return ""
    return tidy(plain.get("address_string", ""))[:LONGEST]


def locate_words(session: Session, reference: Reference, locator: Locator, words: str) -> LocationIn | None:
    """Return the likeliest place of an address, as unsure as it is large; None where the city knows none."""
    found = find_places(session, reference, locator, words, limit=1)
    if not found:
        return None
    return LocationIn(lon=found[0].lon, lat=found[0].lat, accuracy_m=max(1, round(found[0].radius_m)))
