"""Witnesses of a number: whether two, independent of each other, say that it stood on an advertisement.

Anybody can print a neighbour's number, and a reader errs: one report is never enough by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from math import cos, hypot, radians
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.numbers.written import ANSWER, said_number
from service.models import AdNumber, Contact, Photo, Report, Role, Sighting, SightingState, Staff

APART_M = 100.0
"""Two reports that are nearer to each other may be of one poster."""

ON_THE_SPOT_M = 150.0
_METRES = 111_320.0
_OFFICERS = frozenset({Role.DEPARTMENT, Role.TRIAGE, Role.MANAGER})


def is_witnessed(session: Session, number: AdNumber) -> bool:
    """Return whether what colleagues confirmed is said by two who are independent: the reader and the sender
    of one report, two senders at two places, or a colleague who took the photo on the spot.
    """
    rows = session.execute(
        select(
            Sighting.confidence,
            Report.attributes[ANSWER].label("said"),
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
    ).all()
    return any(_agreed(row, number.e164) or _on_the_spot(row) for row in rows) or _two_senders(rows)


def _agreed(row: Any, e164: str) -> bool:
    """Return whether the reader found what the sender had typed."""
    said = said_number(row.said)
    return row.confidence is not None and said is not None and said.e164 == e164


def _on_the_spot(row: Any) -> bool:
    if row.role == Role.INSPECTOR:
        return row.distance_m is None or row.distance_m <= ON_THE_SPOT_M
    return row.role in _OFFICERS and row.distance_m is not None and row.distance_m <= ON_THE_SPOT_M


def _two_senders(rows: Sequence[Any]) -> bool:
    return any(_others(one, two) and _apart_m(one, two) > APART_M for one, two in combinations(rows, 2))


def _others(one: object, two: object) -> bool:
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


def _apart_m(one: Any, two: Any) -> float:
    east = (one.lon - two.lon) * cos(radians(one.lat))
    return hypot(east, one.lat - two.lat) * _METRES
