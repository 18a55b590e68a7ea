"""Distances on the earth in metres, and the size of a degree where one stands.

Coordinates are degrees, longitude first. Nothing here knows about areas.
"""

import math

import numpy as np
from numpy.typing import NDArray

from geo.points import BBox

EARTH_RADIUS_M = 6_371_008.8  # mean radius of GRS 80 / WGS 84 (IUGG)
WGS84_A_M = 6_378_137.0
WGS84_E2 = 6.69437999014e-3

Floats = NDArray[np.float64]


def haversine_m(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """Return great-circle metres between two places on the mean sphere (within 0.6 % of the ellipsoid)."""
    phi1, phi2 = math.radians(lat1), math.radians(lat2)
    half_dphi, half_dlambda = (phi2 - phi1) / 2, math.radians(lon2 - lon1) / 2
    h = math.sin(half_dphi) ** 2 + math.cos(phi1) * math.cos(phi2) * math.sin(half_dlambda) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(min(1.0, h)))


def degree_m(lat: float) -> tuple[float, float]:
    """Return metres of one degree of longitude and of latitude at `lat`, on the WGS 84 ellipsoid.

    From the radii of curvature in the prime vertical and in the meridian.
    """
    lon_m, lat_m = degrees_m(np.asarray(lat, dtype=np.float64))
    return float(lon_m), float(lat_m)


def degrees_m(lats: Floats) -> tuple[Floats, Floats]:
    """Return `degree_m` for an array of latitudes."""
    phi = np.radians(lats)
    w2 = 1 - WGS84_E2 * np.sin(phi) ** 2
    prime_vertical = WGS84_A_M / np.sqrt(w2)
    meridian = WGS84_A_M * (1 - WGS84_E2) / w2**1.5
    return np.radians(prime_vertical * np.cos(phi)), np.radians(meridian)


def bbox_around(lon: float, lat: float, radius_m: float) -> BBox:
    """Return a box that holds every place within `radius_m`, clipped to the world.

    Slightly generous, so that it may stand before an exact distance test. Near a pole, or where it would
    cross the antimeridian, it takes every longitude. `ValueError` for a negative or non-finite radius.
    """
    if not (math.isfinite(radius_m) and radius_m >= 0):
        raise ValueError("radius_m must be finite and not negative")
    # The sphere's angle, one per cent larger: covers the ellipsoid and rounding.
    angle = 1.01 * radius_m / EARTH_RADIUS_M
    dlat = math.degrees(angle)
    south, north = max(-90.0, lat - dlat), min(90.0, lat + dlat)
    if south == -90 or north == 90:
        return BBox(-180.0, south, 180.0, north)
    # The widest longitude of a cap lies off its centre's parallel: asin(sin r / cos lat).
    dlon = math.degrees(math.asin(min(1.0, math.sin(angle) / math.cos(math.radians(lat)))))
    if lon - dlon < -180 or lon + dlon > 180:
        return BBox(-180.0, south, 180.0, north)
    return BBox(lon - dlon, south, lon + dlon, north)
