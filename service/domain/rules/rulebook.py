"""Everything routing decides by, loaded together: rules and policies in force, calendar, wards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.locator import Locator
from service.domain.city.calendar import Calendar
from service.domain.city.city import load_calendar
from service.domain.city.reference import Reference, load_reference, revision
from service.domain.city.wards import load_locator
from service.domain.deadlines.deadlines import Policy
from service.domain.deadlines.standing import DeadlineStanding, standing_of
from service.domain.rules.choice import RuleSet
from service.domain.rules.premises import PremisesGround, load_premises
from service.domain.rules.rules import Rule
from service.domain.rules.words import Names, ReferenceNames
from service.models import DeadlinePolicy, Report, RoutingRule


@dataclass(frozen=True, slots=True)
class PolicyInForce:
    """A policy, its name by language, and the row that a report keeps of it."""

    id: int
    policy: Policy
    name: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Rules and policies in force at one revision of the city.

    `holders` are the codes of departments that may hold a case, `committees` the ward committees' by ward.
    `judged` is what `routing.judge_report` said of reports so far.
    """

    reference: Reference
    rules: RuleSet
    policies: Mapping[str, PolicyInForce]
    calendar: Calendar
    locator: Locator
    names: Names
    holders: frozenset[str]
    committees: Mapping[str, str]
    premises: PremisesGround = field(default_factory=PremisesGround, repr=False, compare=False)
    judged: dict[object, Any] = field(default_factory=dict, init=False, repr=False, compare=False)


def load_rulebook(session: Session) -> Rulebook:
    """Read everything; tens of milliseconds, most of it the polygons."""
    reference = load_reference(session)
    active = [department for department in reference.departments.values() if department.active]
    return Rulebook(
        reference=reference,
        rules=RuleSet(load_rules(session)),
        policies=load_policies(session),
        calendar=load_calendar(session, reference),
        locator=load_locator(session, reference),
        names=ReferenceNames(reference),
        holders=frozenset(department.code for department in active),
        committees={d.ward_code: d.code for d in active if d.kind == "ward" and d.ward_code},
        premises=load_premises(session, reference),
    )


def load_rules(session: Session, at: datetime | None = None) -> list[Rule]:
    """Return the rules in force now, or those that were at `at`."""
    query = select(RoutingRule).order_by(RoutingRule.number)
    if at is None:
        query = query.where(RoutingRule.valid_to.is_(None))
    else:
        query = query.where(
            RoutingRule.valid_from <= at, (RoutingRule.valid_to > at) | RoutingRule.valid_to.is_(None)
        )
    return [rule_of(row) for row in session.scalars(query)]


def rule_of(row: RoutingRule) -> Rule:
    """Return the rule a row stores."""
    return Rule.of(row.spec, id=row.id, number=row.number, version=row.version)


def load_policies(session: Session) -> dict[str, PolicyInForce]:
    """Return the policies in force, by code."""
    rows = session.scalars(select(DeadlinePolicy).where(DeadlinePolicy.valid_to.is_(None)))
    return {row.code: PolicyInForce(row.id, Policy.of(row.code, row.spec), row.name) for row in rows}


class RulebookCache:
    """Keeps one rulebook per process; re-reads it when the city's revision has grown."""

    def __init__(self) -> None:
        self._kept: Rulebook | None = None

    def get(self, session: Session) -> Rulebook:
        """Return the rulebook of the revision in force; costs one small query."""
        if self._kept is None or revision(session) != self._kept.reference.revision:
            self._kept = load_rulebook(session)
        return self._kept


def standing_of_report(
    session: Session, books: RulebookCache, report: Report, now: datetime
) -> DeadlineStanding | None:
    """Return how the report's deadline stands, counted as the policy counts that the report keeps."""
    if report.due_at is None:
        return None
    row = session.get(DeadlinePolicy, report.policy_id) if report.policy_id else None
    unit = Policy.of(row.code, row.spec).resolve.unit if row else "hours"
    return standing_of(books.get(session).calendar, unit, report, now)
