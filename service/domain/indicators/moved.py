"""Reports that were handed on after their first deadline: late for who held them when it passed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.figures.packs import midnight
from service.domain.queries.manage.outcomes import OUTCOMES
from service.domain.queries.manage.periods import Period
from service.models import LateHolder, Report

Moves = Sequence[tuple[int, int | None, int]]
"""(unit that let the first deadline pass, unit that leads now, how many late reports)."""


def moved_late_of(session: Session, reference: Reference, period: Period, now: datetime) -> Moves:
    """Return the late reports of the period that moved."""
    zone = ZoneInfo(reference.timezone)
    query = (
        select(LateHolder.unit_id, Report.lead_id, func.count())
        .join(Report, Report.id == LateHolder.report_id)
        .where(OUTCOMES["late_first"].condition(now))
        .where(Report.created_at >= midnight(period.first, zone))
        .where(Report.created_at < midnight(period.last, zone, 1))
        .group_by(LateHolder.unit_id, Report.lead_id)
    )
    return [(row[0], row[1], row[2]) for row in session.execute(query)]


def net_moved(moved: Moves, below: Collection[int]) -> int:
    """Return how many were moved away from these units, less those that were moved to them."""
    away = sum(number for held, leads, number in moved if held in below and leads not in below)
    return away - sum(number for held, leads, number in moved if held not in below and leads in below)
