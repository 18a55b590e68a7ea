"""Tile arithmetic: known tiles, refusals, and that bounds and positions agree."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.tiles import (
    HALF_WORLD_M,
    MAX_LAT,
    MAX_ZOOM,
    Tile,
    TileError,
    tile,
    tile_at,
    tile_bounds,
    tile_mercator,
)


def test_the_whole_world_is_one_tile() -> None:
    assert tile_bounds(tile(0, 0, 0)) == pytest.approx((-180, -MAX_LAT, 180, MAX_LAT))
    side = HALF_WORLD_M
    assert tile_mercator(tile(0, 0, 0)) == pytest.approx((-side, -side, side, side))


def test_the_tile_of_hue() -> None:
    # Independently: x = floor((lon + 180) / 360 · 2^z), y from the Mercator ordinate.
    assert tile_at(107.5909, 16.4637, 12) == Tile(12, 3272, 1858)


@pytest.mark.parametrize("zxy", [(-1, 0, 0), (23, 0, 0), (3, 8, 0), (3, 0, 8), (3, -1, 0), (0, 0, 1)])
def test_a_tile_that_does_not_exist_is_refused(zxy: tuple[int, int, int]) -> None:
    with pytest.raises(TileError):
        tile(*zxy)


@given(st.floats(-180, 180, exclude_max=True), st.floats(-85, 85), st.integers(0, MAX_ZOOM))
def test_a_place_lies_in_its_tile(lon: float, lat: float, z: int) -> None:
    found = tile_at(lon, lat, z)
    assert tile_bounds(found).expanded(1e-9).contains(lon, lat)


@given(st.integers(0, MAX_ZOOM).flatmap(lambda z: st.tuples(st.just(z), *[st.integers(0, 2**z - 1)] * 2)))
def test_degrees_and_mercator_agree(zxy: tuple[int, int, int]) -> None:
    at = tile(*zxy)
    box, metres = tile_bounds(at), tile_mercator(at)
    radius = HALF_WORLD_M / math.pi
    assert metres.xmin == pytest.approx(radius * math.radians(box.west), abs=1e-3)
    assert metres.ymax == pytest.approx(radius * math.asinh(math.tan(math.radians(box.north))), abs=1e-2)
    assert metres.xmax - metres.xmin == pytest.approx(metres.ymax - metres.ymin)


@pytest.mark.parametrize(("lon", "lat"), [(180, 0), (-200, 90), (500, -90)])
def test_places_beyond_the_world_go_to_its_border(lon: float, lat: float) -> None:
    assert tile_at(lon, lat, 4).z == 4
