"""A street and a ward that do not belong together: told before and after sending, and never refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.distance import haversine_m
from geo.locator import Locator
from geo.points import Point
from service.domain.city.reference import Reference, WardView
from service.domain.city.search.candidates import WardPart, ward_parts
from service.domain.city.search.known import name_index
from service.domain.city.search.listed import ListedStreet
from service.domain.city.search.places import find_places
from service.domain.city.search.words import place_key, street_key
from service.i18n import N_
from service.models import OPEN, Report, Street

NEAR_M = 300.0
"""A pin so near to a street is at it, whatever ward it stands in: streets run along borders."""

MOST_LETTERS = 100
"""So much of an address is read: the street stands at its beginning."""

MOST_WORDS = 8
"""No street's name has more words."""

ELSEWHERE = N_("Trên bản đồ, {street} nằm ở {wards}, không ở {ward}.")


@dataclass(frozen=True, slots=True)
class StreetElsewhere:
    """Street of an address that lies in other wards than the one that was told; all by their names."""

    street: str
    ward: str
    wards: tuple[str, ...]


def street_elsewhere(
    session: Session,
    reference: Reference,
    locator: Locator,
    *,
    ward_code: str,
    address: str,
    pin: Point | None = None,
) -> StreetElsewhere | None:
    """Return the street that the address names, where it lies in other wards; None where nothing is wrong.

    Known are the streets that a map file told; what no map knows contradicts nothing. `pin` is where
    somebody put the report: near to the street it is right. Places are searched only where no street of
    that name is in the ward.
    """
    ward = reference.ward_by_code.get(ward_code)
    address = address.strip()[:MOST_LETTERS]
    keys = _streets_said(session, address) if ward and address else []
    parts = ward_parts(session, keys) if keys else {}
    if ward is None or not parts or _belongs(session, reference, ward, parts, pin):
        return None
    found = find_places(session, reference, locator, address, limit=1)
    if not found or found[0].kind not in ("street", "address"):
        return None
    if found[0].wards == 1 and found[0].ward_name:  # a known house, a corner: more than the whole street
        return StreetElsewhere(found[0].street, ward.said_name, (found[0].ward_name,))
    phrase = f" {street_key(found[0].street)}"
    key = next((key for key in keys if phrase.endswith(f" {key}")), "")
    names = (reference.ward_by_code.get(part.ward_code) for part in parts.get(key, ()))
    wards = tuple(each.said_name for each in names if each)
    return StreetElsewhere(found[0].street, ward.said_name, wards) if wards else None


def street_of_report(
    session: Session, reference: Reference, locator: Locator, report_id: UUID
) -> StreetElsewhere | None:
    """Return the street of an open report's address that lies in other wards; None where nothing is wrong.

    Of a report that was not routed yet the ward is looked up.
    """
    report = session.get_one(Report, report_id)
    if report.status not in OPEN or not report.address:
        return None
    located = locator.locate(report.lon, report.lat) if report.ward_id is None else None
    ward = reference.wards.get(report.ward_id or (located.area_id if located else 0))
    pin = Point(report.lon, report.lat) if (report.accuracy_m or 0) <= NEAR_M else None  # no middle of a ward
    return street_elsewhere(
        session, reference, locator, ward_code=ward.code if ward else "", address=report.address, pin=pin
    )


def _streets_said(session: Session, address: str) -> list[str]:
    """Return the keys of the streets of a map whose whole names stand in the address, the longest first."""
    words = place_key(address).split()
    runs = {
        " ".join(words[start:end])
        for start in range(len(words))
        for end in range(start + 1, min(start + MOST_WORDS, len(words)) + 1)
    }
    keys = session.scalars(select(Street.key).where(Street.key.in_(sorted(runs))).distinct())
    return sorted(keys, key=lambda key: (-len(key), key))


def _belongs(
    session: Session,
    reference: Reference,
    ward: WardView,
    parts: dict[str, list[WardPart]],
    pin: Point | None,
) -> bool:
    """Return whether one of the streets is in the ward, at the pin, or may be one that no map drew there."""
    every = [part for own in parts.values() for part in own]
    if any(part.ward_code == ward.code for part in every):
        return True
    if pin and any(_metres(pin, part) <= part.reach_m + NEAR_M for part in every):
        return True
    return _listed_nearer(session, reference, Point(ward.lon, ward.lat), parts)


def _listed_nearer(
    session: Session, reference: Reference, here: Point, parts: dict[str, list[WardPart]]
) -> bool:
    """Return whether the city's list tells such a street nearer than those that a map drew."""
    shift_m = min(_metres(here, part) for own in parts.values() for part in own)
    return any(
        _metres(here, each) < shift_m and not _is_drawn(parts[each.key], each)
        for each in name_index(session, reference).streets
        if each.key in parts
    )


def _is_drawn(parts: Sequence[WardPart], listed: ListedStreet) -> bool:
    """Return whether a street of a map lies in the former district that the list tells for its name."""
    return any(_metres(Point(part.lon, part.lat), listed) <= listed.radius_m for part in parts)


def _metres(point: Point, middle: WardPart | ListedStreet) -> float:
    return haversine_m(point.lon, point.lat, middle.lon, middle.lat)
