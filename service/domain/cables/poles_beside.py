"""Poles along routes: each belongs to the nearest route within reach, worked out when either changes."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, update
from sqlalchemy.orm import Session

from service.domain.cables.access import cables_of
from service.domain.city.reference import Reference
from service.models import CableRoute, Pole

NARROWEST_M = 90_000
"""Metres of a degree of longitude at least, where cities of Vietnam lie."""
MOST_AT_ONCE = 5000


def link_poles(session: Session, reference: Reference, which: ColumnElement[bool]) -> None:
    """Say anew of these poles by which route they stand; none for those that stand by none."""
    near, far = _reach(reference)
    nearest = select(CableRoute.id).where(*near).order_by(far, CableRoute.id).limit(1).correlate(Pole)
    link = update(Pole).where(which).values(route_id=nearest.scalar_subquery())
    session.execute(link.execution_options(synchronize_session=False))


def link_loose_poles(session: Session, reference: Reference) -> int:
    """Link the poles that stand by a route and do not say so, as those do that were kept before poles said
    it; how many.
    """
    near, _ = _reach(reference)
    beside = exists().where(*near).correlate(Pole)
    loose = session.scalars(select(Pole.id).where(Pole.route_id.is_(None), beside).limit(MOST_AT_ONCE)).all()
    if loose:
        link_poles(session, reference, Pole.id.in_(loose))
    return len(loose)


def _reach(reference: Reference) -> tuple[tuple[ColumnElement[bool], ...], ColumnElement[float]]:
    """Return the conditions for routes within reach of a pole, and how far they are from it."""
    reach = cables_of(reference).near_m
    place = func.ST_SetSRID(func.ST_MakePoint(Pole.lon, Pole.lat), 4326)
    near = (
        CableRoute.geom.op("&&")(func.ST_Expand(place, reach / NARROWEST_M)),
        func.ST_DWithin(func.geography(CableRoute.geom), func.geography(place), reach),
    )
    return near, func.ST_Distance(func.geography(CableRoute.geom), func.geography(place))


def link_route(session: Session, reference: Reference, route: CableRoute) -> None:
    """Say anew of the poles in the box around a route, and of those that stood by it, whose they are."""
    session.flush()
    line = select(func.ST_Envelope(CableRoute.geom)).where(CableRoute.id == route.id).scalar_subquery()
    box = func.ST_Expand(line, cables_of(reference).near_m / NARROWEST_M)
    inside = and_(
        Pole.lat.between(func.ST_YMin(box), func.ST_YMax(box)),
        Pole.lon.between(func.ST_XMin(box), func.ST_XMax(box)),
    )
    link_poles(session, reference, or_(Pole.route_id == route.id, inside))
