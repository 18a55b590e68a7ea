"""Mailboxes: read up to where, and by whom now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.models import MailboxMark

LEASE = timedelta(minutes=3)


@dataclass(frozen=True, slots=True)
class MailboxCursor:
    """Last letter that was stored; its number counts only in the mailbox of that `uidvalidity`."""

    uidvalidity: int | None
    last_uid: int


def begin_poll(session: Session, account: str, now: datetime) -> MailboxCursor | None:
    """Start polling the mailbox; return its cursor, None where another process is polling."""
    session.execute(insert(MailboxMark).values(account=account).on_conflict_do_nothing())
    row = session.scalar(select(MailboxMark).where(MailboxMark.account == account).with_for_update())
    if row is None or (row.polling_until is not None and row.polling_until > now):
        return None
    row.polling_until = now + LEASE
    return MailboxCursor(row.uidvalidity, row.last_uid)


def advance_cursor(session: Session, account: str, cursor: MailboxCursor) -> None:
    """Note that everything up to this letter is stored."""
    statement = update(MailboxMark).where(MailboxMark.account == account)
    session.execute(statement.values(uidvalidity=cursor.uidvalidity, last_uid=cursor.last_uid))


def end_poll(session: Session, account: str, now: datetime) -> None:
    """Let others read; `polled_at` is when it last went well, or not."""
    statement = update(MailboxMark).where(MailboxMark.account == account)
    session.execute(statement.values(polling_until=None, polled_at=now))
