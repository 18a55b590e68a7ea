"""Emergencies that ring until a coordinator takes them, and who of the coordinators is on duty."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.models.shared.base import Base

EMERGENCY_REASONS = ("danger", "policy", "merged")
EMERGENCY, ORDINARY = 1, 2
"""Values of `report.priority`: lists of staff sort by it first."""


class Emergency(Base):
    """A report that coordinators are told of at once, and again until one of them takes it.

    `reason`: a dangerous answer, the deadline policy, or a dangerous report that was merged into this one.
    `ring_at` is when the next step of telling is due, none when there is no further one; `rung` counts the
    steps that were taken, `told` is how many addresses the last one reached out to. `ended_at`: the report
    ended, or turned out to be no emergency. One that becomes an emergency anew begins anew in the same row.
    """

    __tablename__ = "emergency"
    __table_args__ = (
        CheckConstraint(f"reason in {EMERGENCY_REASONS!r}", name="reason"),
        CheckConstraint("(taken_by is null) = (taken_at is null)", name="taken"),
        Index("ix_emergency_ring", "ring_at", postgresql_where=text("ring_at IS NOT NULL")),
        Index(
            "ix_emergency_open",
            "since",
            postgresql_where=text("taken_at IS NULL AND ended_at IS NULL"),
        ),
    )

    report_id: Mapped[UUID] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"), primary_key=True)
    reason: Mapped[str]
    since: Mapped[datetime]
    ring_at: Mapped[datetime | None]
    rung: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    rung_at: Mapped[datetime | None]
    told: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    taken_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), index=True)
    taken_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class Duty(Base):
    """A coordinator's own switch. `hours` are spans by weekday, `{"mon": ["07:30-11:30", "22:00-06:00"]}`, in
    the city's time; one that ends before it begins ends the next day. Without any, duty lasts day and night.
    """

    __tablename__ = "duty"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True)
    on_duty: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    hours: Mapped[dict[str, list[str]]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))
    changed_at: Mapped[datetime]
