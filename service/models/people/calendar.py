"""Calendars that staff subscribe to: the secret of their address, and what was last told in each."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from service.models.shared.base import Base


class CalendarToken(Base):
    """Address of a person's calendar: a digest of its secret alone. A new one replaces it."""

    __tablename__ = "calendar_token"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]


class CalendarEntry(Base):
    """Case as a person's calendar told it last; `gone_at` since it is no longer theirs, or has no deadline.

    `sequence` grows with each change, so that calendars take the newer one.
    """

    __tablename__ = "calendar_entry"
    __table_args__ = (Index("ix_calendar_entry_report", "report_id"),)

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True)
    subject_id: Mapped[UUID] = mapped_column(
        "report_id", ForeignKey("report.id", ondelete="CASCADE"), primary_key=True
    )
    starts_at: Mapped[datetime]
    sequence: Mapped[int] = mapped_column(default=0, server_default="0")
    changed_at: Mapped[datetime]
    gone_at: Mapped[datetime | None]


class CalendarWork(Base):
    """Work as a person's calendar told it last; otherwise as CalendarEntry."""

    __tablename__ = "calendar_work"
    __table_args__ = (Index("ix_calendar_work_work", "work_id"),)

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True)
    subject_id: Mapped[UUID] = mapped_column(
        "work_id", ForeignKey("work.id", ondelete="CASCADE"), primary_key=True
    )
    starts_at: Mapped[datetime]
    sequence: Mapped[int] = mapped_column(default=0, server_default="0")
    changed_at: Mapped[datetime]
    gone_at: Mapped[datetime | None]
