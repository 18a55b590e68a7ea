"""Units that held reports when their first deadline passed, of those that were handed on afterwards."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from service.models.shared.base import Base


class LateHolder(Base):
    """Unit that let the first deadline of a report pass and handed it on late: the delay is counted for it.

    Written by a trigger whenever the lead of a late report changes, the first time alone; forgotten when the
    report is reopened, which begins another term.
    """

    __tablename__ = "late_holder"
    __table_args__ = (Index("ix_late_holder_unit", "unit_id"),)

    report_id: Mapped[UUID] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    at: Mapped[datetime]
