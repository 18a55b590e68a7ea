"""Next way to tell a step that could not be told by the first: a conversation, a browser, a mailbox.

It goes by the contact that the person gave; else, in a conversation, once its person writes again.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, String, cast, exists, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased

from service.domain.notices.channels import Channel, Channels, contact_addresses
from service.domain.notices.kinds import CITIZENS, NEVER
from service.domain.notices.preferences import stored_choices
from service.i18n import N_
from service.models import (
    Contact,
    Conversation,
    ConversationReport,
    Message,
    NoticeAudience,
    NoticeChoice,
    Subscription,
)
from service.models.notices.notice import MESSAGE_FAILED, MessageState

AWAY_TOO_LONG = timedelta(hours=1)
"""A channel that is away for so long is not waited for by whom another way reaches."""

OUTSIDE_WINDOW = N_("ngoài khung trả lời")
"""Why a channel takes no word: the person's own last one is too long ago."""

REACHING = frozenset(notice.name for notice in CITIZENS.values() if notice.vital or notice.alone)
"""Notices to a reporter that are worth another way, an SMS too, where the first does not reach them."""

MOST_MISSED = 20
MISSED_FOR = timedelta(days=90)
"""So many steps, and of so long, are told to who writes again."""


def phone_of_notice(session: Session, message_id: UUID) -> str:
    """Return the number (E.164) that the sender of a notice's report left, empty for none or for others."""
    message = session.get(Message, message_id)
    contact = _contact_of(session, message) if message is not None else None
    return contact.phone or "" if contact is not None else ""


def tell_by_next_way(
    session: Session, message_id: UUID, channels: Channels, now: datetime, timezone: str
) -> bool:
    """Claim the same message for the first other way of its person's contact that has not failed yet; return
    whether there is one.

    Nothing is done where the person was told by another way already, or is about to be; no address is used
    that its owner wants no notices at.
    """
    message = session.get(Message, message_id)
    contact = _contact_of(session, message) if message is not None else None
    if message is None or contact is None or message.state == MessageState.STALE:
        return False
    if _is_told_otherwise(session, message):
        return False
    addresses = list(contact_addresses(channels, contact))
    choices = stored_choices(session, [address for _, address in addresses], message.report_id)
    for name, address in addresses:
        if choices.get((name, address)) == NEVER:
            continue
        query = select(Message.state).where(
            Message.occasion == message.occasion, Message.channel == name, Message.recipient == address
        )
        state = session.scalar(query)
        if state in MESSAGE_FAILED:
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
    if message is None or message.state != MessageState.WAITING or now - message.created_at < AWAY_TOO_LONG:
        return False
    if not tell_by_next_way(session, message_id, channels, now, timezone):
        return False
    message.state = MessageState.GIVEN_UP
    return True


def is_worth_another_way(session: Session, message_id: UUID) -> bool:
    """Return whether a notice tells a reporter what they have to hear by whatever reaches them."""
    message = session.get(Message, message_id)
    return message is not None and message.audience == NoticeAudience.REPORTER and message.notice in REACHING


def was_for_chat(session: Session, message_id: UUID, chats: Collection[str]) -> bool:
    """Return whether a step was told here because it could not be told in its sender's conversation."""
    message = session.get(Message, message_id)
    if message is None or message.report_id is None:
        return False
    before = select(Message.id).where(
        Message.occasion == message.occasion,
        Message.report_id == message.report_id,
        Message.channel.in_(chats),
        Message.audience == message.audience,
        _of_same_person(message),
        Message.state.in_(MESSAGE_FAILED),
    )
    return session.scalar(before.limit(1)) is not None


def tell_missed(session: Session, talk: Conversation, now: datetime) -> int:
    """Let the steps go that could not be told while the conversation's window was over, and by no other way:
    its person has written again. Return how many; they go in the order in which they happened.
    """
    other = aliased(Message)
    was_notified = exists().where(
        other.occasion == Message.occasion,
        other.id != Message.id,
        other.report_id == Message.report_id,
        other.audience == Message.audience,
        other.data["own"].astext.is_not_distinct_from(Message.data["own"].astext),
        other.state.not_in((*MESSAGE_FAILED, MessageState.DROPPED)),
    )
    lost = select(Message).where(
        Message.channel == talk.channel,
        Message.recipient == str(talk.id),
        or_(
            (Message.state == MessageState.GIVEN_UP) & Message.error.startswith(OUTSIDE_WINDOW),
            Message.state == MessageState.STALE,
        ),
        Message.created_at > now - MISSED_FOR,
        ~was_notified,
    )
    missed = session.scalars(lost.order_by(Message.created_at.desc()).limit(MOST_MISSED)).all()[::-1]
    for n, message in enumerate(missed):
        message.state, message.attempts, message.error = MessageState.WAITING, 0, ""
        message.not_before = now + timedelta(milliseconds=n)
        message.fresh_until = now + timedelta(days=1)
    return len(missed)


def continue_closed_talks(session: Session, talk: Conversation) -> None:
    """Let a conversation that was begun anew go on for those that were closed before, with the same person:
    their reports are its own, and the steps of these are told in it, within its window.
    """
    former = select(Conversation.id).where(
        Conversation.channel == talk.channel,
        Conversation.account == talk.account,
        Conversation.person_hash == talk.person_hash,
        Conversation.id != talk.id,
        Conversation.erased_at.is_(None),
    )
    reports = select(literal(talk.id), ConversationReport.report_id, ConversationReport.at).where(
        ConversationReport.conversation_id.in_(former)
    )
    columns = ["conversation_id", "report_id", "at"]
    session.execute(insert(ConversationReport).from_select(columns, reports).on_conflict_do_nothing())
    before = former.with_only_columns(cast(Conversation.id, String))
    for table in (Subscription, Message, NoticeChoice):
        there = (table.channel == talk.channel, table.recipient.in_(before))
        unsent = (
            (Message.state.in_((MessageState.WAITING, MessageState.COLLECTED, *MESSAGE_FAILED)),)
            if table is Message
            else ()
        )
        moved = update(table).where(*there, *unsent).values(recipient=str(talk.id))
        session.execute(moved, execution_options={"synchronize_session": False})


def _contact_of(session: Session, message: Message) -> Contact | None:
    """Return the contact that the person of a message left with their own report, None for none.

    Who sent a duplicate is told of its original, by the duplicate's own contact.
    """
    own = message.data.get("own")
    sent = (
        UUID(str(own)) if own else message.report_id if message.audience == NoticeAudience.REPORTER else None
    )
    contact = session.get(Contact, sent) if sent else None
    return contact if contact is not None and contact.erased_at is None else None


def _is_told_otherwise(session: Session, message: Message) -> bool:
    """Return whether the same person is told of it by another message, which went or waits."""
    other = select(Message.id).where(
        Message.occasion == message.occasion,
        Message.id != message.id,
        Message.report_id == message.report_id,
        Message.audience == message.audience,
        _of_same_person(message),
        Message.state.not_in((*MESSAGE_FAILED, MessageState.DROPPED)),
    )
    return session.scalar(other.limit(1)) is not None


def _of_same_person(message: Message) -> ColumnElement[bool]:
    """Return the condition on messages of the person whose report this one's is."""
    same: ColumnElement[bool] = Message.data["own"].astext.is_not_distinct_from(message.data.get("own"))
    return same


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
        state=MessageState.WAITING,
        not_before=window.next_open(now, timezone) if window else now,
        fresh_until=message.fresh_until,
        created_at=now,
    )
    return session.scalar(row.on_conflict_do_nothing().returning(Message.id)) is not None
