"""Account of a report's routing: the decision it keeps, what lost, and how its deadline was counted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy.orm import Session

from service.domain.casework.case.deadline import clock_of, policy_of
from service.domain.kernel.times import utc
from service.domain.people.colleagues import names_of
from service.domain.queries.views import NamedCode, department_named, ward_named
from service.domain.reports.access import Asker, find_report
from service.domain.rules.choice import Alternative, RuleMiss, RuleSet
from service.domain.rules.deadline_words import all_step_words
from service.domain.rules.routing import routing_facts
from service.domain.rules.rulebook import Rulebook, load_rules
from service.domain.rules.rules import Rule
from service.domain.rules.words import explain_alternative, explain_miss
from service.i18n import Language, pick
from service.models import Report, RoutingRule
from service.models.reports.report import StoredRouting


class RuleBrief(BaseModel):
    """A rule by number, with the version that was in force."""

    model_config = ConfigDict(frozen=True)

    number: int
    version: int
    name: str = ""


class LosingRule(BaseModel):
    """A rule for this category that did not decide: it fitted and lost, or did not fit."""

    model_config = ConfigDict(frozen=True)

    rule: RuleBrief
    fitted: bool
    reason: str
    explanation: str


class Count(BaseModel):
    """A deadline and the steps of its counting, oldest first."""

    model_config = ConfigDict(frozen=True)

    due_at: datetime
    steps: list[str]


class SuspectedOriginal(BaseModel):
    """The report that this one may repeat."""

    model_config = ConfigDict(frozen=True)

    code: str
    distance_m: float
    action: str


class RoutingAccount(BaseModel):
    """The account of one report's routing; while `state` is `waiting`, the rest is empty."""

    model_config = ConfigDict(frozen=True)

    state: Literal["waiting", "routed"]
    decided_at: datetime | None = None
    decided_by: Literal["rules", "person"] | None = None
    decided_by_name: str | None = None
    ward: NamedCode | None = None
    ward_distance_m: float | None = None
    rule: RuleBrief | None = None
    lead: NamedCode | None = None
    supports: list[NamedCode] = []
    executor: NamedCode | None = None
    policy: str | None = None
    explanation: str | None = None
    triage_reason: str | None = None
    suspicion: SuspectedOriginal | None = None
    alternatives: list[LosingRule] = []
    acceptance: Count | None = None
    resolution: Count | None = None


def explain_routing(
    session: Session, book: Rulebook, asker: Asker, name: str | UUID, *, now: datetime, language: Language
) -> RoutingAccount:
    """Return why the report with that id or code went where it went, for whoever may see it.

    Suspicions are told to staff alone. Raises NotFound as `find_report` does.
    """
    access = find_report(session, asker, name, now=now)
    report, stored = access.report, access.report.routing
    if stored is None or report.routed_at is None:
        return RoutingAccount(state="waiting")
    rule = session.get(RoutingRule, report.rule_id) if report.rule_id else None
    return RoutingAccount(
        state="routed",
        decided_at=_decided_at(report),
        decided_by="person" if "by" in stored else "rules",
        decided_by_name=_name_of(session, stored) if access.reads_original else None,
        ward=ward_named(book.reference, report.ward_id),
        ward_distance_m=stored.get("ward_distance_m"),
        rule=_row_brief(rule, language) if rule else None,
        lead=department_named(book.reference, report.lead_id),
        supports=_supports(book, report),
        executor=department_named(book.reference, report.executor_id),
        policy=stored.get("policy"),
        explanation=pick(stored["explanation"], language) if "explanation" in stored else None,
        triage_reason=report.triage_reason if access.reads_original else None,
        suspicion=SuspectedOriginal(**stored["suspicion"])
        if access.reads_original and "suspicion" in stored
        else None,
        alternatives=_losers(session, book, report, language),
        **_counts(session, book, report, now, language),
    )


def _decided_at(report: Report) -> datetime | None:
    """Return when what the report keeps was decided: a person may have decided anew after routing."""
    at = (report.routing or {}).get("at")
    return datetime.fromisoformat(at) if at else report.routed_at


def _name_of(session: Session, stored: StoredRouting) -> str | None:
    """Return who of the staff decided; colleagues alone are told."""
    staff_id = stored["by"]["staff_id"] if "by" in stored else None
    return names_of(session, [staff_id]).get(staff_id or 0)


def _supports(book: Rulebook, report: Report) -> list[NamedCode]:
    named = (department_named(book.reference, each) for each in report.support_ids)
    return [each for each in named if each]


def _losers(session: Session, book: Rulebook, report: Report, language: Language) -> list[LosingRule]:
    """Recomputed from the rules as they were then: rows of rules are never changed."""
    rules = RuleSet(load_rules(session, at=_decided_at(report)))
    facts = routing_facts(book, report)
    decision = rules.decide(facts)
    fitted = [_fitted(lost, language) for lost in decision.alternatives]
    return fitted + [_unfit(miss, facts.categories, book, language) for miss in rules.misses(facts)]


def _fitted(lost: Alternative, language: Language) -> LosingRule:
    return LosingRule(
        rule=_brief(lost.rule),
        fitted=True,
        reason=lost.reason,
        explanation=explain_alternative(lost, language),
    )


def _unfit(miss: RuleMiss, path: Sequence[str], book: Rulebook, language: Language) -> LosingRule:
    return LosingRule(
        rule=_brief(miss.rule),
        fitted=False,
        reason=miss.reason,
        explanation=explain_miss(miss, path, book.names, language),
    )


def _brief(rule: Rule) -> RuleBrief:
    return RuleBrief(number=rule.number, version=rule.version)


def _row_brief(row: RoutingRule, language: Language) -> RuleBrief:
    return RuleBrief(number=row.number, version=row.version, name=pick(row.name, language))


def _counts(
    session: Session, book: Rulebook, report: Report, now: datetime, language: Language
) -> dict[str, object]:
    policy = policy_of(session, report)
    if policy is None:
        return {}
    clock, received_at = clock_of(session, report), report.created_at
    resolve = clock.state(policy.resolve, received_at, book.calendar, now, policy.amber_ratio)
    accept = clock.state(policy.accept, received_at, book.calendar, now)
    return {
        "acceptance": _count(report.accept_due_at or accept.at, all_step_words(accept.steps, language)),
        "resolution": _count(report.due_at or resolve.at, all_step_words(resolve.steps, language)),
    }


def _count(due_at: datetime, steps: list[str]) -> Count:
    return Count(due_at=utc(due_at), steps=steps)
