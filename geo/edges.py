"""Borders cut into short pieces: which area's border is nearest to a place, in metres."""

from collections.abc import Iterator

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.distance import degree_m, degrees_m

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Geometries = NDArray[np.object_]

POINTS_A_PIECE = 17
# Distances closer than this are the same distance, so that rounding never picks the winner.
SAME_DECIMALS_M = 6
# The places asked for may lie this far beyond the shapes' own latitudes.
MARGIN_DEG = 0.5


class Edges:
    """The borders of ranked polygons, ready for nearest searches.

    The search plane counts degrees of latitude; longitudes are shrunk to the middle latitude of all shapes.
    What the plane gets wrong farther north and south is bounded by `_stretch`: candidates are taken that
    generously, then measured with the size of a degree where the place is.
    """

    def __init__(self, shapes: Geometries) -> None:
        _, south, _, north = shapely.total_bounds(shapes)
        lon_m, self._lat_m = degree_m((south + north) / 2)
        self._shrink = lon_m / self._lat_m
        self._stretch = _stretch(lon_m, self._lat_m, south - MARGIN_DEG, north + MARGIN_DEG)
        pieces = [(rank, piece) for rank, shape in enumerate(shapes) for piece in _pieces(shape)]
        self._ranks = np.array([rank for rank, _ in pieces], dtype=np.int64)
        lines = np.array([shapely.LineString(piece) for _, piece in pieces], dtype=object)
        self._lines = shapely.transform(lines, lambda xy: xy * (self._shrink, 1))
        self._tree = shapely.STRtree(self._lines)

    def nearest(self, lons: Floats, lats: Floats, within_m: float) -> tuple[Ints, Floats]:
        """Return rank and metres of the nearest border within `within_m` of each place; else -1 and NaN.

        Equally near: the lowest rank. Metres are whole micrometres, so a place on the border has 0.
        """
        ranks = np.full(len(lons), -1, dtype=np.int64)
        metres = np.full(len(lons), np.nan)
        where, piece = self._candidates(lons, lats, within_m)
        found = self._measure(lons[where], lats[where], piece)
        near = found <= within_m
        where, piece, found = where[near], piece[near], found[near]
        order = np.lexsort((self._ranks[piece], found, where))
        first = order[np.unique(where[order], return_index=True)[1]]
        ranks[where[first]] = self._ranks[piece[first]]
        metres[where[first]] = found[first]
        return ranks, metres

    def _points(self, lons: Floats, lats: Floats) -> Geometries:
        return np.asarray(shapely.points(lons * self._shrink, lats), dtype=object)

    def _candidates(self, lons: Floats, lats: Floats, within_m: float) -> tuple[Ints, Ints]:
        """Pairs of place and piece, all that may be within reach."""
        # A hair more than nothing, so that a tolerance of 0 still closes the slits of rounding.
        radius = self._stretch * (within_m + 10.0**-SAME_DECIMALS_M) / self._lat_m
        where, piece = self._tree.query(self._points(lons, lats), predicate="dwithin", distance=radius)
        return where, piece

    def _measure(self, lons: Floats, lats: Floats, piece: Ints) -> Floats:
        lines = shapely.shortest_line(self._points(lons, lats), self._lines[piece])
        ends = shapely.get_coordinates(lines).reshape(-1, 2, 2)
        dlon, dlat = (ends[:, 1] - ends[:, 0]).T
        lon_m, lat_m = degrees_m(lats)
        metres = np.hypot(dlon / self._shrink * lon_m, dlat * lat_m)
        return np.asarray(np.round(metres, SAME_DECIMALS_M), dtype=np.float64)


def _stretch(lon_m: float, lat_m: float, south: float, north: float) -> float:
    """Return the most by which a length on the plane of one latitude differs at others, as a factor of 1
    or more.
    """
    there_lon_m, there_lat_m = degrees_m(np.clip(np.linspace(south, north, 9), -89, 89))
    ratios = np.concatenate([there_lon_m / lon_m, there_lat_m / lat_m])
    return float(1.001 * max(ratios.max(), 1 / ratios.min()))


def _pieces(shape: shapely.Geometry) -> Iterator[Floats]:
    for ring in shapely.get_rings(shapely.get_parts(shape)):
        xy = shapely.get_coordinates(ring)
        for start in range(0, len(xy) - 1, POINTS_A_PIECE - 1):
            yield xy[start : start + POINTS_A_PIECE]
