"""Reports made of dialogues: checked and stored as any other, their senders told in the conversation."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.reports.drafts import LocationIn, Submission, check_submission
from service.domain.reports.reports import Draft, Receipt, submit
from service.domain.talks.arrivals import UNPLACED
from service.domain.talks.dialogue.state import DialogueState, read_dialogue
from service.domain.talks.outgoing import BY_LETTER
from service.domain.talks.vault import Vault
from service.errors import Invalid
from service.i18n import N_
from service.models import (
    Conversation,
    ConversationReport,
    NoticeChannel,
    Report,
    Subscription,
    TalkFile,
    TalkMessage,
)
from service.models.talks.talk import TALK_FILE_USABLE, TalkState


def file_report(
    session: Session,
    vault: Vault,
    reference: Reference,
    talk: Conversation,
    state: DialogueState,
    now: datetime,
) -> Receipt:
    """Store what the dialogue came to; a repetition finds the report that is there. Raises Invalid."""
    spot = state.spot
    if spot is None:
        raise ValueError("a report needs a place")
    sent = Submission(
        id=talk.draft_report_id,
        category=state.kind,
        description=state.text[:2000],
        location=LocationIn(lon=spot.lon, lat=spot.lat, accuracy_m=spot.accuracy_m),
        address=spot.address[:500],
    )
    receipt = submit(session, _checked(reference, sent, talk, now))
    adopt_report(session, vault, talk, receipt.id, receipt.code, now)
    return receipt


def adopt_report(
    session: Session, vault: Vault, talk: Conversation, report_id: UUID, code: str, now: datetime
) -> None:
    """Make a report the conversation's: its steps are told there, its photos are those that were sent there.

    The dialogue begins anew, knowing the report's code; with another problem that was told, if any.
    """
    link = insert(ConversationReport).values(conversation_id=talk.id, report_id=report_id, at=now)
    session.execute(link.on_conflict_do_nothing())
    # A letter's writer is told by e-mail as everybody is; who chats, in the conversation.
    recipient = vault.open(talk.person) if talk.channel in BY_LETTER else str(talk.id)
    query = select(Subscription.id).where(
        Subscription.report_id == report_id,
        Subscription.channel == talk.channel,
        Subscription.recipient == recipient,
    )
    if talk.channel in tuple(NoticeChannel) and recipient and session.scalar(query) is None:
        session.add(
            Subscription(
                channel=NoticeChannel(talk.channel),
                recipient=recipient,
                report_id=report_id,
                reporter=True,
                language=talk.language,
                confirmed_at=now,
                created_at=now,
            )
        )
    assign_loose_files(session, talk, report_id)
    later = read_dialogue(vault.open_json(talk.draft)).later
    talk.draft = vault.seal_json(DialogueState(last_code=code, later=later).as_json())
    talk.draft_report_id, talk.begun, talk.urgent = uuid4(), False, False
    if talk.caution == UNPLACED:
        talk.state, talk.caution = TalkState.BOT, ""
    if later and talk.state == TalkState.BOT:
        talk.answer_at = now
    session.flush()


def assign_loose_files(session: Session, talk: Conversation, report_id: UUID) -> None:
    """Make the photos that were sent for nothing yet those of a report."""
    query = select(TalkMessage.id).where(
        TalkMessage.conversation_id == talk.id, TalkMessage.outgoing.is_(False)
    )
    session.execute(
        update(TalkFile)
        .where(
            TalkFile.message_id.in_(query), TalkFile.report_id.is_(None), TalkFile.state.in_(TALK_FILE_USABLE)
        )
        .values(report_id=report_id)
    )


def _checked(reference: Reference, sent: Submission, talk: Conversation, now: datetime) -> Draft:
    """Return the checked draft. A kind that asks what nobody asked here gives way to the one above it."""
    view = reference.category_by_code.get(sent.category)
    path = view.path if view else (sent.category,)
    refused: Invalid | None = None
    for code in reversed(path):
        try:
            draft = check_submission(
                reference,
                sent.model_copy(update={"category": code}),
                now=now,
                language=talk.language,
                channel=talk.channel,
            )
        except Invalid as error:
            refused = refused or error
            if not all(each.loc[0] == "attributes" for each in error.errors):
                raise
        else:
            return draft
    raise refused or Invalid(N_("Vui lòng sửa các mục được nêu."))


def report_of(session: Session, talk_id: UUID, code: str) -> Report | None:
    """Return the conversation's own report of that code, None where it is another's."""
    own = (
        select(Report)
        .join(ConversationReport, ConversationReport.report_id == Report.id)
        .where(ConversationReport.conversation_id == talk_id, Report.code == code)
    )
    return session.scalar(own)
