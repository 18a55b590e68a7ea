"""Repeated places in words: where their newest report says it is, and which reports lie there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.kernel.sql import plan_by_values
from service.domain.queries.manage.selection import Selection
from service.models import Report

MOST_CODES = 6


@dataclass(frozen=True, slots=True)
class RepeatedPlace:
    """Place with several reports; `address` is masked as everybody reads it, `codes` are the newest ones."""

    address: str
    ward: str
    codes: Sequence[str]
    number: int


def describe_places(
    session: Session,
    reference: Reference,
    places: Sequence[Selection],
    numbers: Sequence[int],
    *,
    now: datetime,
) -> list[RepeatedPlace]:
    """Return the places in words, a query each."""
    plan_by_values(session, one_core=True)
    return [
        _described(session, reference, place, number, now)
        for place, number in zip(places, numbers, strict=True)
    ]


def _described(
    session: Session, reference: Reference, place: Selection, number: int, now: datetime
) -> RepeatedPlace:
    query = (
        select(Report.code, Report.address, Report.ward_id, Report.category_id)
        .where(*place.conditions(ZoneInfo(reference.timezone), now))
        .order_by(Report.created_at.desc(), Report.id.desc())
        .limit(MOST_CODES)
    )
    rows = session.execute(query).all()
    said = (reference.masking_of(row.category_id).text(row.address) for row in rows if row.address)
    wards = (reference.wards.get(row.ward_id or 0) for row in rows)
    return RepeatedPlace(
        address=next(said, ""),
        ward=next((ward.full_name for ward in wards if ward), ""),
        codes=[row.code for row in rows],
        number=number,
    )
