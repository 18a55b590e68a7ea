"""A case's deadline as its events have it, and more time for it. Counting itself is `clock.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.city.calendar import Calendar
from service.domain.city.city import load_calendar
from service.domain.city.reference import Reference
from service.domain.deadlines.clock import Clock
from service.domain.deadlines.deadlines import Policy, ends_at
from service.models import DeadlinePolicy, Event, Report
from service.models.reports.report import ReportChanges


@dataclass(frozen=True, slots=True)
class Fact:
    """An event that is about to be written, as the clock reads it."""

    type: str
    at: datetime
    status: str
    data: Mapping[str, object] = field(default_factory=dict)


def policy_of(session: Session, report: Report) -> Policy | None:
    """Return the version of the policy that the report was put under."""
    row = session.get(DeadlinePolicy, report.policy_id) if report.policy_id is not None else None
    return Policy.of(row.code, row.spec) if row else None


def clock_of(session: Session, report: Report, *coming: Fact) -> Clock:
    """Return what the report's events, with those that are coming, say of its time."""
    columns = (Event.type, Event.at, Event.status, Event.data)
    written = session.execute(select(*columns).where(Event.report_id == report.id).order_by(Event.id))
    return Clock.from_events([*(Fact(*row) for row in written), *coming])


def shifted_deadline_columns(
    session: Session, reference: Reference, report: Report, coming: Fact
) -> ReportChanges:
    """Return `due_at` and `amber_at` once `coming` has happened, as columns; nothing for a case without
    policy.
    """
    policy = policy_of(session, report)
    if policy is None:
        return {}
    clock = clock_of(session, report, coming)
    return deadline_columns(policy, clock, report.created_at, load_calendar(session, reference), coming.at)


def deadline_columns(
    policy: Policy, clock: Clock, received_at: datetime, calendar: Calendar, now: datetime
) -> ReportChanges:
    """Return `due_at` and `amber_at` by this policy and clock, as columns. The clock starts when it was
    received.
    """
    state = clock.state(policy.resolve, received_at, calendar, now, policy.amber_ratio)
    return {"due_at": state.at, "amber_at": state.amber_at}


def acceptance_columns(
    session: Session, reference: Reference, report: Report, since: datetime
) -> ReportChanges:
    """Return `accept_due_at` for a department that is handed the case at `since`, as a column."""
    policy = policy_of(session, report)
    if policy is None:
        return {}
    return {"accept_due_at": ends_at(policy.accept, since, load_calendar(session, reference))}
