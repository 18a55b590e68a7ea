"""The decision: departments and deadline of one report by the rulebook, and the account it keeps of it.

Who is routed when is `dispatch.py`; the rules themselves are `rules.py`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from service.domain.deadlines.clock import first_due
from service.domain.deadlines.deadlines import ends_at
from service.domain.kernel.times import utc_text
from service.domain.rules.choice import Decision
from service.domain.rules.rulebook import Rulebook
from service.domain.rules.rules import ReportFacts
from service.domain.rules.words import explain
from service.i18n import LANGUAGES
from service.models import Report
from service.models.reports.report import ReportChanges, StoredRouting


@dataclass(frozen=True, slots=True)
class Deadlines:
    """The columns of a report that a policy sets."""

    policy_id: int
    accept_due_at: datetime
    due_at: datetime
    amber_at: datetime

    def columns(self) -> ReportChanges:
        """Return the decision as changes of a move."""
        return {
            "policy_id": self.policy_id,
            "accept_due_at": self.accept_due_at,
            "due_at": self.due_at,
            "amber_at": self.amber_at,
        }


MOST_KEPT = 10_000
"""Judgements that a rulebook keeps at a time; with answers to questions they are as many as answers."""


@dataclass(frozen=True, slots=True)
class RoutingJudgement:
    """A decision and the facts of it that a report stores, without the time it was made."""

    decision: Decision
    facts: StoredRouting

    def account(self, at: datetime) -> StoredRouting:
        """Return what a report made at this instant stores of the decision (`Report.routing`)."""
        return {"at": utc_text(at), **self.facts}


def routing_facts(book: Rulebook, report: Report) -> ReportFacts:
    """Return the facts of a report that rules decide by; its `ward_id` must be set before."""
    ward = book.reference.wards.get(report.ward_id) if report.ward_id else None
    return ReportFacts(
        categories=book.reference.categories[report.category_id].path,
        ward=ward.code if ward else None,
        ward_kind=ward.unit_kind if ward else None,
        attributes=report.attributes,
        departments=book.holders,
        committees=book.committees,
        premises=premises_unit(book, report.lon, report.lat),
    )


def premises_unit(book: Rulebook, lon: float, lat: float) -> str | None:
    """Return the code of the unit whose premises a place lies in; None outside of all."""
    found = book.premises.at(lon, lat)
    return found.unit if found else None


def decide(book: Rulebook, report: Report) -> Decision:
    """Return what the rules in force say of a report in its ward."""
    return book.rules.decide(routing_facts(book, report))


def judge_report(book: Rulebook, report: Report) -> RoutingJudgement:
    """Return what the rules in force say, with the words for it: reckoned once for all reports that are
    alike.
    """
    answers = json.dumps(report.attributes, sort_keys=True)
    unit = premises_unit(book, report.lon, report.lat)
    alike = (report.category_id, report.ward_id, unit, answers)
    found = book.judged.get(alike)
    if found is None:
        if len(book.judged) >= MOST_KEPT:
            book.judged.clear()
        decision = decide(book, report)
        found = book.judged[alike] = RoutingJudgement(decision, _account_facts(book, decision))
    return found


def deadlines(book: Rulebook, policy_code: str, received_at: datetime) -> Deadlines:
    """Return the deadlines of a report received at `received_at` under a policy in force (KeyError if it is
    not).
    """
    in_force = book.policies[policy_code]
    policy, calendar = in_force.policy, book.calendar
    resolve_by, amber_at = first_due(policy.resolve, received_at, calendar, policy.amber_ratio)
    return Deadlines(in_force.id, ends_at(policy.accept, received_at, calendar), resolve_by, amber_at)


def assignment_columns(book: Rulebook, decision: Decision) -> ReportChanges:
    """Return the columns of a report that a decision sets: rule, lead and executor, None where not named."""
    known = book.reference.department_by_code
    return {
        "rule_id": decision.rule.id if decision.rule else None,
        "lead_id": known[decision.lead].id if decision.lead else None,
        "executor_id": known[decision.executor].id if decision.executor else None,
    }


def set_supports(report: Report, department_ids: Iterable[int]) -> None:
    """Make exactly these departments support the case."""
    report.support_ids = sorted(department_ids)


def routing_account(book: Rulebook, decision: Decision, at: datetime) -> StoredRouting:
    """Return what a report stores of a decision (`Report.routing`): the sentence in each language, the
    rule's version, the other rules that fitted and why they lost.
    """
    return {"at": utc_text(at), **_account_facts(book, decision)}


def _account_facts(book: Rulebook, decision: Decision) -> StoredRouting:
    rule = decision.rule
    return {
        "explanation": {language: explain(decision, book.names, language) for language in LANGUAGES},
        "rule": {"number": rule.number, "version": rule.version} if rule else None,
        "policy": decision.policy,
        "alternatives": [
            {
                "number": lost.rule.number,
                "version": lost.rule.version,
                "why": lost.reason,
                "own": lost.own,
                "winner": lost.winner,
            }
            for lost in decision.alternatives
        ],
    }
