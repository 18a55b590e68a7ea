"""The memory of a number: how often within a year it had a case, when it was last seen, who should lead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, TypeVar

from sqlalchemy import (
    ColumnElement,
    Date,
    ScalarSelect,
    Select,
    SQLColumnExpression,
    and_,
    cast,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, aliased

from service.domain.city.calendar import Calendar
from service.domain.city.reference import Reference
from service.models import (
    DONE,
    AdNumber,
    AdNumberCase,
    Photo,
    Report,
    Sighting,
    SightingState,
    Work,
    WorkStatus,
)

T = TypeVar("T")

SAME_PLACE_M = 30.0
"""A poster so near to one that was taken off hangs at its place: one telephone errs by half of it."""


@dataclass(frozen=True, slots=True)
class EarlierCase:
    """Case that ended before: when, how often it was by then, since when no poster should hang, and since
    when its owner knew.
    """

    closed_at: datetime
    offence: int
    complied_on: date | None
    invited_on: date | None


def newest_sighting(session: Session, number_id: int) -> datetime | None:
    """Return when the newest confirmed poster was photographed, as far as the photo or its report says."""
    return session.scalar(_posters(func.max(_seen_at()), number_id))


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
    ended, invited = (_of_last_case(timezone, which) for which in ("ended", "invited"))
    new = _posters(Sighting.id, AdNumber.id).where(_hung_again(timezone, ended, invited))
    return or_(ended.is_(None), new.correlate(AdNumber).exists())


def _of_last_case(timezone: str, which: Literal["ended", "invited"]) -> ScalarSelect[date | None]:
    """Return the day on which the last case of an `AdNumber` ended, or on which its owner was invited."""
    ended = func.coalesce(AdNumberCase.complied_on, _day(timezone, Work.closed_at))
    return (
        select(ended if which == "ended" else AdNumberCase.invited_on)
        .join(Work, Work.id == AdNumberCase.work_id)
        .where(AdNumberCase.number_id == AdNumber.id, ~AdNumberCase.running)
        .order_by(ended.desc().nulls_last(), Work.created_at.desc())
        .limit(1)
        .correlate(AdNumber)
        .scalar_subquery()
    )


def _hung_again(
    timezone: str, ended: date | ScalarSelect[date | None], invited: date | ScalarSelect[date | None] | None
) -> ColumnElement[bool]:
    """Return the condition on a poster for those that did not hang already when a case ended: photographed
    on a later day, or after the owner was invited at a place that had been cleared by then.
    """
    seen_on = _day(timezone, _seen_at())
    cleared, there = aliased(Report), aliased(Sighting)
    place = func.geography(cleared.location)
    before = (
        exists()
        .where(there.number_id == Sighting.number_id, there.state == SightingState.CONFIRMED)
        .where(cleared.id == there.report_id, cleared.id != Report.id, cleared.status.in_(DONE))
        .where(cleared.resolved_at < _seen_at())
        .where(func.ST_DWithin(place, func.geography(Report.location), SAME_PLACE_M))
    )
    return or_(seen_on > ended, and_(seen_on > invited, before.correlate(Report, Sighting, Photo)))


def _posters(what: SQLColumnExpression[T], number_id: object) -> Select[T]:
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


def earlier_case(session: Session, number_id: int) -> EarlierCase | None:
    """Return the case that was closed last; one that was dropped accuses nobody and is not remembered."""
    row = session.execute(
        select(Work.closed_at, AdNumberCase.offence, AdNumberCase.complied_on, AdNumberCase.invited_on)
        .join(AdNumberCase, AdNumberCase.work_id == Work.id)
        .where(AdNumberCase.number_id == number_id, Work.status == WorkStatus.CLOSED)
        .order_by(Work.closed_at.desc())
        .limit(1)
    ).one_or_none()
    return EarlierCase(row[0], row[1], row[2], row[3]) if row and row[0] else None


def next_offence(session: Session, calendar: Calendar, number_id: int) -> int | None:
    """Return the how many-th offence a case opened now would be, None where no new poster was seen since the
    last one ended.

    Counted on if a poster hung within a year of that end; what hung already when the owner complied is not
    another poster, unless its place had been cleared before.
    """
    earlier = earlier_case(session, number_id)
    if earlier is None:
        return 1
    ended = calendar.local(earlier.closed_at).date()
    new = _hung_again(calendar.timezone.key, earlier.complied_on or ended, earlier.invited_on)
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
