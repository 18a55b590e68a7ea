"""Outlook of a report before it is sent: who will be responsible, and how long such things take."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from service.domain.city.reference import CategoryView, DepartmentView, Reference, WardView
from service.domain.figures.counted_days import Scope, read_facts
from service.domain.figures.reckon import tallies
from service.domain.rules.routing import deadlines, premises_unit
from service.domain.rules.rulebook import Rulebook
from service.domain.rules.rules import ReportFacts

DAYS = 180
FEWEST_DONE = 5
"""Fewer finished cases tell nothing of how long such things usually take."""


@dataclass(frozen=True, slots=True)
class ResponsibleDepartment:
    """Department that the rules in force name, None if a coordinator decides; deadline if received now."""

    ward: WardView | None
    lead: DepartmentView | None
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class UsualTime:
    """Hours from reception to the work being done: half of the cases, and nine of ten, took no longer."""

    half_hours: float
    most_hours: float


def find_responsible(
    book: Rulebook, category: CategoryView, lon: float, lat: float, *, now: datetime
) -> ResponsibleDepartment:
    """Return who would get a report of that category at that place; its questions count as not answered."""
    found = book.locator.locate(lon, lat)
    ward = book.reference.wards.get(found.area_id) if found else None
    facts = ReportFacts(
        categories=category.path,
        ward=ward.code if ward else None,
        ward_kind=ward.unit_kind if ward else None,
        attributes={},
        departments=book.holders,
        committees=book.committees,
        premises=premises_unit(book, lon, lat),
    )
    decision = book.rules.decide(facts)
    if ward is None or decision.rule is None or decision.lead is None:
        return ResponsibleDepartment(ward, None, None)
    lead = book.reference.department_by_code.get(decision.lead)
    return ResponsibleDepartment(ward, lead, deadlines(book, decision.rule.policy, now).due_at)


def usual_time(
    session: Session, reference: Reference, category: CategoryView, lead: DepartmentView, *, now: datetime
) -> UsualTime | None:
    """Return how long the department took for what is below the category's root in half a year; None where
    too few were done to tell.
    """
    today = now.astimezone(ZoneInfo(reference.timezone)).date()
    scope = Scope(
        first=today - timedelta(days=DAYS),
        categories=reference.categories_below(category.path[0]),
        departments=frozenset({lead.id}),
    )
    facts = read_facts(session, reference, scope, now)
    if facts is None:
        return None
    whole = tallies(facts)[0]
    if whole.done < FEWEST_DONE or whole.median_hours is None or whole.p90_hours is None:
        return None
    return UsualTime(whole.median_hours, whole.p90_hours)
