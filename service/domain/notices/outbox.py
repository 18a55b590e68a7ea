"""Messages sent and waiting, newest first: for the demo, where everybody may read them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.models import Message, NoticeAudience, NoticeChannel, Report, SentCopy

MOST = 100


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """Message of the outbox; `subject`, `text` and `url` are empty until it was sent."""

    id: UUID
    channel: str
    recipient: str
    audience: NoticeAudience
    notice: str
    state: str
    attempts: int
    not_before: datetime
    created_at: datetime
    sent_at: datetime | None
    error: str
    subject: str
    text: str
    url: str
    with_html: bool
    code: str = ""
    """Code of the report that it is about."""


def read_outbox(session: Session, channel: str = "", before: datetime | None = None) -> list[OutboxMessage]:
    """Return the newest messages, at most `MOST`, of one channel where it is named."""
    query = (
        select(Message, SentCopy, Report.code)
        .outerjoin(SentCopy, SentCopy.message_id == Message.id)
        .outerjoin(Report, Report.id == Message.report_id)
        .order_by(Message.created_at.desc(), Message.id)
        .limit(MOST)
    )
    if channel:
        query = query.where(Message.channel == channel)
    if before is not None:
        query = query.where(Message.created_at < before)
    return [_posted(message, copy, code or "") for message, copy, code in session.execute(query)]


def read_html(session: Session, message_id: UUID) -> str | None:
    """Return the HTML of an e-mail that was sent; None where there is none."""
    return session.scalar(select(SentCopy.html).where(SentCopy.message_id == message_id))


def _posted(message: Message, copy: SentCopy | None, code: str) -> OutboxMessage:
    return OutboxMessage(
        id=message.id,
        channel=message.channel,
        recipient=message.recipient,
        audience=message.audience,
        notice=message.notice,
        state=message.state,
        attempts=message.attempts,
        not_before=message.not_before,
        created_at=message.created_at,
        sent_at=message.sent_at,
        error=message.error,
        subject=copy.subject if copy else "",
        text=copy.text if copy else "",
        url=copy.url if copy else "",
        with_html=copy is not None and message.channel == NoticeChannel.EMAIL,
        code=code,
    )
