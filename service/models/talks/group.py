"""Tables of groups in which companies are told of their cases, and answer in words that move nothing."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, SmallInteger, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from service.models.shared.base import Base, BigKey, EnumText, listed
from service.models.talks.talk import TALK_MESSAGE_DUE, TalkMessageState

POST_STATES = (
    *TALK_MESSAGE_DUE,
    TalkMessageState.SENT,
    TalkMessageState.UNKNOWN,
    TalkMessageState.GIVEN_UP,
)
"""States that a post in a group may be in: nothing comes in by it."""


class CompanyGroup(Base):
    """Group that the bot was called in. `department_id`: whose cases are told there, from `linked_at` on."""

    __tablename__ = "company_group"

    id: Mapped[BigKey]
    chat: Mapped[str] = mapped_column(unique=True)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"), index=True)
    linked_at: Mapped[datetime | None]
    last_in_at: Mapped[datetime]
    problem: Mapped[str] = mapped_column(default="", server_default="")


class GroupMember(Base):
    """Colleague who is known in the groups: by a code that they typed there, spent by it.

    Of the person's account at Zalo only a keyed hash is kept.
    """

    __tablename__ = "group_member"

    id: Mapped[BigKey]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), unique=True)
    code_hash: Mapped[bytes | None] = mapped_column(unique=True)
    code_until: Mapped[datetime | None]
    person_hash: Mapped[bytes | None] = mapped_column(unique=True)
    bound_at: Mapped[datetime | None]


class GroupPost(Base):
    """Message in a group: about a case, one for each assignment (`event_id`), or about a `topic`, once.

    `done_said_at`: when a known colleague answered that it is done, which is a suggestion at the case.
    """

    __tablename__ = "group_post"
    __table_args__ = (
        CheckConstraint(f"state in ({listed(POST_STATES)})", name="state"),
        CheckConstraint("(report_id IS NULL) <> (topic IS NULL)", name="about"),
        UniqueConstraint("group_id", "event_id"),
        UniqueConstraint("group_id", "topic"),
        Index(
            "ix_group_post_due", "not_before", postgresql_where=text(f"state IN ({listed(TALK_MESSAGE_DUE)})")
        ),
        Index("ix_group_post_known", "external_id", postgresql_where=text("external_id IS NOT NULL")),
        Index("ix_group_post_report_id", "report_id"),
    )

    id: Mapped[BigKey]
    group_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("company_group.id", ondelete="CASCADE"))
    event_id: Mapped[int | None] = mapped_column(BigInteger)
    report_id: Mapped[UUID | None] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"))
    topic: Mapped[str | None]
    external_id: Mapped[str | None]
    state: Mapped[TalkMessageState] = mapped_column(
        EnumText(TalkMessageState),
        default=TalkMessageState.WAITING,
        server_default=TalkMessageState.WAITING,
    )
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    not_before: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(default="", server_default="")
    created_at: Mapped[datetime]
    done_said_at: Mapped[datetime | None]
    done_said_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
