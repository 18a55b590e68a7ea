"""Tables of groups in which companies are told of their cases, and answer in words that move nothing."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, SmallInteger, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from service.models.shared.base import Base, BigKey

POST_STATES = (
    "waiting",
    "claimed",
    "sent",
    "unknown",  # a worker died while it was sending it: nobody knows, and it is not sent twice
    "given_up",
)


class CompanyGroup(Base):
    """Group that the bot was called in. `department_id`: whose cases are told there, from `linked_at` on."""

    __tablename__ = "company_group"

    id: Mapped[BigKey]
    chat: Mapped[str] = mapped_column(unique=True)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"), index=True)
    linked_at: Mapped[datetime | None]
    last_in_at: Mapped[datetime]
    problem: Mapped[str] = mapped_column(default="", server_default="")


class GroupPost(Base):
    """Message about a case in a group, one for each assignment (`event_id`)."""

    __tablename__ = "group_post"
    __table_args__ = (
        CheckConstraint(f"state in {POST_STATES!r}", name="state"),
        UniqueConstraint("group_id", "event_id"),
        Index("ix_group_post_due", "not_before", postgresql_where=text("state IN ('waiting', 'claimed')")),
        Index("ix_group_post_known", "external_id", postgresql_where=text("external_id IS NOT NULL")),
        Index("ix_group_post_report_id", "report_id"),
    )

    id: Mapped[BigKey]
    group_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("company_group.id", ondelete="CASCADE"))
    event_id: Mapped[int] = mapped_column(BigInteger)
    report_id: Mapped[UUID] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"))
    external_id: Mapped[str | None]
    state: Mapped[str] = mapped_column(default="waiting", server_default="waiting")
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    not_before: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(default="", server_default="")
    created_at: Mapped[datetime]
