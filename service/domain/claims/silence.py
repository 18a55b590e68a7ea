"""Companies that let their term pass without a word: how often, and which questions those were."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.domain.cables.access import may_plan
from service.domain.city.reference import Reference
from service.domain.reports.events import Actor
from service.models import Claim, Report

TOO_SILENT = 3
"""So often in a month without a word, and a company is on the leaders' page."""
MOST = 200


@dataclass(frozen=True, slots=True)
class Silence:
    """Question that a company let pass."""

    code: str
    company_id: int
    at: datetime


def silent_companies(session: Session, since: datetime, until: datetime) -> Mapping[int, int]:
    """Return how often each company let a term pass without a word in a span of time."""
    within = Claim.silent_at >= since, Claim.silent_at < until
    counted = select(Claim.company_id, func.count()).where(*within).group_by(Claim.company_id)
    return {row[0]: row[1] for row in session.execute(counted)}


def silences(
    session: Session, companies: frozenset[int] | None, since: datetime, until: datetime
) -> list[Silence]:
    """Return the questions that these companies, or all, let pass in a span of time, the newest first."""
    within = [Claim.silent_at >= since, Claim.silent_at < until]
    if companies is not None:
        within.append(Claim.company_id.in_(sorted(companies)))
    query = select(Report.code, Claim.company_id, Claim.silent_at).join(Report, Report.id == Claim.report_id)
    rows = session.execute(query.where(*within).order_by(Claim.silent_at.desc(), Claim.id).limit(MOST))
    return [Silence(code, company, at) for code, company, at in rows if at is not None]


def too_silent(
    session: Session, reference: Reference, actor: Actor, first: date, last: date
) -> list[tuple[int, int]]:
    """Return (company, how often) of those too often silent in a month, from its first day to its last, the
    worst first; for the whole city's leaders and the office that keeps the plan of cables.
    """
    if reference.config.cables is None or not may_plan(reference, actor):
        return []
    zone = ZoneInfo(reference.timezone)
    since, until = (datetime.combine(day, time(), zone) for day in (first, last + timedelta(days=1)))
    counted = silent_companies(session, since, until)
    often = [(company, count) for company, count in counted.items() if count >= TOO_SILENT]
    return sorted(often, key=lambda each: (-each[1], each[0]))
