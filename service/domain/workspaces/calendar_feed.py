"""The calendar that a member of staff subscribes to: its address, and the deadlines of their cases in it."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.people.staff import actor_for
from service.domain.reports.events import Actor
from service.domain.workspaces.selection import queue_of, watched_by
from service.errors import NotFound
from service.i18n import N_
from service.models import OPEN, CalendarEntry, CalendarToken, Report, Role, Staff, Status

MOST = 500
"""Cases of one calendar, the nearest first."""

PAST, CANCELLED_FOR = timedelta(days=14), timedelta(days=30)
"""How long what is over stays in the calendar; calendars are fetched once a day or more often."""


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """Case in a calendar: at its deadline, or at the moment until which an inspector may verify it."""

    code: str
    category_id: int
    starts_at: datetime
    verify: bool
    sequence: int
    changed_at: datetime
    cancelled: bool


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
    wanted = select(CalendarToken).where(CalendarToken.digest == _digest(token)).with_for_update()
    row = session.scalar(wanted)
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
    entries = _keep(session, account.id, starts, now)
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
    return StaffCalendar(account.language, sorted(events, key=lambda each: (each.starts_at, each.code)))


def _cases(actor: Actor, now: datetime) -> Select[UUID, datetime | None, datetime | None]:
    """Cases of the person's queue with a deadline that runs; managers' are all open ones they watch over."""
    query = select(Report.id, Report.due_at, Report.resolved_at)
    if actor.role == Role.INSPECTOR:
        waits = query.where(Report.status == Status.RESOLVED, watched_by(actor))
        return waits.where(Report.resolved_at.is_not(None)).order_by(Report.resolved_at).limit(MOST)
    queue = queue_of(actor)
    held = queue.own if not queue.late_only else watched_by(actor)
    found = query.where(held, Report.status.in_(queue.statuses or OPEN), Report.paused_at.is_(None))
    return found.where(Report.due_at >= now - PAST).order_by(Report.due_at).limit(MOST)


def _keep(
    session: Session, staff_id: int, starts: dict[UUID, datetime], now: datetime
) -> dict[UUID, CalendarEntry]:
    """Return the entries of the calendar by report, brought up to date."""
    over = CalendarEntry.gone_at < now - CANCELLED_FOR
    session.execute(delete(CalendarEntry).where(CalendarEntry.staff_id == staff_id, over))
    rows = session.scalars(select(CalendarEntry).where(CalendarEntry.staff_id == staff_id))
    entries = {row.report_id: row for row in rows}
    for report_id, row in entries.items():
        starts_at = starts.get(report_id)
        gone = starts_at is None
        if gone != (row.gone_at is not None) or (starts_at is not None and starts_at != row.starts_at):
            row.starts_at = starts_at or row.starts_at
            row.gone_at = now if gone else None
            row.sequence, row.changed_at = row.sequence + 1, now
    for report_id in starts.keys() - entries.keys():
        made = CalendarEntry(
            staff_id=staff_id, report_id=report_id, starts_at=starts[report_id], sequence=0, changed_at=now
        )
        session.add(made)
        entries[report_id] = made
    session.flush()
    return entries


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
