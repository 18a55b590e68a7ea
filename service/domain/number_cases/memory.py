"""The memory of a number: how often within a year it had a case, when it was last seen, who should lead."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

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
    seen = func.coalesce(Photo.taken_at, Report.created_at)
    return session.scalar(
        select(func.max(seen))
        .select_from(Sighting)
        .join(Report, Report.id == Sighting.report_id)
        .outerjoin(Photo, Photo.id == Sighting.photo_id)
        .where(Sighting.number_id == number_id, Sighting.state == SightingState.CONFIRMED)
    )


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


def offence_of(calendar: Calendar, earlier: Earlier | None, seen_at: datetime) -> int:
    """Return the how many-th offence a poster seen then is: counted on within a year of the last case."""
    if earlier is None:
        return 1
    remembered = calendar.local(seen_at).date() <= year_after(calendar.local(earlier.closed_at).date())
    return earlier.offence + 1 if remembered else 1


def is_new_since(calendar: Calendar, earlier: Earlier, seen_at: datetime) -> bool:
    """Return whether a poster is another one: what hung already when the owner complied is not."""
    since = earlier.complied_on or calendar.local(earlier.closed_at).date()
    return calendar.local(seen_at).date() > since


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
