"""The wards as lines of a drawing: paths in a picture's pixels, made by PostGIS."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from geo.picture import MapView
from geo.tiles import MercatorBox
from service.models import FormerUnit

MARGIN = 20
"""Pixels that a shape reaches beyond the picture, so that no border is seen where it is cut."""

# `ST_AsSVG` turns y around by itself.
_OUTLINES = text("""
WITH cut AS (
  SELECT code, full_name,
         ST_ClipByBox2D(ST_Simplify(ST_Transform(geom, 3857), :metres * 0.6, true),
                        ST_MakeEnvelope(:left, :bottom, :right, :top, 3857)) AS geom
  FROM area
  WHERE valid_to IS NULL
    AND geom && ST_Transform(ST_MakeEnvelope(:left, :bottom, :right, :top, 3857), 4326)
), drawn AS (
  SELECT code, full_name,
         ST_Affine(geom, 1 / :metres, 0, 0, 1 / :metres, -:west / :metres, -:north / :metres) AS geom
  FROM cut WHERE NOT ST_IsEmpty(geom)
)
SELECT code, full_name, ST_AsSVG(geom, 1, 1) AS path,
       ST_X(ST_PointOnSurface(geom)) AS x, -ST_Y(ST_PointOnSurface(geom)) AS y
FROM drawn ORDER BY code
""")

_EXTENT = text("""
SELECT ST_XMin(whole) AS xmin, ST_YMin(whole) AS ymin, ST_XMax(whole) AS xmax, ST_YMax(whole) AS ymax
FROM (SELECT ST_Extent(ST_Transform(geom, 3857)) AS whole FROM area WHERE valid_to IS NULL) AS all_wards
""")


@dataclass(frozen=True, slots=True)
class Outline:
    """A ward as it is drawn: an SVG path, and where its name stands."""

    code: str
    name: str
    path: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Name:
    """A name on the map and its place in degrees."""

    text: str
    lon: float
    lat: float


def wards_in(session: Session, box: MercatorBox, metres: float) -> list[Outline]:
    """Return the wards in force that show in `box`, at `metres` a pixel."""
    more = MARGIN * metres
    sides = {
        "metres": metres,
        "west": box.xmin,
        "north": box.ymax,
        "left": box.xmin - more,
        "bottom": box.ymin - more,
        "right": box.xmax + more,
        "top": box.ymax + more,
    }
    rows = session.execute(_OUTLINES, sides)
    return [Outline(row.code, row.full_name, row.path, row.x, row.y) for row in rows]


def all_wards(session: Session, width: int) -> tuple[list[Outline], int]:
    """Return the whole city `width` pixels wide, and how high that is; nothing before there are wards."""
    row = session.execute(_EXTENT).one()
    if row.xmin is None:
        return [], 0
    metres = (row.xmax - row.xmin) / width
    box = MercatorBox(row.xmin, row.ymin, row.xmax, row.ymax)
    return wards_in(session, box, metres), round((row.ymax - row.ymin) / metres)


def former_units(session: Session, picture: MapView) -> Sequence[Name]:
    """Return names of units that are none any more, which people go on using: those that stand in the
    picture.

    Streets are not among them: of these no more is known than the district.
    """
    inside = []
    for unit in session.scalars(select(FormerUnit).order_by(FormerUnit.code)):
        x, y = picture.pixel(unit.lon, unit.lat)
        if 0 <= x <= picture.width and 0 <= y <= picture.height:
            inside.append(Name(unit.name, unit.lon, unit.lat))
    return inside
