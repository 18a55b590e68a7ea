"""Distances against figures computed elsewhere, and boxes that never cut off a neighbour."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from geo.distance import (
    EARTH_RADIUS_M,
    bbox_around,
    degree_m,
    degrees_m,
    haversine_m,
)

LON = st.floats(-180, 180)
LAT = st.floats(-90, 90)
HUE, HANOI = (107.5909, 16.4637), (105.8342, 21.0278)


def test_hue_to_hanoi() -> None:
    # GeographicLib's geodesic on WGS 84 gives 538.6 km; the sphere differs by less than 0.6 %.
    assert haversine_m(*HUE, *HANOI) == pytest.approx(538_600, rel=0.006)


def test_a_quarter_of_the_meridian_and_the_antipode() -> None:
    assert haversine_m(0, 0, 0, 90) == pytest.approx(EARTH_RADIUS_M * math.pi / 2)
    assert haversine_m(0, 0, 180, 0) == pytest.approx(EARTH_RADIUS_M * math.pi)


@given(LON, LAT, LON, LAT)
def test_distance_is_symmetric_and_bounded(lon1: float, lat1: float, lon2: float, lat2: float) -> None:
    there, back = haversine_m(lon1, lat1, lon2, lat2), haversine_m(lon2, lat2, lon1, lat1)
    assert there == pytest.approx(back, abs=1e-6)
    assert 0 <= there <= EARTH_RADIUS_M * math.pi + 1e-6


def test_the_size_of_a_degree_on_the_ellipsoid() -> None:
    # The published lengths at 0°, 45° and 60° (e.g. in the tables of the NGA's calculator).
    assert degree_m(0) == pytest.approx((111_319.5, 110_574.3), abs=0.5)
    assert degree_m(45) == pytest.approx((78_846.8, 111_131.8), abs=0.5)
    assert degree_m(60) == pytest.approx((55_800.0, 111_412.2), abs=0.5)
    assert [side[1] for side in degrees_m(np.array([0.0, 60.0]))] == pytest.approx(degree_m(60))


@given(LON, st.floats(-89, 89), st.floats(0, 500_000), st.floats(0, 2 * math.pi))
def test_a_box_holds_all_places_within_its_radius(
    lon: float, lat: float, radius_m: float, turn: float
) -> None:
    box = bbox_around(lon, lat, radius_m).expanded(1e-12)  # the test's own rounding
    other = _travel(lon, lat, 0.999 * radius_m, turn)
    assert box.contains(lon, lat)
    assume(other is not None)
    assert other is not None
    assert box.contains(*other)


def _travel(lon: float, lat: float, metres: float, bearing: float) -> tuple[float, float] | None:
    """The place `metres` away on the sphere; None across the antimeridian."""
    angle, phi = metres / EARTH_RADIUS_M, math.radians(lat)
    sin_phi2 = math.sin(phi) * math.cos(angle) + math.cos(phi) * math.sin(angle) * math.cos(bearing)
    east = math.sin(bearing) * math.sin(angle) * math.cos(phi)
    dlon = math.degrees(math.atan2(east, math.cos(angle) - math.sin(phi) * sin_phi2))
    there = lon + dlon
    return (there, math.degrees(math.asin(max(-1, min(1, sin_phi2))))) if -180 <= there <= 180 else None


def test_a_box_is_tight_in_hue() -> None:
    box = bbox_around(*HUE, 1000)
    assert haversine_m(box.west, HUE[1], box.east, HUE[1]) == pytest.approx(2000, rel=0.02)
    assert haversine_m(HUE[0], box.south, HUE[0], box.north) == pytest.approx(2000, rel=0.02)


def test_a_box_at_the_pole_or_the_antimeridian_takes_all_longitudes() -> None:
    assert bbox_around(10, 89.999, 1000)[::2] == (-180, 180)
    assert bbox_around(179.999, 0, 1000)[::2] == (-180, 180)


@pytest.mark.parametrize("radius_m", [-1, math.nan, math.inf])
def test_a_radius_that_is_none_is_refused(radius_m: float) -> None:
    with pytest.raises(ValueError, match="radius_m"):
        bbox_around(*HUE, radius_m)
