"""Tables of participation in a report: remarks, follows, a rating."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from service.models.shared.base import Base


class Comment(Base):
    """A remark of the reporter or a follower, an answer, a public reply or an internal note of staff."""

    __tablename__ = "comment"
    __table_args__ = (
        CheckConstraint("kind in ('remark', 'answer', 'question', 'reply', 'note')", name="kind"),
        Index("ix_comment_report", "report_id", "created_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    report_id: Mapped[UUID] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"))
    kind: Mapped[str]
    public: Mapped[bool]
    text: Mapped[str]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime]


class Follower(Base):
    """Someone who joined a report that was already there; known by a secret of their own."""

    __tablename__ = "follower"
    __table_args__ = (
        Index("ix_follower_report", "report_id"),
        Index("ix_follower_phone", "phone", postgresql_where=text("phone IS NOT NULL")),
        Index("ix_follower_email_folded", text("lower(email)"), postgresql_where=text("email IS NOT NULL")),
        Index(
            "uq_follower_email", "report_id", "email", unique=True, postgresql_where=text("email IS NOT NULL")
        ),
        Index(
            "uq_follower_phone", "report_id", "phone", unique=True, postgresql_where=text("phone IS NOT NULL")
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    report_id: Mapped[UUID] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"))
    merged_from_id: Mapped[UUID | None] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"))
    name: Mapped[str | None]
    phone: Mapped[str | None]
    email: Mapped[str | None]
    language: Mapped[str] = mapped_column(default="vi", server_default="vi")
    body_hash: Mapped[bytes] = mapped_column(LargeBinary)
    secret_generation: Mapped[int] = mapped_column(SmallInteger, default=0, server_default=text("0"))
    created_at: Mapped[datetime]


class Rating(Base):
    """The reporter's verdict, once, after the report was resolved."""

    __tablename__ = "rating"
    __table_args__ = (CheckConstraint("score between 1 and 5", name="score"),)

    report_id: Mapped[UUID] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"), primary_key=True)
    score: Mapped[int] = mapped_column(SmallInteger)
    comment: Mapped[str] = mapped_column(default="", server_default="")
    created_at: Mapped[datetime]


class FollowUp(Base):
    """An answer to the question, some time after a report was closed, whether it is still well there.

    `person` is `reporter`, or the id of a follower or of a subscription; a report that was closed again is
    asked about anew, so the end that the answer is about is part of the key.
    """

    __tablename__ = "follow_up"
    __table_args__ = (Index("ix_follow_up_answered", "answered_at"),)

    report_id: Mapped[UUID] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"), primary_key=True)
    closed_at: Mapped[datetime] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(primary_key=True)
    lasts: Mapped[bool]
    answered_at: Mapped[datetime]
