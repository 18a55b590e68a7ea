"""Rules that departments doubted by refusing what they got: for managers and whoever keeps the rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.models import Report, RoutingRule, RuleRefusal, Staff


@dataclass(frozen=True, slots=True)
class DoubtedRule:
    """A rule, whatever its version, how often it was refused and when last."""

    number: int
    count: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Refusal:
    """One “not ours”: which report, which version of the rule, which department said it, and why."""

    report_id: UUID
    code: str
    number: int
    version: int
    department_id: int
    by: str | None
    reason: str
    at: datetime


def doubted_rules(session: Session, since: datetime, until: datetime | None = None) -> list[DoubtedRule]:
    """The rules refused since then, the most often first."""
    query = (
        select(RoutingRule.number, func.count(), func.max(RuleRefusal.at))
        .join(RoutingRule, RoutingRule.id == RuleRefusal.rule_id)
        .where(RuleRefusal.at >= since)
        .group_by(RoutingRule.number)
        .order_by(func.count().desc(), RoutingRule.number)
    )
    if until is not None:
        query = query.where(RuleRefusal.at < until)
    return [DoubtedRule(*row) for row in session.execute(query)]


def refusals_of(session: Session, number: int, limit: int = 50) -> Sequence[Refusal]:
    """What was said against one rule, the latest first."""
    query = (
        select(
            RuleRefusal.report_id,
            Report.code,
            RoutingRule.number,
            RoutingRule.version,
            RuleRefusal.department_id,
            Staff.name,
            RuleRefusal.reason,
            RuleRefusal.at,
        )
        .join(RoutingRule, RoutingRule.id == RuleRefusal.rule_id)
        .join(Report, Report.id == RuleRefusal.report_id)
        .outerjoin(Staff, Staff.id == RuleRefusal.staff_id)
        .where(RoutingRule.number == number)
        .order_by(RuleRefusal.id.desc())
        .limit(limit)
    )
    return [Refusal(*row) for row in session.execute(query)]
