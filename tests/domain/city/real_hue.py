"""Huế as it is, loaded once a run: its wards, and where they are wanted its streets, water and landmarks.

A pytest plugin, named in conftest.py. Tests that want it are skipped where the shared data are not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from service.db import make_engine, unit_of_work
from tests.conftest import Servers, undone
from tests.domain.configuration.cityfile.cities import HUE, SHARED
from tests.support.stand import make_template

if TYPE_CHECKING:
    from service.domain.rules.rulebook import Rulebook

NOW = datetime(2026, 3, 2, tzinfo=UTC)
STREETS = SHARED / "streets"


@dataclass(frozen=True)
class RealHue:
    """The real city: a session whose work is undone after the test, and the rulebook in force."""

    session: Session
    book: Rulebook


def _load(url: str, *, streets: bool) -> None:
    # Here, as below: most runs need no city, and start sooner without.
    from geo.mapfile.city_extract import read_map
    from service.domain.configuration.cityload import load_city
    from service.domain.configuration.mapload import Source, city_shape, load_map

    engine = make_engine(url)
    with unit_of_work(engine) as session:
        load_city(session, HUE, areas=SHARED / "areas/hue_wards_2025.geojson", now=NOW)
        city = city_shape(session)
        assert city is not None
        if streets:
            files = {name: STREETS / f"hue_{name}.geojson" for name in ("streets", "water")}
            parts = read_map(city, **files, landmarks=STREETS / "hue_pois.geojson")
            sources = dict.fromkeys(("street", "landmark", "water"), Source("x", ""))
            load_map(session, parts, sources, now=NOW)
    engine.dispose()


def _loaded(servers: Servers, template: str, *, streets: bool) -> Iterator[tuple[Engine, Rulebook]]:
    from service.domain.rules.rulebook import RulebookCache

    if not STREETS.is_dir():
        pytest.skip("the shared data are not here")
    make_template(servers.postgres, template, lambda url: _load(url, streets=streets))
    name = f"{template}_{servers.worker}"
    servers.postgres.create_database(name, template)
    engine = make_engine(servers.postgres.url(name))
    with unit_of_work(engine) as session:
        book = RulebookCache().get(session)
    yield engine, book
    engine.dispose()


@pytest.fixture(scope="session")
def _mapped(servers: Servers) -> Iterator[tuple[Engine, Rulebook]]:
    yield from _loaded(servers, "hue_mapped", streets=True)


@pytest.fixture(scope="session")
def _named(servers: Servers) -> Iterator[tuple[Engine, Rulebook]]:
    yield from _loaded(servers, "hue_named", streets=False)


@pytest.fixture
def mapped_hue(_mapped: tuple[Engine, Rulebook]) -> Iterator[RealHue]:
    """The city with its streets, water and landmarks."""
    engine, book = _mapped
    for session in undone(engine):
        yield RealHue(session, book)


@pytest.fixture
def named_hue(_named: tuple[Engine, Rulebook]) -> Iterator[RealHue]:
    """The city whose streets no map tells."""
    engine, book = _named
    for session in undone(engine):
        yield RealHue(session, book)
