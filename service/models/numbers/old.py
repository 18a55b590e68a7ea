"""Numbers out of old lists: what an office wrote down before the register was there."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.models.shared.base import Base, BigKey


class OldSighting(Base):
    """Sighting of a number that stood in an office's old list. It has no report and no sender, so that it
    counts as seen and never as a witness. `seen_at` is the day as the list says it, at the city's midnight;
    `unit_id` the unit whose list it was, none for coordinators.
    """

    __tablename__ = "old_sighting"
    __table_args__ = (
        UniqueConstraint("number_id", "seen_at", "place"),
        Index("ix_old_sighting_unit", "unit_id"),
    )

    id: Mapped[BigKey]
    number_id: Mapped[int] = mapped_column(ForeignKey("ad_number.id"))
    seen_at: Mapped[datetime]
    place: Mapped[str]
    ward_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    words: Mapped[str]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    entered_at: Mapped[datetime]
    entered_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
