"""The open question of a report as its page puts it: who asks what, until when; and how many saw the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.domain.casework.citizens.comments import CommentView
from service.domain.city.reference import Reference
from service.domain.queries.timeline import TimelineEvent
from service.models import EventType, Follower, Report, Status


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """Question that waits for the reporter. `by` names the department, empty where none is known; `more` is
    what was said publicly with it, `photos` what it points to, `until` when silence ends the report.
    """

    text: str
    more: str
    by: str
    at: datetime
    until: datetime | None
    photos: Sequence[UUID]


def open_question(
    reference: Reference, report: Report, events: Sequence[TimelineEvent], comments: Sequence[CommentView]
) -> OpenQuestion | None:
    """Return the question that the report waits on, made of its newest step and the words said with it."""
    if report.status != Status.WAITING:
        return None
    question = next((each for each in reversed(events) if each.type == EventType.WAITING), None)
    if question is None:
        return None
    comment = next(
        (each for each in comments if each.kind == "question" and each.created_at == question.at), None
    )
    days = reference.config.waiting_days
    return OpenQuestion(
        text=str(question.data.get("reason") or ""),
        more=comment.text if comment else "",
        by=(comment.by if comment else "") or (question.lead.name if question.lead else ""),
        at=question.at,
        until=report.paused_at + timedelta(days=days) if report.paused_at else None,
        photos=[UUID(each) for each in question.data.get("evidence", ())],
    )


def count_other_witnesses(session: Session, report_id: UUID) -> int:
    """Count who else saw it: followers, and senders of reports that were merged into this one."""
    followers = select(func.count()).select_from(Follower).where(Follower.report_id == report_id)
    merged = select(func.count()).select_from(Report).where(Report.duplicate_of_id == report_id)
    return (session.scalar(followers) or 0) + (session.scalar(merged) or 0)
