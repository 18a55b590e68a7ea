"""Conversations that stand still: reminded, sent where complete, left to the desk, closed, erased."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.rules.rulebook import Rulebook
from service.domain.talks.dialogue.state import DialogueState, Turn, UserInput, read_dialogue
from service.domain.talks.inbox import erase_payloads_of
from service.domain.talks.outgoing import queue_text
from service.domain.talks.turn_acts import TurnContext, carry_out_turn
from service.domain.talks.turns import Installation
from service.i18n import N_, translate
from service.models import (
    FINISHED,
    Conversation,
    ConversationReport,
    PendingDeletion,
    Report,
    TalkFile,
    TalkMessage,
)
from service.models.talks.talk import TalkState

COMPLETE_AFTER = timedelta(minutes=20)
"""A draft that lacks nothing is sent after this silence."""

DESK_AFTER = timedelta(hours=24)
CLOSE_AFTER = timedelta(hours=24)
QUIET_CLOSE = timedelta(days=7)
"""A conversation with nothing open is closed after this silence: the next word begins a new one."""

REMIND = N_(
    "Phản ánh của anh/chị chưa gửi được vì còn thiếu thông tin ở câu hỏi trên. Anh/chị trả lời giúp ạ."
)


def sweep_conversations(
    session: Session, ours: Installation, book: Rulebook, now: datetime, most: int = 100
) -> int:
    """Look at conversations that stand still; how many changed."""
    silent = (
        select(Conversation)
        .where(
            Conversation.state != TalkState.CLOSED,
            Conversation.answer_at.is_(None),
            Conversation.last_in_at < now - COMPLETE_AFTER,
        )
        .order_by(Conversation.last_in_at)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    return sum(_pass_time(session, ours, book, talk, now) for talk in session.scalars(silent).all())


def _pass_time(
    session: Session, ours: Installation, book: Rulebook, talk: Conversation, now: datetime
) -> bool:
    gone = now - max(talk.last_in_at, talk.last_out_at or talk.last_in_at)
    if talk.state == TalkState.PERSON:
        if gone > CLOSE_AFTER and not talk.begun:
            talk.state = TalkState.CLOSED
            return True
        return False
    if talk.state == TalkState.WAITING_PERSON:
        return False
    if not talk.begun:
        if now - talk.last_in_at > QUIET_CLOSE:
            talk.state = TalkState.CLOSED
            return True
        return False
    state = read_dialogue(ours.vault.open_json(talk.draft))
    after = TurnContext(ours.vault, ours.public_url, book.reference, talk, now)
    if state.asked == "confirm" and state.spot and state.kind:
        carry_out_turn(session, after, Turn(state, act="file"), UserInput())
        return True
    if now - talk.last_in_at > DESK_AFTER:
        talk.state = TalkState.WAITING_PERSON
        return True
    return _remind(session, ours, talk, state, now)


def _remind(
    session: Session, ours: Installation, talk: Conversation, state: DialogueState, now: datetime
) -> bool:
    """Ask once more, once: the reminder is known by its being the last word."""
    if not state.asked or talk.last_out_at is None or talk.last_out_at > talk.last_in_at + COMPLETE_AFTER / 2:
        return False
    language = "en" if talk.language == "en" else "vi"
    queue_text(session, ours.vault, talk, translate(REMIND, language), now)  # type: ignore[arg-type]
    return True


def erase_old(session: Session, reference: Reference, now: datetime, most: int = 500) -> int:
    """Erase conversations whose contact retention is over: nothing open hangs on them any more."""
    before = now - timedelta(days=30 * reference.config.retention.contact_months)
    unfinished = exists().where(
        ConversationReport.conversation_id == Conversation.id,
        Report.id == ConversationReport.report_id,
        (Report.status.not_in(FINISHED)) | (Report.updated_at > before),
    )
    old = (
        select(Conversation)
        .where(Conversation.last_in_at < before, Conversation.erased_at.is_(None), ~unfinished)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    found = session.scalars(old).all()
    for talk in found:
        erase_talk(session, talk, now)
    return len(found)


def erase_talk(session: Session, talk: Conversation, now: datetime) -> None:
    """Erase who it was with, what was said, the ids of messages and the files; that there was a conversation
    stays.
    """
    query = select(TalkMessage.id).where(TalkMessage.conversation_id == talk.id)
    files = session.scalars(select(TalkFile).where(TalkFile.message_id.in_(query))).all()
    for file in files:
        if file.object_key:
            session.merge(PendingDeletion(key=file.object_key, since=now, next_at=now))
    session.execute(delete(TalkFile).where(TalkFile.message_id.in_(query)))
    session.execute(
        update(TalkMessage)
        .where(TalkMessage.conversation_id == talk.id)
        .values(text=None, original=None, lon=None, lat=None, external_id=None)
    )
    erase_payloads_of(session, talk.id, now)
    talk.person, talk.name, talk.draft, talk.erased_at = None, None, None, now
    talk.sender_hash, talk.thread = None, None
    talk.person_hash, talk.state, talk.answer_at, talk.begun = talk.id.bytes, TalkState.CLOSED, None, False
    session.flush()


def erase_talks_of(session: Session, report_ids: Sequence[UUID], now: datetime) -> int:
    """Erase the conversations that these reports came from."""
    linked = select(ConversationReport.conversation_id).where(ConversationReport.report_id.in_(report_ids))
    talks = session.scalars(
        select(Conversation).where(Conversation.id.in_(linked), Conversation.erased_at.is_(None))
    ).all()
    for talk in talks:
        erase_talk(session, talk, now)
    return len(talks)
