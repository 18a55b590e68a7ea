"""Places and wards: the in-memory locator over the boundaries in force."""

from __future__ import annotations

import shapely
from shapely.geometry import MultiPolygon
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from geo.locator import AreaShape, Locator
from service.domain.city.reference import Reference
from service.models import Area


def load_locator(session: Session, reference: Reference) -> Locator:
    """Return a locator over the wards in force; `tolerance_m` comes from the city's configuration."""
    rows = session.execute(
        select(Area.id, Area.code, func.ST_AsBinary(Area.geom).label("wkb")).where(Area.valid_to.is_(None))
    )
    shapes = [AreaShape(row.id, row.code, _polygons(bytes(row.wkb))) for row in rows]
    return Locator(shapes, reference.config.tolerance_m)


def _polygons(wkb: bytes) -> MultiPolygon:
    shape = shapely.from_wkb(wkb)
    if not isinstance(shape, MultiPolygon):
        raise TypeError(f"an area holds a {shape.geom_type}")  # the column's type forbids it
    return shape
