"""Sections that nobody says a word of: the company is reminded after thirty days, and again after thirty."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Text, and_, cast, or_, select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.kernel.times import utc_text
from service.domain.reports.events import SYSTEM
from service.domain.works.events import record_work
from service.domain.works.notices import EXECUTING, KEEPER, people_of, tell_people
from service.models import Event, Subject, Work, WorkEventType, WorkKind, WorkStatus

QUIET = timedelta(days=30)
_BEFORE = (WorkStatus.PLANNED, WorkStatus.AGREED)


def remind_quiet(session: Session, reference: Reference, now: datetime, most: int = 500) -> int:
    """Remind of sections that are under way, or near their end and not begun, and were silent; how many."""
    query = select(Event.id).where(
        Event.report_id.is_(None),
        Event.subject_kind == Subject.WORK,
        Event.subject_id == cast(Work.id, Text),
        Event.at > now - QUIET,
    )
    expected = or_(Work.status == WorkStatus.UNDER_WAY, and_(Work.status.in_(_BEFORE), Work.amber_at <= now))
    silent = Work.kind == WorkKind.CABLE_SECTION, expected, ~query.exists()
    locked = select(Work.id).where(*silent).order_by(Work.due_at, Work.id).limit(most)
    ids = session.scalars(locked.with_for_update(skip_locked=True)).all()
    # Looked at again beneath the lock: another worker may have reminded of some just before.
    works = session.scalars(
        select(Work).where(Work.id.in_(ids), *silent).order_by(Work.due_at, Work.id)
    ).all()
    for work in works:
        people = people_of(session, reference, work, [EXECUTING, KEEPER])
        data = {"due_at": utc_text(work.due_at), "quiet_days": QUIET.days, "told": people}
        event = record_work(session, work, WorkEventType.REMINDED, actor=SYSTEM, at=now, data=data)
        tell_people(session, work, event, people, now)
    return len(works)
