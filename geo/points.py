"""A place given as longitude and latitude: reading it, and naming what looks wrong with it.

No words for people here; the edges turn a `PointProblem` into a sentence.
"""

import math
from enum import StrEnum
from typing import NamedTuple

# Phones without a fix send exactly 0,0; about eleven metres around it cost nobody a real report.
NULL_ISLAND_DEG = 1e-4
# A swapped pair is recognised when its mirror lies in the city or this close to it.
SWAP_MARGIN_DEG = 0.5


class BBox(NamedTuple):
    """West, south, east, north in degrees; borders belong to the box. It never crosses the antimeridian."""

    west: float
    south: float
    east: float
    north: float

    def contains(self, lon: float, lat: float) -> bool:
        return self.west <= lon <= self.east and self.south <= lat <= self.north

    def expanded(self, degrees: float) -> "BBox":
        """Return the box grown on every side, still within the world."""
        return BBox(
            max(-180.0, self.west - degrees),
            max(-90.0, self.south - degrees),
            min(180.0, self.east + degrees),
            min(90.0, self.north + degrees),
        )


class Point(NamedTuple):
    lon: float
    lat: float


class PointProblem(StrEnum):
    """Fault of a place; at most one is reported, the most telling."""

    NOT_A_NUMBER = "not_a_number"
    NOT_FINITE = "not_finite"
    NULL_ISLAND = "null_island"
    SWAPPED = "swapped"
    OUT_OF_RANGE = "out_of_range"
    OUTSIDE = "outside"


class PointError(ValueError):
    """A place that cannot be used, with the problem as data."""

    def __init__(self, problem: PointProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


def in_world(lon: float, lat: float) -> bool:
    """Return whether both lie within -180…180 and -90…90; False for NaN."""
    return -180 <= lon <= 180 and -90 <= lat <= 90


def point_problem(lon: float, lat: float, city: BBox | None = None) -> PointProblem | None:
    """Return the problem of a place, or None.

    With `city`, a place outside the box is SWAPPED when its mirror would be in or near it, else OUTSIDE.
    Without it only what is impossible anywhere is found.
    """
    if not (math.isfinite(lon) and math.isfinite(lat)):
        return PointProblem.NOT_FINITE
    if city is not None and city.contains(lon, lat):
        return None
    if abs(lon) < NULL_ISLAND_DEG and abs(lat) < NULL_ISLAND_DEG:
        return PointProblem.NULL_ISLAND
    if city is not None and city.expanded(SWAP_MARGIN_DEG).contains(lat, lon):
        return PointProblem.SWAPPED
    if not in_world(lon, lat):
        # 16.4, 107.6 is no place on earth; its mirror is.
        return PointProblem.SWAPPED if city is None and in_world(lat, lon) else PointProblem.OUT_OF_RANGE
    return None if city is None else PointProblem.OUTSIDE


def parse_point(lon: object, lat: object, city: BBox | None = None) -> Point:
    """Return a place from numbers or their text; raises `PointError`."""
    point = Point(_number(lon), _number(lat))
    problem = point_problem(*point, city)
    if problem is not None:
        raise PointError(problem)
    return point


def parse_pair(text: str, city: BBox | None = None) -> Point:
    """Return a place from `lon,lat` as in a query string; raises `PointError`."""
    parts = text.split(",")
    if len(parts) != 2:
        raise PointError(PointProblem.NOT_A_NUMBER)
    return parse_point(parts[0], parts[1], city)


def to_float(value: object) -> float | None:
    """Return the number of a JSON number or of its text, possibly infinite; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    # float() also reads "1_0", which nobody means as a coordinate.
    if isinstance(value, str) and "_" in value:
        return None
    try:
        return float(value)
    except OverflowError:
        return math.inf
    except ValueError:
        return None


def _number(value: object) -> float:
    number = to_float(value)
    if number is None:
        raise PointError(PointProblem.NOT_A_NUMBER)
    return number
