"""The register of numbers: found or entered, and counted from what people confirmed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Numeric, cast, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.domain.kernel.sql import AnySelect
from service.domain.numbers.telephones import Telephone
from service.domain.numbers.witnesses import is_witnessed
from service.models import AdNumber, OldSighting, Report, Sighting, SightingState

PLACE_DIGITS = 3
"""Places are told apart by so many digits of a degree: about a hundred metres."""


def enter_number(session: Session, number: Telephone, now: datetime) -> int:
    """Return the id of a number's row, which is made if there is none."""
    return enter_numbers(session, [number], now)[number.e164]


def enter_numbers(session: Session, numbers: Sequence[Telephone], now: datetime) -> Mapping[str, int]:
    """Return the ids of numbers by their E.164; rows are made for those that have none."""
    if not numbers:
        return {}
    rows = {
        each.e164: {"e164": each.e164, "shown": each.shown, "kind": each.kind, "created_at": now}
        for each in sorted(numbers, key=lambda each: each.e164)
    }
    put = insert(AdNumber).on_conflict_do_nothing(index_elements=[AdNumber.e164])
    session.execute(put.values(list(rows.values())))
    found = session.execute(select(AdNumber.e164, AdNumber.id).where(AdNumber.e164.in_(rows)))
    return {row.e164: row.id for row in found}


def recount_number(session: Session, number_id: int, now: datetime) -> AdNumber:
    """Return the number with its counters true again; its row stays locked, so that of several who confirm
    at one moment the last counts all. Once verified it stays so, unless what was confirmed gets less: who
    sent a report is forgotten after a time.
    """
    [number] = _locked(session, [number_id])
    if _count(session, [number]) or number.verified_at is None:
        witnessed = is_witnessed(session, number)
        number.verified_at = (number.verified_at or now) if witnessed else None
    session.flush()
    return number


def recount_old_numbers(session: Session, number_ids: Collection[int]) -> None:
    """Count numbers to which old lists added: who vouches for them stays as it is."""
    _count(session, _locked(session, number_ids))
    session.flush()


def count_moved(session: Session, report_ids: Collection[UUID]) -> None:
    """Count the numbers on reports whose place or ward is another now: routed after somebody had confirmed
    them, or moved on the map.
    """
    confirmed = Sighting.report_id.in_(report_ids), Sighting.state == SightingState.CONFIRMED
    numbers = session.scalars(select(Sighting.number_id).where(*confirmed).distinct()).all()
    if numbers:
        _count(session, _locked(session, numbers))
        session.flush()


def _locked(session: Session, number_ids: Collection[int]) -> Sequence[AdNumber]:
    session.flush()
    query = select(AdNumber).where(AdNumber.id.in_(number_ids)).order_by(AdNumber.id)
    locked = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    return session.scalars(locked).all()


def _count(session: Session, numbers: Sequence[AdNumber]) -> bool:
    """Write the counters of numbers; return whether any was seen less often than it was said."""
    counted = {row.number_id: row for row in session.execute(_counting([each.id for each in numbers]))}
    less = False
    for number in numbers:
        row = counted.get(number.id)
        sightings = row.sightings if row else 0
        less = less or sightings < number.sightings
        number.sightings = sightings
        number.places, number.wards = (row.places, row.wards) if row else (0, 0)
        number.first_seen, number.last_seen = (row.first, row.last) if row else (None, None)
    return less


def _counting(number_ids: Sequence[int]) -> AnySelect:
    """Return the query for what was confirmed on reports together with what stood in old lists."""
    place = func.concat(_rounded(Report.lon), " ", _rounded(Report.lat))
    confirmed = (
        select(
            Sighting.number_id,
            place.label("place"),
            Report.ward_id.label("ward_id"),
            Report.created_at.label("at"),
        )
        .join(Report, Report.id == Sighting.report_id)
        .where(Sighting.number_id.in_(number_ids), Sighting.state == SightingState.CONFIRMED)
    )
    old = select(
        OldSighting.number_id,
        func.nullif(func.lower(OldSighting.place), ""),
        OldSighting.ward_id,
        OldSighting.seen_at,
    ).where(OldSighting.number_id.in_(number_ids))
    seen = confirmed.union_all(old).subquery()
    return select(
        seen.c.number_id,
        func.count().label("sightings"),
        func.count(seen.c.place.distinct()).label("places"),
        func.count(seen.c.ward_id.distinct()).label("wards"),
        func.min(seen.c.at).label("first"),
        func.max(seen.c.at).label("last"),
    ).group_by(seen.c.number_id)


def _rounded(degrees: object) -> object:
    return func.round(cast(degrees, Numeric), PLACE_DIGITS)
