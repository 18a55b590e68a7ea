"""Tables of hiding: parts hidden from the public, files that get new names by it, and the ledger
that a restore replays.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, mapped_column

from service.models.shared.base import Base, BigKey


class PrivacyEntry(Base):
    """Erasure, hiding or showing: the action and the id of its subject, nothing personal and no words."""

    __tablename__ = "privacy_entry"
    __table_args__ = (Index("ix_privacy_entry_subject", "subject_id"),)

    id: Mapped[BigKey]
    action: Mapped[str]
    subject_id: Mapped[UUID]
    at: Mapped[datetime]


class Hiding(Base):
    """A report, photo or comment that is hidden from the public, why and by whom; deleted when it is shown.

    `reason` is a person's and read by the reporter; `cause` says what hid it. `published` is what the subject
    returns to. A photo of several reports (after a split) has a row for each.
    """

    __tablename__ = "hiding"
    __table_args__ = (
        CheckConstraint("kind in ('report', 'photo', 'comment')", name="kind"),
        CheckConstraint("cause in ('desk', 'withdrawn', 'privacy', 'erased', 'category')", name="cause"),
        Index("ix_hiding_report", "report_id"),
    )

    kind: Mapped[str] = mapped_column(primary_key=True)
    subject_id: Mapped[UUID] = mapped_column(primary_key=True)
    report_id: Mapped[UUID] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"))
    cause: Mapped[str]
    reason: Mapped[str] = mapped_column(default="", server_default="")
    published: Mapped[bool]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime]


class FileMove(Base):
    """A public file whose name must not be answered any more: copied to `new_keys`, if any, then deleted.

    `next_at` is when it is tried next, after `tries` attempts.
    """

    __tablename__ = "file_move"
    __table_args__ = (Index("ix_file_move_next_at", "next_at"), Index("ix_file_move_report", "report_id"))

    id: Mapped[BigKey]
    report_id: Mapped[UUID]
    old_key: Mapped[str]
    new_keys: Mapped[list[str]] = mapped_column(ARRAY(TEXT), default=list, server_default=text("'{}'"))
    since: Mapped[datetime]
    next_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
