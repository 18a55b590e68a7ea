"""A coarse map of answers: most places lie in a cell wholly inside one area, or far from all.

Only an accelerator for `geo.locator`: it answers where the exact place within the cell cannot matter.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Indexes = NDArray[np.intp]
Geometries = NDArray[np.object_]

FAR = -1
LOOK = -2  # near a border: needs the exact test

FIRST_SIDE = 16
LEVELS = 6  # 512 cells a side in the end
MAX_CELLS = 40_000  # judged at one level: a wide tolerance is not worth more
# Cells are judged a hair larger than they are, so that rounding a place into its neighbour is harmless.
SKIN = 1e-6


@dataclass(frozen=True)
class CellMap:
    """`values[iy, ix]` is the rank of the area that holds the whole cell, FAR, or LOOK."""

    values: Ints
    west: float
    south: float
    cell_width: float
    cell_height: float

    def lookup(self, lons: Floats, lats: Floats) -> Ints:
        """Return the value of each place's cell; places off the map, and NaN, are FAR."""
        rows, columns = self.values.shape
        x, y = (lons - self.west) / self.cell_width, (lats - self.south) / self.cell_height
        on_map = (x >= 0) & (x < columns) & (y >= 0) & (y < rows)
        if on_map.all():
            return self.values[y.astype(np.intp), x.astype(np.intp)]
        found = np.full(lons.shape, FAR, dtype=np.int32)
        found[on_map] = self.values[y[on_map].astype(np.intp), x[on_map].astype(np.intp)]
        return found


def cell_map(shapes: Geometries, reach_lon: float, reach_lat: float) -> CellMap:
    """Return the map over `shapes` (polygons; where they overlap, the lower index owns the place).

    `reach_*` in degrees: places farther than that from every shape are FAR. Cells that need a closer look are
    quartered level by level, so that work follows the borders and not the surface.
    """
    west, south, east, north = shapely.total_bounds(shapes)
    west, south = west - reach_lon - SKIN, south - reach_lat - SKIN
    width, height = east + reach_lon + SKIN - west, north + reach_lat + SKIN - south
    side = FIRST_SIDE
    final = FIRST_SIDE * 2 ** (LEVELS - 1)
    values = np.full((final, final), LOOK, dtype=np.int32)
    ix, iy = (axis.ravel() for axis in np.meshgrid(np.arange(side), np.arange(side)))
    while True:
        boxes = _boxes(ix, iy, west, south, width / side, height / side)
        answers = _judge(boxes, shapes, reach_lon, reach_lat)
        _paint(values, answers, ix, iy, final // side)
        again = answers == LOOK
        if side == final or 4 * again.sum() > MAX_CELLS:
            return CellMap(values, west, south, width / final, height / final)
        ix, iy = _quartered(ix[again], iy[again])
        side *= 2


def _boxes(ix: Indexes, iy: Indexes, west: float, south: float, w: float, h: float) -> Floats:
    """Left, bottom, right, top (4, n) of cells, grown by their skin."""
    left, bottom = west + ix * w, south + iy * h
    return np.stack([left - SKIN * w, bottom - SKIN * h, left + w + SKIN * w, bottom + h + SKIN * h])


def _judge(boxes: Floats, shapes: Geometries, reach_lon: float, reach_lat: float) -> Ints:
    """Rank, FAR or LOOK for each box."""
    left, bottom, right, top = boxes
    cells = shapely.box(left, bottom, right, top)
    tree = shapely.STRtree(cells)
    answers = np.full(len(cells), FAR, dtype=np.int32)
    widened = shapely.box(left - reach_lon, bottom - reach_lat, right + reach_lon, top + reach_lat)
    answers[np.unique(shapely.STRtree(widened).query(shapes, predicate="intersects")[1])] = LOOK
    lowest = np.full(len(cells), len(shapes), dtype=np.int64)
    touching, touched = tree.query(shapes, predicate="intersects")
    np.minimum.at(lowest, touched, touching)
    holding, held = tree.query(shapes, predicate="contains_properly")
    owned = holding == lowest[held]
    answers[held[owned]] = holding[owned]
    return answers


def _paint(values: Ints, answers: Ints, ix: Indexes, iy: Indexes, scale: int) -> None:
    """Write settled cells of one level onto the finest grid."""
    settled = answers != LOOK
    offsets = np.arange(scale)
    rows = (iy[settled, None] * scale + offsets)[:, :, None]
    columns = (ix[settled, None] * scale + offsets)[:, None, :]
    values[rows, columns] = answers[settled, None, None]


def _quartered(ix: Indexes, iy: Indexes) -> tuple[Indexes, Indexes]:
    return (
        np.concatenate([2 * ix, 2 * ix + 1, 2 * ix, 2 * ix + 1]),
        np.concatenate([2 * iy, 2 * iy, 2 * iy + 1, 2 * iy + 1]),
    )
