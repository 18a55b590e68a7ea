"""Signed-in browsers and programmes: opened, recognised by a token of which only the hash is kept, ended."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, select
from sqlalchemy.orm import Session

from service.domain.kernel.sql import changed_rows
from service.domain.people.devices import release_devices
from service.models import Staff, StaffSession

COOKIE_IDLE = timedelta(hours=12)
COOKIE_LONGEST = timedelta(days=7)
BEARER_LASTS = timedelta(days=30)
TOUCH_EVERY = timedelta(minutes=5)
"""A session's last use is written at most this often, so that reading pages stays reading."""


@dataclass(frozen=True, slots=True)
class NewSession:
    """A new session; the token is shown this once."""

    id: int
    token: str
    expires_at: datetime


def open_session(
    session: Session,
    account: Staff,
    kind: str,
    *,
    at: datetime,
    label: str = "",
    address: str = "",
    issuer: str | None = None,
    strong: bool = False,
) -> NewSession:
    """Sign the account in: a `cookie` lasts while it is used, a `bearer` token a fixed time.

    `issuer` is the provider that the person came by, none for a password; `strong`: with a second factor.
    """
    _end(session, StaffSession.staff_id == account.id, StaffSession.expires_at <= at)
    token = secrets.token_urlsafe(32)
    row = StaffSession(
        token_hash=_hash(token),
        staff_id=account.id,
        kind=kind,
        label=label[:200],
        address=address[:60],
        issuer=issuer,
        strong=strong,
        created_at=at,
        seen_at=at,
        expires_at=at + (COOKIE_IDLE if kind == "cookie" else BEARER_LASTS),
    )
    session.add(row)
    session.flush()
    return NewSession(row.id, token, row.expires_at)


def recognise_session(
    session: Session, token: str, kind: str, *, at: datetime
) -> tuple[Staff, StaffSession] | None:
    """Return the active account and session behind a token, its last use noted; None if there is none (any
    more).
    """
    query = (
        select(Staff, StaffSession)
        .join(StaffSession, StaffSession.staff_id == Staff.id)
        .where(StaffSession.token_hash == _hash(token), StaffSession.kind == kind)
        .where(StaffSession.expires_at > at, Staff.active)
    )
    found = session.execute(query).one_or_none()
    if found is None:
        return None
    account, row = found
    if at - row.seen_at >= TOUCH_EVERY or row.seen_at <= row.created_at:  # its first use is noted at once
        _touch(row, at)
    return account, row


def end_session(session: Session, session_id: int) -> None:
    """Sign this one out; nothing happens if it has ended already."""
    _end(session, StaffSession.id == session_id)


def sessions_of(session: Session, staff_id: int, *, at: datetime) -> list[StaffSession]:
    """Return the account's sessions that are good, the one used last first."""
    query = select(StaffSession).where(StaffSession.staff_id == staff_id, StaffSession.expires_at > at)
    return list(session.scalars(query.order_by(StaffSession.seen_at.desc(), StaffSession.id.desc())))


def end_own_session(session: Session, staff_id: int, session_id: int) -> bool:
    """Sign one of the account's sessions out; False when it has none like that."""
    return _end(session, StaffSession.id == session_id, StaffSession.staff_id == staff_id) > 0


def end_sessions(session: Session, staff_id: int, *, but: int | None = None) -> int:
    """Sign the account out everywhere (but in one session); how many sessions there were."""
    theirs = StaffSession.staff_id == staff_id
    return _end(session, theirs if but is None else and_(theirs, StaffSession.id != but))


def end_expired(session: Session, at: datetime, most: int) -> int:
    """Delete sessions whose time is over; their browsers are told nothing more. How many they were."""
    old = session.scalars(select(StaffSession.id).where(StaffSession.expires_at <= at).limit(most)).all()
    return _end(session, StaffSession.id.in_(old)) if old else 0


def _end(session: Session, *which: ColumnElement[bool]) -> int:
    """Delete sessions, and stop telling colleagues by push in the browsers where they were signed in."""
    release_devices(session, and_(*which))
    ended = session.execute(delete(StaffSession).where(*which))
    return changed_rows(ended)


def _touch(row: StaffSession, at: datetime) -> None:
    row.seen_at = at
    if row.kind == "cookie":
        row.expires_at = min(at + COOKIE_IDLE, row.created_at + COOKIE_LONGEST)


def _hash(token: str) -> bytes:
    # The token is 256 random bits: one hash is enough, and surrogates in a header must not raise.
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
