"""Tables of the coordinators' desk: saved filters, notes to the next shift, what citizens flagged."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from service.models.shared.base import Base, BigKey

FLAG_KINDS = ("offensive", "private", "spam", "false", "other")


class SavedFilter(Base):
    """A filter of the desk under a name: the query of its address. Every coordinator sees a shared one."""

    __tablename__ = "saved_filter"
    __table_args__ = (UniqueConstraint("staff_id", "name"),)

    id: Mapped[BigKey]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"))
    name: Mapped[str]
    query: Mapped[str]
    shared: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    created_at: Mapped[datetime]


class HandoverNote(Base):
    """Note of a coordinator to the next shift: on the desk of all until somebody has read it."""

    __tablename__ = "handover_note"
    __table_args__ = (Index("ix_handover_note_unread", "id", postgresql_where=text("read_at IS NULL")),)

    id: Mapped[BigKey]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"))
    text: Mapped[str]
    made_at: Mapped[datetime]
    read_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))
    read_at: Mapped[datetime | None]


class ReportFlag(Base):
    """Somebody says that a report is not fit to be shown. `sender` is a keyed digest of who: once each.

    `settled_at`: when a coordinator had looked at it.
    """

    __tablename__ = "report_flag"
    __table_args__ = (
        CheckConstraint(f"kind in {FLAG_KINDS!r}", name="kind"),
        UniqueConstraint("report_id", "sender"),
        Index("ix_report_flag_open", "report_id", postgresql_where=text("settled_at IS NULL")),
    )

    id: Mapped[BigKey]
    report_id: Mapped[UUID] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"))
    kind: Mapped[str]
    note: Mapped[str] = mapped_column(default="", server_default="")
    sender: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
