"""The privacy ledger: each erasure, hiding and showing by a person, in order, so that a restore repeats it.

A backup is older than what was erased after it. The ledger is kept beside the backups (`hientruong backup`,
and every minute where a backup folder is set) and replayed over a restored database (`privacy/replay.py`).
Retention is not entered: its periods apply again by themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.models import PrivacyEntry


class Action(StrEnum):
    """Kinds of acts in the ledger; the subject is a report, a photo, a comment or a follower, as
    the name says.
    """

    ERASE_REPORTER = "erase_reporter"
    """Contact, device, address and original photos of the reporter of a report."""
    ERASE_FOLLOWERS = "erase_followers"
    """The contacts of all followers of a report."""
    ERASE_FOLLOWER = "erase_follower"
    ERASE_WORDS = "erase_words"
    """The words and pictures of a report."""
    HIDE_REPORT = "hide_report"
    SHOW_REPORT = "show_report"
    HIDE_PHOTO = "hide_photo"
    SHOW_PHOTO = "show_photo"
    HIDE_COMMENT = "hide_comment"
    SHOW_COMMENT = "show_comment"
    RENEW_REPORT_SECRET = "renew_report_secret"  # noqa: S105 - the name of an action
    """The old link of a report opens nothing any more."""
    RENEW_FOLLOWER_SECRET = "renew_follower_secret"  # noqa: S105


def enter_action(session: Session, action: Action, subject_id: UUID, now: datetime) -> None:
    """Enter `action` on `subject_id` into the ledger, in the transaction that carries it out."""
    session.add(PrivacyEntry(action=action.value, subject_id=subject_id, at=now))


def entries_after(session: Session, last_id: int, most: int) -> Sequence[PrivacyEntry]:
    """Return up to `most` entries with an id above `last_id`, oldest first."""
    query = select(PrivacyEntry).where(PrivacyEntry.id > last_id).order_by(PrivacyEntry.id).limit(most)
    return session.scalars(query).all()


def newest_id(session: Session) -> int:
    """Return the id of the newest entry, 0 for an empty ledger."""
    return session.scalar(select(func.max(PrivacyEntry.id))) or 0
