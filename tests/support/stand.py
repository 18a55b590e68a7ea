"""The throwaway PostGIS and Redis that a test run stands on: started once by the pytest controller."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from service import migrations
from service.local import packages
from service.local.binaries import find_postgres, find_redis
from service.local.postgres import Postgres
from service.local.program import Program, service_owner
from service.local.redis import Redis
from service.problems import SetupError

PREFIX = "hientruong-tests-"
SCHEMA = "schema"
READY_S = 30
MEMORY = Path("/dev/shm")  # noqa: S108 - what is made there has a name that nobody guesses
LEAST_FREE, LEAST_MEMORY = 4 << 30, 8 << 30
"""Bytes: a run's databases take less than 2 GB."""


@dataclass
class Stand:
    """Both servers, with one template database that has the schema and nothing else."""

    postgres: Postgres
    redis: Redis
    folder: Path
    children: list[tuple[Program, subprocess.Popen[bytes]]] = field(default_factory=list)

    def start(self) -> None:
        """Start both and make the template; `stop` must follow, also after a failure."""
        self.postgres.initialise()
        self.redis.initialise()
        server = self._spawn(self.postgres.program())
        self._spawn(self.redis.program())
        wait_until(lambda: self.postgres.ready(server.pid), "PostgreSQL", self.log)
        wait_until(self.redis.ready, "Redis", self.log)
        self.postgres.create_database(SCHEMA)
        migrations.upgrade(self.postgres.url(SCHEMA))
        self.postgres.make_template(SCHEMA)

    def stop(self) -> None:
        """End both and remove their folder."""
        for program, child in reversed(self.children):
            child.send_signal(program.stop_signal)
            child.wait(program.grace_s)
        shutil.rmtree(self.folder)

    @property
    def log(self) -> Path:
        """What both servers print."""
        return self.folder / "servers.log"

    def _spawn(self, program: Program) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            child = subprocess.Popen(program.argv, stdout=log, stderr=log, **program.options())
        self.children.append((program, child))
        return child


def make_template(postgres: Postgres, name: str, fill: Callable[[str], None]) -> None:
    """Have a template database: the schema and what `fill(url)` puts in. Many processes may ask at once."""
    with postgres.connect() as connection, connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [name])
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            return
        unfinished = f"{name}_unfinished"
        postgres.drop_database(unfinished)
        postgres.create_database(unfinished, SCHEMA)
        fill(postgres.url(unfinished))
        with postgres.connect() as renaming:
            renaming.execute(f'ALTER DATABASE "{unfinished}" RENAME TO "{name}"')
        postgres.make_template(name)


def make_stand() -> Stand:
    """A stand in a new short temporary folder, not started yet. Raises SetupError without the servers."""
    remove_leftovers()
    packages.ensure(packages.SERVERS, print)
    binaries, server = find_postgres(), find_redis()
    assert binaries
    assert server
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=temporary_root()))
    folder.chmod(0o755)
    owner = service_owner()
    sockets = folder / "run"
    postgres = Postgres(binaries, folder / "pgdata", sockets, owner, throwaway=True)
    return Stand(postgres, Redis(server, folder / "redis", sockets, owner, throwaway=True), folder)


def temporary_root() -> Path:
    """Where a run's databases lie: in memory where there is plenty, else among the temporary files.

    A run makes some six hundred databases of two thousand files each: 0.1 s in memory, on a disk that others
    use as well up to 2 s.
    """
    large = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") >= LEAST_MEMORY
    usable = large and MEMORY.is_dir() and os.access(MEMORY, os.W_OK)
    in_memory = usable and shutil.disk_usage(MEMORY).free >= LEAST_FREE
    return MEMORY if in_memory else Path(tempfile.gettempdir())


def remove_leftovers() -> None:
    """Folders of earlier runs that were killed before they could tidy up."""
    roots = {Path(tempfile.gettempdir()), temporary_root()}
    for folder in (each for root in roots for each in root.glob(f"{PREFIX}*")):
        pid = folder.name.removeprefix(PREFIX).split("-")[0]
        if folder.stat().st_uid == os.geteuid() and not Path(f"/proc/{pid}").exists():
            shutil.rmtree(folder, ignore_errors=True)


def wait_until(ready: Callable[[], bool], what: str, log: Path) -> None:
    """Poll until `ready()`. Raises SetupError with the servers' output after READY_S seconds."""
    limit = time.monotonic() + READY_S
    while not ready():
        if time.monotonic() > limit:
            raise SetupError(f"{what} did not start:\n{log.read_text()}")
        time.sleep(0.01)
