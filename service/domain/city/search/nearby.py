"""The street that a position lies in, as the maps that were loaded tell it."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.distance import bbox_around
from service.domain.city.search.words import street_name

NEAR_M = 60.0
"""From a street's middle line to a house in it and the phone in front of it."""

_NEAREST = text("""
SELECT name FROM (
  SELECT name, ST_DistanceSphere(ST_ClosestPoint(geom, place.at), place.at) AS far_m
  FROM street, (SELECT ST_SetSRID(ST_MakePoint(:lon, :lat), 4326) AS at) AS place
  WHERE geom && ST_MakeEnvelope(:west, :south, :east, :north, 4326) AND NOT name = ''
) AS near WHERE far_m <= :most ORDER BY far_m, name LIMIT 1
""")


def nearest_street(session: Session, lon: float, lat: float) -> str:
    """Return the name of the nearest street within `NEAR_M` metres, empty where the maps tell none."""
    box = bbox_around(lon, lat, NEAR_M)._asdict()
    name = session.scalar(_NEAREST, {"lon": lon, "lat": lat, "most": NEAR_M, **box})
    return street_name(name) if name else ""
