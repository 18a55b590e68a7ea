"""Places of demo reports: thick around the centres of former units, which is where people live."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from geo.distance import degree_m
from geo.locator import NOWHERE, Locator
from service.domain.city.reference import Reference
from service.models import Area, FormerUnit

BATCH = 4096
SPREAD_M = 650.0
URBAN_WEIGHT = 6.0


@dataclass(frozen=True, slots=True)
class DemoPlace:
    """A place with the id of its ward; none for the few that lie outside every ward."""

    lon: float
    lat: float
    ward_id: int | None


@dataclass(frozen=True, slots=True)
class _Centre:
    lon: float
    lat: float
    weight: float


def middle_ward(session: Session, reference: Reference) -> Area | None:
    """Return the ward in the city's middle, where the demo's department works; None without wards."""
    here = func.ST_SetSRID(func.ST_MakePoint(*reference.config.middle), 4326)
    nearest = select(Area).where(Area.valid_to.is_(None)).order_by(Area.geom.op("<->")(here)).limit(1)
    return session.scalar(nearest)


def spots(session: Session, locator: Locator, random: Random) -> Iterator[DemoPlace]:
    """Yield places in the loaded city without end; about one in two hundred lies just outside it."""
    centres = _centres(session)
    weights = [centre.weight for centre in centres]
    while True:
        chosen = random.choices(centres, weights, k=BATCH)
        places = [_scatter(random, centre) for centre in chosen]
        wards = locator.locate_many([lon for lon, _ in places], [lat for _, lat in places])
        for (lon, lat), ward in zip(places, wards, strict=True):
            if ward != NOWHERE:
                yield DemoPlace(lon, lat, int(ward))
            elif random.random() < 0.1:
                yield DemoPlace(lon, lat, None)


def _scatter(random: Random, centre: _Centre) -> tuple[float, float]:
    lon_m, lat_m = degree_m(centre.lat)
    return (
        round(centre.lon + random.gauss(0, SPREAD_M) / lon_m, 6),
        round(centre.lat + random.gauss(0, SPREAD_M) / lat_m, 6),
    )


def _centres(session: Session) -> Sequence[_Centre]:
    """Return former units where the city has them, else a point on each area."""
    urban = {
        code
        for code, kind in session.execute(select(Area.code, Area.unit_kind).where(Area.valid_to.is_(None)))
        if kind == "phường"
    }
    units = session.execute(select(FormerUnit.lon, FormerUnit.lat, FormerUnit.area_code)).all()
    if units:
        return [_Centre(u.lon, u.lat, URBAN_WEIGHT if u.area_code in urban else 1.0) for u in units]
    inside = Area.geom.ST_PointOnSurface()
    points = session.execute(
        select(inside.ST_X().label("lon"), inside.ST_Y().label("lat")).where(Area.valid_to.is_(None))
    ).all()
    found = [_Centre(p.lon, p.lat, 1.0) for p in points]
    if not found or not all(math.isfinite(c.lon) for c in found):
        raise ValueError("the city has no areas: load them first")
    return found
