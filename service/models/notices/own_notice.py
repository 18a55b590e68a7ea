"""Table of the bell: what concerns one colleague, whatever address they have."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from service.models.reports.event_type import EventType
from service.models.shared.base import Base, BigKey, EnumText


class OwnNotice(Base):
    """Notice to a colleague of a report, a work or a report up the line; `occasion` makes it their only one.

    `type` is what happened, `by_id` the colleague who did it. No words are kept: it is shown as the
    report is now, and as far as its reader may know of it now.
    """

    __tablename__ = "own_notice"
    __table_args__ = (
        UniqueConstraint("staff_id", "occasion"),
        Index("ix_own_notice_staff", "staff_id", "id"),
        Index("ix_own_notice_unread", "staff_id", postgresql_where=text("read_at IS NULL")),
        Index("ix_own_notice_at", "at"),
        CheckConstraint("num_nonnulls(report_id, work_id, periodic_id) = 1", name="about"),
    )

    id: Mapped[BigKey]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"))
    report_id: Mapped[UUID | None] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"), index=True)
    work_id: Mapped[UUID | None] = mapped_column(ForeignKey("work.id", ondelete="CASCADE"), index=True)
    periodic_id: Mapped[int | None] = mapped_column(
        ForeignKey("periodic_report.id", ondelete="CASCADE"), index=True
    )
    occasion: Mapped[str]
    type: Mapped[EventType] = mapped_column(EnumText(EventType))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"), index=True)
    at: Mapped[datetime]
    read_at: Mapped[datetime | None]
