"""Pieces of text on a picture: where they stand, which make one line, which lie over each other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from shapely import Polygon
from shapely.geometry.base import BaseGeometry

Point = tuple[float, float]
Quad = tuple[Point, Point, Point, Point]

BASELINES = 0.6
"""Boxes of one line: their middles are no further apart across it, in heights."""

GAP = 1.5
"""Boxes of one line: the next begins no further on, in heights."""

SAME_HEIGHT, SAME_ROW_HEIGHT = 1.4, 1.25
TILT = math.radians(15)
COVERED = 0.8


@dataclass(frozen=True, slots=True)
class TextBox:
    """Text that was read in a box: corners in the order of reading (left above first), in pixels.

    `confidence` is that of the whole text, `weakest` that of its least certain digit, both 0 to 1: among ten
    digits one that was guessed hardly shows in the mean.
    """

    corners: Quad
    text: str
    confidence: float
    weakest: float = 1.0

    @property
    def angle(self) -> float:
        """Direction in which the text runs."""
        (x, y), (to_x, to_y) = self.corners[0], self.corners[1]
        return math.atan2(to_y - y, to_x - x)

    @property
    def height(self) -> float:
        """Return height of the text, across its direction."""
        return (math.dist(self.corners[0], self.corners[3]) + math.dist(self.corners[1], self.corners[2])) / 2

    @property
    def width(self) -> float:
        """Return length of the text, along its direction."""
        return (math.dist(self.corners[0], self.corners[1]) + math.dist(self.corners[3], self.corners[2])) / 2

    @property
    def middle(self) -> Point:
        """Return the middle of the box."""
        return sum(x for x, _ in self.corners) / 4, sum(y for _, y in self.corners) / 4

    def offset(self, other: TextBox) -> Point:
        """Return how far the other's middle is along this text and across it (below is positive)."""
        x, y = self.middle
        dx, dy = other.middle[0] - x, other.middle[1] - y
        cos, sin = math.cos(self.angle), math.sin(self.angle)
        return dx * cos + dy * sin, dy * cos - dx * sin


def similar_boxes(one: TextBox, other: TextBox, height: float = SAME_HEIGHT) -> bool:
    """Return whether both are written as large and in the same direction."""
    low, high = sorted((one.height, other.height))
    turned = abs(math.remainder(one.angle - other.angle, math.tau))
    return low > 0 and high / low <= height and turned <= TILT


def continues_box(one: TextBox, other: TextBox) -> bool:
    """Return whether the other goes on where this one ends, on the same line."""
    along, across = one.offset(other)
    gap = along - (one.width + other.width) / 2
    return (
        similar_boxes(one, other)
        and abs(across) <= BASELINES * one.height
        and along > 0
        and -one.height / 2 <= gap <= GAP * one.height
    )


def is_row_below(one: TextBox, other: TextBox) -> bool:
    """Return whether the other is the next row under this one, in the same column and as large."""
    along, across = one.offset(other)
    beside = abs(along) - abs(one.width - other.width) / 2
    return (
        similar_boxes(one, other, SAME_ROW_HEIGHT)
        and 0.7 * one.height <= across <= 2 * one.height
        and beside <= one.height
    )


def box_lines(boxes: Sequence[TextBox]) -> list[list[TextBox]]:
    """Return the boxes as lines, each in the order of reading. A box after which two could go on ends its
    line.
    """
    after: dict[int, list[int]] = {index: [] for index in range(len(boxes))}
    before: dict[int, list[int]] = {index: [] for index in range(len(boxes))}
    for index, one in enumerate(boxes):
        for other_index, other in enumerate(boxes):
            if other_index != index and continues_box(one, other):
                after[index].append(other_index)
                before[other_index].append(index)
    goes_on = {
        index: following[0]
        for index, following in after.items()
        if len(following) == 1 and len(before[following[0]]) == 1
    }
    found: list[list[TextBox]] = []
    for start in sorted(set(after) - set(goes_on.values())):
        line, place = [start], start
        while (following := goes_on.get(place)) is not None and following not in line:
            line.append(following)
            place = following
        found.append([boxes[each] for each in line])
    return found


def without_covered(boxes: Sequence[TextBox]) -> list[TextBox]:
    """Return the boxes without those that lie within another one with more text: a second look at a part."""
    return [
        box
        for box in boxes
        if not any(len(other.text) > len(box.text) and _covered(box, other) >= COVERED for other in boxes)
    ]


def corners_around(boxes: Sequence[TextBox]) -> Quad:
    """Return the corners around several boxes; those of one are its own."""
    if len(boxes) == 1:
        return boxes[0].corners
    points = [point for box in boxes for point in box.corners]
    left, right = min(x for x, _ in points), max(x for x, _ in points)
    top, bottom = min(y for _, y in points), max(y for _, y in points)
    return (left, top), (right, top), (right, bottom), (left, bottom)


def overlap(one: Quad, other: Quad) -> float:
    """Return the share of the smaller one's area that lies in the other. The corners count, not the frames
    around them: rows of a poster that hangs askew lie within each other's frames.
    """
    ours, theirs = _area(one), _area(other)
    smaller = min(ours.area, theirs.area)
    return float(ours.intersection(theirs).area / smaller) if smaller else 0.0


def _covered(box: TextBox, by: TextBox) -> float:
    smaller = _area(box.corners).area <= _area(by.corners).area
    return overlap(box.corners, by.corners) if smaller else 0.0


def _area(quad: Quad) -> BaseGeometry:
    return Polygon(quad).convex_hull
