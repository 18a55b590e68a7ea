"""Readings of meters: what a unit used in a month, entered by a person, corrected by a new row."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, text
from sqlalchemy.orm import Mapped, mapped_column

from service.models.shared.base import Base, EnumText, SmallKey, one_of


class Meter(StrEnum):
    """Kind of consumption: electricity, water, reams of paper."""

    KWH = "kwh"
    M3 = "m3"
    REAMS = "reams"


class MeterReading(Base):
    """Consumption of a unit in a month (its first day), at one of its premises or in all.

    A correction is a new row with its reason in `why`; the row before has `replaced_at`. `why` also says why
    a value far from the months before is right.
    """

    __tablename__ = "meter_reading"
    __table_args__ = (
        CheckConstraint(one_of("what", Meter), name="what"),
        CheckConstraint("extract(day from month) = 1", name="month"),
        CheckConstraint("value between 0 and 10000000", name="value"),
        Index(
            "uq_meter_reading_current",
            "unit_id",
            "what",
            "month",
            text("coalesce(premises_id, 0)"),
            unique=True,
            postgresql_where=text("replaced_at IS NULL"),
        ),
        Index("ix_meter_reading_month", "month", "unit_id"),
    )

    id: Mapped[SmallKey]
    unit_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    premises_id: Mapped[int | None] = mapped_column(ForeignKey("premises.id"))
    month: Mapped[date]
    what: Mapped[Meter] = mapped_column(EnumText(Meter))
    value: Mapped[float] = mapped_column(Numeric(10, 1, asdecimal=False))
    why: Mapped[str] = mapped_column(default="", server_default="")
    entered_at: Mapped[datetime]
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    replaced_at: Mapped[datetime | None]
