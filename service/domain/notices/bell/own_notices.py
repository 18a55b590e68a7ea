"""The bell: a row for each colleague an event concerns, whatever address they have. Old ones are erased."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.domain.kernel.sql import changed_rows
from service.models import EventType, OwnNotice, Report

KEPT_FOR = timedelta(days=60)
MOST_COUNTED = 100
"""Beyond, the bell says “99+”."""


def notify_bells(
    session: Session,
    report: Report,
    occasion: str,
    type_: EventType,
    staff_ids: Iterable[int],
    at: datetime,
    *,
    by: int | None = None,
) -> int:
    """Write what happened on these colleagues' bells, once for each; return how many are new."""
    rows = [
        {
            "staff_id": each,
            "report_id": report.id,
            "occasion": occasion,
            "type": type_,
            "by_id": by,
            "at": at,
        }
        for each in sorted(set(staff_ids))
    ]
    if not rows:
        return 0
    claim = insert(OwnNotice).values(rows).on_conflict_do_nothing().returning(OwnNotice.id)
    return len(session.scalars(claim).all())


def count_unread(session: Session, staff_id: int) -> int:
    """Return how many notices the colleague has not read, counted up to `MOST_COUNTED`."""
    unread = select(OwnNotice.id).where(OwnNotice.staff_id == staff_id, OwnNotice.read_at.is_(None))
    return session.scalar(select(func.count()).select_from(unread.limit(MOST_COUNTED).subquery())) or 0


def mark_read(session: Session, staff_id: int, notice_id: int, now: datetime) -> bool:
    """Mark one notice of the colleague as read; return whether there is such a one."""
    own = (OwnNotice.staff_id == staff_id, OwnNotice.id == notice_id)
    changed = session.execute(
        update(OwnNotice).where(*own).values(read_at=func.coalesce(OwnNotice.read_at, now))
    )
    return changed_rows(changed) > 0


def mark_all_read(session: Session, staff_id: int, up_to: int, now: datetime) -> int:
    """Mark the colleague's notices up to that id as read, so that what came since stays new; how many."""
    unread = (OwnNotice.staff_id == staff_id, OwnNotice.read_at.is_(None), OwnNotice.id <= up_to)
    return changed_rows(session.execute(update(OwnNotice).where(*unread).values(read_at=now)))


def erase_old_own(session: Session, now: datetime) -> int:
    """Erase notices older than `KEPT_FOR`, read or not; return how many."""
    return changed_rows(session.execute(delete(OwnNotice).where(OwnNotice.at < now - KEPT_FOR)))
