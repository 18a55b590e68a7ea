"""Trying draft rules over past reports: who would have got what, before anything is in force."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.deadlines.deadlines import ends_at
from service.domain.reports.drafts import Moment, StrictBody
from service.domain.rules.choice import Decision, RuleSet
from service.domain.rules.drafts import DraftRule, rule_of_draft
from service.domain.rules.routing import premises_unit
from service.domain.rules.rulebook import Rulebook
from service.domain.rules.rules import ReportFacts, Rule
from service.domain.rules.words import explain
from service.errors import FieldError, Invalid
from service.i18n import N_, Language
from service.models import Report

DEFAULT_PERIOD = timedelta(days=90)
MOST_REPORTS = 50_000
CHUNK = 2_000


class RuleTrial(StrictBody):
    """Subject of a trial: changed or new rules, rules left out, over which reports.

    Without `since`, the last 90 days; the newest `limit` reports are tried, `show` of the changed ones
    are told one by one.
    """

    rules: Annotated[list[DraftRule], Field(max_length=1000)] = []
    without: Annotated[list[int], Field(max_length=1000)] = []
    since: Moment | None = None
    until: Moment | None = None
    limit: Annotated[int, Field(ge=1, le=MOST_REPORTS)] = 20_000
    show: Annotated[int, Field(ge=0, le=1000)] = 100


class RoutingOutcome(BaseModel):
    """Assignment that rules would make, by department codes; all empty means triage.

    `due_at` is when the report would have been due, were there no pauses and extensions.
    """

    model_config = ConfigDict(frozen=True)

    rule: int | None
    lead: str | None
    supports: list[str]
    executor: str | None
    policy: str | None
    due_at: datetime | None
    explanation: str


class ChangedRoute(BaseModel):
    """Report that would have gone another way."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    code: str
    category: str
    ward: str | None
    before: RoutingOutcome
    after: RoutingOutcome


class LeadShift(BaseModel):
    """Number of reports that would move from one lead to another; a lead of none means triage."""

    model_config = ConfigDict(frozen=True)

    before: str | None
    after: str | None
    reports: int


class TrialResult(BaseModel):
    """Result of a trial. `complete` is false when the period holds more reports than were tried."""

    model_config = ConfigDict(frozen=True)

    tried: int
    complete: bool
    changed: int
    unrouted_before: int
    unrouted_after: int
    flows: list[LeadShift]
    items: list[ChangedRoute]


@dataclass(frozen=True, slots=True)
class _Past:
    id: UUID
    code: str
    created_at: datetime
    facts: ReportFacts


def try_rules(
    session: Session, book: Rulebook, trial: RuleTrial, *, now: datetime, language: Language
) -> TrialResult:
    """Decide past reports by the rules in force and by the draft, and compare.

    Raises Invalid naming every mistake of the draft. Nothing is written.
    """
    draft = RuleSet(_draft(book, trial))
    counted = Counter[str]()
    flows = Counter[tuple[str | None, str | None]]()
    items: list[ChangedRoute] = []
    for past in _past(session, book, trial, now):
        before, after = book.rules.decide(past.facts), draft.decide(past.facts)
        counted["tried"] += 1
        counted["unrouted_before"] += before.rule is None
        counted["unrouted_after"] += after.rule is None
        if _parts(before) == _parts(after):
            continue
        counted["changed"] += 1
        flows[before.lead, after.lead] += 1
        if len(items) < trial.show:
            items.append(_change(book, past, before, after, language))
    return TrialResult(
        tried=min(counted["tried"], trial.limit),
        complete=counted["tried"] < trial.limit,
        changed=counted["changed"],
        unrouted_before=counted["unrouted_before"],
        unrouted_after=counted["unrouted_after"],
        flows=[LeadShift(before=b, after=a, reports=n) for (b, a), n in flows.most_common()],
        items=items,
    )


def _draft(book: Rulebook, trial: RuleTrial) -> Iterator[Rule]:
    """Yield the rules in force with the draft's changes."""
    errors: list[FieldError] = []
    drafted = [_rule(book, index, change, errors) for index, change in enumerate(trial.rules)]
    known = {rule.number for rule in book.rules.rules}
    errors += [
        FieldError(("body", "without", index), N_("Không có quy tắc số {number}."), {"number": number})
        for index, number in enumerate(trial.without)
        if number not in known
    ]
    if errors:
        raise Invalid(N_("Vui lòng sửa các mục được nêu."), errors=errors)
    replaced = {change.number for change in trial.rules} | set(trial.without)
    yield from (rule for rule in book.rules.rules if rule.number not in replaced)
    yield from (rule for rule in drafted if rule)


def _rule(book: Rulebook, place: int, change: DraftRule, errors: list[FieldError]) -> Rule | None:
    try:
        return rule_of_draft(book, change, change.number, ("body", "rules", place), key=-1 - place)
    except Invalid as refusal:
        errors += refusal.errors
        return None


def _past(session: Session, book: Rulebook, trial: RuleTrial, now: datetime) -> Iterator[_Past]:
    since, until = trial.since or now - DEFAULT_PERIOD, trial.until or now
    columns = (
        Report.id,
        Report.code,
        Report.created_at,
        Report.category_id,
        Report.ward_id,
        Report.lon,
        Report.lat,
        Report.attributes,
    )
    query = (
        select(*columns)
        .where(Report.created_at >= since, Report.created_at < until, Report.ward_id.is_not(None))
        .order_by(Report.created_at.desc())
        .limit(trial.limit)
        .execution_options(yield_per=CHUNK)
    )
    reference = book.reference
    for row in session.execute(query):
        ward = reference.wards[row.ward_id]
        facts = ReportFacts(
            categories=reference.categories[row.category_id].path,
            ward=ward.code,
            ward_kind=ward.unit_kind,
            attributes=row.attributes,
            departments=book.holders,
            committees=book.committees,
            premises=premises_unit(book, row.lon, row.lat),
        )
        yield _Past(row.id, row.code, row.created_at, facts)


def _parts(decision: Decision) -> tuple[object, ...]:
    return decision.lead, decision.supports, decision.executor, decision.policy


def _change(
    book: Rulebook, past: _Past, before: Decision, after: Decision, language: Language
) -> ChangedRoute:
    return ChangedRoute(
        id=past.id,
        code=past.code,
        category=past.facts.categories[-1],
        ward=past.facts.ward,
        before=_outcome(book, past, before, language),
        after=_outcome(book, past, after, language),
    )


def _outcome(book: Rulebook, past: _Past, decision: Decision, language: Language) -> RoutingOutcome:
    return RoutingOutcome(
        rule=decision.rule.number if decision.rule else None,
        lead=decision.lead,
        supports=list(decision.supports),
        executor=decision.executor,
        policy=decision.policy,
        due_at=_due_at(book, past, decision),
        explanation=explain(decision, book.names, language),
    )


def _due_at(book: Rulebook, past: _Past, decision: Decision) -> datetime | None:
    policy = book.policies.get(decision.policy) if decision.policy else None
    return ends_at(policy.policy.resolve, past.created_at, book.calendar) if policy else None
