"""A street and a ward that do not belong together: told before and after sending, and never refused."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from geo.distance import haversine_m
from geo.locator import Locator
from geo.points import Point
from service.domain.city.reference import Reference
from service.domain.city.search.places import NamedPlace, find_places
from service.domain.city.search.words import place_key, street_key
from service.i18n import N_
from service.models import Report

NEAR_M = 300.0
"""A pin so near to a street is at it, whatever ward it stands in: streets run along borders."""

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
    somebody put the report: near to the street it is right.
    """
    ward = reference.ward_by_code.get(ward_code)
    if ward is None or not address.strip():
        return None
    found = find_places(session, reference, locator, address[:100])
    if not found or not _is_said(found[0], address):
        return None
    key = street_key(found[0].street)
    parts = [each for each in found if each.ward_code and each.street and street_key(each.street) == key]
    names = {each.ward_code: each.ward_name for each in parts}
    if not names or ward_code in names or (pin and any(_is_near(each, pin) for each in parts)):
        return None
    return StreetElsewhere(found[0].street, ward.said_name, tuple(names.values()))


def street_of_report(
    session: Session, reference: Reference, locator: Locator, report_id: UUID
) -> StreetElsewhere | None:
    """Return the street of a report's address that lies in other wards; None where nothing is wrong.

    Of a report that was not routed yet the ward is looked up.
    """
    report = session.get_one(Report, report_id)
    located = locator.locate(report.lon, report.lat) if report.ward_id is None else None
    ward = reference.wards.get(report.ward_id or (located.area_id if located else 0))
    pin = Point(report.lon, report.lat) if (report.accuracy_m or 0) <= NEAR_M else None  # no middle of a ward
    return street_elsewhere(
        session, reference, locator, ward_code=ward.code if ward else "", address=report.address, pin=pin
    )


def _is_said(place: NamedPlace, address: str) -> bool:
    """Return whether the place is a street of a map whose whole name stands in the address."""
    if not place.street or not place.ward_code or place.kind not in ("street", "address"):
        return False
    words = f" {place_key(address)} "
    return not place.name.startswith("Góc ") and f" {street_key(place.street)} " in words


def _is_near(place: NamedPlace, pin: Point) -> bool:
    return haversine_m(place.lon, place.lat, pin.lon, pin.lat) <= place.radius_m + NEAR_M
