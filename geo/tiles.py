"""Slippy-map arithmetic: where a tile z/x/y lies.

The tiles themselves are made by PostGIS; see the domain.
"""

import math
from typing import NamedTuple

from geo.points import BBox

MAX_ZOOM = 22
# Half the side of the square web-mercator world (EPSG:3857), in its metres.
HALF_WORLD_M = math.pi * 6_378_137.0
MAX_LAT = 85.0511287798066
TILE_PIXELS = 512


class TileError(ValueError):
    """A tile that does not exist."""


class Tile(NamedTuple):
    z: int
    x: int
    y: int


class MercatorBox(NamedTuple):
    """Bounds in web-mercator metres."""

    xmin: float
    ymin: float
    xmax: float
    ymax: float


def tile(z: int, x: int, y: int) -> Tile:
    """Return a tile that exists (0 ≤ z ≤ 22, x and y below 2^z); raises `TileError`."""
    if not 0 <= z <= MAX_ZOOM:
        raise TileError(f"zoom {z} is not within 0 to {MAX_ZOOM}")
    if not (0 <= x < 2**z and 0 <= y < 2**z):
        raise TileError(f"x and y must be within 0 to {2**z - 1} at zoom {z}")
    return Tile(z, x, y)


def tile_mercator(of: Tile) -> MercatorBox:
    """Return the tile's bounds in web-mercator metres; y counts from the north."""
    side = 2 * HALF_WORLD_M / 2.0**of.z
    xmin, ymax = of.x * side - HALF_WORLD_M, HALF_WORLD_M - of.y * side
    return MercatorBox(xmin, ymax - side, xmin + side, ymax)


def tile_bounds(of: Tile) -> BBox:
    """Return the tile's bounds in degrees."""
    n = 2**of.z
    return BBox(of.x / n * 360 - 180, _lat(of.y + 1, n), (of.x + 1) / n * 360 - 180, _lat(of.y, n))


def tile_at(lon: float, lat: float, z: int) -> Tile:
    """Return the tile that holds a place; places beyond the mercator world go to its border."""
    n = 2**z
    phi = math.radians(max(-MAX_LAT, min(MAX_LAT, lat)))
    x = int((lon + 180) / 360 * n)
    y = int((1 - math.asinh(math.tan(phi)) / math.pi) / 2 * n)
    return tile(z, max(0, min(n - 1, x)), max(0, min(n - 1, y)))


def _lat(y: int, n: int) -> float:
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y / n))))
