"""Passing time of clean-ups: begun at their hour, reminded of, lapsed, their contacts erased."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from service.domain.city.calendar import Calendar
from service.domain.city.reference import Reference
from service.domain.cleanups.access import CleanupWork
from service.domain.cleanups.push_reminders import drop_unused
from service.domain.cleanups.volunteer_notices import NOTICES, REMINDED_BEFORE, REMINDER, tell_some
from service.domain.reports.events import SYSTEM
from service.domain.works.actions import ActionContext, step
from service.models import (
    Cleanup,
    CleanupSignup,
    Message,
    SignupState,
    Work,
    WorkKind,
    WorkStatus,
)

LAPSES_AFTER = timedelta(days=14)
CONTACTS_KEPT = timedelta(days=30)
MOST = 200


def start_due(session: Session, reference: Reference, calendar: Calendar, now: datetime) -> int:
    """Begin what is announced and whose hour has come; how many."""
    due = Work.status == WorkStatus.ANNOUNCED, Work.starts_at <= now
    return _walk(session, reference, calendar, now, due, WorkStatus.UNDER_WAY)


def lapse_old(session: Session, reference: Reference, calendar: Calendar, now: datetime) -> int:
    """Have what ended two weeks ago without a result count as not held; how many."""
    unfinished = (WorkStatus.DRAFT, WorkStatus.ANNOUNCED, WorkStatus.UNDER_WAY)
    over = Work.status.in_(unfinished), Cleanup.ends_at < now - LAPSES_AFTER
    return _walk(session, reference, calendar, now, over, WorkStatus.LAPSED)


def remind_volunteers(session: Session, reference: Reference, key: bytes, now: datetime) -> int:
    """Remind who said that they want it, a day before; each sign-up once; how many."""
    coming = (
        select(CleanupSignup, Work, Cleanup)
        .join(Cleanup, Cleanup.work_id == CleanupSignup.work_id)
        .join(Work, Work.id == Cleanup.work_id)
        .where(
            Work.status == WorkStatus.ANNOUNCED,
            Work.starts_at > now,
            Work.starts_at <= now + REMINDED_BEFORE,
            CleanupSignup.state == SignupState.GOING,
            or_(CleanupSignup.confirmed_at.is_not(None), CleanupSignup.device_id.is_not(None)),
            CleanupSignup.reminded_at.is_(None),
        )
        .order_by(CleanupSignup.position)
        .limit(MOST)
        .with_for_update(of=CleanupSignup, skip_locked=True)
    )
    sent = 0
    for signup, work, side in session.execute(coming).all():
        signup.reminded_at = now
        found = CleanupWork(work, side)
        occasion = f"remind:{signup.id}:{side.sequence}"  # once for each time that was announced
        sent += tell_some(session, reference, key, found, [signup], REMINDER, occasion, now)
    session.flush()
    return sent


def forget_volunteers(session: Session, _: Reference, now: datetime, most: int) -> int:
    """Erase addresses and browsers of who signed up for what is over for a month, and what was sent to them;
    of how many clean-ups.
    """
    ended = func.least(Cleanup.ends_at, func.coalesce(Work.closed_at, Cleanup.ends_at))
    ids = session.scalars(
        select(Cleanup.work_id)
        .join(Work, Work.id == Cleanup.work_id)
        .where(Cleanup.contacts_erased_at.is_(None), ended < now - CONTACTS_KEPT)
        .order_by(Cleanup.ends_at)
        .limit(most)
    ).all()
    if not ids:
        return 0
    own = CleanupSignup.work_id.in_(ids)
    query = select(CleanupSignup.device_id).where(own, CleanupSignup.device_id.is_not(None)).distinct()
    browsers = [each for each in session.scalars(query) if each is not None]
    session.execute(update(CleanupSignup).where(own).values(sealed=None, device_id=None))
    session.execute(delete(Message).where(Message.work_id.in_(ids), Message.notice.in_(NOTICES)))
    drop_unused(session, browsers)
    session.execute(update(Cleanup).where(Cleanup.work_id.in_(ids)).values(contacts_erased_at=now))
    return len(ids)


def _walk(
    session: Session,
    reference: Reference,
    calendar: Calendar,
    now: datetime,
    due: tuple[object, ...],
    to: WorkStatus,
) -> int:
    query = (
        select(Work)
        .join(Cleanup, Cleanup.work_id == Work.id)
        .where(Work.kind == WorkKind.CLEANUP, *due)  # type: ignore[arg-type]
        .order_by(Work.starts_at)
        .limit(MOST)
        .with_for_update(of=Work, skip_locked=True)
    )
    ctx = ActionContext(session, reference, calendar, SYSTEM, now)
    works = session.scalars(query).all()
    for work in works:
        step(ctx, work, to)
    return len(works)
