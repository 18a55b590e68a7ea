"""Witnesses of a number: whether two, independent of each other, say that it stood on an advertisement.

Anybody can print a neighbour's number, and a reader errs: one report is never enough by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from math import cos, hypot, radians
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.numbers.written import ANSWER, number_in_answer
from service.models import AdNumber, Contact, Photo, Report, Role, Sighting, SightingState, Staff

APART_M = 100.0
"""Two reports that are nearer to each other may be of one poster."""

ON_THE_SPOT_M = 150.0
_METRES = 111_320.0
_OFFICERS = frozenset({Role.DEPARTMENT, Role.TRIAGE, Role.MANAGER})


class WitnessedSighting(NamedTuple):
    """Confirmed sighting with its report, who sent it, and who took the photo from how far, as far as known.

    `confidence` is the reader's, None where a person read the number; `said` what the sender had typed.
    """

    confidence: float | None
    said: object
    device_hash: bytes | None
    address_hash: bytes | None
    lon: float
    lat: float
    phone: str | None
    email: str | None
    distance_m: float | None
    role: Role | None


def is_witnessed(session: Session, number: AdNumber) -> bool:
    """Return whether what colleagues confirmed is said by two who are independent: the reader and the sender
    of one report, two senders at two places, or a colleague who took the photo on the spot.
    """
    rows = session.execute(
        select(
            Sighting.confidence,
            Report.attributes[ANSWER],
            Report.device_hash,
            Report.address_hash,
            Report.lon,
            Report.lat,
            Contact.phone,
            Contact.email,
            Photo.distance_m,
            Staff.role,
        )
        .select_from(Sighting)
        .join(Report, Report.id == Sighting.report_id)
        .outerjoin(Contact, Contact.report_id == Report.id)
        .outerjoin(Photo, Photo.id == Sighting.photo_id)
        .outerjoin(Staff, Staff.id == Photo.staff_id)
        .where(Sighting.number_id == number.id, Sighting.state == SightingState.CONFIRMED)
        .order_by(Sighting.id)
    )
    found = [WitnessedSighting(*row) for row in rows]
    return any(_agreed(each, number.e164) or _on_the_spot(each) for each in found) or _two_senders(found)


def _agreed(witness: WitnessedSighting, e164: str) -> bool:
    """Return whether the reader found what the sender had typed."""
    typed = number_in_answer(witness.said)
    return witness.confidence is not None and typed is not None and typed.e164 == e164


def _on_the_spot(witness: WitnessedSighting) -> bool:
    if witness.distance_m is None:
        return witness.role == Role.INSPECTOR
    return witness.role in {Role.INSPECTOR, *_OFFICERS} and witness.distance_m <= ON_THE_SPOT_M


def _two_senders(found: Sequence[WitnessedSighting]) -> bool:
    return any(_others(one, two) and _apart_m(one, two) > APART_M for one, two in combinations(found, 2))


def _others(one: WitnessedSighting, two: WitnessedSighting) -> bool:
    """Return whether two reports are known to come from two people. Devices tell it where both are known: of
    one address there may be a whole street behind a carrier's gateway. What is unknown proves nothing.
    """
    for name in ("phone", "email"):
        if getattr(one, name) and getattr(one, name) == getattr(two, name):
            return False
    for name in ("device_hash", "address_hash"):
        first, second = getattr(one, name), getattr(two, name)
        if first is not None and second is not None:
            return bool(first != second)
    return False


def _apart_m(one: WitnessedSighting, two: WitnessedSighting) -> float:
    east = (one.lon - two.lon) * cos(radians(one.lat))
    return hypot(east, one.lat - two.lat) * _METRES
