"""Huế as it is: its wards, and where they are wanted its streets, water and landmarks."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from geo.mapfile.cutting import read_map
from service.domain.configuration.cityload import load_city
from service.domain.configuration.mapload import Source, city_shape, load_map
from tests.domain.configuration.cityfile.cities import HUE, SHARED

NOW = datetime(2026, 3, 2, tzinfo=UTC)
STREETS = SHARED / "streets"


def load_real_hue(session: Session, *, streets: bool = True) -> None:
    """Load the real city out of the shared data."""
    load_city(session, HUE, areas=SHARED / "areas/hue_wards_2025.geojson", now=NOW)
    city = city_shape(session)
    assert city is not None
    if streets:
        files = {name: STREETS / f"hue_{name}.geojson" for name in ("streets", "water")}
        parts = read_map(city, **files, landmarks=STREETS / "hue_pois.geojson")
        sources = dict.fromkeys(("street", "landmark", "water"), Source("x", ""))
        load_map(session, parts, sources, now=NOW)
