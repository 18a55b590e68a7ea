"""Repeating the privacy ledger over a restored database: what was erased or hidden stays so."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain import erasure
from service.domain.privacy.ledger import Action, record
from service.models import Follower, PrivacyEntry, Report

Entry = tuple[Action, UUID, datetime]


def replay(session: Session, entries: Iterable[Entry], now: datetime) -> int:
    """Carry out the entries that the database does not hold yet, in their order; return how many.

    A subject that came after the backup is not there: its entry is recorded all the same, so that the
    ledger beside the backups and the one in the database stay equal.
    """
    rows = session.execute(select(PrivacyEntry.action, PrivacyEntry.subject_id, PrivacyEntry.at))
    known = {(row.action, row.subject_id, row.at) for row in rows}
    done = 0
    for action, subject_id, at in entries:
        if (action.value, subject_id, at) in known:
            continue
        _ACTIONS[action](session, subject_id, now)
        record(session, action, subject_id, at)
        done += 1
    return done


def _erase_reporter(session: Session, report_id: UUID, now: datetime) -> None:
    if (report := session.get(Report, report_id)) is not None:
        erasure.erase_reporter(session, report, now)


def _erase_followers(session: Session, report_id: UUID, now: datetime) -> None:
    erasure.erase_followers(session, [report_id])


def _erase_follower(session: Session, follower_id: UUID, now: datetime) -> None:
    if session.get(Follower, follower_id) is not None:
        erasure.empty_followers(session, [follower_id])


_ACTIONS: dict[Action, Callable[[Session, UUID, datetime], None]] = {
    Action.ERASE_REPORTER: _erase_reporter,
    Action.ERASE_FOLLOWERS: _erase_followers,
    Action.ERASE_FOLLOWER: _erase_follower,
}
