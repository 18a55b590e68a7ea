"""Erasure of a person from the notices (addresses, devices, messages sent): taken away with the contact."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from service.models import Message, NoticeAudience, NoticeChoice, Subscription


def forget_reporters(session: Session, report_ids: Sequence[UUID]) -> int:
    """Erase the messages to the reporters of these reports, and their subscriptions; return how many."""
    theirs = Subscription.report_id.in_(report_ids) & Subscription.reporter
    return _forget(
        session,
        report_ids,
        theirs,
        Message.report_id.in_(report_ids) & (Message.audience == NoticeAudience.REPORTER),
    )


def forget_followers(session: Session, follower_ids: Sequence[UUID]) -> int:
    """Erase the messages to these followers, and their subscriptions; return how many subscriptions."""
    theirs = Subscription.follower_id.in_(follower_ids)
    reports = select(Subscription.report_id).where(theirs, Subscription.report_id.is_not(None))
    return _forget(session, list(session.scalars(reports)), theirs, Message.follower_id.in_(follower_ids))


def _forget(
    session: Session,
    report_ids: Sequence[UUID | None],
    theirs: ColumnElement[bool],
    concerned: ColumnElement[bool],
) -> int:
    reached = {*session.scalars(select(Subscription.recipient).where(theirs))}
    reached |= {*session.scalars(select(Message.recipient).where(concerned))}
    session.execute(
        delete(NoticeChoice).where(
            NoticeChoice.report_id.in_(report_ids), NoticeChoice.recipient.in_(reached)
        )
    )
    session.execute(delete(Message).where(concerned))
    session.execute(delete(Subscription).where(theirs))
    return len(reached)
