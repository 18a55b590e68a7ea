"""Areas of premises in memory: which of them a place lies in, and the unit that keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shapely import STRtree
from shapely.geometry import MultiPolygon, Point
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from geo.shapes import from_wkb, multipolygon
from service.domain.city.reference import Reference
from service.models import Premises


@dataclass(frozen=True, slots=True)
class PremisesArea:
    """Area of premises: the code of the unit that keeps them, and the account of their head, if any."""

    id: int
    unit: str
    head_id: int | None
    shape: MultiPolygon


class PremisesGround:
    """Areas found by place. Where several overlap the smallest is meant."""

    def __init__(self, areas: Sequence[PremisesArea] = ()) -> None:
        self._areas = sorted(areas, key=lambda each: (each.shape.area, each.id))
        self._tree = STRtree([each.shape for each in self._areas])

    def at(self, lon: float, lat: float) -> PremisesArea | None:
        """Return the premises that a place (WGS 84) lies in or on the border of; None outside of all."""
        found = self._tree.query(Point(lon, lat), predicate="intersects")
        return self._areas[min(found)] if len(found) else None


def load_premises(session: Session, reference: Reference) -> PremisesGround:
    """Return the premises whose area is known and whose unit may hold a case."""
    rows = session.execute(
        select(
            Premises.id,
            Premises.department_id,
            Premises.head_id,
            func.ST_AsBinary(Premises.area).label("wkb"),
        ).where(Premises.area.is_not(None))
    )
    units = reference.departments
    return PremisesGround(
        [
            PremisesArea(
                row.id, units[row.department_id].code, row.head_id, multipolygon(from_wkb(bytes(row.wkb)))
            )
            for row in rows
            if row.department_id in units and units[row.department_id].active
        ]
    )
