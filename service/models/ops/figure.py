"""The maintained figures: what the reports of each day count as, and how far they have been counted."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, LargeBinary, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from service.models.shared.base import Base


class FigureDay(Base):
    """The reports received on one day of the city, one record of fixed width each, side by side.

    `facts` holds `service.domain.figures.packs.RECORD` by department, category, ward and id; `cells` the map
    cell of each in the same order. Both are stored uncompressed: they are read whole, and often.
    """

    __tablename__ = "figure_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    reports: Mapped[int]
    facts: Mapped[bytes] = mapped_column(LargeBinary)
    cells: Mapped[bytes] = mapped_column(LargeBinary)


class FigureState(Base):
    """The one row that says up to which event the days are counted, and in whose time a day is one.

    Without a `timezone` nothing has been counted yet; `layout` is that of the records.
    """

    __tablename__ = "figure_state"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, default=1)
    position: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    timezone: Mapped[str | None]
    layout: Mapped[int] = mapped_column(SmallInteger, default=1, server_default="1")
    counted_at: Mapped[datetime | None]
    took_ms: Mapped[int] = mapped_column(default=0, server_default="0")
