"""Repetition in plans: the works of what comes again are made three months ahead, day after day."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from service.domain.city.calendar import Calendar
from service.domain.city.reference import Reference
from service.domain.plans.plan_works import make_missing
from service.models import Plan, PlanRow, PlanState


def make_coming(
    session: Session, reference: Reference, calendar: Calendar, plan_id: int, now: datetime
) -> int:
    """Make what is missing of a plan in force; how many works. None where somebody has it just now."""
    query = select(Plan).where(Plan.id == plan_id, Plan.state == PlanState.IN_FORCE)
    plan = session.scalar(query.with_for_update(skip_locked=True))
    return len(make_missing(session, reference, calendar, plan, now)) if plan is not None else 0


def plans_that_repeat(session: Session) -> list[int]:
    """Return the plans in force with a row that comes again."""
    again = exists().where(PlanRow.plan_id == Plan.id, PlanRow.repeats.is_not(None))
    running = select(Plan.id).where(Plan.state == PlanState.IN_FORCE, again)
    return list(session.scalars(running.order_by(Plan.id)))
