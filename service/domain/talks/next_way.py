"""Next way to tell a step that could not be told in a conversation: by the contact that the person gave."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.domain.notices.channels import Channels, addresses
from service.models import Contact, Message


def phone_of_notice(session: Session, message_id: UUID) -> str:
    """Return the number (E.164) that the sender of a notice's report left, empty for none or for others."""
    message = session.get(Message, message_id)
    if message is None or message.report_id is None or message.audience != "reporter":
        return ""
    contact = session.get(Contact, message.report_id)
    return contact.phone or "" if contact is not None and contact.erased_at is None else ""


def tell_by_next_way(
    session: Session, message_id: UUID, channels: Channels, now: datetime, timezone: str
) -> bool:
    """Claim the same message for the first other way of the report's contact; whether there is one.

    Nothing is done where the person was told by another way already.
    """
    message = session.get(Message, message_id)
    if message is None or message.report_id is None or message.audience != "reporter":
        return False
    contact = session.get(Contact, message.report_id)
    if contact is None or contact.erased_at is not None:
        return False
    for name, address in addresses(channels, contact):
        query = select(Message.id).where(
            Message.occasion == message.occasion, Message.channel == name, Message.recipient == address
        )
        if session.scalar(query) is not None:
            return False
        window = channels[name].window
        row = insert(Message).values(
            id=uuid4(),
            occasion=message.occasion,
            channel=name,
            recipient=address,
            audience=message.audience,
            notice=message.notice,
            language=message.language,
            report_id=message.report_id,
            event_id=message.event_id,
            data=message.data,
            state="waiting",
            not_before=window.next_open(now, timezone) if window else now,
            fresh_until=message.fresh_until,
            created_at=now,
        )
        return session.scalar(row.on_conflict_do_nothing().returning(Message.id)) is not None
    return False
