"""Vector tiles of the ground beneath the reports: loaded water, streets and landmarks, made by PostGIS."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.tiles import HALF_WORLD_M, TILE_PIXELS, Tile
from service.domain.city.ground import classes_at, landmark_rank_at

NAMED_FROM = 12
MOST_LANDMARKS = 120
"""In one tile; the best known first."""

LINES_FROM = 11
DITCHES_FROM = 14
SMALLEST_WATER = 24
"""Square pixels below which a pond is left out of a tile that is not the finest."""

FINEST = 15
"""Maps draw deeper zooms from the tiles of this one."""

_GROUND = text("""
WITH frame AS (
  SELECT ST_TileEnvelope(:z, :x, :y) AS tile,
         ST_Transform(ST_TileEnvelope(:z, :x, :y, margin => 64.0 / 4096), 4326) AS around
), waters AS (
  SELECT nullif(name, '') AS name, kind,
         ST_AsMVTGeom(ST_Simplify(ST_Transform(ST_ClipByBox2D(geom, frame.around), 3857), :fine),
                      frame.tile, 4096, 64) AS geom
  FROM water, frame
  WHERE water.geom && frame.around
    AND (ST_Dimension(geom) = 1 AND :z >= :lines AND (kind <> 'ditch' OR :z >= :ditches)
         OR ST_Dimension(geom) = 2
            AND (:z >= :finest OR ST_Area(ST_Transform(ST_Envelope(geom), 3857)) > :smallest))
), merged AS (
  SELECT CASE WHEN :z >= :named THEN nullif(name, '') END AS name, road_class AS class,
         nullif(is_bridge, false) AS bridge,
         ST_LineMerge(ST_Collect(ST_Transform(line.geom, 3857))) AS lines
  FROM street, frame, LATERAL ST_Dump(ST_ClipByBox2D(street.geom, frame.around)) AS line
  WHERE street.geom && frame.around AND road_class = ANY(:classes) AND ST_Dimension(line.geom) = 1
  GROUP BY 1, 2, 3
), streets AS (
  SELECT name, class, bridge, ST_AsMVTGeom(ST_Simplify(lines, :fine), frame.tile, 4096, 64) AS geom
  FROM merged, frame
), known AS (
  SELECT name, kind, rank, ST_AsMVTGeom(ST_Transform(location, 3857), frame.tile, 4096, 0) AS geom
  FROM landmark, frame
  WHERE location && frame.around AND rank <= :rank
  ORDER BY rank, id LIMIT :most
)
SELECT (SELECT ST_AsMVT(waters, 'water', 4096, 'geom') FROM waters WHERE geom IS NOT NULL)
    || (SELECT ST_AsMVT(streets, 'streets', 4096, 'geom') FROM streets WHERE geom IS NOT NULL)
    || (SELECT ST_AsMVT(known, 'landmarks', 4096, 'geom') FROM known WHERE geom IS NOT NULL)
""")


def ground_tile(session: Session, of: Tile) -> bytes:
    """Return a Mapbox Vector Tile with the layers `water`, `streets` and `landmarks`.

    Water has `name` and `kind`; a street `name`, `class` and `bridge` (only where it is one); a landmark
    `name`, `kind` and `rank`. What is too small to be seen at the zoom is left out, and lines are simplified
    to a pixel.
    """
    pixel = 2 * HALF_WORLD_M / 2.0**of.z / TILE_PIXELS
    params = {
        **of._asdict(),
        "fine": pixel * (0.25 if of.z >= FINEST else 0.75),
        "classes": classes_at(of.z),
        "named": NAMED_FROM,
        "lines": LINES_FROM,
        "ditches": DITCHES_FROM,
        "finest": FINEST,
        "smallest": SMALLEST_WATER * pixel**2,
        "rank": landmark_rank_at(of.z),
        "most": MOST_LANDMARKS,
    }
    return bytes(session.scalars(_GROUND, params).one())
