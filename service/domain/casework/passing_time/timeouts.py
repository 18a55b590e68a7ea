"""Steps that passing time takes: work that nobody disputed is closed, unanswered questions end.

Rows that somebody holds are left for the next run, a minute later. A case that cannot be dealt with keeps no
other waiting; `failed` is told of it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from service.domain.casework.case.deadline import Fact, shifted_deadline_columns
from service.domain.casework.passing_time.due_reports import lock_due_reports
from service.domain.city.reference import Reference
from service.domain.kernel.isolation import OnFailure, each_alone
from service.domain.kernel.times import utc_text
from service.domain.reports.events import SYSTEM, record
from service.domain.reports.lifecycle import StatusChange, move
from service.i18n import N_
from service.models import Event, EventData, EventType, Report, Status

UNANSWERED = N_("Không nhận được thông tin bổ sung trong thời hạn.")
"""The reason a citizen reads when a question was not answered in time; stored as the Vietnamese sentence."""


def close_verified(
    session: Session,
    reference: Reference,
    now: datetime,
    most: int = 200,
    failed: OnFailure | None = None,
) -> int:
    """Close what was resolved and not sent back within the city's `verification_days`; how many."""
    days = reference.config.verification_days
    due = (Report.status == Status.RESOLVED, Report.resolved_at < now - timedelta(days=days))
    end = StatusChange(Status.CLOSED, SYSTEM, now, data={"why": "verification_passed"})
    reports = lock_due_reports(session, due, [Report.updated_at], most)
    return each_alone(session, reports, lambda each: move(session, each, end), failed)


def end_unanswered(
    session: Session,
    reference: Reference,
    now: datetime,
    most: int = 200,
    failed: OnFailure | None = None,
) -> int:
    """Reject what waits for its reporter longer than the city's `waiting_days`; how many."""
    days = reference.config.waiting_days
    due = (Report.status == Status.WAITING, Report.paused_at < now - timedelta(days=days))

    def end(report: Report) -> None:
        moved = shifted_deadline_columns(
            session, reference, report, Fact(EventType.REJECTED, now, Status.REJECTED)
        )
        move(session, report, StatusChange(Status.REJECTED, SYSTEM, now, reason=UNANSWERED, changes=moved))

    reports = lock_due_reports(session, due, [Report.updated_at], most)
    return each_alone(session, reports, end, failed)


def remind_unanswered(
    session: Session,
    reference: Reference,
    now: datetime,
    most: int = 200,
    failed: OnFailure | None = None,
) -> int:
    """Tell once of each question still open after the city’s `reminder_days` ; how many.

    The event `report.reminded` is for the reporter: the notices write to them.
    """
    waiting_days, days = reference.config.waiting_days, reference.config.reminder_days
    already = exists().where(
        Event.report_id == Report.id, Event.type == EventType.REMINDED, Event.at >= Report.paused_at
    )
    due = (Report.status == Status.WAITING, Report.paused_at < now - timedelta(days=days), ~already)

    def remind(report: Report) -> None:
        until = report.paused_at + timedelta(days=waiting_days) if report.paused_at else None
        query = select(Event.data["reason"].astext).where(
            Event.report_id == report.id, Event.type == EventType.WAITING
        )
        question = session.scalar(query.order_by(Event.id.desc()).limit(1))
        data: EventData = {"until": utc_text(until), "reason": question or ""}
        record(session, report, EventType.REMINDED, actor=SYSTEM, at=now, public=False, data=data)

    reports = lock_due_reports(session, due, [Report.updated_at], most)
    return each_alone(session, reports, remind, failed)
