"""The background of the maps that the installation keeps itself: what is known of it, and its replacement.

The archive lies in the storage of files under a key of its own; the city's row names the one in force, so
that a replacement is one transaction and an archive half written is never read.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.points import BBox
from service.domain.city.config import read_config
from service.domain.kernel.audit import write_entry
from service.errors import Unavailable
from service.i18n import N_
from service.models import City
from service.models.shared.base import Json


@dataclass(frozen=True, slots=True)
class Basemap:
    """An archive in force. `edition` names it in addresses and in its key; `source` is where it was cut from.

    `size` is in bytes, `loaded_at` in ISO 8601; `box` is the part of the world it was cut to, in degrees.
    """

    edition: str
    kind: Literal["vector", "raster"]
    media_type: str
    min_zoom: int
    max_zoom: int
    attribution: str
    source: str
    size: int
    tiles: int
    loaded_at: str
    box: tuple[float, float, float, float]

    @property
    def key(self) -> str:
        """Return the key of its file in the storage."""
        return f"basemap/{self.edition}.pmtiles"


def read_basemap(stored: Json | None) -> Basemap | None:
    """Return the basemap that a city's row tells of."""
    return Basemap(**{**stored, "box": tuple(stored["box"])}) if stored else None


def city_box(session: Session) -> tuple[str, BBox]:
    """Return the city's code and bounding box. Raises Unavailable while no city is loaded."""
    city = session.scalar(select(City))
    if city is None:
        raise Unavailable(N_("Chưa nạp dữ liệu thành phố. Chạy: hientruong city load hue"))
    return city.code, BBox(*read_config(city.config).bbox)


def replace_basemap(session: Session, basemap: Basemap | None, now: datetime) -> Basemap | None:
    """Put a basemap in force, or none, and return the one before. Maps show it a second later.

    Locks the city's row until the end of the transaction; the change is audited.
    """
    city = session.scalars(select(City).with_for_update()).one()
    before, after = city.basemap, asdict(basemap) if basemap else None
    city.basemap = after
    city.revision += 1
    action = "basemap.set" if basemap else "basemap.removed"
    write_entry(session, action, city.code, at=now, before=before, after=after)
    session.flush()
    return read_basemap(before)
