"""The register of numbers: found or entered, and counted from what people confirmed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Numeric, cast, func, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.domain.numbers.telephones import Telephone
from service.domain.numbers.witnesses import is_witnessed
from service.models import AdNumber, Report, Sighting, SightingState

PLACE_DIGITS = 3
"""Places are told apart by so many digits of a degree: about a hundred metres."""


def enter_number(session: Session, number: Telephone, now: datetime) -> int:
    """Return the id of a number's row, which is made if there is none."""
    row = {"e164": number.e164, "shown": number.shown, "kind": number.kind, "created_at": now}
    session.execute(insert(AdNumber).values(row).on_conflict_do_nothing(index_elements=[AdNumber.e164]))
    return session.scalars(select(AdNumber.id).where(AdNumber.e164 == number.e164)).one()


def count_anew(session: Session, number_id: int, now: datetime) -> AdNumber:
    """Return the number with its counters true again; its row stays locked, so that of several who confirm
    at one moment the last counts all. Once verified it stays so, unless what was confirmed gets less: who
    sent a report is forgotten after a time.
    """
    session.flush()
    locked = select(AdNumber).where(AdNumber.id == number_id).with_for_update(key_share=True)
    number = session.scalars(locked.execution_options(populate_existing=True)).one()
    place = tuple_(_rounded(Report.lon), _rounded(Report.lat))
    counted = session.execute(
        select(
            func.count().label("sightings"),
            func.count(place.distinct()).label("places"),
            func.count(Report.ward_id.distinct()).label("wards"),
            func.min(Report.created_at).label("first"),
            func.max(Report.created_at).label("last"),
        )
        .select_from(Sighting)
        .join(Report, Report.id == Sighting.report_id)
        .where(Sighting.number_id == number_id, Sighting.state == SightingState.CONFIRMED)
    ).one()
    less = counted.sightings < number.sightings
    number.sightings, number.places, number.wards = counted.sightings, counted.places, counted.wards
    number.first_seen, number.last_seen = counted.first, counted.last
    if number.verified_at is None or less:
        witnessed = is_witnessed(session, number)
        number.verified_at = (number.verified_at or now) if witnessed else None
    session.flush()
    return number


def _rounded(degrees: object) -> object:
    return func.round(cast(degrees, Numeric), PLACE_DIGITS)
