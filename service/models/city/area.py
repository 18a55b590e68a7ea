"""Administrative areas with their polygons, old ones kept, and the former units they were made of."""

from __future__ import annotations

from datetime import datetime

from geoalchemy2 import Geometry
from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from geo.columns import StoredShape
from service.models.shared.base import Base, SmallKey


class Area(Base):
    """Version of a ward's boundary; in force from `valid_from` until `valid_to`."""

    __tablename__ = "area"
    __table_args__ = (
        Index("uq_area_code_current", "code", unique=True, postgresql_where=text("valid_to IS NULL")),
    )

    id: Mapped[SmallKey]
    code: Mapped[str]
    name: Mapped[str]
    full_name: Mapped[str]
    unit_kind: Mapped[str]
    other_names: Mapped[str] = mapped_column(default="", server_default="")
    geom: Mapped[StoredShape] = mapped_column(Geometry("MULTIPOLYGON", srid=4326, spatial_index=True))
    approximate: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    source: Mapped[str] = mapped_column(default="", server_default="")
    digest: Mapped[str]
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime | None]


class FormerUnit(Base):
    """A ward or commune that no longer exists, and the code of the unit it went into."""

    __tablename__ = "former_unit"

    id: Mapped[SmallKey]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    district: Mapped[str]
    search: Mapped[str] = mapped_column(index=True)
    area_code: Mapped[str]
    lon: Mapped[float]
    lat: Mapped[float]
