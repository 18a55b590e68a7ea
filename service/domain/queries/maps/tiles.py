"""Vector tiles for the map: reports (clustered where they are many) and wards, made by PostGIS.

`Report.cell` numbers the tiles of zoom 22 along a Z-order curve, so a tile of any zoom is one range of it,
counted from an index alone, and so are the parts of a tile.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from geo.tiles import MAX_ZOOM, Tile, TileError, tile
from service.domain.city.reference import Reference
from service.domain.kernel.codes import tidy_code
from service.domain.kernel.sql import plan_by_values
from service.domain.kernel.texts import tidy
from service.domain.queries.conditions import HYPHENS
from service.domain.reports.filters import FilterReader, Params, categories_of, statuses_of, wards_of
from service.errors import NotFound
from service.i18n import N_
from service.models import OPEN, Status

ALWAYS_CLUSTERED = 13
"""Up to this zoom a tile shows clusters, however few reports it has."""

NEVER_CLUSTERED = 18
MOST_POINTS = 1000
"""Between these zooms a tile with more reports than this shows clusters."""

MOST_AT_ALL = 5000
PARTS_DEEP = 5
"""A cluster's place is the mean over a tile's 32 × 32 parts; 4 × 4 of them make one cluster."""


@dataclass(frozen=True, slots=True)
class TileFilters:
    """Filters of the reports in a tile; None means all."""

    categories: frozenset[int] | None = None
    statuses: frozenset[str] | None = None
    wards: frozenset[int] | None = None
    overdue: bool = False
    words: str = ""
    """What the report says, marks or none; a tracking code finds that report alone."""


# Reports not routed yet are in no index by cell; they are few, and there is one of them by status. Ward and
# deadline are in no index by cell: they are asked for only when a request names them.
_ROUTED, _FRESH = f"status <> '{Status.RECEIVED}'", f"status = '{Status.RECEIVED}'"
_FROM = f"""
  FROM report
  WHERE published AND {_ROUTED} AND cell >= :low AND cell < :high
    AND (CAST(:categories AS int[]) IS NULL OR category_id = ANY(CAST(:categories AS int[])))
    AND (CAST(:statuses AS text[]) IS NULL OR status = ANY(CAST(:statuses AS text[])))
"""
_WARD = " AND ward_id = ANY(CAST(:wards AS int[]))"
_WORDS = " AND search @@ plainto_tsquery('simple', fold(:words))"
_CODE = " AND code = :code"
_LATE = """
    AND status = ANY(CAST(:open AS text[])) AND due_at < :now AND (paused_at IS NULL OR due_at < paused_at)
"""

_COUNT = """
SELECT (SELECT count(*) FROM (SELECT 1 {routed} LIMIT :most) AS routed)
     + (SELECT count(*) FROM (SELECT 1 {fresh} LIMIT :most) AS fresh)
"""

_PROPERTIES = """
  CAST(r.id AS text) AS id, r.code, c.code AS category, r.status,
  coalesce(r.due_at < coalesce(r.resolved_at, r.closed_at, r.paused_at, :now), false) AS late,
  ST_AsMVTGeom(ST_Transform(r.location, 3857), ST_TileEnvelope(:z, :x, :y), 4096, 64, true) AS geom
"""

# The bits of a part's number are its column and row in the tile by turns.
_CLUSTERS = """
WITH parts AS (
  SELECT part, sum(n) AS n, sum(unfinished) AS unfinished, sum(late) AS late
  FROM (SELECT cell >> :shift AS part, count(*) AS n,
               count(*) FILTER (WHERE status = ANY(:open)) AS unfinished, 0 AS late {routed} GROUP BY 1
        UNION ALL
        SELECT cell >> :shift, count(*), count(*), 0 {fresh} GROUP BY 1
        UNION ALL
        SELECT cell >> :shift, 0, 0, count(*) {routed} {late} GROUP BY 1) AS counted
  GROUP BY part
), placed AS (
  SELECT part, n, unfinished, late, k,
         ((k & 1) | (k >> 1 & 2) | (k >> 2 & 4) | (k >> 3 & 8) | (k >> 4 & 16)) + 0.5 AS x,
         ((k >> 1 & 1) | (k >> 2 & 2) | (k >> 3 & 4) | (k >> 4 & 8) | (k >> 5 & 16)) + 0.5 AS y
  FROM parts, LATERAL (SELECT part - (CAST(:low AS bigint) >> :shift) AS k) AS local
), clusters AS (
  SELECT k >> 4 AS cluster, sum(n) AS n, sum(unfinished) AS unfinished, sum(late) AS unfinished_late,
         min(part) AS part, sum(n * x) / sum(n) AS x, sum(n * y) / sum(n) AS y
  FROM placed GROUP BY 1
), alone AS (
  SELECT {properties}
  FROM clusters
  CROSS JOIN LATERAL (
    (SELECT id, code, status, due_at, resolved_at, closed_at, paused_at, location, category_id {routed}
       AND cell >= clusters.part << :shift AND cell < (clusters.part + 1) << :shift LIMIT 1)
    UNION ALL
    (SELECT id, code, status, due_at, resolved_at, closed_at, paused_at, location, category_id {fresh}
       AND cell >= clusters.part << :shift AND cell < (clusters.part + 1) << :shift LIMIT 1)
  ) AS r
  JOIN category c ON c.id = r.category_id
  WHERE clusters.n = 1
), shown AS (
  SELECT CAST(NULL AS bigint) AS count, CAST(NULL AS bigint) AS open,
         CAST(NULL AS bigint) AS open_late, * FROM alone
  UNION ALL
  SELECT CAST(n AS bigint), CAST(unfinished AS bigint), CAST(unfinished_late AS bigint),
         NULL, NULL, NULL, NULL, NULL,
         ST_MakePoint(CAST(x AS float8) * 128, CAST(y AS float8) * 128)
  FROM clusters WHERE n > 1
)
SELECT ST_AsMVT(shown, 'reports', 4096, 'geom') FROM shown
"""

_POINTS = """
WITH shown AS (
  SELECT {properties}
  FROM report r JOIN category c ON c.id = r.category_id
  WHERE r.published
    AND r.location && ST_Transform(ST_TileEnvelope(:z, :x, :y, margin => 64.0 / 4096), 4326)
    AND (CAST(:categories AS int[]) IS NULL OR r.category_id = ANY(CAST(:categories AS int[])))
    AND (CAST(:statuses AS text[]) IS NULL OR r.status = ANY(CAST(:statuses AS text[])))
  {more}
  ORDER BY r.created_at DESC, r.id LIMIT :most
)
SELECT ST_AsMVT(shown, 'reports', 4096, 'geom') FROM shown WHERE geom IS NOT NULL
"""

_WARDS = text("""
WITH frame AS (
  SELECT ST_TileEnvelope(:z, :x, :y) AS tile,
         ST_Transform(ST_TileEnvelope(:z, :x, :y, margin => 64.0 / 4096), 4326) AS around
), wards AS (
  SELECT code, full_name AS name, approximate,
         ST_AsMVTGeom(ST_Transform(geom, 3857), frame.tile, 4096, 64, true) AS geom
  FROM area, frame WHERE valid_to IS NULL AND area.geom && frame.around
), labels AS (
  SELECT code, full_name AS name,
         ST_AsMVTGeom(ST_Transform(ST_PointOnSurface(area.geom), 3857), frame.tile, 4096, 0, true) AS geom
  FROM area, frame WHERE valid_to IS NULL AND area.geom && frame.around
)
SELECT (SELECT ST_AsMVT(wards, 'wards', 4096, 'geom') FROM wards WHERE geom IS NOT NULL)
    || (SELECT ST_AsMVT(labels, 'ward_labels', 4096, 'geom') FROM labels WHERE geom IS NOT NULL)
""")


@dataclass(frozen=True, slots=True)
class _Queries:
    """Statements for the filters that a request names."""

    count: TextClause
    clusters: TextClause
    points: TextClause


@lru_cache
def _queries(*, by_ward: bool, late: bool, words: bool, code: bool) -> _Queries:
    more = (_WARD if by_ward else "") + (_LATE if late else "")
    more += _CODE if code else _WORDS if words else ""
    routed = _FROM + more
    fresh = routed.replace(_ROUTED, _FRESH)
    parts = {"routed": routed, "fresh": fresh, "properties": _PROPERTIES, "more": more, "late": _LATE}
    return _Queries(*(text(each.format(**parts)) for each in (_COUNT, _CLUSTERS, _POINTS)))


def read_shown(reference: Reference, params: Params) -> TileFilters:
    """Return what a tile is asked to show. Raises Invalid that names every wrong parameter."""
    reader = FilterReader(params)
    filters = TileFilters(
        categories_of(reader, reference),
        statuses_of(reader),
        wards_of(reader, reference),
        overdue=bool(params.get("overdue")),
        words=reference.masking.general.text(tidy(str(params.get("q") or ""))),
    )
    reader.check()
    return filters


def find_tile(z: int, x: int, y: int) -> Tile:
    """Return the tile. Raises NotFound when there is no such tile."""
    try:
        return tile(z, x, y)
    except TileError:
        raise NotFound(N_("Không có mảnh bản đồ này.")) from None


def report_tile(session: Session, of: Tile, filters: TileFilters, *, now: datetime) -> bytes:
    """Return the tile's published reports as a Mapbox Vector Tile, layer `reports`.

    A report has `id`, `code`, `category`, `status`, `late`; a cluster `count`, `open` and
    `open_late`, and stands at the mean of its reports. Clusters never reach over a tile's edge.
    """
    plan_by_values(session, work_mem="16MB", one_core=True)
    low, high = cell_range(of)
    params: dict[str, object] = {
        **of._asdict(),
        "low": low,
        "high": high,
        "categories": sorted(filters.categories) if filters.categories is not None else None,
        "statuses": sorted(filters.statuses) if filters.statuses is not None else None,
        "wards": sorted(filters.wards) if filters.wards is not None else None,
        "open": list(OPEN),
        "now": now,
    }
    if code := tidy_code(filters.words):
        params["code"] = code
    elif filters.words:
        params["words"] = HYPHENS.sub(" ", filters.words)
    queries = _queries(
        by_ward=filters.wards is not None,
        late=filters.overdue,
        words=bool(filters.words),
        code=code is not None,
    )
    if _is_crowded(session, queries, of, params):
        params |= {"shift": 2 * (MAX_ZOOM - of.z - PARTS_DEEP)}
        return bytes(session.scalars(queries.clusters, params).one())
    return bytes(session.scalars(queries.points, params | {"most": MOST_AT_ALL}).one())


def ward_tile(session: Session, of: Tile) -> bytes:
    """Return the wards in force: layer `wards` (`code`, `name`, `approximate`); `ward_labels`, points for
    names.
    """
    return bytes(session.scalars(_WARDS, of._asdict()).one())


def cell_range(of: Tile) -> tuple[int, int]:
    """Return the tile's cells: from the first up to, but without, the second."""
    shift = 2 * (MAX_ZOOM - of.z)
    number = _interleaved(of.x) | _interleaved(of.y) << 1
    return number << shift, (number + 1) << shift


def _is_crowded(session: Session, queries: _Queries, of: Tile, params: Params) -> bool:
    if of.z <= ALWAYS_CLUSTERED:
        return True
    if of.z >= NEVER_CLUSTERED:
        return False
    there: int = session.scalars(queries.count, {**params, "most": MOST_POINTS + 1}).one()
    return there > MOST_POINTS


def _interleaved(value: int) -> int:
    """Return the bits of `value` with room for another's between them."""
    return sum((value >> bit & 1) << 2 * bit for bit in range(MAX_ZOOM))
