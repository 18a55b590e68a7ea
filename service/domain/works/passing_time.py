"""Changes that passing time makes to works: warnings by the ladder, reminders, closing what is done.

A step of warning is taken once for each value of a deadline. Rows that somebody holds wait for the next run.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session

from service.domain.casework.passing_time.warnings import (
    AMBER,
    HOLDER,
    claim_steps,
    steps_of,
)
from service.domain.city.calendar import Calendar
from service.domain.city.reference import Reference
from service.domain.kernel.times import utc_text
from service.domain.reports.events import SYSTEM
from service.domain.works.actions import ActionContext, step
from service.domain.works.events import record_work
from service.domain.works.notices import people_of, tell_people
from service.models import (
    Event,
    Work,
    WorkDeadlineStep,
    WorkEventType,
    WorkKind,
    WorkStatus,
)

REMINDED_BEFORE = (3, 1)
"""Working days before a deadline on which the person who holds the work is reminded."""


def warn_of_works(
    session: Session, reference: Reference, calendar: Calendar, now: datetime, most: int = 200
) -> int:
    """Take every step of warning that is due for up to `most` works; how many works."""
    works = session.scalars(
        select(Work)
        .where(Work.warn_at <= now)
        .order_by(Work.warn_at)
        .limit(most)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    for work in works:
        _look(session, reference, calendar, work, now)
    session.flush()
    return len(works)


def remind_coming(
    session: Session, reference: Reference, calendar: Calendar, now: datetime, most: int = 2000
) -> int:
    """Remind of works due in three working days and in one, each day once; how many. What is due on a day off
    is reminded of with the working day after it.
    """
    begins = calendar.local(now).replace(hour=0, minute=0, second=0, microsecond=0)
    working = [begins.date()]
    for _ in range(max(REMINDED_BEFORE)):
        working.append(calendar.next_working_day(working[-1]))
    already = exists().where(
        Event.report_id.is_(None),
        Event.subject_id == Work.id.cast(Event.subject_id.type),
        Event.type == WorkEventType.REMINDED,
        Event.at >= begins,
    )
    ends = [begins + (day - begins.date()) + timedelta(days=1) for day in working]
    on_days = [and_(Work.due_at >= ends[n - 1], Work.due_at < ends[n]) for n in REMINDED_BEFORE]
    waiting = select(Work).where(
        Work.done_at.is_(None), Work.closed_at.is_(None), Work.paused_at.is_(None), or_(*on_days), ~already
    )
    works = session.scalars(waiting.order_by(Work.due_at).limit(most).with_for_update(skip_locked=True)).all()
    for work in works:
        people = people_of(session, reference, work, [HOLDER])
        data = {"due_at": utc_text(work.due_at), "told": people}
        event = record_work(session, work, WorkEventType.REMINDED, actor=SYSTEM, at=now, data=data)
        tell_people(session, work, event, people, now)
    return len(works)


def close_done(
    session: Session, reference: Reference, calendar: Calendar, now: datetime, most: int = 500
) -> int:
    """Close what was done `close_days` ago and that nobody sent back; how many."""
    terms = reference.config.works
    if terms is None:
        return 0
    over = and_(Work.done_at < now - timedelta(days=terms.close_days), Work.closed_at.is_(None))
    by_time = Work.kind != WorkKind.SURVEY  # that is closed with its minutes, by a person
    accepted = or_(Work.kind != WorkKind.CABLE_SECTION, Work.status == WorkStatus.CHECKED)
    works = session.scalars(
        select(Work).where(over, by_time, accepted).limit(most).with_for_update(skip_locked=True)
    ).all()
    ctx = ActionContext(session, reference, calendar, SYSTEM, now)
    for work in works:
        step(ctx, work, WorkStatus.CLOSED)
    return len(works)


def _look(session: Session, reference: Reference, calendar: Calendar, work: Work, now: datetime) -> None:
    if work.done_at is not None or work.closed_at is not None or work.paused_at is not None:
        work.warn_at = None
        return
    ladder = reference.config.escalation
    steps = steps_of(work.amber_at, work.due_at, None, ladder, (), calendar)
    due = [each for each in steps if each.at <= now]
    claimed = claim_steps(session, WorkDeadlineStep, {"work_id": work.id}, due, now)
    late = [each for each in claimed if each.late]
    group = late or [each for each in claimed if each.name == AMBER]
    if group:
        circles = list(dict.fromkeys(circle for each in group for circle in each.to))
        people = people_of(session, reference, work, circles)
        data = {"step": group[-1].name, "due_at": utc_text(work.due_at), "told": people}
        kind = WorkEventType.OVERDUE if late else WorkEventType.DEADLINE_WARNED
        event = record_work(session, work, kind, actor=SYSTEM, at=now, data=data)
        tell_people(session, work, event, people, now)
    work.warn_at = min((each.at for each in steps if each.at > now), default=None)
