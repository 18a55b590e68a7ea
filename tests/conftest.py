"""Fixtures every test may use: databases, sessions, Redis. What builds domain rows lives in factories.py."""

from __future__ import annotations

import dataclasses
import gc
import itertools
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import hypothesis
import pytest
import redis
from pydantic import SecretStr
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from service.db import make_engine, unit_of_work
from service.local.postgres import Postgres
from service.local.program import Owner
from service.settings import Settings
from tests.examples import examples
from tests.support import watch
from tests.support.stand import SCHEMA, Stand, make_stand, make_template, temporary_root
from tests.tools import system

CITIES = Path(__file__).resolve().parents[1] / "service/cities"
CITY_LOADED = datetime(2025, 7, 1, tzinfo=UTC)
"""Before every report of a test: rules and areas are in force from then on."""

pytest_plugins = ["tests.support.event_facts", "tests.domain.city.real_hue", "tests.support.shared"]

# How long an example takes says more about the machine than about the code.
# Explaining a failure means tracing every line of every example: three times the time, for all that hold.
hypothesis.settings.register_profile(
    "steady",
    max_examples=examples(40),
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
    phases=[phase for phase in hypothesis.Phase if phase is not hypothesis.Phase.explain],
)
hypothesis.settings.load_profile("steady")

STAND = pytest.StashKey[Stand]()
_numbers = itertools.count()


@dataclasses.dataclass(frozen=True)
class Servers:
    """The running servers as a test process sees them. `worker` is 0, or the number of the xdist worker."""

    postgres: Postgres
    redis_socket: str
    worker: int


def _started(config: pytest.Config) -> Stand:
    """The stand of this run, started at the first call: a run of pure functions never pays for it."""
    if STAND not in config.stash:
        config.stash[STAND] = make_stand()
        config.stash[STAND].start()
    return config.stash[STAND]


MOST_PROCESSES = 4
"""Each has databases, a browser and services of its own."""
FEW_FILES = 3


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One process where a few files are asked for: there, starting more takes longer than they save."""
    asked = [argument for argument in config.args if ".py" in argument]
    if len(asked) == len(config.args) <= FEW_FILES:
        return 0
    return min(len(os.sched_getaffinity(0)), MOST_PROCESSES)


class XdistHooks:
    """Hands the controller's servers to each xdist worker."""

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Runs in the controller, before the worker process starts."""
        stand = _started(node.config)
        owner = stand.postgres.owner
        node.workerinput["stand"] = {
            "binaries": str(stand.postgres.binaries),
            "cluster": str(stand.postgres.cluster),
            "sockets": str(stand.postgres.sockets),
            "owner": [owner.uid, owner.gid] if owner else None,
            "redis": str(stand.redis.socket_path),
        }


def pytest_configure(config: pytest.Config) -> None:
    """Only the controller starts servers, and says where all processes have their temporary files."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(XdistHooks())
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(temporary_root()))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Modules and tests stay to the end: the collector, which would walk them again and again, need not."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The browser comes last: while it runs, its thread has an event loop, and no other may start there.

    Tests that fork come first: late in a run each fork copies tables of a gigabyte (75 s where it takes 5).
    Before the others come those of a whole town of processes: at the end of a run, where its processes share
    what is left test by test, each would found the town anew (20 s).
    """

    def turn(item: pytest.Item) -> tuple[bool, ...]:
        marked = [item.get_closest_marker(name) is None for name in ("forks", "town")]
        return "browser" in item.fixturenames, *marked  # type: ignore[attr-defined]

    items.sort(key=turn)


def pytest_unconfigure(config: pytest.Config) -> None:
    """The controller ends what it started."""
    if STAND in config.stash:
        config.stash[STAND].stop()


@pytest.fixture(scope="session")
def servers(request: pytest.FixtureRequest) -> Servers:
    """The throwaway servers of this run."""
    given = getattr(request.config, "workerinput", None)
    if given is None:
        stand = _started(request.config)
        return Servers(stand.postgres, str(stand.redis.socket_path), 0)
    told = given["stand"]
    postgres = Postgres(
        binaries=Path(told["binaries"]),
        cluster=Path(told["cluster"]),
        sockets=Path(told["sockets"]),
        owner=Owner(*told["owner"]) if told["owner"] else None,
        throwaway=True,
    )
    return Servers(postgres, told["redis"], int(given["workerid"].removeprefix("gw")))


@pytest.fixture(scope="session")
def database_url(servers: Servers) -> str:
    """This process's own database with the schema, empty. For tests that leave nothing committed in it."""
    name = f"worker_{servers.worker}"
    servers.postgres.create_database(name, SCHEMA)
    return servers.postgres.url(name)


@pytest.fixture(scope="session")
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on `database_url`."""
    made = make_engine(database_url)
    yield made
    made.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session whose work is undone after the test, also what the tested code commits."""
    yield from undone(engine)


def undone(engine: Engine) -> Iterator[Session]:
    """Yield a session whose work is undone afterwards, also what the tested code commits."""
    with engine.connect() as connection, connection.begin() as outer:
        with Session(connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as made:
            yield made
        outer.rollback()


def _own_database(servers: Servers, template: str) -> Iterator[str]:
    name = f"test_{servers.worker}_{next(_numbers)}"
    servers.postgres.create_database(name, template)
    yield servers.postgres.url(name)
    servers.postgres.drop_database(name)


@pytest.fixture
def clean_database(servers: Servers) -> Iterator[str]:
    """URL of a database of this test alone: for code with connections of its own, or that really commits."""
    yield from _own_database(servers, SCHEMA)


@pytest.fixture
def clean_engine(clean_database: str) -> Iterator[Engine]:
    """An engine on `clean_database`."""
    made = make_engine(clean_database)
    yield made
    made.dispose()


@pytest.fixture(scope="session")
def city_template(servers: Servers) -> str:
    """Name of a template database with the schema and the example city."""
    make_template(servers.postgres, "city", _load_example_city)
    return "city"


def _load_example_city(url: str) -> None:
    from service.domain.configuration.cityload import (
        load_city,  # here: most tests need no city, and start sooner without
    )

    engine = make_engine(url)
    with unit_of_work(engine) as session:
        load_city(session, CITIES / "hue", now=CITY_LOADED)
    engine.dispose()


@pytest.fixture(scope="session")
def _city_engine(servers: Servers, city_template: str) -> Iterator[Engine]:
    name = f"city_{servers.worker}"
    servers.postgres.create_database(name, city_template)
    made = make_engine(servers.postgres.url(name))
    yield made
    made.dispose()


@pytest.fixture
def city(_city_engine: Engine) -> Iterator[Session]:
    """Like `session`, in a database with the example city loaded."""
    yield from undone(_city_engine)


@pytest.fixture
def city_database(servers: Servers, city_template: str) -> Iterator[str]:
    """Like `clean_database`, with the example city loaded."""
    yield from _own_database(servers, city_template)


@pytest.fixture
def settings(city_database: str, redis_url: str, tmp_path: Path) -> Settings:
    """Settings of an installation of this test's own, with the example city and no rate limits."""
    return Settings(
        database_url=city_database,
        redis_url=redis_url,
        media_url=(tmp_path / "media").as_uri(),
        secret_key=SecretStr("k" * 40),
        rate_limits="off",
    )


@pytest.fixture
def client(settings: Settings) -> Iterator[httpx.Client]:
    """A client of the whole web application with `settings`, over real HTTP."""
    from tests.support.web import running  # here: it imports the whole service

    with running(settings) as made:
        yield made


@pytest.fixture(autouse=True)
def _no_connection_is_held_over_anything_slow() -> Iterator[None]:
    """Every request of every test is watched (see `tests/support/watch.py`)."""
    yield
    held, watch.found[:] = sorted(set(watch.found)), []
    assert not held, "\n".join(held)


@pytest.fixture(scope="session")
def chromium() -> Path | None:
    """The browser for Playwright's `executable_path`; None is the one it brought itself."""
    return system.chromium()


@pytest.fixture
def redis_url(servers: Servers) -> Iterator[str]:
    """URL of a Redis database of this process alone, empty at the start of each test."""
    url = f"unix://{servers.redis_socket}?db={servers.worker}"
    with redis.Redis.from_url(url) as client:
        client.flushdb()
        yield url
