"""Corrections of announced standings: rows beside what was announced, which stays as it was."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric
from sqlalchemy.orm import Mapped, mapped_column

from service.models.shared.base import Base, SmallKey


class StandingCorrection(Base):
    """Correction of a unit's points after the standing was announced, with its reason."""

    __tablename__ = "standing_correction"
    __table_args__ = (
        CheckConstraint("points between 0 and 200", name="points"),
        CheckConstraint("char_length(why) between 1 and 1000", name="why"),
        Index("ix_standing_correction_movement", "movement_id", "unit_id"),
    )

    id: Mapped[SmallKey]
    movement_id: Mapped[int] = mapped_column(ForeignKey("movement.id", ondelete="CASCADE"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    was: Mapped[float | None] = mapped_column(Numeric(6, 1, asdecimal=False))
    points: Mapped[float] = mapped_column(Numeric(6, 1, asdecimal=False))
    why: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
