"""Table of steps that a coordinator has decided on and that wait some seconds before they are taken."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.models.shared.base import Base, Json

HELD_ACTS = ("assign", "reject", "merge")


class DelayedStep(Base):
    """A step of one report, by `staff_id`, carried out at `due_at` unless it is cancelled before.

    `request` is the transition as it was asked for. `failed_at`, `failure`: it could not be taken, and why;
    the row stays until its maker has read that.
    """

    __tablename__ = "held_step"
    __table_args__ = (
        CheckConstraint(f"act in {HELD_ACTS!r}", name="act"),
        Index("ix_held_step_due", "due_at", postgresql_where=text("failed_at IS NULL")),
    )

    report_id: Mapped[UUID] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"))
    act: Mapped[str]
    request: Mapped[Json] = mapped_column(JSONB)
    made_at: Mapped[datetime]
    due_at: Mapped[datetime]
    failed_at: Mapped[datetime | None]
    failure: Mapped[Json | None] = mapped_column(JSONB)
