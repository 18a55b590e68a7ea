"""Words on their way to a person: queued in a conversation, claimed once, marked; never sent twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session, aliased

from service.domain.kernel.sql import changed_rows
from service.domain.talks.vault import Vault
from service.models import Conversation, TalkMessage

LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 6
PAUSE = timedelta(seconds=5)
LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Message that was claimed: where to, what, and when the person last wrote."""

    id: int
    conversation_id: UUID
    channel: str
    account: str
    person: str
    text: str
    last_in_at: datetime
    by_person: bool


@dataclass(frozen=True, slots=True)
class Addressee:
    """Person of a conversation as a channel knows them; empty `person` where that was erased."""

    channel: str
    account: str
    person: str
    last_in_at: datetime


def queue_text(
    session: Session, vault: Vault, talk: Conversation, text: str, now: datetime, staff_id: int | None = None
) -> TalkMessage:
    """Queue words for the person; a text that is too long for a channel goes in parts."""
    parts = [text[at : at + LONGEST] for at in range(0, max(1, len(text)), LONGEST)]
    for part in parts:
        message = TalkMessage(
            conversation_id=talk.id,
            outgoing=True,
            at=now,
            kind="text",
            text=vault.seal(part),
            staff_id=staff_id,
            state="waiting",
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
            state="sent",
        )
    )


def addressee(session: Session, vault: Vault, talk_id: UUID) -> Addressee | None:
    """Return whom a conversation is with, None where there is none of that id."""
    talk = session.get(Conversation, talk_id)
    if talk is None:
        return None
    return Addressee(talk.channel, talk.account, vault.open(talk.person), talk.last_in_at)


def claim_words(session: Session, vault: Vault, now: datetime, most: int) -> list[Outgoing]:
    """Take what is due, the first of each conversation alone: order is kept."""
    before = aliased(TalkMessage)
    first = ~exists().where(
        before.conversation_id == TalkMessage.conversation_id,
        before.state.in_(("waiting", "claimed")),
        before.id < TalkMessage.id,
    )
    due = (
        select(TalkMessage, Conversation)
        .join(Conversation, Conversation.id == TalkMessage.conversation_id)
        .where(TalkMessage.state == "waiting", TalkMessage.not_before <= now, first)
        .order_by(TalkMessage.id)
        .limit(most)
        .with_for_update(skip_locked=True, of=TalkMessage)
    )
    found = []
    for message, talk in session.execute(due).all():
        message.state, message.not_before, message.attempts = "claimed", now + LEASE, message.attempts + 1
        found.append(
            Outgoing(
                message.id,
                talk.id,
                talk.channel,
                talk.account,
                vault.open(talk.person),
                vault.open(message.text),
                talk.last_in_at,
                message.staff_id is not None,
            )
        )
    session.flush()
    return found


def mark_said(session: Session, message_id: int, external_id: str, now: datetime) -> None:
    """Mark a claimed message as sent."""
    _close(session, message_id, state="sent", external_id=external_id or None, at=now, error="")


def mark_unsaid(session: Session, message_id: int, why: str, now: datetime, *, for_good: bool) -> None:
    """Mark a claimed message as not sent: to be tried again, or given up and shown."""
    row = session.get(TalkMessage, message_id, with_for_update=True)
    if row is None or row.state != "claimed":
        return
    row.error = why[:500]
    given_up = for_good or row.attempts >= MOST_ATTEMPTS
    pause = PAUSE * (2 ** max(0, row.attempts - 1))
    row.state, row.not_before = ("given_up", None) if given_up else ("waiting", now + pause)


def hand_back(session: Session, message_id: int, now: datetime) -> None:
    """Give back a message whose channel cannot send now: no try is counted."""
    _close(
        session, message_id, state="waiting", not_before=now + PAUSE * 2, attempts=TalkMessage.attempts - 1
    )


def give_up_lost(session: Session, now: datetime) -> int:
    """Mark what a dead worker had claimed: channels know no repetition, so it is shown, not sent again."""
    lost = update(TalkMessage).where(TalkMessage.state == "claimed", TalkMessage.not_before <= now)
    return changed_rows(session.execute(lost.values(state="unknown", error="worker lost")))


def _close(session: Session, message_id: int, **values: object) -> None:
    session.execute(
        update(TalkMessage)
        .where(TalkMessage.id == message_id, TalkMessage.state == "claimed")
        .values(**values)
    )
