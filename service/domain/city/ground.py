"""Streets, water and landmarks as they are drawn: from which zoom on, and as paths of a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.picture import MapView

CLASSES_FROM = {
    "motorway": 5,
    "trunk": 7,
    "primary": 9,
    "secondary": 11,
    "tertiary": 12,
    "minor": 13,
    "service": 14,
    "track": 14,
    "path": 15,
}
"""Zoom from which a class of roads is shown."""

RANKS_FROM = ((1, 13), (2, 14), (4, 15))
"""Up to which rank landmarks are shown, from a zoom on."""

NAMES_FROM = 13
MOST_NAMES = 40
LANDMARKS_LEAST = 1
"""In a picture that stands still only the best known are named from this rank on, one more with each zoom."""


def classes_at(zoom: float) -> list[str]:
    """Return the classes of roads that are shown at a zoom."""
    return [name for name, least in CLASSES_FROM.items() if zoom >= least]


def landmark_rank_at(zoom: float) -> int:
    """Return up to which rank landmarks are shown at a zoom; 0 for none."""
    return max((rank for rank, least in RANKS_FROM if zoom >= least), default=0)


@dataclass(frozen=True, slots=True)
class GroundPath:
    """Lines or surfaces of one kind in a picture, as an SVG path: `water`, `river`, or a class of roads."""

    kind: str
    path: str


@dataclass(frozen=True, slots=True)
class GroundName:
    """A name and where it stands in the picture, in pixels; `kind` is `street`, `water` or `landmark`."""

    text: str
    kind: str
    x: float
    y: float


_FRAME = """
WITH frame AS (
  SELECT ST_MakeEnvelope(:left, :bottom, :right, :top, 3857) AS box,
         ST_Transform(ST_MakeEnvelope(:left, :bottom, :right, :top, 3857), 4326) AS around
)
"""
_INTO_PIXELS = "1 / :metres, 0, 0, 1 / :metres, -:west / :metres, -:north / :metres"

_PATHS = text(f"""{_FRAME}, shapes AS (
  SELECT CASE WHEN ST_Dimension(geom) = 2 THEN 'water' ELSE 'river' END AS kind, geom FROM water, frame
  WHERE geom && frame.around AND (ST_Dimension(geom) = 2 OR :zoom >= 11)
  UNION ALL
  SELECT road_class, geom FROM street, frame WHERE geom && frame.around AND road_class = ANY(:classes)
), cut AS (
  SELECT kind, ST_ClipByBox2D(ST_Simplify(ST_Transform(geom, 3857), :metres * 0.6), frame.box) AS geom
  FROM shapes, frame
), gathered AS (
  SELECT kind, ST_Collect(part.geom) AS geom
  FROM cut, LATERAL ST_Dump(cut.geom) AS part
  WHERE ST_Dimension(part.geom) = CASE WHEN kind = 'water' THEN 2 ELSE 1 END
  GROUP BY kind
)
SELECT kind, ST_AsSVG(ST_Affine(geom, {_INTO_PIXELS}), 1, 0) AS path FROM gathered
""")  # noqa: S608 - nothing of it comes from outside

_NAMES = text(f"""{_FRAME}, lines AS (
  SELECT name, 'street' AS kind, geom FROM street, frame
  WHERE name <> '' AND geom && frame.around AND road_class = ANY(:classes)
  UNION ALL
  SELECT name, 'water', geom FROM water, frame
  WHERE name <> '' AND geom && frame.around AND ST_Dimension(geom) = 1
), longest AS (
  SELECT DISTINCT ON (kind, name) name, kind, ST_Length(part.geom) AS length,
         ST_LineInterpolatePoint(part.geom, 0.5) AS middle
  FROM lines, frame,
       LATERAL ST_Dump(ST_LineMerge(ST_ClipByBox2D(ST_Transform(geom, 3857), frame.box))) AS part
  WHERE ST_GeometryType(part.geom) = 'ST_LineString'
  ORDER BY kind, name, length DESC
), named AS (
  SELECT name, kind, 0 AS rank, length, middle FROM longest
  UNION ALL
  SELECT name, 'landmark', rank, 0, ST_Transform(location, 3857) FROM landmark, frame
  WHERE location && frame.around AND rank <= :rank
)
SELECT name, kind, ST_X(at) AS x, -ST_Y(at) AS y
FROM (SELECT *, ST_Affine(middle, {_INTO_PIXELS}) AS at FROM named) AS placed
ORDER BY rank = 1 DESC, length DESC, rank, name LIMIT :most
""")  # noqa: S608 - nothing of it comes from outside


def paths_in(session: Session, picture: MapView) -> Sequence[GroundPath]:
    """Return the water and streets that show in a picture, one path a kind."""
    rows = session.execute(_PATHS, _asked(picture))
    return [GroundPath(row.kind, row.path) for row in rows if row.path]


def names_in(session: Session, picture: MapView) -> Sequence[GroundName]:
    """Return names of streets, water and landmarks in a picture, the most telling first."""
    if picture.zoom < NAMES_FROM:
        return []
    rank = min(landmark_rank_at(picture.zoom), LANDMARKS_LEAST + max(0, int(picture.zoom) - 15))
    rows = session.execute(_NAMES, {**_asked(picture), "rank": rank, "most": MOST_NAMES})
    return [GroundName(row.name, row.kind, row.x, row.y) for row in rows]


def _asked(picture: MapView) -> dict[str, object]:
    box, metres = picture.box, picture.metres_a_pixel
    more = 20 * metres
    return {
        "metres": metres,
        "west": box.xmin,
        "north": box.ymax,
        "left": box.xmin - more,
        "bottom": box.ymin - more,
        "right": box.xmax + more,
        "top": box.ymax + more,
        "zoom": picture.zoom,
        "classes": classes_at(picture.zoom),
    }
