"""Messages of a person kept in their conversation. What they mean is read some seconds later, in
`turns.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.domain.kernel.texts import tidy
from service.domain.talks.inbox import stored_id
from service.domain.talks.next_way import continue_closed_talks, tell_missed
from service.domain.talks.vault import Vault
from service.models import Conversation, TalkFile, TalkMessage
from service.models.talks.talk import TalkMessageState, TalkState

DEBOUNCE = timedelta(seconds=4)
"""Wait of the machine after the last message: people write one sentence as three."""

MEDIA_WAIT, LETTER_WAIT = timedelta(seconds=15), timedelta(minutes=5)
"""So long after a message came its files are waited for before it is answered: a photo's own position may be
all that tells the place. By letter nobody expects an answer within seconds.
"""

LONGEST = 4000
MOST_FILES = 10
MOST_A_DAY = 300
"""Messages of one person in 24 hours that are kept; what comes beyond is dropped."""

UNPLACED = "unplaced"
"""Caution of a conversation whose place the machine did not find: it goes on where the person tells it."""

ArrivalKind = Literal[
    "text",
    "photo",
    "place",
    "sound",
    "sticker",
    "file",
    "large",
    "encrypted",
    "winmail",
    "echo",
    "joined",
    "read",
    "deleted",
    "edited",
]


@dataclass(frozen=True, slots=True)
class Attachment:
    """File of a message, as the channel offers it."""

    url: str
    kind: Literal["photo", "sound", "file"] = "photo"


@dataclass(frozen=True, slots=True)
class WrittenLetter:
    """Letter beside its words: its subject, its ids, and the reason why no machine answers it.

    `key` makes it the same wherever it is met again; `token` stands in the address or the subject that the
    writer answered to. `caution` says why a person is to look; an `automatic` letter is kept where it belongs
    to a conversation and moves nothing there. `bounced`: a mail server tells that our letter of that id did
    not arrive, with its status.
    """

    key: str = ""
    subject: str = ""
    original: str = ""
    references: Sequence[str] = ()
    token: str = ""
    caution: str = ""
    automatic: bool = False
    bounced: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Incoming:
    """Message as every channel's parser gives it, written `at`.

    `echo`: a colleague answered in the channel's own programme; `edited`: the writer changed the words of
    the message that `changes` names.
    """

    person: str
    external_id: str
    at: datetime
    kind: ArrivalKind
    text: str = ""
    lon: float | None = None
    lat: float | None = None
    files: Sequence[Attachment] = field(default_factory=tuple)
    name: str = ""
    letter: WrittenLetter | None = None
    changes: str = ""


def store_incoming(
    session: Session, vault: Vault, channel: str, account: str, arrival: Incoming, now: datetime
) -> UUID | None:
    """Store a message in the open conversation of its writer; return that, None where nothing was stored.

    The conversation's row is locked: what comes side by side is kept one after the other.
    """
    if arrival.kind == "read":
        return None
    talk = _open_talk(session, vault, channel, account, arrival, now)
    if talk is None or is_known(session, talk.id, arrival.external_id):
        return None
    if arrival.kind == "echo":
        _echo(session, vault, talk, arrival, now)
        return talk.id
    if arrival.kind == "deleted":
        _delete(session, talk.id, arrival.text)
        return talk.id
    if arrival.kind == "joined":
        talk.last_in_at = max(talk.last_in_at, min(arrival.at, now))  # who follows again may be written to
        tell_missed(session, talk, now)
        return talk.id
    if is_over_daily_limit(session, talk.id, now):
        return None
    if arrival.kind != "edited" or not _edit_unread(session, vault, talk.id, arrival):
        store_message(session, vault, talk, arrival, now)
    tell_missed(session, talk, now)
    if is_answered_by_machine(talk):
        talk.answer_at = now + DEBOUNCE
    session.flush()
    return talk.id


def is_answered_by_machine(talk: Conversation) -> bool:
    """Return whether the machine reads what comes next: until a colleague takes over where a place lacks."""
    return talk.state == TalkState.BOT or (
        talk.state == TalkState.WAITING_PERSON and talk.caution == UNPLACED
    )


def store_message(
    session: Session,
    vault: Vault,
    talk: Conversation,
    arrival: Incoming,
    now: datetime,
    state: TalkMessageState = TalkMessageState.UNREAD,
) -> TalkMessage:
    """Add a message that came in to a locked conversation, with the files that it points to."""
    letter = arrival.letter
    original = letter.original if letter else ""
    wait = (LETTER_WAIT if letter else MEDIA_WAIT) if arrival.files else None
    message = TalkMessage(
        conversation_id=talk.id,
        outgoing=False,
        external_id=stored_id(arrival.external_id),
        at=min(arrival.at, now),
        kind=arrival.kind,
        text=vault.seal(tidy(arrival.text)[:LONGEST]) if arrival.text else None,
        original=vault.seal(original) if original else None,
        lon=arrival.lon,
        lat=arrival.lat,
        state=state,
        not_before=now + wait if wait else None,
    )
    session.add(message)
    session.flush()
    for each in arrival.files[:MOST_FILES]:
        session.add(TalkFile(message_id=message.id, url=vault.seal(each.url), kind=each.kind, next_at=now))
    talk.last_in_at = max(talk.last_in_at, min(arrival.at, now))
    if arrival.name and talk.name is None:
        talk.name = vault.seal(tidy(arrival.name)[:100])
    return message


def lock_open_talk(session: Session, channel: str, account: str, person_hash: bytes) -> Conversation | None:
    """Return the open conversation of a person on a channel's account, its row locked; None without one."""
    query = (
        select(Conversation)
        .where(
            Conversation.channel == channel,
            Conversation.account == account,
            Conversation.person_hash == person_hash,
            Conversation.state != TalkState.CLOSED,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return session.scalar(query)


def _open_talk(
    session: Session, vault: Vault, channel: str, account: str, arrival: Incoming, now: datetime
) -> Conversation | None:
    """Return the open conversation with a person, locked; begun with their first word."""
    person_hash = vault.person_hash(channel, account, arrival.person)
    found = lock_open_talk(session, channel, account, person_hash)
    if found is not None or arrival.kind in ("echo", "deleted", "joined"):
        return found
    row = insert(Conversation).values(
        id=uuid4(),
        channel=channel,
        account=account,
        person=vault.seal(arrival.person),
        person_hash=person_hash,
        draft_report_id=uuid4(),
        draft=_former_draft(session, channel, account, person_hash),
        created_at=now,
        last_in_at=min(arrival.at, now),
    )
    session.execute(row.on_conflict_do_nothing())
    if (begun := lock_open_talk(session, channel, account, person_hash)) is not None:
        continue_closed_talks(session, begun)
    return begun


def _former_draft(session: Session, channel: str, account: str, person_hash: bytes) -> str | None:
    """Return what the last conversation with the person ended with: it knows the code of their report."""
    last = select(Conversation.draft).where(
        Conversation.channel == channel,
        Conversation.account == account,
        Conversation.person_hash == person_hash,
        Conversation.begun.is_(False),
    )
    return session.scalar(last.order_by(Conversation.created_at.desc()).limit(1))


def is_known(session: Session, talk_id: UUID, external_id: str) -> bool:
    same = select(TalkMessage.id).where(
        TalkMessage.conversation_id == talk_id, TalkMessage.external_id == stored_id(external_id)
    )
    return session.scalar(same.limit(1)) is not None


def is_over_daily_limit(session: Session, talk_id: UUID, now: datetime) -> bool:
    """Return whether a person wrote more in a day than is kept."""
    lately = select(TalkMessage.id).where(
        TalkMessage.conversation_id == talk_id,
        TalkMessage.outgoing.is_(False),
        TalkMessage.at > now - timedelta(days=1),
    )
    return len(session.scalars(lately.limit(MOST_A_DAY)).all()) >= MOST_A_DAY


def _delete(session: Session, talk_id: UUID, external_id: str) -> None:
    """Erase the words of a message that its writer took back; that there was one stays."""
    mine = (TalkMessage.conversation_id == talk_id, TalkMessage.external_id == stored_id(external_id))
    session.execute(update(TalkMessage).where(*mine).values(text=None, lon=None, lat=None, kind="deleted"))


def _edit_unread(session: Session, vault: Vault, talk_id: UUID, arrival: Incoming) -> bool:
    """Change the words of a message that nobody has read yet; whether there was one. What was answered
    already stays as it was: new words come after it.
    """
    changed = update(TalkMessage).where(
        TalkMessage.conversation_id == talk_id,
        TalkMessage.external_id == stored_id(arrival.changes),
        TalkMessage.outgoing.is_(False),
        TalkMessage.state == TalkMessageState.UNREAD,
    )
    words = vault.seal(tidy(arrival.text)[:LONGEST]) if arrival.text else None
    found = session.scalar(changed.values(text=words).returning(TalkMessage.id))
    return found is not None


def _echo(session: Session, vault: Vault, talk: Conversation, arrival: Incoming, now: datetime) -> None:
    """Keep what a colleague answered in the channel's own programme; the machine falls silent."""
    session.add(
        TalkMessage(
            conversation_id=talk.id,
            outgoing=True,
            external_id=stored_id(arrival.external_id),
            at=min(arrival.at, now),
            kind="echo",
            text=vault.seal(tidy(arrival.text)[:LONGEST]) if arrival.text else None,
            state=TalkMessageState.SENT,
        )
    )
    talk.state, talk.answer_at, talk.last_out_at = TalkState.PERSON, None, now
    session.flush()
    session.execute(
        update(TalkMessage)
        .where(TalkMessage.conversation_id == talk.id, TalkMessage.state == TalkMessageState.UNREAD)
        .values(state=TalkMessageState.READ)
    )
