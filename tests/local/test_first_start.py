"""What `up` finds in a database, and what it therefore does."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, text

from service import migrations
from service.db import unit_of_work
from service.local.first_start import (
    DatabaseState,
    FirstStart,
    forget_signs_of_life,
    inspect_database,
    newest_revision,
    plain_url,
)
from service.local.folder import DataFolder
from service.models import Staff
from service.problems import SetupError
from tests.conftest import Servers


def test_the_newest_revision_is_alembics(clean_database: str) -> None:
    script = ScriptDirectory.from_config(migrations.config(clean_database))
    assert script.get_heads() == [newest_revision()]


def test_an_empty_database(servers: Servers) -> None:
    servers.postgres.create_database("nothing_in_it")
    assert inspect_database(servers.postgres.url("nothing_in_it")) == DatabaseState(
        None, city=False, demo=False
    )
    servers.postgres.drop_database("nothing_in_it")


def test_a_database_with_the_schema(clean_database: str) -> None:
    assert inspect_database(clean_database) == DatabaseState(newest_revision(), city=False, demo=False)


def test_a_database_with_a_city(city_database: str) -> None:
    assert inspect_database(city_database) == DatabaseState(newest_revision(), city=True, demo=False)


def test_a_database_with_a_demo(city_database: str) -> None:
    engine = create_engine(city_database)
    with unit_of_work(engine) as session:
        session.add(Staff(username="demo.manager", name="Demo", role="manager", demo=True))
    engine.dispose()
    assert inspect_database(city_database).demo


def test_a_database_that_cannot_be_reached() -> None:
    with pytest.raises(SetupError, match="cannot be reached"):
        inspect_database("postgresql://nobody@/none?host=/nowhere")


def test_what_an_earlier_run_said_of_itself_is_forgotten(clean_engine: Engine, clean_database: str) -> None:
    with clean_engine.begin() as connection:
        connection.execute(text("INSERT INTO heartbeat VALUES ('relay', 'relay', now())"))
    forget_signs_of_life(clean_database)
    with clean_engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM heartbeat")).scalar_one() == 0


@pytest.mark.parametrize(
    ("url", "plain"),
    [
        ("postgresql+psycopg://u:p@h/d", "postgresql://u:p@h/d"),
        ("postgresql://u:p+q://@h/d", "postgresql://u:p+q://@h/d"),
        ("postgres://h/d", "postgresql://h/d"),
    ],
)
def test_urls_lose_their_driver(url: str, plain: str) -> None:
    assert plain_url(url) == plain


def test_a_first_start_that_was_cut_short_is_remembered(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    assert not FirstStart(folder).unfinished
    FirstStart(folder).begin()
    assert FirstStart(folder).unfinished
    assert not FirstStart(folder).done
    FirstStart(folder).finish()
    assert not FirstStart(folder).unfinished
    assert FirstStart(folder).done
