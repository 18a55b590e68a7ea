"""Tables of the Open311 server: updates that other systems sent, and photos that are still to be fetched."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from service.models.shared.base import Base, BigKey


class SentUpdate(Base):
    """Update that another system sent under an id of its own; `id` is what it was answered."""

    __tablename__ = "sent_update"
    __table_args__ = (Index("ix_sent_update_report", "report_id"),)

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    remote_id: Mapped[str] = mapped_column(primary_key=True)
    report_id: Mapped[UUID] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"))
    id: Mapped[UUID] = mapped_column(unique=True)
    at: Mapped[datetime]


class PhotoLink(Base):
    """Photo of a report that lies elsewhere; the row is there until it was fetched or given up."""

    __tablename__ = "photo_link"
    __table_args__ = (
        Index("uq_photo_link_report_url", "report_id", "url", unique=True),
        Index("ix_photo_link_next", "next_at"),
    )

    id: Mapped[BigKey]
    report_id: Mapped[UUID] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"))
    url: Mapped[str]
    tries: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    created_at: Mapped[datetime]
    next_at: Mapped[datetime]
