"""Repeating the privacy ledger over a restored database: what was erased or hidden stays so."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain import erasure
from service.domain.events import SYSTEM
from service.domain.photos import FROM_CITIZENS
from service.domain.privacy.ledger import Action, record
from service.domain.privacy.publication import (
    DESK,
    Why,
    hide_comment,
    hide_photo,
    hide_report,
    show_comment,
    show_photo,
    show_report,
)
from service.domain.privacy.words import erase_words
from service.domain.reference import load_reference
from service.models import Comment, Follower, Photo, PrivacyEntry, Report

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
        if action in _ACTIONS:
            _ACTIONS[action](session, subject_id, now)
            record(session, action, subject_id, at)
        elif _see_to(
            session, action, subject_id, at
        ):  # as it was entered, and so with what it entered itself
            session.flush()
            rows = session.execute(select(PrivacyEntry.action, PrivacyEntry.subject_id, PrivacyEntry.at))
            known |= {(row.action, row.subject_id, row.at) for row in rows}
        else:
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


def _see_to(session: Session, action: Action, subject_id: UUID, at: datetime) -> bool:
    """Hide, show or erase the words of what is there; False where nothing changed or there is no subject."""
    if action is Action.ERASE_WORDS:
        report = session.get(Report, subject_id)
        return report is not None and bool(
            erase_words(session, load_reference(session), report, actor=SYSTEM, now=at)
        )
    kind, hide = action.value.split("_")[1], action.value.startswith("hide")
    subject = session.get({"report": Report, "photo": Photo, "comment": Comment}[kind], subject_id)
    why = Why(DESK)
    match subject:
        case Report():
            if hide:
                return hide_report(session, subject, why, actor=SYSTEM, now=at)
            return show_report(session, subject, "", actor=SYSTEM, now=at)
        case Photo():
            if hide:
                return hide_photo(session, subject, why, actor=SYSTEM, now=at)
            waits = subject.kind in FROM_CITIZENS
            return show_photo(session, subject, "", actor=SYSTEM, now=at, publish=waits)
        case Comment():
            if hide:
                return hide_comment(session, subject, why, actor=SYSTEM, now=at)
            return show_comment(session, subject, "", actor=SYSTEM, now=at)
        case _:
            return False


_ACTIONS: dict[Action, Callable[[Session, UUID, datetime], None]] = {
    Action.ERASE_REPORTER: _erase_reporter,
    Action.ERASE_FOLLOWERS: _erase_followers,
    Action.ERASE_FOLLOWER: _erase_follower,
}
