"""Tables of senders' traces, kept for a few days, and of files that are to be deleted."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from service.models.shared.base import Base


class SenderTrace(Base):
    """A hash that a report shares with others of its sender, and one of its words; kept for some days."""

    __tablename__ = "sender_trace"
    __table_args__ = (
        CheckConstraint("kind in ('device', 'address', 'contact')", name="kind"),
        Index("ix_sender_trace_hash", "hash", "text_hash", "at"),
        Index("ix_sender_trace_at", "at"),
    )

    report_id: Mapped[UUID] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    text_hash: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime]


class PendingDeletion(Base):
    """A file to be deleted; the row goes when the file is gone. `next_at` is when it is tried again."""

    __tablename__ = "doomed_file"

    key: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime]
    next_at: Mapped[datetime] = mapped_column(index=True)
    tries: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
