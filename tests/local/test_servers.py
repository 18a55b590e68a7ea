"""The private PostgreSQL and Redis: made, found again, and started after all kinds of accidents."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import Awaitable, Callable, Iterator

import psycopg
import pytest

from service.local import packages
from service.local.folder import DataFolder
from service.local.postgres import Postgres
from service.local.program import service_owner
from service.local.screen import Screen
from service.local.servers import DATABASE, REDIS, Servers
from service.local.supervisor import Supervisor
from service.problems import SetupError
from tests.local.installation import folder, free_port


@pytest.fixture
def data(monkeypatch: pytest.MonkeyPatch) -> Iterator[DataFolder]:
    for setting in (DATABASE, REDIS):
        monkeypatch.delenv(setting, raising=False)
    with folder() as path:
        made = DataFolder(path)
        made.prepare(service_owner())
        yield made


def run(
    data: DataFolder, story: Callable[[Servers, Supervisor], Awaitable[None]], port: int | None = None
) -> None:
    """Start both servers, do something, stop them."""

    async def all_of_it() -> None:
        screen = Screen()
        supervisor = Supervisor(screen.log, screen.notice)
        servers = Servers(data, port)
        servers.find(screen)
        try:
            await servers.start(supervisor.start, screen)
            await story(servers, supervisor)
        finally:
            await supervisor.stop([])

    asyncio.run(all_of_it())


def execute(servers: Servers, statement: str) -> object:
    assert servers.postgres
    with servers.postgres.connect("hientruong") as connection:
        cursor = connection.execute(statement)
        row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None


async def write(servers: Servers, _: Supervisor) -> None:
    execute(servers, "CREATE TABLE kept AS SELECT 42 AS n")


async def read(servers: Servers, _: Supervisor) -> None:
    assert execute(servers, "SELECT n FROM kept") == 42


def test_what_was_written_is_there_at_the_next_start(data: DataFolder) -> None:
    run(data, write)
    run(data, read)


def test_both_are_reached_by_sockets_that_others_cannot_open(data: DataFolder) -> None:
    async def look(servers: Servers, _: Supervisor) -> None:
        assert servers.postgres
        assert servers.postgres.sockets.stat().st_mode & 0o777 == 0o700
        assert servers.settings()[DATABASE].startswith("postgresql://hientruong@/hientruong?host=")
        assert servers.settings()[REDIS].startswith("unix:///")
        assert execute(servers, "SHOW listen_addresses") == ""

    run(data, look)


def test_the_locale_sorts_vietnamese(data: DataFolder) -> None:
    async def look(servers: Servers, _: Supervisor) -> None:
        words = "SELECT string_agg(w, ' ' ORDER BY w) FROM unnest(ARRAY['z', 'ấ', 'b', 'đ', 'a', 'e']) w"
        assert execute(servers, words) == "a ấ b đ e z"

    run(data, look)


def test_an_initdb_that_was_cut_short_is_no_obstacle(data: DataFolder) -> None:
    half = data.path / "pgdata"
    half.mkdir()
    (half / "base").mkdir()
    (data.path / "pgdata.unfinished").mkdir()
    run(data, write)
    run(data, read)
    (aside,) = data.path.glob("pgdata.broken-*")
    assert (aside / "base").is_dir()


def test_a_cluster_of_another_version_is_refused_in_words(data: DataFolder) -> None:
    run(data, write)
    (data.path / "pgdata/PG_VERSION").write_text("9\n")
    with pytest.raises(SetupError, match=r"made by PostgreSQL 9, but the one found here is"):
        run(data, read)


def test_a_killed_server_recovers_with_all_that_was_committed(data: DataFolder) -> None:
    async def kill(servers: Servers, supervisor: Supervisor) -> None:
        await write(servers, supervisor)
        supervisor.settled = True
        child = supervisor.children["postgres"]
        before = child.pid
        assert before
        os.kill(before, signal.SIGKILL)
        for _ in range(200):
            await asyncio.sleep(0.05)
            if child.pid not in (None, before):
                break
        assert servers.postgres
        while not servers.postgres.ready(child.pid or 0):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        await read(servers, supervisor)

    run(data, kill)


def test_a_redis_file_that_cannot_be_read_is_put_aside(
    data: DataFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    async def nothing(_: Servers, __: Supervisor) -> None:
        return

    run(data, nothing)
    (manifest,) = data.path.glob("redis/appendonlydir/*.manifest")
    manifest.write_text("nonsense\n")
    run(data, nothing)
    assert list(data.path.glob("redis.broken-*"))
    assert "It starts anew" in capsys.readouterr().out


def test_a_port_opens_with_a_password_only(data: DataFolder) -> None:
    port = free_port()

    async def look(servers: Servers, _: Supervisor) -> None:
        with psycopg.connect(servers.psql() or "") as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        wrong = (servers.psql() or "").replace(data.database_password(), "guess")
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(wrong)

    run(data, look, port)


def test_a_port_in_use_is_told(data: DataFolder) -> None:
    told = pytest.raises(SetupError, match=r"(?s)postgres ended while starting.*in use")
    with socket.create_server(("127.0.0.1", 0)) as taken, told:
        run(data, write, taken.getsockname()[1])


def test_servers_that_the_settings_name_are_not_started(
    data: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DATABASE, "postgresql://elsewhere/db")
    monkeypatch.setenv(REDIS, "redis://elsewhere")
    monkeypatch.setattr(packages, "missing", lambda parts: list(parts))  # as on a machine without either
    servers = Servers(data, None)
    servers.find(Screen())
    assert (servers.postgres, servers.redis, servers.settings()) == (None, None, {})


def test_what_is_missing_is_told_with_the_line_to_run(
    data: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packages, "missing", lambda parts: list(parts))
    monkeypatch.setattr(packages, "may_install", lambda: False)
    with pytest.raises(
        SetupError, match=r"(?s)Missing on this machine: PostgreSQL with PostGIS, Redis.*install"
    ):
        Servers(data, None).find(Screen())


def test_sockets_outside_the_data_folder_are_taken_away(data: DataFolder) -> None:
    deep = DataFolder(data.path / ("x" * 120))
    deep.prepare(service_owner())
    servers = Servers(deep, None)
    servers.find(Screen())
    assert servers.redis
    servers.redis.initialise()
    assert servers.redis.sockets.is_dir()
    assert not servers.redis.sockets.is_relative_to(data.path)
    servers.tidy()
    assert not servers.redis.sockets.exists()


def test_a_cluster_is_not_made_twice(data: DataFolder) -> None:
    def system_identifier(postgres: Postgres) -> bytes:
        return (postgres.cluster / "global/pg_control").read_bytes()[:8]

    found: list[bytes] = []

    async def look(servers: Servers, _: Supervisor) -> None:
        assert servers.postgres
        found.append(system_identifier(servers.postgres))

    run(data, look)
    run(data, look)
    assert found[0] == found[1]
