"""Repeating the privacy ledger over a restored database: what was erased or hidden stays so."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service.domain.city.reference import load_reference
from service.domain.privacy import erasure
from service.domain.privacy.words import erase_words
from service.domain.publication import publication
from service.domain.publication.ledger import Action, enter_action, newest_id
from service.domain.publication.publication import DESK, HidingCause
from service.domain.reports.events import SYSTEM
from service.models import Comment, Follower, OpenFile, Photo, PrivacyEntry, Report

Entry = tuple[Action, UUID, datetime]


def replay(session: Session, entries: Iterable[Entry], now: datetime) -> int:
    """Carry out the entries that the database does not hold yet, in their order; return how many.

    They are entered with their own time. A subject that came after the backup is not there: its entry is
    entered all the same, so that the ledger beside the backups and the one in the database stay equal.
    """
    rows = session.execute(select(PrivacyEntry.action, PrivacyEntry.subject_id, PrivacyEntry.at))
    known = {(row.action, row.subject_id, row.at) for row in rows}
    missing = [(action, subject, at) for action, subject, at in entries if (action, subject, at) not in known]
    session.execute(delete(OpenFile))  # made before what follows; a backup has the rows alone, no files
    before = newest_id(session)
    for action, subject_id, _ in missing:
        _ACTIONS[action](session, subject_id, now)
        session.flush()
    # What was done entered itself at this moment: repeated like that, what was shown last might be hidden.
    session.execute(delete(PrivacyEntry).where(PrivacyEntry.id > before))
    for action, subject_id, at in missing:
        enter_action(session, action, subject_id, at)
    session.flush()
    return len(missing)


def _erase_reporter(session: Session, report_id: UUID, now: datetime) -> None:
    if (report := session.get(Report, report_id)) is not None:
        erasure.erase_reporter(session, report, now)


def _erase_followers(session: Session, report_id: UUID, now: datetime) -> None:
    erasure.erase_followers(session, [report_id])


def _erase_follower(session: Session, follower_id: UUID, now: datetime) -> None:
    if session.get(Follower, follower_id) is not None:
        erasure.empty_followers(session, [follower_id])


def _erase_words(session: Session, report_id: UUID, now: datetime) -> None:
    if (report := session.get(Report, report_id)) is not None:
        erase_words(session, load_reference(session), report, actor=SYSTEM, now=now)


def _hide_report(session: Session, report_id: UUID, now: datetime) -> None:
    if (report := session.get(Report, report_id)) is not None:
        publication.hide_report(session, report, HidingCause(DESK), actor=SYSTEM, now=now)


def _show_report(session: Session, report_id: UUID, now: datetime) -> None:
    if (report := session.get(Report, report_id)) is not None:
        publication.show_report(session, report, "", actor=SYSTEM, now=now)


def _hide_photo(session: Session, photo_id: UUID, now: datetime) -> None:
    if (photo := session.get(Photo, photo_id)) is not None:
        publication.hide_photo(session, photo, HidingCause(DESK), actor=SYSTEM, now=now)


def _show_photo(session: Session, photo_id: UUID, now: datetime) -> None:
    if (photo := session.get(Photo, photo_id)) is not None:
        publication.show_photo(session, photo, "", actor=SYSTEM, now=now, publish=True)


def _hide_comment(session: Session, comment_id: UUID, now: datetime) -> None:
    if (comment := session.get(Comment, comment_id)) is not None:
        publication.hide_comment(session, comment, HidingCause(DESK), actor=SYSTEM, now=now)


def _show_comment(session: Session, comment_id: UUID, now: datetime) -> None:
    if (comment := session.get(Comment, comment_id)) is not None:
        publication.show_comment(session, comment, "", actor=SYSTEM, now=now)


def _renew_report_secret(session: Session, report_id: UUID, now: datetime) -> None:
    if (report := session.get(Report, report_id)) is not None:
        report.secret_generation += 1


def _renew_follower_secret(session: Session, follower_id: UUID, now: datetime) -> None:
    if (follower := session.get(Follower, follower_id)) is not None:
        follower.secret_generation += 1


_ACTIONS: dict[Action, Callable[[Session, UUID, datetime], None]] = {
    Action.ERASE_REPORTER: _erase_reporter,
    Action.ERASE_FOLLOWERS: _erase_followers,
    Action.ERASE_FOLLOWER: _erase_follower,
    Action.ERASE_WORDS: _erase_words,
    Action.HIDE_REPORT: _hide_report,
    Action.SHOW_REPORT: _show_report,
    Action.HIDE_PHOTO: _hide_photo,
    Action.SHOW_PHOTO: _show_photo,
    Action.HIDE_COMMENT: _hide_comment,
    Action.SHOW_COMMENT: _show_comment,
    Action.RENEW_REPORT_SECRET: _renew_report_secret,
    Action.RENEW_FOLLOWER_SECRET: _renew_follower_secret,
}
