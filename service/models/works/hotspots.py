"""Hot spots: places where reports repeat, proposed for a clean-up, and what the clean-up changed there."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from service.models.shared.base import Base, EnumText, SmallKey, one_of


class HotspotState(StrEnum):
    """State of a hot spot: proposed, with a clean-up that comes, cleaned, measured after a month, and after
    three months cured or as full as before.
    """

    OPEN = "open"
    PLANNED = "planned"
    CLEANED = "cleaned"
    MEASURED = "measured"
    CURED = "cured"
    RELAPSED = "relapsed"


class Hotspot(Base):
    """Place where reports of a kind repeat, as one week's list had it.

    `cell` is the cell of zoom 20 (some 36 m wide), `reports` lay in it in the 28 days before `found_on`,
    which made it number `rank` of its list. `before` and `after` count the 28 days before and after
    `cleaned_on` in the cell and its eight neighbours; `control_…` the same days at places of the same list
    that nobody cleaned. `lasting` counts the 84 days after.
    """

    __tablename__ = "hotspot"
    __table_args__ = (
        CheckConstraint(one_of("state", HotspotState), name="state"),
        Index("uq_hotspot_list", "found_on", "category_id", "cell", unique=True),
        Index("ix_hotspot_work", "work_id"),
        Index("ix_hotspot_cleaned", "cleaned_on"),
    )

    id: Mapped[SmallKey]
    found_on: Mapped[date]
    category_id: Mapped[int] = mapped_column(ForeignKey("category.id"))
    cell: Mapped[int] = mapped_column(BigInteger)
    lon: Mapped[float]
    lat: Mapped[float]
    ward_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    reports: Mapped[int]
    rank: Mapped[int] = mapped_column(SmallInteger)
    state: Mapped[HotspotState] = mapped_column(
        EnumText(HotspotState), default=HotspotState.OPEN, server_default=HotspotState.OPEN
    )
    work_id: Mapped[UUID | None] = mapped_column(ForeignKey("work.id", ondelete="SET NULL"))
    cleaned_on: Mapped[date | None]
    before: Mapped[int | None]
    after: Mapped[int | None]
    control_before: Mapped[int | None]
    control_after: Mapped[int | None]
    lasting: Mapped[int | None]
    measured_on: Mapped[date | None]
