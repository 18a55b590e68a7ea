"""Overlaps and gaps: ground that two units cover, and ground between units that none covers.

Works on valid MultiPolygons in degrees; surfaces are square metres on the ellipsoid.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from geo.distance import degree_m
from geo.points import Point
from geo.shapes import area_m2, label_point, multipolygon, polygons

# Less than this is what rounding leaves; nobody is told.
NOISE_M2 = 1.0


@dataclass(frozen=True)
class SliverLimits:
    """Up to which size a flaw is a sliver: drawn carelessly, not meant.

    A piece is one when it is small, or so thin that no survey meant it. `repair_share` is the share of a
    unit's surface that mending its shape may change before a person has to look.
    """

    sliver_area_m2: float = 1_000.0
    sliver_width_m: float = 2.0
    repair_share: float = 0.01


@dataclass(frozen=True)
class GroundPiece:
    """Piece of ground; `width_m` is its mean width, `place` lies in it."""

    area_m2: float
    width_m: float
    place: Point

    def is_sliver(self, limits: SliverLimits) -> bool:
        return self.area_m2 <= limits.sliver_area_m2 or self.width_m <= limits.sliver_width_m


@dataclass(frozen=True)
class Overlap:
    """Two units, by their numbers with `first` < `second`, and the pieces both cover, the largest first."""

    first: int
    second: int
    pieces: tuple[GroundPiece, ...]

    @property
    def area_m2(self) -> float:
        return sum(piece.area_m2 for piece in self.pieces)

    def is_sliver(self, limits: SliverLimits) -> bool:
        return all(piece.is_sliver(limits) for piece in self.pieces)


@dataclass(frozen=True)
class BoundaryGap:
    """A hole between units that none covers, and the numbers of the units around it."""

    piece: GroundPiece
    around: tuple[int, ...]


def overlaps(shapes: Sequence[MultiPolygon]) -> list[Overlap]:
    """Return every pair that shares ground, in the order of their numbers."""
    units = np.array(shapes, dtype=object)
    first, second = shapely.STRtree(units).query(units, predicate="intersects")
    pairs = sorted((int(a), int(b)) for a, b in zip(first, second, strict=True) if a < b)
    found = (Overlap(a, b, _pieces(units[a].intersection(units[b]))) for a, b in pairs)
    return [overlap for overlap in found if overlap.pieces]


def gaps(shapes: Sequence[MultiPolygon]) -> list[BoundaryGap]:
    """Return every hole in the surface of all units together, from west to east."""
    units = np.array(shapes, dtype=object)
    tree = shapely.STRtree(units)
    holes = sorted(_holes(multipolygon(shapely.union_all(units))), key=lambda hole: hole.bounds)
    return [
        BoundaryGap(piece, tuple(sorted(int(n) for n in tree.query(hole, predicate="intersects"))))
        for hole in holes
        for piece in _pieces(hole)
    ]


def without_overlap(shapes: Sequence[MultiPolygon], overlap: Overlap) -> MultiPolygon:
    """Return the second unit of a pair with the shared ground left to the first."""
    return multipolygon(shapes[overlap.second].difference(shapes[overlap.first]))


def _holes(surface: MultiPolygon) -> Iterator[Polygon]:
    return (Polygon(ring) for part in surface.geoms for ring in part.interiors)


def _pieces(ground: BaseGeometry) -> tuple[GroundPiece, ...]:
    measured = [_piece(part) for part in polygons(ground)]
    kept = [piece for piece in measured if piece.area_m2 > NOISE_M2]
    return tuple(sorted(kept, key=lambda piece: (-piece.area_m2, piece.place)))


def _piece(part: Polygon) -> GroundPiece:
    place = label_point(part) or Point(*part.exterior.coords[0][:2])
    scale = np.array(degree_m(place.lat))
    perimeter_m = shapely.transform(part, lambda lonlat: lonlat * scale).length
    area = area_m2(part)
    # A long strip of width w has the surface w·l and a rim of about 2·l.
    return GroundPiece(area, 2 * area / perimeter_m, place)
