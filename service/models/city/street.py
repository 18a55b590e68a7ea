"""Streets, landmarks and water of the city as map files gave them, and the names they are looked for by.

Loaded whole by `hientruong city load --streets --landmarks --water`; nothing refers to these rows.
"""

from __future__ import annotations

from datetime import datetime

from geoalchemy2 import Geometry
from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from geo.columns import StoredShape
from service.models.shared.base import Base, BigKey


class Street(Base):
    """Stretch of a street as it is drawn. `name` is empty where the file knows none.

    `key` is the folded name without “đường”: all stretches of a name have it in common. `road_class` is one
    of the values of `geo.mapfile.classes.ROADS`.
    """

    __tablename__ = "street"
    __table_args__ = (
        Index("ix_street_geom", "geom", postgresql_using="gist"),
        Index("ix_street_key", "key"),
    )

    id: Mapped[BigKey]
    name: Mapped[str]
    key: Mapped[str]
    road_class: Mapped[str]
    is_bridge: Mapped[bool]
    geom: Mapped[StoredShape] = mapped_column(Geometry("MULTILINESTRING", srid=4326, spatial_index=False))


class Landmark(Base):
    """Named thing people find their way by. `kind` is one of those in `geo/mapfile/classes.py`.

    `rank` is 1 for what a whole city knows (a market, a hospital), 5 for a shop.
    """

    __tablename__ = "landmark"
    __table_args__ = (Index("ix_landmark_location", "location", postgresql_using="gist"),)

    id: Mapped[BigKey]
    name: Mapped[str]
    kind: Mapped[str]
    rank: Mapped[int]
    location: Mapped[StoredShape] = mapped_column(Geometry("POINT", srid=4326, spatial_index=False))


class Water(Base):
    """River, canal, lake or sea: lines and polygons. `name` is empty where the file knows none."""

    __tablename__ = "water"
    __table_args__ = (Index("ix_water_geom", "geom", postgresql_using="gist"),)

    id: Mapped[BigKey]
    name: Mapped[str]
    kind: Mapped[str]
    geom: Mapped[StoredShape] = mapped_column(Geometry("GEOMETRY", srid=4326, spatial_index=False))


class PlaceName(Base):
    """Name by which a street, a bridge, a landmark or a water is looked for.

    `key` is the folded name, `source` the table it comes from. A thing has as many rows as names. A street's
    rows tell no place: its stretches are found by `street_key`.
    """

    __tablename__ = "place_name"
    __table_args__ = (
        Index(
            "ix_place_name_key",
            "key",
            postgresql_using="gin",
            postgresql_ops={"key": "gin_trgm_ops"},
        ),
        Index("ix_place_name_initials", "initials"),
        Index("ix_place_name_source", "source"),
    )

    id: Mapped[BigKey]
    source: Mapped[str]
    kind: Mapped[str]
    name: Mapped[str]
    key: Mapped[str]
    initials: Mapped[str]
    rank: Mapped[int]
    street_key: Mapped[str | None]
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    extent_m: Mapped[float | None]


class HouseNumber(Base):
    """Place of one known house number of a street."""

    __tablename__ = "house_number"
    __table_args__ = (Index("ix_house_number_street", "street_key", "number"),)

    id: Mapped[BigKey]
    street_key: Mapped[str]
    number: Mapped[str]
    lon: Mapped[float]
    lat: Mapped[float]


class MapFile(Base):
    """File that the streets, the landmarks or the water were last loaded from; `part` says which of them.

    `digest` is of what was taken from it, `attribution` whom maps have to name.
    """

    __tablename__ = "map_file"

    part: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str]
    digest: Mapped[str]
    features: Mapped[int]
    attribution: Mapped[str]
    loaded_at: Mapped[datetime]
