"""One running service for the tests of a file: for what is sent and read, or with the standing cast."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from service.settings import Settings
from tests.api.desk import Desk, open_desk
from tests.conftest import Servers
from tests.support.feed_stage import Log
from tests.support.reception import KEY, Reception, reception


@pytest.fixture(scope="module")
def installation(
    servers: Servers, city_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Settings]:
    name = f"intake_{servers.worker}"
    servers.postgres.create_database(name, city_template)
    yield Settings(
        database_url=servers.postgres.url(name),
        redis_url=f"unix://{servers.redis_socket}?db={servers.worker}",
        media_url=tmp_path_factory.mktemp("media").as_uri(),
        secret_key=SecretStr(KEY),
        public_url="https://city.example",
        rate_limits="off",
    )
    servers.postgres.drop_database(name)


@pytest.fixture(scope="module")
def phone(installation: Settings) -> Iterator[Reception]:
    """One service for the tests of this file; each sends its own reports."""
    with reception(installation) as made:
        yield made


@pytest.fixture(scope="module")
def desk(
    request: pytest.FixtureRequest, servers: Servers, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Desk]:
    """A service with a small city, the standing cast, the demo on; each test makes its own reports in it."""
    name = f"desk_{servers.worker}_{request.module.__name__.rsplit('.', 1)[-1]}"
    with open_desk(servers, name, tmp_path_factory.mktemp("media")) as made:
        yield made


@pytest.fixture
def log(settings: Settings) -> Iterator[Log]:
    """Writes events into the database behind `client`, and places them as the relay does."""
    made = Log(settings)
    yield made
    made.close()
