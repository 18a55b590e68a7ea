"""How many places a second find their ward among the 40 real ones of Huế, at random over the city's box."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.locator import Locator
from tests.geo.places import real_areas, total_bounds

TOLERANCE_M = 200.0
ROUNDS = 5
Floats = NDArray[np.float64]


def measure(points: int = 1_000_000) -> dict[str, float]:
    """Medians of five rounds, in points a second.

    `locate_points_per_s` is the locator as routing uses it, with its tolerance; `locate_plain_points_per_s`
    the same places by prepared polygons alone, without cell map and tolerance; `locate_one_us` is one place
    asked alone.
    """
    lons, lats = _scattered(points)
    started = time.perf_counter()
    locator = Locator(real_areas(), TOLERANCE_M)
    built_s = time.perf_counter() - started
    some = min(points, 2_000)
    one_s = _median_s(lambda: [locator.locate(lons[n], lats[n]) for n in range(some)]) / some
    return {
        "locate_points_per_s": points / _median_s(lambda: locator.locate_many(lons, lats)),
        "locate_plain_points_per_s": points / _median_s(lambda: _plain(lons, lats)),
        "locate_one_us": 1e6 * one_s,
        "locate_build_s": built_s,
    }


def _scattered(points: int) -> tuple[Floats, Floats]:
    west, south, east, north = total_bounds(real_areas())
    dice = np.random.default_rng(2025)
    return dice.uniform(west, east, points), dice.uniform(south, north, points)


def _median_s(work: Callable[[], object]) -> float:
    work()
    took = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        work()
        took.append(time.perf_counter() - started)
    return statistics.median(took)


def _plain(lons: Floats, lats: Floats) -> NDArray[np.int64]:
    found = np.full(len(lons), -1, dtype=np.int64)
    for area in sorted(real_areas(), key=lambda area: area.code, reverse=True):
        shapely.prepare(area.geometry)
        west, south, east, north = area.geometry.bounds
        near = np.flatnonzero((lons >= west) & (lons <= east) & (lats >= south) & (lats <= north))
        found[near[shapely.intersects_xy(area.geometry, lons[near], lats[near])]] = area.id
    return found


if __name__ == "__main__":
    for name, figure in measure().items():
        print(f"{name:28}{figure:16,.3f}")
