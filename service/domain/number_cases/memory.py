"""The memory of a number: how often within a year it had a case, when it was last seen, who should lead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, cast, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import InstrumentedAttribute, Session

from service.domain.city.calendar import Calendar
from service.domain.city.reference import Reference
from service.models import AdNumber, AdNumberCase, Photo, Report, Sighting, SightingState, Work, WorkStatus


@dataclass(frozen=True, slots=True)
class Earlier:
    """Case that ended before: when, how often it was by then, since when no poster should hang."""

    closed_at: datetime
    offence: int
    complied_on: date | None


def newest_sighting(session: Session, number_id: int) -> datetime | None:
    """Return when the newest confirmed poster was photographed, as far as the photo or its report says."""
    newest: datetime | None = session.scalar(_posters(func.max(_seen_at()), number_id))
    return newest


def posters_since_invited(session: Session, calendar: Calendar, case: AdNumberCase) -> int:
    """Return how many confirmed posters of a running case were photographed after its owner was invited."""
    if case.invited_on is None or not case.running:
        return 0
    later = _seen_at() >= calendar.midnight_after(case.invited_on)
    return session.scalar(_posters(func.count(), case.number_id).where(later)) or 0


def newest_posters(
    session: Session, number_ids: Sequence[int]
) -> dict[int, tuple[int, int | None, datetime]]:
    """Return the newest confirmed poster of each number: sighting, ward, time."""
    rows = session.execute(
        select(Sighting.number_id, Sighting.id, Report.ward_id, Report.created_at)
        .join(Report, Report.id == Sighting.report_id)
        .where(Sighting.number_id.in_(number_ids), Sighting.state == SightingState.CONFIRMED)
        .ext(distinct_on(Sighting.number_id))
        .order_by(Sighting.number_id, Sighting.quad.is_(None), Report.created_at.desc(), Sighting.id.desc())
    )
    return {row.number_id: (row.id, row.ward_id, row.created_at) for row in rows}


def has_new_poster(timezone: str) -> ColumnElement[bool]:
    """Return the condition on `AdNumber` for those with a confirmed poster since their last case ended, and
    those that never had one: of what was put right nothing is to be done again.
    """
    ended_on = func.coalesce(AdNumberCase.complied_on, _day(timezone, Work.closed_at))
    ended = (
        select(func.max(ended_on))
        .join(Work, Work.id == AdNumberCase.work_id)
        .where(AdNumberCase.number_id == AdNumber.id, ~AdNumberCase.running)
        .correlate(AdNumber)
        .scalar_subquery()
    )
    new = _posters(Sighting.id, AdNumber.id).where(_day(timezone, _seen_at()) > ended)
    return or_(ended.is_(None), new.correlate(AdNumber).exists())


def _posters(what: ColumnElement[Any] | InstrumentedAttribute[Any], number_id: object) -> Select[Any]:
    return (
        select(what)
        .select_from(Sighting)
        .join(Report, Report.id == Sighting.report_id)
        .outerjoin(Photo, Photo.id == Sighting.photo_id)
        .where(Sighting.number_id == number_id, Sighting.state == SightingState.CONFIRMED)
    )


def _seen_at() -> ColumnElement[datetime]:
    """Moment at which a poster was photographed: never after the photo came, whatever the camera says."""
    came = func.coalesce(Photo.created_at, Report.created_at)
    return func.least(func.coalesce(Photo.taken_at, Report.created_at), came)


def _day(timezone: str, at: object) -> ColumnElement[date]:
    return cast(func.timezone(timezone, at), Date)


def earlier_case(session: Session, number_id: int) -> Earlier | None:
    """Return the case that was closed last; one that was dropped accuses nobody and is not remembered."""
    row = session.execute(
        select(Work.closed_at, AdNumberCase.offence, AdNumberCase.complied_on)
        .join(AdNumberCase, AdNumberCase.work_id == Work.id)
        .where(AdNumberCase.number_id == number_id, Work.status == WorkStatus.CLOSED)
        .order_by(Work.closed_at.desc())
        .limit(1)
    ).one_or_none()
    return Earlier(row[0], row[1], row[2]) if row and row[0] else None


def next_offence(session: Session, calendar: Calendar, number_id: int) -> int | None:
    """Return the how many-th offence a case opened now would be, None where no new poster was seen since the
    last one ended.

    Counted on if a poster hung within a year of that end; what hung already when the owner complied is not
    another poster.
    """
    earlier = earlier_case(session, number_id)
    if earlier is None:
        return 1
    ended = calendar.local(earlier.closed_at).date()
    new = _seen_at() >= calendar.midnight_after(earlier.complied_on or ended)
    first = session.scalar(_posters(func.min(_seen_at()), number_id).where(new))
    if first is None:
        return None
    return earlier.offence + 1 if calendar.local(first).date() <= year_after(ended) else 1


def year_after(day: date) -> date:
    """Return the same day a year later, 28 February after a leap day."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)


def units_with_posters(session: Session, number_id: int) -> Counter[int]:
    """Return how many confirmed posters of the number each unit leads."""
    rows = session.execute(
        select(Report.lead_id, func.count())
        .join(Sighting, Sighting.report_id == Report.id)
        .where(
            Sighting.number_id == number_id,
            Sighting.state == SightingState.CONFIRMED,
            Report.lead_id.is_not(None),
        )
        .group_by(Report.lead_id)
    )
    return Counter({unit: count for unit, count in rows if unit is not None})


def proposed_lead(session: Session, reference: Reference, number: AdNumber) -> int | None:
    """Return the unit that should lead the case: of a number seen in several wards the city's, else the one
    that leads most of its reports.
    """
    terms = reference.config.numbers
    city = reference.department_by_code.get(terms.department or "")
    if city is not None and number.wards >= terms.wards:
        return city.id
    found = units_with_posters(session, number.id)
    return min(found, key=lambda unit: (-found[unit], unit)) if found else None
