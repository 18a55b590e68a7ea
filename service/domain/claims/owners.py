"""Owners by the place of a cable: the companies of the nearest pole's or route's list, whose the pole is."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.distance import haversine_m
from service.domain.cables.access import cables_of, company_ids
from service.domain.cables.near import routes_near
from service.domain.city.reference import Reference
from service.models import Pole, Report

METRES_A_DEGREE = 111_000
NORTHERN = 60_000
"""Metres of a degree of longitude at least, as far from the equator as cities of Vietnam are and further."""


def companies_at(session: Session, reference: Reference, report: Report, now: datetime) -> list[int]:
    """Return the companies that may own a cable here: the pole's list, else the route's, else all."""
    known = company_ids(reference)
    for pole in poles_near(session, reference, report.lon, report.lat):
        if found := [each for each in known if each in pole.attached_ids]:
            return found
    kind = reference.categories.get(report.category_id)
    for route in routes_near(session, reference, kind, report.lon, report.lat, now):
        there = {section.company_id for section in route.sections}
        if found := [each for each in known if each in there]:
            return found
    return known


def pole_owner_at(session: Session, reference: Reference, report: Report, now: datetime) -> int | None:
    """Return whose the poles are here: by the nearest pole, the route, the city's rule; else None."""
    rule = reference.department_by_code.get(cables_of(reference).pole_owner or "")
    kind = reference.categories.get(report.category_id)
    routes = routes_near(session, reference, kind, report.lon, report.lat, now)
    named = [
        *(pole.owner_id for pole in poles_near(session, reference, report.lon, report.lat)),
        *(route.pole_owner_id for route in routes),
        rule.id if rule else None,
    ]
    units = (reference.departments.get(each) for each in named if each is not None)
    return next((unit.id for unit in units if unit is not None and unit.active), None)


def poles_near(session: Session, reference: Reference, lon: float, lat: float) -> list[Pole]:
    """Return the poles within the city's reach of a place, nearest first."""
    reach = cables_of(reference).near_m
    high, wide = reach / METRES_A_DEGREE, reach / NORTHERN
    inside = Pole.lat.between(lat - high, lat + high), Pole.lon.between(lon - wide, lon + wide)
    box = select(Pole).where(*inside)
    found = [
        (haversine_m(lon, lat, pole.lon, pole.lat), pole.id, pole) for pole in session.scalars(box.limit(500))
    ]
    return [pole for metres, _, pole in sorted(found, key=lambda each: each[:2]) if metres <= reach]
