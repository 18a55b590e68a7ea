"""Names in the tables that may be what was typed, and the parts of a street in each ward."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.domain.city.search.canon import KINDS

MOST = 30

# `short` are initials behind a word for a kind: `bv rhm` is “Bệnh viện Răng Hàm Mặt”.
# The longest part is where the middle is looked for: between two parts there may be no street.
_NAMES = text("""
SELECT DISTINCT found.source, found.kind, found.name, found.key, found.rank, found.street_key,
       found.lon, found.lat, found.extent_m
FROM (
  SELECT name, split_part(name, ' ', 1) AS kind,
         CASE WHEN split_part(name, ' ', 1) = ANY(CAST(:kinds AS text[]))
              THEN substring(name from '^[a-z]+ ([a-z]{2,5})$') END AS short
  FROM unnest(CAST(:names AS text[])) AS given(name)
) AS wanted
CROSS JOIN LATERAL (
  SELECT p.source, p.kind, p.name, p.key, p.rank, p.street_key, p.lon, p.lat, p.extent_m
  FROM place_name p
  WHERE p.key % wanted.name OR wanted.name <% p.key
     OR (p.initials = replace(wanted.name, ' ', '') AND length(p.initials) > 1)
     OR (p.key LIKE wanted.kind || ' %' AND p.initials LIKE '%' || wanted.short || '%')
  ORDER BY GREATEST(similarity(p.key, wanted.name), word_similarity(wanted.name, p.key) - 0.1,
                    CASE WHEN p.initials LIKE '_%' || wanted.short || '%' THEN 0.5 END) DESC,
           p.rank, p.id
  LIMIT :most
) AS found
""")

_PARTS = text("""
WITH whole AS (
  SELECT key, ST_Collect(geom) AS geom FROM street WHERE key = ANY(:keys) AND NOT key = '' GROUP BY key
), cut AS (
  SELECT w.key, a.code,
         ST_LineMerge(ST_CollectionExtract(ST_Intersection(w.geom, a.geom), 2)) AS geom
  FROM whole w JOIN area a ON a.valid_to IS NULL AND ST_Intersects(w.geom, a.geom)
), part AS (
  SELECT key, code, geom, ST_Length(geom::geography) AS length_m FROM cut WHERE NOT ST_IsEmpty(geom)
), placed AS (
  SELECT key, code, geom, length_m, ST_ClosestPoint(geom, ST_Centroid(geom)) AS place FROM part
)
SELECT key, code, length_m, ST_X(place) AS lon, ST_Y(place) AS lat,
       ST_MaxDistance(ST_Transform(geom, 3857), ST_Transform(place, 3857))
         * cos(radians(ST_Y(place))) AS reach_m
FROM placed ORDER BY key, length_m DESC, code
""")

_HOUSES = text("""
SELECT street_key, number, avg(lon) AS lon, avg(lat) AS lat
FROM house_number WHERE street_key = ANY(:keys) AND number = ANY(:numbers) GROUP BY street_key, number
""")


@dataclass(frozen=True, slots=True)
class NamedFeature:
    """Name in the tables: a street, a bridge, a landmark, a water."""

    source: str
    kind: str
    name: str
    key: str
    rank: int
    street_key: str | None
    lon: float | None
    lat: float | None
    extent_m: float | None


@dataclass(frozen=True, slots=True)
class WardPart:
    """Part of a street that lies in one ward: its middle, and how far it reaches from there."""

    ward_code: str
    length_m: float
    lon: float
    lat: float
    reach_m: float


def names_like(session: Session, names: Collection[str]) -> list[NamedFeature]:
    """Return what may be meant by any of the folded names."""
    if not names:
        return []
    rows = session.execute(_NAMES, {"names": list(names), "most": MOST, "kinds": list(KINDS)})
    return [NamedFeature(*row) for row in rows]


def ward_parts(session: Session, keys: Iterable[str]) -> dict[str, list[WardPart]]:
    """Return the parts of each street by ward, the longest first; what only touches a ward is no part."""
    found: dict[str, list[WardPart]] = {}
    for row in session.execute(_PARTS, {"keys": list(keys)}):
        part = WardPart(row.code, row.length_m, row.lon, row.lat, row.reach_m)
        parts = found.setdefault(row.key, [])
        if not parts or part.length_m > max(25.0, 0.02 * parts[0].length_m):
            parts.append(part)
    return found


def known_houses(
    session: Session, keys: Sequence[str], numbers: Collection[str]
) -> dict[tuple[str, str], tuple[float, float]]:
    """Return longitude and latitude of the known house numbers of streets."""
    if not keys or not numbers:
        return {}
    rows = session.execute(_HOUSES, {"keys": list(keys), "numbers": list(numbers)})
    return {(row.street_key, row.number): (row.lon, row.lat) for row in rows}
