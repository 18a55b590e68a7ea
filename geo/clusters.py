"""Where many reports lie close together: density by map cell, and places where they repeat.

Cells are the numbers along the Z-order curve of zoom 22 that reports keep (`report.cell`).
"""

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.tiles import MAX_ZOOM

Cells = NDArray[np.integer[Any]]
PLACE_ZOOM = 20
"""A cell of this zoom is some 36 m wide in central Vietnam: a street corner."""


class Spot(NamedTuple):
    """A place in degrees and how many reports its cell holds."""

    lon: float
    lat: float
    number: int


def density(cells: Cells, zoom: int, most: int) -> list[Spot]:
    """The middle and the number of each tile of `zoom` that holds reports; the fullest `most` of them."""
    return [Spot(*_middle(number, zoom), count) for number, count in _counted(cells, zoom)[:most]]


def repeated(cells: Cells, most: int, least: int) -> list[Spot]:
    """Places where at least `least` reports lie, fullest first, each where those reports are on average.

    A place next to one chosen before belongs to that one.
    """
    taken: set[tuple[int, int]] = set()
    found: list[Spot] = []
    for number, count in _counted(cells, PLACE_ZOOM, least):
        if len(found) == most:
            break
        x, y = unwoven(number)
        if any((x + dx, y + dy) in taken for dx in (-1, 0, 1) for dy in (-1, 0, 1)):
            continue
        taken.add((x, y))
        inside = cells[cells >> 2 * (MAX_ZOOM - PLACE_ZOOM) == number]
        places = [_middle(int(cell), MAX_ZOOM) for cell in inside]
        lon, lat = (sum(values) / len(places) for values in zip(*places, strict=True))
        found.append(Spot(lon, lat, count))
    return found


def unwoven(number: int) -> tuple[int, int]:
    """Column and row from the bits of a Z-order number, by turns."""
    x = y = 0
    for place in range(MAX_ZOOM):
        x |= (number >> 2 * place & 1) << place
        y |= (number >> 2 * place + 1 & 1) << place
    return x, y


def _counted(cells: Cells, zoom: int, least: int = 1) -> list[tuple[int, int]]:
    """Tiles with at least so many reports and their numbers, fullest first."""
    numbers, counts = np.unique(cells >> 2 * (MAX_ZOOM - zoom), return_counts=True)
    numbers, counts = numbers[counts >= least], counts[counts >= least]
    order = np.lexsort((numbers, -counts))
    return list(zip(numbers[order].tolist(), counts[order].tolist(), strict=True))


def _middle(number: int, zoom: int) -> tuple[float, float]:
    x, y = unwoven(number)
    side = 2**zoom
    north = math.pi * (1 - 2 * (y + 0.5) / side)
    return (x + 0.5) / side * 360 - 180, math.degrees(math.atan(math.sinh(north)))
