"""Search for the area that a place lies in: thousands of places at once, or one.

Pure and in memory; who loads the areas and when they change is the caller's matter.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely.geometry import MultiPolygon, Polygon

from geo.cells import FAR, LOOK, cell_map
from geo.distance import degree_m
from geo.edges import Edges

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NOWHERE = -1


@dataclass(frozen=True)
class AreaShape:
    """Area: its id, its official code, and a valid polygon in longitude and latitude."""

    id: int
    code: str
    geometry: Polygon | MultiPolygon


@dataclass(frozen=True)
class Located:
    """The area of a place; `distance_m` is 0 inside it, else how far outside its border."""

    area_id: int
    code: str
    inside: bool
    distance_m: float


class Locator:
    """Finds areas by place. Safe to share between threads; build a new one when areas change.

    A place in or on the border of several areas belongs to the one with the smallest code, so the answer does
    not depend on the order of `areas`. A place outside every area goes to the nearest within `tolerance_m`;
    under a micrometre it counts as inside, which closes the slits that rounding leaves between neighbours.
    """

    def __init__(self, areas: Sequence[AreaShape], tolerance_m: float) -> None:
        if not (np.isfinite(tolerance_m) and tolerance_m >= 0):
            raise ValueError("tolerance_m must be finite and not negative")
        if any(area.id == NOWHERE for area in areas):
            raise ValueError("an area's id cannot be -1, which means none")
        kept = sorted((a for a in areas if not a.geometry.is_empty), key=lambda a: (a.code, a.id))
        self.tolerance_m = float(tolerance_m)
        self._codes = [area.code for area in kept]
        # The last entry answers for rank -1.
        self._ids = np.array([area.id for area in kept] + [NOWHERE], dtype=np.int64)
        self._shapes = np.array([area.geometry for area in kept], dtype=object)
        if kept:
            self._index()

    def _index(self) -> None:
        # Asking each prepared shape once builds its inner index now, in one thread.
        shapely.prepare(self._shapes)
        shapely.intersects_xy(self._shapes, 0.0, 0.0)
        self._tree = shapely.STRtree(self._shapes)
        self._edges = Edges(self._shapes)
        _, south, _, north = shapely.total_bounds(self._shapes)
        lon_m, lat_m = degree_m(max(abs(south), abs(north)))[0], degree_m(0)[1]
        reach_m = 1.01 * self.tolerance_m
        self._cells = cell_map(self._shapes, reach_m / lon_m, reach_m / lat_m)

    def __len__(self) -> int:
        return len(self._codes)

    def locate_many(self, lons: ArrayLike, lats: ArrayLike) -> Ints:
        """Return area id of each place, -1 for none (also for NaN).
        Arrays of one length; `ValueError` otherwise.
        """
        return self.measure_many(lons, lats)[0]

    def measure_many(self, lons: ArrayLike, lats: ArrayLike) -> tuple[Ints, Floats]:
        """Return area ids as `locate_many`, and metres outside that area: 0 inside, NaN without one."""
        ranks, metres = self._ranks(*_pair(lons, lats))
        return self._ids[ranks], metres

    def locate(self, lon: float, lat: float) -> Located | None:
        """Return the area of one place, or None."""
        ranks, metres = self._ranks(*_pair([lon], [lat]))
        rank, distance_m = int(ranks[0]), float(metres[0])
        if rank == NOWHERE:
            return None
        return Located(int(self._ids[rank]), self._codes[rank], distance_m == 0, distance_m)

    def _ranks(self, lons: Floats, lats: Floats) -> tuple[Ints, Floats]:
        if not self._codes:
            return np.full(len(lons), NOWHERE, dtype=np.int64), np.full(len(lons), np.nan)
        ranks = self._cells.lookup(lons, lats).astype(np.int64)
        metres = np.where(ranks == FAR, np.nan, 0.0)
        look = np.flatnonzero(ranks == LOOK)
        if len(look):
            ranks[look] = self._covering(lons[look], lats[look])
            out = look[ranks[look] == NOWHERE]
            ranks[out], metres[out] = self._edges.nearest(lons[out], lats[out], self.tolerance_m)
        return ranks, metres

    def _covering(self, lons: Floats, lats: Floats) -> Ints:
        """Return the lowest rank whose shape covers each place, border included; -1 for none."""
        place, rank = self._tree.query(shapely.points(lons, lats))
        covered = shapely.intersects_xy(self._shapes[rank], lons[place], lats[place])
        lowest = np.full(len(lons), len(self._codes), dtype=np.int64)
        np.minimum.at(lowest, place[covered], rank[covered])
        return np.where(lowest == len(self._codes), NOWHERE, lowest)


def _pair(lons: ArrayLike, lats: ArrayLike) -> tuple[Floats, Floats]:
    x, y = np.asarray(lons, dtype=np.float64), np.asarray(lats, dtype=np.float64)
    if x.ndim != 1 or x.shape != y.shape:
        raise ValueError("lons and lats must be flat arrays of one length")
    return x, y
