"""A picture of a piece of the map: web mercator, so many pixels wide and high around a place, at a zoom."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from geo.tiles import HALF_WORLD_M, MAX_LAT, MercatorBox
from geo.tiles import TILE_PIXELS as WORLD_PIXELS


@dataclass(frozen=True, slots=True)
class MapView:
    """`zoom` as the maps count it: the world is 512 · 2^zoom pixels wide."""

    lon: float
    lat: float
    zoom: float
    width: int
    height: int

    @property
    def metres_a_pixel(self) -> float:
        """Return a pixel's width in mercator's metres, longer on the ground the nearer the equator."""
        return float(2 * HALF_WORLD_M / (WORLD_PIXELS * 2.0**self.zoom))

    @property
    def ground_metres_a_pixel(self) -> float:
        """Return the width of a pixel on the ground, in metres, at the picture's middle."""
        return self.metres_a_pixel * math.cos(math.radians(self.lat))

    @property
    def box(self) -> MercatorBox:
        """Return what it shows."""
        x, y = mercator(self.lon, self.lat)
        across, up = self.width / 2 * self.metres_a_pixel, self.height / 2 * self.metres_a_pixel
        return MercatorBox(x - across, y - up, x + across, y + up)

    def pixel(self, lon: float, lat: float) -> tuple[float, float]:
        """Return where a place is drawn, from the left upper corner."""
        x, y = mercator(lon, lat)
        box = self.box
        return (x - box.xmin) / self.metres_a_pixel, (box.ymax - y) / self.metres_a_pixel

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Return longitude and latitude of a pixel."""
        box = self.box
        east, north = box.xmin + x * self.metres_a_pixel, box.ymax - y * self.metres_a_pixel
        lat = math.degrees(math.atan(math.sinh(north / HALF_WORLD_M * math.pi)))
        return east / HALF_WORLD_M * 180, lat

    def around(self, x: float, y: float) -> MapView:
        """Return the same picture with that pixel in its middle."""
        lon, lat = self.place(x, y)
        return replace(self, lon=lon, lat=lat)


def mercator(lon: float, lat: float) -> tuple[float, float]:
    """Return web-mercator metres (EPSG:3857); places beyond its world go to its border."""
    phi = math.radians(max(-MAX_LAT, min(MAX_LAT, lat)))
    return lon / 180 * HALF_WORLD_M, math.asinh(math.tan(phi)) / math.pi * HALF_WORLD_M
