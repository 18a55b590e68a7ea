"""What we compute in memory is what PostGIS computes: wards, distances, surfaces, tiles."""

from collections.abc import Sequence

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.distance import bbox_around, haversine_m
from geo.locator import AreaShape, Locator
from geo.shapes import area_m2, to_wkb
from geo.tiles import Tile, tile_mercator
from tests.geo.places import real_areas, total_bounds

Floats = NDArray[np.float64]
POINTS = 40_000


@pytest.fixture
def wards(session: Session) -> Session:
    """A session that sees the 40 real wards as `ward (id, code, geom)`."""
    load_areas(session, real_areas())
    return session


def load_areas(session: Session, areas: Sequence[AreaShape]) -> None:
    session.execute(text("CREATE TEMP TABLE ward (id int, code text, geom geometry) ON COMMIT DROP"))
    rows = [{"id": a.id, "code": a.code, "wkb": to_wkb(a.geometry)} for a in areas]
    session.execute(text("INSERT INTO ward VALUES (:id, :code, ST_GeomFromWKB(:wkb, 4326))"), rows)
    session.execute(text("CREATE INDEX ON ward USING gist (geom)"))


def smallest_code_covering(session: Session, lons: Floats, lats: Floats) -> NDArray[np.int64]:
    """The definition in SQL: id of the ward with the smallest code that covers each place, -1 for none."""
    query = text("""
        SELECT coalesce((SELECT id FROM ward WHERE ST_Covers(geom, ST_SetSRID(ST_MakePoint(lon, lat), 4326))
                         ORDER BY code COLLATE "C" LIMIT 1), -1)
        FROM unnest(CAST(:lons AS float8[]), CAST(:lats AS float8[])) WITH ORDINALITY AS p (lon, lat, n)
        ORDER BY n""")
    rows = session.execute(query, {"lons": lons.tolist(), "lats": lats.tolist()})
    return np.fromiter((row[0] for row in rows), dtype=np.int64)


def scattered(count: int) -> tuple[Floats, Floats]:
    west, south, east, north = total_bounds(real_areas())
    dice = np.random.default_rng(11)
    return dice.uniform(west, east, count), dice.uniform(south, north, count)


def test_random_places_lie_in_the_same_wards(wards: Session) -> None:
    lons, lats = scattered(POINTS)
    found = Locator(real_areas(), 0).locate_many(lons, lats)
    assert (found == smallest_code_covering(wards, lons, lats)).all()


def test_corners_and_the_places_beside_them_lie_in_the_same_wards(wards: Session) -> None:
    corners = shapely.get_coordinates([area.geometry for area in real_areas()])[::10]
    for nudge in (0.0, 1e-7, -1e-7):
        lons, lats = (corners + nudge).T
        found = Locator(real_areas(), 0).locate_many(lons, lats)
        assert (found == smallest_code_covering(wards, lons, lats)).all()


def test_places_outside_go_to_the_ward_that_is_nearest_on_the_ellipsoid(wards: Session) -> None:
    lons, lats = scattered(POINTS)
    ids, metres = Locator(real_areas(), 500).measure_many(lons, lats)
    beside = np.flatnonzero(metres > 0)[:100]
    query = text("""
        SELECT id, ST_Distance(geom::geography, place::geography) AS away
        FROM ward, ST_SetSRID(ST_MakePoint(:lon, :lat), 4326) AS place
        WHERE ST_DWithin(geom, place, 0.01) ORDER BY away LIMIT 1""")
    for n in beside:
        nearest, away = wards.execute(query, {"lon": float(lons[n]), "lat": float(lats[n])}).one()
        assert (ids[n], metres[n]) == (nearest, pytest.approx(away, rel=1e-3))
    assert len(beside) == 100


def test_surfaces_are_those_of_the_ellipsoid(wards: Session) -> None:
    rows = wards.execute(text("SELECT id, ST_Area(geom::geography) FROM ward"))
    for area_id, expected in rows:
        area = next(a for a in real_areas() if a.id == area_id)
        assert area_m2(area.geometry) == pytest.approx(expected, rel=1e-4)


def test_tiles_have_the_same_bounds(session: Session) -> None:
    for z, x, y in [(0, 0, 0), (5, 31, 0), (12, 3272, 1858), (22, 4194303, 4194303)]:
        envelope = text("SELECT ST_AsBinary(ST_TileEnvelope(:z, :x, :y))")
        expected = shapely.from_wkb(bytes(session.execute(envelope, {"z": z, "x": x, "y": y}).scalar_one()))
        assert tile_mercator(Tile(z, x, y)) == pytest.approx(expected.bounds, abs=1e-3)


def test_distances_agree_with_the_ellipsoid_within_the_sphere_s_error(session: Session) -> None:
    dice = np.random.default_rng(12)
    query = text("""
        SELECT ST_Distance(here, there), ST_X(away::geometry), ST_Y(away::geometry)
        FROM CAST(ST_MakePoint(:a, :b) AS geography) AS here,
            CAST(ST_MakePoint(:c, :d) AS geography) AS there,
            ST_Project(here, :r, :turn) AS away""")
    for _ in range(50):
        a, c = dice.uniform(100, 115, 2)
        b, d = dice.uniform(5, 25, 2)
        radius_m, turn = dice.uniform(1, 100_000), dice.uniform(0, 2 * np.pi)
        numbers = {"a": a, "b": b, "c": c, "d": d, "r": radius_m, "turn": turn}
        expected, lon, lat = session.execute(query, {k: float(v) for k, v in numbers.items()}).one()
        assert haversine_m(a, b, c, d) == pytest.approx(expected, rel=0.006)
        assert bbox_around(a, b, radius_m).contains(lon, lat)
