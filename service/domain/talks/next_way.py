"""Next way to tell a step that could not be told in a conversation: by the contact that the person gave."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.domain.notices.channels import Channel, Channels, addresses
from service.models import Contact, Message

AWAY_TOO_LONG = timedelta(hours=1)
"""A channel that is away for so long is not waited for by whom another way reaches."""

FAILED = ("given_up", "stale")
"""States of a message that will not come any more."""


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
    """Claim the same message for the first other way of the report's contact that has not failed yet; return
    whether there is one.

    Nothing is done where the person was told by another way already, or is about to be.
    """
    message = session.get(Message, message_id)
    if message is None or message.report_id is None or message.audience != "reporter":
        return False
    contact = session.get(Contact, message.report_id)
    if contact is None or contact.erased_at is not None or message.state == "stale":
        return False
    for name, address in addresses(channels, contact):
        query = select(Message.state).where(
            Message.occasion == message.occasion, Message.channel == name, Message.recipient == address
        )
        state = session.scalar(query)
        if state in FAILED:
            continue
        return state is None and _claim(session, message, channels[name], address, now, timezone)
    return False


def tell_instead(
    session: Session, message_id: UUID, channels: Channels, now: datetime, timezone: str
) -> bool:
    """Tell a step by the next way whose channel has been away for long, and no more by the channel itself;
    return whether that was done. Where nothing else was left, the channel is waited for.
    """
    message = session.get(Message, message_id, with_for_update=True)
    if message is None or message.state != "waiting" or now - message.created_at < AWAY_TOO_LONG:
        return False
    if not tell_by_next_way(session, message_id, channels, now, timezone):
        return False
    message.state = "given_up"
    return True


def was_for_chat(session: Session, message_id: UUID, chats: Collection[str]) -> bool:
    """Return whether a step was told here because it could not be told in its sender's conversation."""
    message = session.get(Message, message_id)
    if message is None or message.report_id is None:
        return False
    before = select(Message.id).where(
        Message.occasion == message.occasion,
        Message.report_id == message.report_id,
        Message.channel.in_(chats),
        Message.audience == "reporter",
        Message.state.in_(FAILED),
    )
    return session.scalar(before.limit(1)) is not None


def _claim(
    session: Session, message: Message, channel: Channel, address: str, now: datetime, timezone: str
) -> bool:
    window = channel.window
    row = insert(Message).values(
        id=uuid4(),
        occasion=message.occasion,
        channel=channel.name,
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
