"""Conversations on the coordinators' desk: read, taken over, answered, given back, closed, completed.

Who opens one reads what a citizen wrote and who they are: it is written down, once an hour and reader.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import Select, case, func, select, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from service.domain.kernel import audit
from service.domain.kernel.texts import tidy
from service.domain.reports.events import Actor
from service.domain.talks.dialogue.state import DialogueState, read_dialogue
from service.domain.talks.filed_reports import adopt_report
from service.domain.talks.outgoing import LONGEST, queue_text
from service.domain.talks.vault import Vault
from service.errors import Conflict, Forbidden, Gone, NotFound, invalid
from service.i18n import N_
from service.models import (
    AuditEntry,
    Conversation,
    ConversationReport,
    Report,
    Role,
    Staff,
    TalkFile,
    TalkMessage,
)
from service.models.talks.talk import TalkMessageState, TalkState

Show = Literal["open", "all"]
MOST, MOST_SAID = 60, 200
READ_AGAIN = timedelta(hours=1)
_WAITS = case(
    (Conversation.urgent, 0),
    (Conversation.state == TalkState.WAITING_PERSON, 1),
    (Conversation.state == TalkState.PERSON, 2),
    else_=3,
)


@dataclass(frozen=True, slots=True)
class TalkRow:
    """Conversation in the list, with its last words."""

    id: UUID
    channel: str
    name: str
    state: str
    urgent: bool
    begun: bool
    last_in_at: datetime
    words: str
    holder: str
    caution: str = ""


@dataclass(frozen=True, slots=True)
class TalkLine:
    """Message of a conversation as the desk shows it."""

    id: int
    outgoing: bool
    at: datetime
    kind: str
    text: str
    lon: float | None
    lat: float | None
    state: str
    error: str
    by: str
    files: Sequence[TalkFile]
    original: str = ""


@dataclass(frozen=True, slots=True)
class TalkFileView:
    """Conversation with everything that its page shows; its last report was made at `since`."""

    row: TalkRow
    lines: Sequence[TalkLine]
    draft: DialogueState
    codes: Sequence[str]
    since: datetime | None
    erased: bool
    holder_id: int | None
    draft_report_id: UUID


def read_talks(session: Session, vault: Vault, actor: Actor, show: Show = "open") -> list[TalkRow]:
    """Return the conversations, those that wait for a person first. Raises Forbidden."""
    _check(actor)
    query = _rows()
    if show == "open":
        query = query.where(Conversation.state != TalkState.CLOSED)
    found = session.execute(query.order_by(_WAITS, Conversation.last_in_at.desc()).limit(MOST)).all()
    last = _last_words(session, vault, [talk.id for talk, _ in found])
    return [_row_of(vault, talk, holder, last.get(talk.id, "")) for talk, holder in found]


def open_talk(session: Session, vault: Vault, actor: Actor, talk_id: UUID, now: datetime) -> TalkFileView:
    """Return a conversation with all its messages; the reading is logged. Raises Forbidden, NotFound."""
    _check(actor)
    found = session.execute(_rows().where(Conversation.id == talk_id)).one_or_none()
    if found is None:
        raise _none()
    talk, holder = found
    _note_reading(session, actor, talk, now)
    messages = session.scalars(
        select(TalkMessage)
        .where(TalkMessage.conversation_id == talk.id)
        .order_by(TalkMessage.at.desc(), TalkMessage.id.desc())
        .limit(MOST_SAID)
    ).all()[::-1]
    return TalkFileView(
        row=_row_of(vault, talk, holder, ""),
        lines=_lines(session, vault, messages),
        draft=read_dialogue(vault.open_json(talk.draft)),
        codes=session.scalars(
            select(Report.code)
            .join(ConversationReport, ConversationReport.report_id == Report.id)
            .where(ConversationReport.conversation_id == talk.id)
            .order_by(ConversationReport.at.desc())
        ).all(),
        since=session.scalar(
            select(func.max(ConversationReport.at)).where(ConversationReport.conversation_id == talk.id)
        ),
        erased=talk.erased_at is not None,
        holder_id=talk.holder_id,
        draft_report_id=talk.draft_report_id,
    )


def take_talk(session: Session, actor: Actor, talk_id: UUID, now: datetime) -> None:
    """Make the conversation this person's; the machine falls silent. Raises Conflict where another has it."""
    talk = _locked(session, actor, talk_id)
    if talk.holder_id not in (None, actor.staff_id) and talk.state == TalkState.PERSON:
        raise Conflict(N_("Người khác đang trả lời hội thoại này."))
    talk.state, talk.holder_id, talk.answer_at = TalkState.PERSON, actor.staff_id, None


def answer_person(
    session: Session, vault: Vault, actor: Actor, talk_id: UUID, text: str, now: datetime
) -> None:
    """Send words to the person; whoever answers has the conversation. Raises Invalid, Conflict, Gone."""
    words = tidy(text)
    if not words:
        raise invalid(["text"], N_("Cần ghi nội dung."))
    if len(words) > LONGEST:
        raise invalid(["text"], N_("Nội dung dài quá {most} ký tự."), most=LONGEST)
    take_talk(session, actor, talk_id, now)
    talk = session.get_one(Conversation, talk_id)
    if talk.erased_at is not None:
        raise Gone(N_("Hội thoại này đã được xóa khi hết thời hạn lưu."))
    queue_text(session, vault, talk, words, now, staff_id=actor.staff_id)


def give_to_machine(session: Session, actor: Actor, talk_id: UUID, now: datetime) -> None:
    """Let the machine answer again, at once where the person said something that nobody has answered."""
    talk = _locked(session, actor, talk_id)
    talk.state, talk.holder_id, talk.urgent, talk.caution = TalkState.BOT, None, False, ""
    mine = (TalkMessage.conversation_id == talk.id, TalkMessage.state == TalkMessageState.UNREAD)
    answered = select(func.max(TalkMessage.at)).where(
        TalkMessage.conversation_id == talk.id, TalkMessage.outgoing, TalkMessage.staff_id.is_not(None)
    )
    session.execute(
        update(TalkMessage)
        .where(*mine, TalkMessage.at <= answered.scalar_subquery())
        .values(state=TalkMessageState.READ)
    )
    if session.scalar(select(TalkMessage.id).where(*mine).limit(1)) is not None:
        talk.answer_at = now


def close_talk(session: Session, actor: Actor, talk_id: UUID) -> None:
    """Close the conversation: the person's next word begins a new one."""
    talk = _locked(session, actor, talk_id)
    talk.state, talk.answer_at, talk.urgent = TalkState.CLOSED, None, False


def complete_talk(
    session: Session, vault: Vault, actor: Actor, talk_id: UUID, report_id: UUID, text: str, now: datetime
) -> None:
    """Make a report that a coordinator entered the conversation's, and tell the person its code in `text`."""
    talk = _locked(session, actor, talk_id)
    report = session.get_one(Report, report_id)
    adopt_report(session, vault, talk, report.id, report.code, now)
    talk.state, talk.holder_id = TalkState.PERSON, actor.staff_id
    queue_text(session, vault, talk, text, now, staff_id=actor.staff_id)


def _locked(session: Session, actor: Actor, talk_id: UUID) -> Conversation:
    _check(actor)
    query = select(Conversation).where(Conversation.id == talk_id).with_for_update()
    talk = session.scalar(query.execution_options(populate_existing=True))
    if talk is None:
        raise _none()
    if talk.state == TalkState.CLOSED:
        raise Conflict(N_("Hội thoại này đã khép lại."))
    return talk


def _check(actor: Actor) -> None:
    if actor.role != Role.TRIAGE:
        raise Forbidden(N_("Việc này dành cho điều phối viên."))


def _none() -> NotFound:
    return NotFound(N_("Không có hội thoại này."))


def _rows() -> Select[Conversation, str | None]:
    return select(Conversation, Staff.name).outerjoin(Staff, Staff.id == Conversation.holder_id)


def _row_of(vault: Vault, talk: Conversation, holder: str | None, words: str) -> TalkRow:
    return TalkRow(
        talk.id,
        talk.channel,
        vault.open(talk.name),
        talk.state,
        talk.urgent,
        talk.begun,
        talk.last_in_at,
        words,
        holder or "",
        talk.caution,
    )


def _last_words(session: Session, vault: Vault, ids: Sequence[UUID]) -> dict[UUID, str]:
    newest = (
        select(TalkMessage)
        .where(TalkMessage.conversation_id.in_(ids), TalkMessage.text.is_not(None))
        .ext(distinct_on(TalkMessage.conversation_id))
        .order_by(TalkMessage.conversation_id, TalkMessage.at.desc(), TalkMessage.id.desc())
    )
    return {each.conversation_id: vault.open(each.text)[:160] for each in session.scalars(newest)}


def _lines(session: Session, vault: Vault, messages: Sequence[TalkMessage]) -> list[TalkLine]:
    files: dict[int, list[TalkFile]] = {}
    for file in session.scalars(
        select(TalkFile).where(TalkFile.message_id.in_([each.id for each in messages]))
    ):
        files.setdefault(file.message_id, []).append(file)
    authors = [each.staff_id for each in messages if each.staff_id is not None]
    found = session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(authors)))
    names = {row.id: row.name for row in found}
    return [
        TalkLine(
            each.id,
            each.outgoing,
            each.at,
            each.kind,
            vault.open(each.text),
            each.lon,
            each.lat,
            each.state,
            each.error,
            names.get(each.staff_id or 0, ""),
            files.get(each.id, []),
            _longer(vault.open(each.original), vault.open(each.text)),
        )
        for each in messages
    ]


def _longer(original: str, text: str) -> str:
    """Return the original where more stands in it than is shown already."""
    return original if len(original.split()) > len(text.split()) else ""


def _note_reading(session: Session, actor: Actor, talk: Conversation, now: datetime) -> None:
    lately = select(AuditEntry.id).where(
        AuditEntry.action == "talk.read",
        AuditEntry.subject == str(talk.id),
        AuditEntry.staff_id == actor.staff_id,
        AuditEntry.at > now - READ_AGAIN,
    )
    if session.scalar(lately.limit(1)) is None:
        audit.write_entry(session, "talk.read", str(talk.id), at=now, staff_id=actor.staff_id)
