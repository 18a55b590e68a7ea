"""A letter taken into its conversation: by its token, by the letters that it answers, or a new one.

An address proves nobody: words reach a conversation only where its own writer answers in its own thread.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.domain.talks.arrivals import (
    Incoming,
    WrittenLetter,
    is_over_daily_limit,
    lock_open_talk,
    store_message,
)
from service.domain.talks.dialogue.state import DialogueState
from service.domain.talks.reply_tokens import read_reply_token
from service.domain.talks.vault import Vault
from service.models import Conversation, ConversationReport, Message, NoticeAudience, Report, TalkMessage
from service.models.talks.talk import TalkMessageState, TalkState

MOST_NEW_A_DAY = 30
"""Conversations that one address begins in 24 hours; further letters are not kept."""

MOST_ANSWERS_A_DAY = 3
"""Automatic answers to one address in 24 hours: two machines that answer each other stop there."""

ANSWERED_CAUTIONS = frozenset({"encrypted", "winmail"})
"""What cannot be opened here is told to the writer at once; a person sees why."""

MOST_REFERENCES = 10
DAY = timedelta(days=1)


def take_letter(
    session: Session, vault: Vault, channel: str, account: str, arrival: Incoming, now: datetime
) -> UUID | None:
    """Store a letter in its conversation; return that, None where nothing was stored."""
    letter = arrival.letter or WrittenLetter()
    if letter.bounced is not None:
        return _bounce(session, channel, letter.bounced)
    former = _answered(session, vault, channel, account, arrival, letter)
    if letter.automatic and former is None:
        return None
    talk = _conversation(session, vault, channel, account, arrival, former, now)
    if talk is not None and former is None:
        _adopt_told(session, vault, talk, arrival, now)
    if talk is None or is_over_daily_limit(session, talk.id, now):
        return None
    if letter.automatic:
        store_message(session, vault, talk, arrival, now, state=TalkMessageState.READ)
        return talk.id
    store_message(session, vault, talk, arrival, now)
    talk.thread = vault.seal_json(_thread(vault, talk, arrival, letter))
    if letter.caution:
        talk.caution = letter.caution
        answers = talk.state != TalkState.BOT or letter.caution in ANSWERED_CAUTIONS
        talk.state = talk.state if answers else TalkState.WAITING_PERSON
    if talk.state == TalkState.BOT:
        talk.answer_at = now
    session.flush()
    return talk.id


def answers_today(session: Session, talk: Conversation, now: datetime) -> int:
    """Return how many letters the machine wrote to the conversation's address in the last 24 hours."""
    written = (
        select(func.count())
        .select_from(TalkMessage)
        .join(Conversation, Conversation.id == TalkMessage.conversation_id)
        .where(
            Conversation.sender_hash == talk.sender_hash,
            TalkMessage.outgoing,
            TalkMessage.kind == "text",
            TalkMessage.staff_id.is_(None),
            TalkMessage.at > now - DAY,
        )
    )
    return session.scalar(written) or 0


def _answered(
    session: Session, vault: Vault, channel: str, account: str, arrival: Incoming, letter: WrittenLetter
) -> Conversation | None:
    """Return the conversation that a letter answers in, if it is its writer's."""
    ids = [read_reply_token(vault.key, letter.token)] if letter.token else []
    known = select(TalkMessage.conversation_id).where(
        TalkMessage.external_id.in_(list(letter.references)[-MOST_REFERENCES:])
    )
    if letter.references:
        ids += session.scalars(known.order_by(TalkMessage.id.desc()).limit(MOST_REFERENCES)).all()
    ids += _by_code(session, channel, letter.subject)
    for talk_id in ids:
        talk = session.get(Conversation, talk_id) if talk_id else None
        if talk is None or (talk.channel, talk.account) != (channel, account) or talk.erased_at is not None:
            continue
        if vault.open(talk.person) == arrival.person:
            return talk
    return None


def _by_code(session: Session, channel: str, subject: str) -> Sequence[UUID]:
    codes = [word.strip("[]().,:;") for word in subject.upper().split() if "-" in word][:3]
    if not codes:
        return ()
    named = (
        select(ConversationReport.conversation_id)
        .join(Report, Report.id == ConversationReport.report_id)
        .join(Conversation, Conversation.id == ConversationReport.conversation_id)
        .where(Report.code.in_(codes), Conversation.channel == channel)
    )
    return session.scalars(named.limit(MOST_REFERENCES)).all()


def _conversation(
    session: Session,
    vault: Vault,
    channel: str,
    account: str,
    arrival: Incoming,
    former: Conversation | None,
    now: datetime,
) -> Conversation | None:
    """Return the open conversation of a letter, locked; each thread is one of its own."""
    sender = vault.person_hash(channel, account, arrival.person)
    if former is None and _began_today(session, sender, now) >= MOST_NEW_A_DAY:
        return None
    root = f"{arrival.person}\n{(arrival.letter or WrittenLetter()).key}"
    person_hash = former.person_hash if former else vault.person_hash(channel, account, root)
    found = lock_open_talk(session, channel, account, person_hash)
    if found is not None:
        return found
    new_id = uuid4()
    row = insert(Conversation).values(
        id=new_id,
        channel=channel,
        account=account,
        person=vault.seal(arrival.person),
        person_hash=person_hash,
        sender_hash=sender,
        draft=former.draft if former else None,
        draft_report_id=uuid4(),
        created_at=now,
        last_in_at=min(arrival.at, now),
    )
    session.execute(row.on_conflict_do_nothing())
    if former is not None:
        _inherit(session, former.id, new_id, now)
    return lock_open_talk(session, channel, account, person_hash)


def _inherit(session: Session, former: UUID, talk_id: UUID, now: datetime) -> None:
    """Give the reports of a closed conversation to the one in which its thread goes on."""
    reports = select(ConversationReport.report_id).where(ConversationReport.conversation_id == former)
    for report_id in session.scalars(reports).all():
        row = insert(ConversationReport).values(conversation_id=talk_id, report_id=report_id, at=now)
        session.execute(row.on_conflict_do_nothing())


def _adopt_told(session: Session, vault: Vault, talk: Conversation, arrival: Incoming, now: datetime) -> None:
    """Give the conversation the report whose notice is answered, however that report was sent."""
    ids = [
        found for each in (arrival.letter or WrittenLetter()).references if (found := notice_of_letter(each))
    ]
    if not ids:
        return
    query = (
        select(Report.id, Report.code)
        .join(Message, Message.report_id == Report.id)
        .where(
            Message.id.in_(ids),
            Message.audience == NoticeAudience.REPORTER,
            Message.recipient == arrival.person,
        )
    )
    if (report := session.execute(query.limit(1)).first()) is None:
        return
    row = insert(ConversationReport).values(conversation_id=talk.id, report_id=report.id, at=now)
    session.execute(row.on_conflict_do_nothing())
    talk.draft = vault.seal_json(DialogueState(last_code=report.code).as_json())


def notice_of_letter(message_id: str) -> UUID | None:
    """Return the notice whose letter has this Message-ID, None for a letter that is none of ours."""
    try:
        return UUID(message_id.strip("<>").partition("@")[0])
    except ValueError:
        return None


def _began_today(session: Session, sender: bytes, now: datetime) -> int:
    lately = select(Conversation.id).where(
        Conversation.sender_hash == sender, Conversation.created_at > now - DAY
    )
    return len(session.scalars(lately.limit(MOST_NEW_A_DAY)).all())


def _thread(vault: Vault, talk: Conversation, arrival: Incoming, letter: WrittenLetter) -> dict[str, object]:
    before = vault.open_json(talk.thread)
    references = [*before.get("references", ()), *letter.references, arrival.external_id]
    recent = list(dict.fromkeys(each for each in references if each.startswith("<")))[-MOST_REFERENCES:]
    return {
        "subject": before.get("subject") or letter.subject[:200],
        "references": recent,
        "answers": arrival.external_id if arrival.external_id.startswith("<") else "",
    }


def _bounce(session: Session, channel: str, bounced: tuple[str, str]) -> UUID | None:
    """Mark our letter that came back, and ask a person to look."""
    status, external_id = bounced
    query = (
        select(TalkMessage)
        .join(Conversation, Conversation.id == TalkMessage.conversation_id)
        .where(TalkMessage.external_id == external_id, TalkMessage.outgoing, Conversation.channel == channel)
    )
    message = session.scalar(query.limit(1))
    if message is None:
        return None
    message.state, message.error = TalkMessageState.GIVEN_UP, f"{status[:20]}"
    talk = session.get(Conversation, message.conversation_id, with_for_update=True)
    if talk is not None and talk.state in (TalkState.BOT, TalkState.WAITING_PERSON):
        talk.state, talk.caution, talk.answer_at = TalkState.WAITING_PERSON, "bounced", None
    return message.conversation_id
