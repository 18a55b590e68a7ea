"""Premises: buildings and the units that are in them."""

from __future__ import annotations

from datetime import datetime

from geoalchemy2 import Geometry
from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from typing_extensions import TypedDict  # the one that pydantic describes before Python 3.12

from geo.columns import StoredShape
from service.models.shared.base import Base, SmallKey


class StoredBuilding(TypedDict):
    """Building of premises, as stored; `units` are ids of departments."""

    name: str
    units: list[int]


class Premises(Base):
    """Premises that a unit keeps: its buildings by name, each with the ids of the units in it.

    A report inside of the `area` may go to the unit by a routing rule, and then to `head_id`, who answers for
    the premises; without an area none does.
    """

    __tablename__ = "premises"
    __table_args__ = (
        CheckConstraint("char_length(name) between 1 and 200", name="name"),
        UniqueConstraint("department_id", "name"),
    )

    id: Mapped[SmallKey]
    name: Mapped[str]
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    geom: Mapped[StoredShape] = mapped_column(Geometry("POINT", srid=4326, spatial_index=False))
    area: Mapped[StoredShape | None] = mapped_column(Geometry("MULTIPOLYGON", srid=4326, spatial_index=False))
    head_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    buildings: Mapped[list[StoredBuilding]] = mapped_column(JSONB)
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
