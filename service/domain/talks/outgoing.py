"""Words on their way to a person: queued in a conversation, claimed once, marked; never sent twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, exists, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased

from service.domain.talks.vault import Vault
from service.models import Conversation, ConversationReport, Message, NoticeAudience, TalkMessage
from service.models.talks.talk import TALK_MESSAGE_DUE, TalkMessageState, TalkState

LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 6
PAUSE = timedelta(seconds=5)
LONGEST = 2000
LOST, UNSAID = "lost", "unsaid"
"""Cautions of a conversation whose answer may not have come: its worker died, or the channel refused it."""

BY_LETTER = frozenset({"email"})
"""Channels on which an answer is a letter: one at a time, with everything in it."""


@dataclass(frozen=True, slots=True)
class Addressee:
    """Person of a conversation as a channel knows them; empty `person` where that was erased.

    `thread` is what answers by letter need: its subject and the ids of the letters before.
    """

    talk_id: UUID
    channel: str
    account: str
    person: str
    last_in_at: datetime
    thread: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Message that was claimed: to whom, and what."""

    id: int
    to: Addressee
    text: str
    by_person: bool


def queue_text(
    session: Session, vault: Vault, talk: Conversation, text: str, now: datetime, staff_id: int | None = None
) -> TalkMessage:
    """Queue words for the person; a text that is too long for a channel goes in parts.

    What is said in one breath by letter is one letter.
    """
    if talk.channel in BY_LETTER and staff_id is None and (before := _same_breath(session, talk, now)):
        before.text = vault.seal(f"{vault.open(before.text)}\n\n{text}"[: 2 * LONGEST])
        session.flush()
        return before
    parts = [text[at : at + LONGEST] for at in range(0, max(1, len(text)), LONGEST)]
    for part in parts:
        message = TalkMessage(
            conversation_id=talk.id,
            outgoing=True,
            at=now,
            kind="text",
            text=vault.seal(part),
            staff_id=staff_id,
            state=TalkMessageState.WAITING,
            not_before=now,
        )
        session.add(message)
    talk.last_out_at = now
    session.flush()
    return message


def note_sent(
    session: Session, vault: Vault, talk_id: UUID, text: str, external_id: str, now: datetime
) -> None:
    """Keep in the conversation what a notice said there."""
    if session.get(Conversation, talk_id) is None:
        return
    session.add(
        TalkMessage(
            conversation_id=talk_id,
            outgoing=True,
            external_id=external_id or None,
            at=now,
            kind="notice",
            text=vault.seal(text[:LONGEST]),
            state=TalkMessageState.SENT,
        )
    )


def claim_notice(
    session: Session, vault: Vault, talk_id: UUID, notice_id: UUID, text: str, now: datetime
) -> int | None:
    """Begin to tell a notice in its conversation; None where somebody began before.

    Channels know no repetition: what a worker died over is marked by `fail_lost_claims`, and not told again.
    """
    row = insert(TalkMessage).values(
        conversation_id=talk_id,
        outgoing=True,
        at=now,
        kind="notice",
        text=vault.seal(text[:LONGEST]),
        state=TalkMessageState.CLAIMED,
        not_before=now + LEASE,
        notice_id=notice_id,
    )
    return session.scalar(row.on_conflict_do_nothing().returning(TalkMessage.id))


def was_notice_delivered(session: Session, notice_id: UUID) -> bool:
    """Return whether a notice reached its conversation."""
    query = select(TalkMessage.id).where(
        TalkMessage.notice_id == notice_id, TalkMessage.state == TalkMessageState.SENT
    )
    return session.scalar(query) is not None


def release_notice_claim(session: Session, message_id: int) -> None:
    """Forget that a notice was begun: the channel said that it did not go."""
    session.execute(
        delete(TalkMessage).where(TalkMessage.id == message_id, TalkMessage.state == TalkMessageState.CLAIMED)
    )


def conversation_addressee(session: Session, vault: Vault, talk_id: UUID) -> Addressee | None:
    """Return whom a conversation is with, None where there is none of that id."""
    talk = session.get(Conversation, talk_id)
    if talk is None:
        return None
    return _addressee(vault, talk)


def thread_of_notice(session: Session, vault: Vault, message_id: UUID) -> Addressee | None:
    """Return the conversation by letter that a notice to a report's sender belongs to, None for none."""
    message = session.get(Message, message_id)
    if message is None or message.report_id is None or message.audience != NoticeAudience.REPORTER:
        return None
    theirs = (
        select(Conversation)
        .join(ConversationReport, ConversationReport.conversation_id == Conversation.id)
        .where(ConversationReport.report_id == message.report_id, Conversation.channel.in_(BY_LETTER))
        .order_by(Conversation.created_at.desc())
    )
    found = (_addressee(vault, talk) for talk in session.scalars(theirs.limit(10)).all())
    return next((each for each in found if each.person and each.person == message.recipient), None)


def claim_words(session: Session, vault: Vault, channel: str, now: datetime, most: int) -> list[Outgoing]:
    """Take what is due on a channel, the first of each conversation alone: order is kept."""
    before = aliased(TalkMessage)
    first = ~exists().where(
        before.conversation_id == TalkMessage.conversation_id,
        before.state.in_(TALK_MESSAGE_DUE),
        before.id < TalkMessage.id,
    )
    due = (
        select(TalkMessage, Conversation)
        .join(Conversation, Conversation.id == TalkMessage.conversation_id)
        .where(
            TalkMessage.state == TalkMessageState.WAITING,
            TalkMessage.not_before <= now,
            Conversation.channel == channel,
            first,
        )
        .order_by(TalkMessage.id)
        .limit(most)
        .with_for_update(skip_locked=True, of=TalkMessage)
    )
    found = []
    for message, talk in session.execute(due).all():
        message.state, message.not_before, message.attempts = (
            TalkMessageState.CLAIMED,
            now + LEASE,
            message.attempts + 1,
        )
        found.append(
            Outgoing(
                message.id, _addressee(vault, talk), vault.open(message.text), message.staff_id is not None
            )
        )
    session.flush()
    return found


def mark_text_sent(session: Session, message_id: int, external_id: str, now: datetime) -> None:
    """Mark a claimed message as sent."""
    _close(
        session, message_id, state=TalkMessageState.SENT, external_id=external_id or None, at=now, error=""
    )


def mark_unsaid(
    session: Session,
    message_id: int,
    why: str,
    now: datetime,
    *,
    for_good: bool,
    most_tries: int | None = None,
) -> None:
    """Mark a claimed message as not sent: to be tried again, or given up and shown."""
    row = session.get(TalkMessage, message_id, with_for_update=True)
    if row is None or row.state != TalkMessageState.CLAIMED:
        return
    row.error = why[:500]
    given_up = for_good or row.attempts >= (most_tries or MOST_ATTEMPTS)
    pause = PAUSE * (2 ** max(0, row.attempts - 1))
    row.state, row.not_before = (
        (TalkMessageState.GIVEN_UP, None) if given_up else (TalkMessageState.WAITING, now + pause)
    )
    if given_up:
        _to_desk(session, [row.id], UNSAID)


def release_text_claim(session: Session, message_id: int, now: datetime) -> None:
    """Give back a message whose channel cannot send now: no try is counted."""
    _close(
        session,
        message_id,
        state=TalkMessageState.WAITING,
        not_before=now + PAUSE * 2,
        attempts=TalkMessage.attempts - 1,
    )


def fail_lost_claims(session: Session, now: datetime) -> int:
    """Mark what a dead worker had claimed: channels know no repetition, so it is shown, not sent again."""
    lost = update(TalkMessage).where(
        TalkMessage.state == TalkMessageState.CLAIMED, TalkMessage.not_before <= now
    )
    marked = lost.values(state=TalkMessageState.UNKNOWN, error="worker lost").returning(TalkMessage.id)
    ids = session.scalars(marked).all()
    _to_desk(session, ids, LOST)
    return len(ids)


def _to_desk(session: Session, message_ids: Sequence[int], caution: str) -> None:
    """Leave to a person whose answer by the machine may not have come, unless they went on since."""
    unheard = exists().where(
        TalkMessage.id.in_(message_ids),
        TalkMessage.conversation_id == Conversation.id,
        TalkMessage.staff_id.is_(None),
        TalkMessage.at >= Conversation.last_in_at,
    )
    left = update(Conversation).where(
        Conversation.state == TalkState.BOT, Conversation.answer_at.is_(None), unheard
    )
    session.execute(
        left.values(state=TalkState.WAITING_PERSON, caution=caution),
        execution_options={"synchronize_session": False},
    )


def _same_breath(session: Session, talk: Conversation, now: datetime) -> TalkMessage | None:
    waiting = select(TalkMessage).where(
        TalkMessage.conversation_id == talk.id,
        TalkMessage.state == TalkMessageState.WAITING,
        TalkMessage.kind == "text",
        TalkMessage.staff_id.is_(None),
        TalkMessage.at == now,
    )
    return session.scalar(waiting.order_by(TalkMessage.id.desc()).limit(1))


def _addressee(vault: Vault, talk: Conversation) -> Addressee:
    return Addressee(
        talk.id,
        talk.channel,
        talk.account,
        vault.open(talk.person),
        talk.last_in_at,
        vault.open_json(talk.thread),
    )


def _close(session: Session, message_id: int, **values: object) -> None:
    session.execute(
        update(TalkMessage)
        .where(TalkMessage.id == message_id, TalkMessage.state == TalkMessageState.CLAIMED)
        .values(**values)
    )
