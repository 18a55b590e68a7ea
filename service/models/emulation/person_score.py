"""Points of persons inside their unit: what they claim for themselves, what the leader of the unit gives."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Numeric
from sqlalchemy.orm import Mapped, mapped_column

from service.models.shared.base import Base


class PersonScore(Base):
    """Points of one person for one criterion of persons. Read by the person and by leaders of the unit.

    `version` counts what leaders gave, so that two of them do not overwrite each other.
    """

    __tablename__ = "person_score"
    __table_args__ = (Index("ix_person_score_staff", "staff_id"),)

    criterion_id: Mapped[int] = mapped_column(
        ForeignKey("criterion.id", ondelete="CASCADE"), primary_key=True
    )
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    claimed: Mapped[float | None] = mapped_column(Numeric(6, 1, asdecimal=False))
    proof: Mapped[str] = mapped_column(default="", server_default="")
    claimed_at: Mapped[datetime | None]
    given: Mapped[float | None] = mapped_column(Numeric(6, 1, asdecimal=False))
    why: Mapped[str] = mapped_column(default="", server_default="")
    given_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    given_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=0, server_default="0")
