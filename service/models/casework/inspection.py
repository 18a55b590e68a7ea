"""Inspections in the street as they were sent, and which warnings of a deadline were given."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.models.shared.base import Base


class Inspection(Base):
    """Verdict of an inspector about a resolved case. The phone makes the `id`: a retry changes nothing.

    `decided_at` is the phone's time of the verdict, `stored_at` ours. `distance_m` is how far the inspector
    stood from the report's pin; `marks` names what was out of the ordinary and needed an `explanation`.
    """

    __tablename__ = "inspection"
    __table_args__ = (
        CheckConstraint("verdict in ('passed', 'failed')", name="verdict"),
        Index("ix_inspection_report", "report_id", "stored_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    report_id: Mapped[UUID] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    verdict: Mapped[str]
    body_hash: Mapped[bytes] = mapped_column(LargeBinary)
    decided_at: Mapped[datetime]
    stored_at: Mapped[datetime]
    photo_at: Mapped[datetime | None]
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    accuracy_m: Mapped[float | None]
    distance_m: Mapped[float | None]
    marks: Mapped[list[str]] = mapped_column(JSONB, default=list, server_default=text("'[]'"))
    explanation: Mapped[str] = mapped_column(default="", server_default="")


class DeadlineStep(Base):
    """A step of warning that was taken for one value of a deadline, so that it is never taken twice.

    After an extension or a reopening the value is another one, and the steps begin anew.
    """

    __tablename__ = "deadline_step"

    report_id: Mapped[UUID] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"), primary_key=True)
    step: Mapped[str] = mapped_column(primary_key=True)
    due_at: Mapped[datetime] = mapped_column(primary_key=True)
    at: Mapped[datetime]
