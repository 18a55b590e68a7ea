"""The calendar that a member of staff subscribes to: its address, the deadlines of their cases and works."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Select, delete, or_, select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.people.staff import actor_for
from service.domain.reports.events import Actor
from service.domain.works.access import visible_works
from service.domain.works.views import in_hands_of
from service.domain.workspaces.selection import queue_of, watched_cases
from service.errors import NotFound
from service.i18n import N_
from service.models import (
    OPEN,
    CalendarEntry,
    CalendarToken,
    CalendarWork,
    Report,
    Role,
    Staff,
    Status,
    Work,
    WorkKind,
    WorkStatus,
)

Line = TypeVar("Line", CalendarEntry, CalendarWork)

MOST = 500
"""Cases of one calendar, and as many works, the nearest first."""

_NOT_YET = (WorkStatus.DRAFT, WorkStatus.DROPPED)

PAST, CANCELLED_FOR = timedelta(days=14), timedelta(days=30)
"""How long what is over stays in the calendar; calendars are fetched once a day or more often."""


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """Case or work in a calendar: at its deadline, or at the moment until which an inspector may verify it.

    A work has no category; its `title` is that of the plan, empty for a work of none.
    """

    code: str
    category_id: int | None
    starts_at: datetime
    verify: bool
    sequence: int
    changed_at: datetime
    cancelled: bool
    title: str = ""


@dataclass(frozen=True, slots=True)
class StaffCalendar:
    """A person's calendar, in their language."""

    language: str
    events: list[CalendarEvent]


@dataclass(frozen=True, slots=True)
class CalendarAddress:
    """Address of a calendar: the moments it was made and last fetched."""

    created_at: datetime
    last_used_at: datetime | None


def calendar_address(session: Session, staff_id: int) -> CalendarAddress | None:
    """Return what is known of a person's address, None where there is none."""
    row = session.get(CalendarToken, staff_id)
    return CalendarAddress(row.created_at, row.last_used_at) if row else None


def make_address(session: Session, staff_id: int, now: datetime) -> str:
    """Make the secret of the address; the one before stops answering. It is kept nowhere."""
    token = secrets.token_urlsafe(32)
    drop_address(session, staff_id)
    session.add(CalendarToken(staff_id=staff_id, digest=_digest(token), created_at=now))
    return token


def drop_address(session: Session, staff_id: int) -> None:
    """Let the address answer no more."""
    session.execute(delete(CalendarToken).where(CalendarToken.staff_id == staff_id))


def read_calendar(session: Session, reference: Reference, token: str, now: datetime) -> StaffCalendar:
    """Return the calendar behind an address, and keep what it told, so that what is handed on is cancelled.

    Raises NotFound for an address that was never made, was revoked, or whose account was switched off.
    """
    query = select(CalendarToken).where(CalendarToken.digest == _digest(token)).with_for_update()
    row = session.scalar(query)
    account = session.get(Staff, row.staff_id) if row else None
    if row is None or account is None or not account.active:
        raise NotFound(N_("Không có lịch này, hoặc địa chỉ đã bị thu hồi."))
    row.last_used_at = now
    actor = actor_for(account, reference)
    verify = actor.role == Role.INSPECTOR
    days = timedelta(days=reference.config.verification_days)
    starts: dict[UUID, datetime] = {}
    for report_id, due_at, resolved_at in session.execute(_cases(actor, now)):
        starts_at = resolved_at + days if verify and resolved_at else due_at
        if starts_at is not None:
            starts[report_id] = starts_at
    entries = _keep(session, CalendarEntry, account.id, starts, now)
    columns = select(Report.id, Report.code, Report.category_id).where(Report.id.in_(entries))
    events = [
        CalendarEvent(
            found.code,
            found.category_id,
            entries[found.id].starts_at,
            verify,
            entries[found.id].sequence,
            entries[found.id].changed_at,
            entries[found.id].gone_at is not None,
        )
        for found in session.execute(columns)
    ]
    events += _works(session, reference, actor, account.id, now)
    return StaffCalendar(account.language, sorted(events, key=lambda each: (each.starts_at, each.code)))


def _cases(actor: Actor, now: datetime) -> Select[UUID, datetime | None, datetime | None]:
    """Return cases of the person's queue with a deadline that runs; managers' are all open ones they watch
    over.
    """
    query = select(Report.id, Report.due_at, Report.resolved_at)
    if actor.role == Role.INSPECTOR:
        waits = query.where(Report.status == Status.RESOLVED, watched_cases(actor))
        return waits.where(Report.resolved_at.is_not(None)).order_by(Report.resolved_at).limit(MOST)
    queue = queue_of(actor)
    held = queue.own if not queue.late_only else watched_cases(actor)
    found = query.where(held, Report.status.in_(queue.statuses or OPEN), Report.paused_at.is_(None))
    return found.where(Report.due_at >= now - PAST).order_by(Report.due_at).limit(MOST)


def _works(
    session: Session, reference: Reference, actor: Actor, staff_id: int, now: datetime
) -> Iterator[CalendarEvent]:
    """Yield the tasks that wait for this person, and those that did until lately."""
    if reference.config.works is None:
        return
    mine = or_(Work.holder_id == staff_id, Work.holder_id.is_(None) & in_hands_of(actor))
    open_ones = Work.kind == WorkKind.TASK, Work.done_at.is_(None), Work.closed_at.is_(None)
    due = Work.due_at >= now - PAST, Work.paused_at.is_(None), Work.status.not_in(_NOT_YET)
    query = select(Work.id, Work.due_at).where(visible_works(actor), mine, *open_ones, *due)
    found = session.execute(query.order_by(Work.due_at, Work.id).limit(MOST))
    starts = {work_id: due_at for work_id, due_at in found if due_at is not None}
    entries = _keep(session, CalendarWork, staff_id, starts, now)
    for work in session.scalars(select(Work).where(Work.id.in_(entries))):
        row, title = entries[work.id], work.title if work.plan_row_id else ""
        gone = row.gone_at is not None
        yield CalendarEvent(work.code, None, row.starts_at, False, row.sequence, row.changed_at, gone, title)


def _keep(
    session: Session, table: type[Line], staff_id: int, starts: dict[UUID, datetime], now: datetime
) -> dict[UUID, Line]:
    """Return what the calendar tells of one table by subject, brought up to date."""
    over = table.gone_at < now - CANCELLED_FOR
    session.execute(delete(table).where(table.staff_id == staff_id, over))
    rows = session.scalars(select(table).where(table.staff_id == staff_id))
    entries = {row.subject_id: row for row in rows}
    for subject_id, row in entries.items():
        starts_at = starts.get(subject_id)
        gone = starts_at is None
        if gone != (row.gone_at is not None) or (starts_at is not None and starts_at != row.starts_at):
            row.starts_at = starts_at or row.starts_at
            row.gone_at = now if gone else None
            row.sequence, row.changed_at = row.sequence + 1, now
    for subject_id in starts.keys() - entries.keys():
        made = table(
            staff_id=staff_id, subject_id=subject_id, starts_at=starts[subject_id], sequence=0, changed_at=now
        )
        session.add(made)
        entries[subject_id] = made
    session.flush()
    return entries


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
