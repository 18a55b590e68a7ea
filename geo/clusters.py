"""Clusters of reports: density by map cell, and places where they repeat.

Cells are the numbers along the Z-order curve of zoom 22 that reports keep (`report.cell`).
"""

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.tiles import MAX_ZOOM, tile_at

Cells = NDArray[np.integer[Any]]
Degrees = NDArray[np.floating[Any]]
PLACE_ZOOM = 20
"""A cell of this zoom is some 36 m wide in central Vietnam: a street corner."""


class CellCount(NamedTuple):
    """A place in degrees and how many reports its cell holds."""

    lon: float
    lat: float
    number: int


class HotCell(NamedTuple):
    """Cell of PLACE_ZOOM by its Z-order number, the middle of its reports in degrees, how many they are."""

    cell: int
    lon: float
    lat: float
    number: int


def density(cells: Cells, zoom: int, most: int) -> list[CellCount]:
    """Return the middle and the number of each tile of `zoom` that holds reports; the fullest `most` of
    them.
    """
    numbers, counts = _counted(cells >> 2 * (MAX_ZOOM - zoom))
    lons, lats = _middles(numbers[:most], zoom)
    return list(map(CellCount, lons.tolist(), lats.tolist(), counts[:most].tolist()))


def repeated(cells: Cells, most: int, least: int) -> list[CellCount]:
    """Return places where at least `least` reports lie, fullest first, each where those reports are on
    average.

    A place next to one chosen before belongs to that one.
    """
    return [CellCount(each.lon, each.lat, each.number) for each in hot_cells(cells, most, least)]


def hot_cells(cells: Cells, most: int, least: int) -> list[HotCell]:
    """Return the places of `repeated` with their cells."""
    used_cells: set[tuple[int, int]] = set()
    found: list[HotCell] = []
    tiles = place_cells(cells)
    numbers, counts = _counted(tiles, least)
    for number, count in zip(map(int, numbers), map(int, counts), strict=True):
        if len(found) == most:
            break
        x, y = unwoven(number)
        if any((x + dx, y + dy) in used_cells for dx in (-1, 0, 1) for dy in (-1, 0, 1)):
            continue
        used_cells.add((x, y))
        lons, lats = _middles(cells[tiles == number], MAX_ZOOM)
        found.append(HotCell(number, float(lons.mean()), float(lats.mean()), count))
    return found


def place_cells(cells: Cells) -> Cells:
    """Return the cells of PLACE_ZOOM that reports' cells lie in."""
    return cells >> 2 * (MAX_ZOOM - PLACE_ZOOM)


def reports_cells(cell: int) -> tuple[int, int]:
    """Return the first and the last of the cells of reports that lie in a cell of PLACE_ZOOM."""
    shift = 2 * (MAX_ZOOM - PLACE_ZOOM)
    return cell << shift, ((cell + 1) << shift) - 1


def place_cell_at(lon: float, lat: float) -> int:
    """Return the number of the cell of PLACE_ZOOM at a place in degrees."""
    tile = tile_at(lon, lat, PLACE_ZOOM)
    return woven(tile.x, tile.y)


def neighbourhood(cell: int) -> list[int]:
    """Return a cell of PLACE_ZOOM and those around it that are on the map."""
    x, y = unwoven(cell)
    side = 2**PLACE_ZOOM
    near = [(x + dx, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)]
    return [woven(column, row) for column, row in near if 0 <= column < side and 0 <= row < side]


def woven(x: int, y: int) -> int:
    """Return the Z-order number of a column and a row: their bits by turns."""
    return sum((x >> place & 1) << 2 * place | (y >> place & 1) << 2 * place + 1 for place in range(MAX_ZOOM))


def unwoven(number: int) -> tuple[int, int]:
    """Return column and row from the bits of a Z-order number, by turns."""
    x, y = _unwoven(np.asarray([number], dtype=np.int64))
    return int(x[0]), int(y[0])


def _unwoven(numbers: Cells) -> tuple[Cells, Cells]:
    x, y = np.zeros_like(numbers), np.zeros_like(numbers)
    for place in range(MAX_ZOOM):
        x |= (numbers >> 2 * place & 1) << place
        y |= (numbers >> 2 * place + 1 & 1) << place
    return x, y


def _counted(tiles: Cells, least: int = 1) -> tuple[Cells, Cells]:
    """Tiles that stand there at least so often and how often that is, fullest first."""
    numbers, counts = np.unique(tiles, return_counts=True)
    numbers, counts = numbers[counts >= least], counts[counts >= least]
    order = np.argsort(-counts, kind="stable")
    return numbers[order], counts[order]


def _middles(numbers: Cells, zoom: int) -> tuple[Degrees, Degrees]:
    x, y = _unwoven(numbers)
    side = 2**zoom
    north = math.pi * (1 - 2 * (y + 0.5) / side)
    return (x + 0.5) / side * 360 - 180, np.degrees(np.arctan(np.sinh(north)))
