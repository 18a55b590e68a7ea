"""The composition's script makes a role that is no superuser, and the whole schema can be made by it."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from sqlalchemy import text

from service import migrations
from service.db import make_engine
from service.local.postgres import ROLE, SOCKET_PORT
from tests.conftest import Servers

COMPOSE = Path(__file__).resolve().parents[2] / "docker-compose.yml"


@pytest.fixture
def made_by_script(servers: Servers) -> Iterator[str]:
    """URL of the database that the script makes, as the role that it makes; both have another name here."""
    name = f"plain_{servers.worker}"
    script = yaml.safe_load(COMPOSE.read_text())["configs"]["role"]["content"].replace("$$", "$")
    script = re.sub(r"\bhientruong\b", name, script)
    postgres = servers.postgres
    place = {"PGHOST": str(postgres.sockets), "PGPORT": str(SOCKET_PORT)}
    asked = {"POSTGRES_USER": ROLE, "POSTGRES_PASSWORD": "geheim123"}
    done = subprocess.run(
        ["sh", "-c", script],
        env={**os.environ, **place, **asked},
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
    )
    assert done.returncode == 0, done.stderr
    yield postgres.url(name).replace(f"{ROLE}@", f"{name}@")
    postgres.drop_database(name)
    with postgres.connect() as connection:
        connection.execute(f'DROP ROLE "{name}"')


def test_the_schema_needs_no_superuser(made_by_script: str) -> None:
    migrations.upgrade(made_by_script)

    engine = make_engine(made_by_script, pool=1)
    with engine.connect() as connection:
        row = connection.execute(
            text("SELECT rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user")
        ).one()
        assert tuple(row) == (False, False, False)
        assert connection.scalar(text("SELECT count(*) FROM report")) == 0
    engine.dispose()
