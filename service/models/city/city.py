"""The one city of this database, and the days its calendar changes."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, LargeBinary, SmallInteger, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.models.shared.base import Base, Json, Names


class City(Base):
    """A single row. `revision` grows with every change of reference data, so caches know to reload.

    `loaded` holds digests of what the city's folder said when it was last loaded, by kind and code of entry;
    `basemap` tells of the background of the maps that is kept here (`domain/city/basemap.py`), if any;
    `logo` is the digest of the one in force.
    """

    __tablename__ = "city"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False, default=1)
    code: Mapped[str]
    name: Mapped[Names]
    timezone: Mapped[str]
    code_prefix: Mapped[str]
    config: Mapped[Json]
    basemap: Mapped[Json | None] = mapped_column(JSONB(none_as_null=True))
    logo: Mapped[str | None]
    loaded: Mapped[Json] = mapped_column(default=dict, server_default=text("'{}'"))
    revision: Mapped[int] = mapped_column(BigInteger, default=1, server_default="1")
    loaded_at: Mapped[datetime] = mapped_column(server_default=func.now())


class CityLogo(Base):
    """A logo that was uploaded, drawn anew as a small PNG; `digest` is the SHA-256 of `data` in hex."""

    __tablename__ = "city_logo"

    digest: Mapped[str] = mapped_column(primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)
    width: Mapped[int] = mapped_column(SmallInteger)
    height: Mapped[int] = mapped_column(SmallInteger)
    made_at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class CalendarDay(Base):
    """A day that is off although a weekday, or worked although a weekend."""

    __tablename__ = "calendar_day"
    __table_args__ = (CheckConstraint("kind in ('off', 'work')", name="kind"),)

    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str]
    name: Mapped[Names]
