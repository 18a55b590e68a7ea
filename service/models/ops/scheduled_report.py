"""Reports that are made by themselves on the first day after a period: who wants them, which were made."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from service.models.shared.base import Base, Json


class ReportSubscription(Base):
    """Wish of a person of staff for the reports of each month, quarter or year: `files` says which files,
    `asked` what narrows them and who signs.
    """

    __tablename__ = "report_subscription"
    __table_args__ = (CheckConstraint("period in ('month', 'quarter', 'year')", name="period"),)

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True)
    files: Mapped[list[str]] = mapped_column(ARRAY(Text))
    asked: Mapped[Json]
    language: Mapped[str]
    created_at: Mapped[datetime]


class ScheduledReport(Base):
    """Report of a period that was ordered for a subscription, once; `files` are the ids of its downloads."""

    __tablename__ = "scheduled_report"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True)
    first: Mapped[date] = mapped_column(primary_key=True)
    files: Mapped[Json]
    at: Mapped[datetime]
