"""Messages that failed, by channel and one by one, and their second chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Text, case, func, select, update
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by
from sqlalchemy.orm import Session

from service.domain.kernel.audit import write_entry
from service.domain.kernel.masking import Masking
from service.domain.kernel.sql import changed_rows
from service.domain.notices.channels import Channels, masked_address
from service.errors import NotFound
from service.i18n import N_
from service.models import Message, NoticeAudience, Report
from service.models.notices.notice import MESSAGE_DUE, MessageState

LOOKED_BACK = timedelta(days=7)
MOST_SHOWN = 50
MOST_RETRIED = 1000
"""Messages tried again at once: a gateway that was away for a day is not met by all of it together."""

FRESH_AGAIN = timedelta(hours=12)
"""A message that a person tries again may be told for so long; an old one would be retired at once."""

ONE_TIME = ("code", "confirm")
"""Notices whose words are worthless by now: a code has run out, a question is asked anew."""


@dataclass(frozen=True, slots=True)
class ChannelTrouble:
    """Failures of a channel in the last week: messages that wait after a failure, since when; messages given
    up, in all and in the last day; the error of the newest of them, and when that one was made.
    """

    channel: str
    waiting: int
    waiting_since: datetime | None
    given_up: int
    given_up_today: int
    error: str
    error_at: datetime | None


@dataclass(frozen=True, slots=True)
class FailingMessage:
    """Message that failed. `shown` is the masked address; `code` the report it is about, if any."""

    id: UUID
    channel: str
    shown: str
    audience: NoticeAudience
    notice: str
    code: str | None
    state: str
    attempts: int
    created_at: datetime
    next_at: datetime
    error: str
    retriable: bool


def channel_troubles(session: Session, now: datetime) -> Sequence[ChannelTrouble]:
    """Return the channels with messages that failed in the last week, by name; read from their own index."""
    waits = Message.state.in_(MESSAGE_DUE)
    lost = Message.state == MessageState.GIVEN_UP
    by_age = aggregate_order_by(Message.error, Message.created_at.desc())
    rows = session.execute(
        select(
            Message.channel,
            func.count().filter(waits),
            func.min(Message.created_at).filter(waits),
            func.count().filter(lost),
            func.count().filter(lost, Message.created_at > now - timedelta(days=1)),
            func.array_agg(by_age, type_=ARRAY(Text))[1],
            func.max(Message.created_at),
        )
        .where(*_failing(now))
        .group_by(Message.channel)
        .order_by(Message.channel)
    )
    return [ChannelTrouble(*row) for row in rows]


def last_sent(session: Session, channel: str, now: datetime) -> datetime | None:
    """Return when the newest message of the channel went out, looking back a week."""
    sent = select(Message.sent_at).where(
        Message.channel == channel, Message.state == MessageState.SENT, Message.created_at > now - LOOKED_BACK
    )
    return session.scalar(sent.order_by(Message.created_at.desc()).limit(1))


def failing_messages(
    session: Session, channels: Channels, masking: Masking, now: datetime
) -> list[FailingMessage]:
    """Return the messages that failed in the last week, those given up first, the newest of each first.

    What a server answered is masked: it often repeats the address.
    """
    given_up = case((Message.state == MessageState.GIVEN_UP, 0), else_=1)
    rows = session.execute(
        select(Message, Report.code)
        .outerjoin(Report, Report.id == Message.report_id)
        .where(*_failing(now))
        .order_by(given_up, Message.created_at.desc(), Message.id)
        .limit(MOST_SHOWN)
    )
    return [
        FailingMessage(
            row.id,
            row.channel,
            masked_address(channels, row.channel, row.recipient),
            row.audience,
            row.notice,
            code,
            row.state,
            row.attempts,
            row.created_at,
            row.not_before,
            masking.text(row.error),
            row.notice not in ONE_TIME,
        )
        for row, code in rows
    ]


def retry_messages(
    session: Session,
    now: datetime,
    *,
    staff_id: int,
    message_id: UUID | None = None,
    channel: str | None = None,
) -> int:
    """Queue failed messages again, as if never tried: one, or the oldest of a channel; return how many.

    Raises NotFound for one that has not failed, or cannot be told any more.
    """
    chosen = select(Message.id).where(*_failing(now), Message.state != MessageState.CLAIMED)
    chosen = chosen.where(Message.notice.not_in(ONE_TIME))
    if message_id is not None:
        chosen = chosen.where(Message.id == message_id)
    if channel is not None:
        chosen = chosen.where(Message.channel == channel)
    ids = session.scalars(
        chosen.order_by(Message.created_at).limit(MOST_RETRIED).with_for_update(skip_locked=True)
    ).all()
    if message_id is not None and not ids:
        raise NotFound(N_("Tin này đã được gửi, đang gửi, hoặc không gửi lại được nữa."))
    again = update(Message).where(Message.id.in_(ids))
    fresh = func.greatest(Message.fresh_until, now + FRESH_AGAIN)
    done = changed_rows(
        session.execute(
            again.values(state=MessageState.WAITING, attempts=0, not_before=now, fresh_until=fresh)
        )
    )
    if done:
        subject = str(message_id) if message_id is not None else channel or ""
        write_entry(session, "message.retried", subject, at=now, staff_id=staff_id, after={"messages": done})
    return done


def _failing(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of the index `ix_message_failing`."""
    return (
        Message.error != "",
        Message.state.in_((*MESSAGE_DUE, MessageState.GIVEN_UP)),
        Message.created_at > now - LOOKED_BACK,
    )
