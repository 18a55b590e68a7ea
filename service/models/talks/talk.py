"""Tables of conversations: what came in, with whom, what was said, and what keeps a channel open.

What people wrote and who they are there is sealed with the installation's key; a keyed hash finds them again.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from service.models.shared.base import Base, BigKey, EnumText, listed, one_of


class InboxState(StrEnum):
    """State of a delivery of a channel."""

    NEW = "new"  # stored, and not read yet
    DONE = "done"
    UNREADABLE = "bad"  # tried a few times: left to people


class TalkState(StrEnum):
    """State of a conversation: who answers next. One that is closed takes no more."""

    BOT = "bot"
    WAITING_PERSON = "waiting_person"
    PERSON = "person"
    CLOSED = "closed"


class TalkMessageState(StrEnum):
    """State of a message of a conversation; the first two came in, the others go out."""

    READ = "read"  # was taken into the dialogue
    UNREAD = "unread"
    WAITING = "waiting"  # to be sent from `not_before` on
    CLAIMED = "claimed"  # a worker is sending it
    SENT = "sent"
    UNKNOWN = "unknown"  # a worker died while it was sending it: nobody knows, and it is not sent twice
    GIVEN_UP = "given_up"  # refused for good; `error` says why


TALK_MESSAGE_DUE = (TalkMessageState.WAITING, TalkMessageState.CLAIMED)
"""To be sent, now or after a pause."""


class TalkFileState(StrEnum):
    """State of a file of a conversation's message."""

    NEW = "new"  # to be fetched from `next_at` on
    KEPT = "kept"  # fetched and stored
    ATTACHED = "attached"  # is a photo of its report
    REFUSED = "refused"  # not fetched, or not taken; `why_not` says why


TALK_FILE_USABLE = (TalkFileState.NEW, TalkFileState.KEPT)
"""May still become a photo of a report."""


class InboxEntry(Base):
    """Delivery of a channel, word for word and sealed; stored before anything else is done with it.

    A letter's raw bytes are the file `object_key`, sealed too; `payload` is what was read in it.
    """

    __tablename__ = "inbox"
    __table_args__ = (
        CheckConstraint(one_of("state", InboxState), name="state"),
        UniqueConstraint("channel", "account", "external_id"),
        Index("ix_inbox_new", "id", postgresql_where=text(f"state = '{InboxState.NEW}'")),
        Index("ix_inbox_received_at", "received_at"),
        Index("ix_inbox_object_key", "object_key", postgresql_where=text("object_key IS NOT NULL")),
        Index(
            "ix_inbox_conversation",
            "conversation_id",
            postgresql_where=text("conversation_id IS NOT NULL AND payload IS NOT NULL"),
        ),
    )

    id: Mapped[BigKey]
    channel: Mapped[str]
    account: Mapped[str]
    external_id: Mapped[str]
    payload: Mapped[str | None]
    object_key: Mapped[str | None]
    conversation_id: Mapped[UUID | None] = mapped_column(ForeignKey("conversation.id", ondelete="SET NULL"))
    received_at: Mapped[datetime]
    state: Mapped[InboxState] = mapped_column(
        EnumText(InboxState), default=InboxState.NEW, server_default=InboxState.NEW
    )
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    error: Mapped[str] = mapped_column(default="", server_default="")


class Conversation(Base):
    """Conversation with one person on one channel; at most one is open.

    `person` and `name` (as the channel shows it) are sealed, as is the dialogue's `draft`. `answer_at` is
    when the machine answers, some seconds after the last word. `draft_report_id` is made with the draft, so
    that no crash makes two reports. `urgent`: danger was spoken of. `thread`, sealed, is what answers by
    letter need, `sender_hash` the writer across all their letters. `caution`: why no machine answers.
    """

    __tablename__ = "conversation"
    __table_args__ = (
        CheckConstraint(one_of("state", TalkState), name="state"),
        Index(
            "uq_conversation_open",
            "channel",
            "account",
            "person_hash",
            unique=True,
            postgresql_where=text(f"state <> '{TalkState.CLOSED}'"),
        ),
        Index("ix_conversation_answer", "answer_at", postgresql_where=text("answer_at IS NOT NULL")),
        Index(
            "ix_conversation_draft",
            "draft_report_id",
            postgresql_where=text(f"begun AND state <> '{TalkState.CLOSED}'"),
        ),
        Index("ix_conversation_last_in", "last_in_at"),
        Index("ix_conversation_sender", "sender_hash", postgresql_where=text("sender_hash IS NOT NULL")),
        Index("ix_conversation_holder", "holder_id", postgresql_where=text("holder_id IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    channel: Mapped[str]
    account: Mapped[str]
    person: Mapped[str | None]
    person_hash: Mapped[bytes] = mapped_column(LargeBinary)
    name: Mapped[str | None]
    sender_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    thread: Mapped[str | None]
    caution: Mapped[str] = mapped_column(default="", server_default="")
    state: Mapped[TalkState] = mapped_column(
        EnumText(TalkState), default=TalkState.BOT, server_default=TalkState.BOT
    )
    draft: Mapped[str | None]
    draft_report_id: Mapped[UUID] = mapped_column(default=uuid4)
    begun: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    urgent: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))
    language: Mapped[str] = mapped_column(default="vi", server_default="vi")
    created_at: Mapped[datetime]
    last_in_at: Mapped[datetime]
    last_out_at: Mapped[datetime | None]
    answer_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]


class TalkMessage(Base):
    """Message of a conversation, `text` sealed. `staff_id`: a colleague wrote it.

    `original`, sealed, is a letter's text with what was quoted and signed in it. `notice_id` is the row of
    `message` that a step of a case was told by: once, whoever dies meanwhile. Nothing goes out before
    `not_before`; of a message that came in, it is until when its files are waited for.
    """

    __tablename__ = "talk_message"
    __table_args__ = (
        CheckConstraint(one_of("state", TalkMessageState), name="state"),
        Index("ix_talk_message_conversation", "conversation_id", "at", "id"),
        Index(
            "ix_talk_message_due",
            "not_before",
            postgresql_where=text(f"state IN ({listed(TALK_MESSAGE_DUE)})"),
        ),
        Index(
            "ix_talk_message_external",
            "conversation_id",
            "external_id",
            postgresql_where=text("external_id IS NOT NULL"),
        ),
        Index(
            "ix_talk_message_known",
            "external_id",
            postgresql_where=text("external_id IS NOT NULL AND outgoing"),
        ),
        Index(
            "uq_talk_message_notice",
            "notice_id",
            unique=True,
            postgresql_where=text("notice_id IS NOT NULL"),
        ),
    )

    id: Mapped[BigKey]
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"))
    outgoing: Mapped[bool]
    external_id: Mapped[str | None]
    at: Mapped[datetime]
    kind: Mapped[str]
    text: Mapped[str | None]
    original: Mapped[str | None]
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"), index=True)
    state: Mapped[TalkMessageState] = mapped_column(EnumText(TalkMessageState))
    error: Mapped[str] = mapped_column(default="", server_default="")
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    not_before: Mapped[datetime | None]
    notice_id: Mapped[UUID | None]


class TalkFile(Base):
    """File of a message: fetched at once, since links of channels end soon; `url` is sealed, and goes then.

    `report_id` is the report that it belongs to, once there is one.
    """

    __tablename__ = "talk_file"
    __table_args__ = (
        CheckConstraint(one_of("state", TalkFileState), name="state"),
        Index("ix_talk_file_message", "message_id"),
        Index("ix_talk_file_due", "id", postgresql_where=text(f"state = '{TalkFileState.NEW}'")),
        Index("ix_talk_file_report", "report_id", postgresql_where=text("report_id IS NOT NULL")),
    )

    id: Mapped[BigKey]
    message_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("talk_message.id", ondelete="CASCADE"))
    report_id: Mapped[UUID | None] = mapped_column(ForeignKey("report.id", ondelete="SET NULL"))
    url: Mapped[str | None]
    kind: Mapped[str]
    state: Mapped[TalkFileState] = mapped_column(
        EnumText(TalkFileState), default=TalkFileState.NEW, server_default=TalkFileState.NEW
    )
    sha256: Mapped[bytes | None] = mapped_column(LargeBinary)
    object_key: Mapped[str | None]
    media_type: Mapped[str] = mapped_column(default="", server_default="")
    size: Mapped[int | None]
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    why_not: Mapped[str] = mapped_column(default="", server_default="")
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    next_at: Mapped[datetime]


class ConversationReport(Base):
    """Report that came out of a conversation, or was asked about there by its sender."""

    __tablename__ = "conversation_report"

    conversation_id: Mapped[UUID] = mapped_column(
        ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True
    )
    report_id: Mapped[UUID] = mapped_column(
        ForeignKey("report.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    at: Mapped[datetime]


class ChannelToken(Base):
    """Sealed token pair of a channel's account. `refreshing_until`: one process asks for the next pair."""

    __tablename__ = "channel_token"

    channel: Mapped[str] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(primary_key=True)
    access: Mapped[str | None]
    refresh: Mapped[str | None]
    expires_at: Mapped[datetime | None]
    refreshed_at: Mapped[datetime | None]
    refreshing_until: Mapped[datetime | None]
    problem: Mapped[str] = mapped_column(default="", server_default="")
    problem_at: Mapped[datetime | None]


class MailboxMark(Base):
    """Mark of a mailbox up to which it was read. `polling_until`: one process reads it."""

    __tablename__ = "mailbox_mark"

    account: Mapped[str] = mapped_column(primary_key=True)
    uidvalidity: Mapped[int | None] = mapped_column(BigInteger)
    last_uid: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    polling_until: Mapped[datetime | None]
    polled_at: Mapped[datetime | None]
