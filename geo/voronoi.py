"""Approximate areas for a city whose official boundaries are not at hand, from points alone.

Each former unit's centre gets the ground nearer to it than to any other; former units that became one are
joined. A picture to start with, not a boundary: whoever shows it says so.
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPoint, MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import voronoi_diagram

from geo.distance import degree_m
from geo.shapes import multipolygon

Floats = NDArray[np.float64]
Centre = tuple[float, float, str]

# How far the city reaches beyond a centre, in distances to the next centre. Tried against the real boundary
# of Huế: 98 % of the city is inside, and what is inside too much is a seventh of its surface.
REACH = 1.4
LONE_REACH_M = 3_000.0
GRID_M = 1.0
SIMPLIFY_M = 60.0


def approximate_areas(centres: Sequence[Centre]) -> dict[str, MultiPolygon]:
    """Return a valid MultiPolygon in degrees for each unit code; neighbours share their borders, none
    overlap.

    `centres` are longitude, latitude and the code of the unit that the former unit went into. Of centres in
    the very same place only one counts: that of the unit with fewest centres, then of the smallest code; a
    unit left without any has no area. No centres give no areas; `ValueError` for a place outside the world.
    """
    if not centres:
        return {}
    places, codes = _distinct(centres)
    scale = np.array(degree_m(float(places[:, 1].mean())))
    plane = places * scale
    faces, owners = _faces(plane)
    owner_codes = codes[owners]
    units = sorted(set(owner_codes))
    joined = np.array(
        [shapely.coverage_union_all(faces[owner_codes == unit]) for unit in units], dtype=object
    )
    simple = shapely.coverage_simplify(joined, SIMPLIFY_M)
    return {
        str(unit): multipolygon(shapely.transform(area, lambda xy: xy / scale))
        for unit, area in zip(units, simple, strict=True)
    }


def outline(plane: Floats) -> Polygon | MultiPolygon:
    """Return a plausible outline around places (n, 2) on a plane in metres, without holes.

    Every place reaches as far as its neighbours are away, but none far beyond the line around them all, which
    keeps lone places at the rim from claiming the neighbouring city.
    """
    points = np.asarray(shapely.points(plane), dtype=object)
    if len(points) == 1:
        return Point(plane[0]).buffer(LONE_REACH_M)
    tree = shapely.STRtree(points)
    _, spacing = tree.query_nearest(points, exclusive=True, all_matches=False, return_distance=True)
    near = shapely.union_all(shapely.buffer(points, REACH * spacing))
    around = MultiPoint(plane).convex_hull.buffer(REACH * float(spacing.mean()))
    parts = shapely.get_parts(shapely.intersection(near, around))
    return multipolygon(shapely.union_all(shapely.polygons(shapely.get_exterior_ring(parts))))


def _distinct(centres: Sequence[Centre]) -> tuple[Floats, NDArray[np.object_]]:
    """Return places (n, 2) and their codes, one each, in an order that does not depend on the input's."""
    by_place: dict[tuple[float, float], str] = {}
    count = Counter(code for _, _, code in centres)
    for lon, lat, code in sorted(centres, key=lambda centre: (count[centre[2]], centre[2])):
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            raise ValueError(f"the centre {lon}, {lat} of {code} is no place")
        by_place.setdefault((float(lon), float(lat)), code)
    places = sorted(by_place)
    return np.array(places), np.array([by_place[place] for place in places], dtype=object)


def _faces(plane: Floats) -> tuple[NDArray[np.object_], NDArray[np.intp]]:
    """Return the outline cut along the lines between places, and the number of the place each face is nearest
    to.

    All lines are noded together before faces are made of them, so neighbours have the very same corners.
    """
    around = outline(plane)
    lines: list[BaseGeometry] = [around.boundary]
    if len(plane) > 1:
        lines.append(voronoi_diagram(MultiPoint(plane), envelope=around.envelope, edges=True))
    network = shapely.union_all(lines, grid_size=GRID_M)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(network)))
    inner = shapely.point_on_surface(faces)
    kept = shapely.intersects(around, inner)
    tree = shapely.STRtree(np.asarray(shapely.points(plane), dtype=object))
    return faces[kept], tree.nearest(inner[kept])
