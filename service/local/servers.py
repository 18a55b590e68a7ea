"""The private PostgreSQL and Redis of one `up`: only those that the settings do not name."""

from __future__ import annotations

import os
import shutil
from collections.abc import Awaitable, Callable

from service.local import packages
from service.local.binaries import find_postgres, find_redis
from service.local.folder import DataFolder
from service.local.postgres import ROLE, Postgres
from service.local.program import Program, service_owner
from service.local.redis import Redis
from service.local.screen import Screen
from service.local.supervisor import Ready, together
from service.problems import SetupError

Start = Callable[[Program, Ready], Awaitable[None]]
DATABASE, REDIS = "HIENTRUONG_DATABASE_URL", "HIENTRUONG_REDIS_URL"


class Servers:
    """Finds, installs, makes and starts them."""

    def __init__(self, folder: DataFolder, pg_port: int | None) -> None:
        """Prepare the servers; nothing is looked for yet."""
        self.folder = folder
        self.pg_port = pg_port
        self.postgres: Postgres | None = None
        self.redis: Redis | None = None

    def find(self, screen: Screen) -> None:
        """Have the programs on this machine. Raises SetupError with the line to run when they cannot be."""
        wanted = {DATABASE: packages.POSTGIS, REDIS: packages.REDIS}
        needed = [part for setting, part in wanted.items() if not os.environ.get(setting)]
        if packages.missing(needed):
            with screen.step("Installing system packages") as say:
                packages.ensure(needed, say)
        owner, binaries, server = service_owner(), find_postgres(), find_redis()
        place = self.folder.servers(owner)
        sockets = self.folder.sockets(owner)
        if packages.POSTGIS in needed and binaries:
            self.postgres = Postgres(binaries, place / "pgdata", sockets, owner, self.pg_port)
        if packages.REDIS in needed and server:
            self.redis = Redis(server, place / "redis", sockets, owner)
        if needed and place != self.folder.path:
            screen.say(f"  PostgreSQL and Redis cannot reach {self.folder.path}: they keep theirs in {place}")

    def settings(self) -> dict[str, str]:
        """Return how the other processes reach them."""
        found = {}
        if self.postgres:
            found[DATABASE] = self.postgres.url().replace("+psycopg", "")
        if self.redis:
            found[REDIS] = self.redis.url
        return found

    async def start(self, start: Start, screen: Screen) -> None:
        """Make what is not there yet, and start both."""
        if self.postgres and not self.postgres.exists:
            with screen.step("Making the database cluster"):
                self.postgres.initialise()
        if self.postgres or self.redis:
            with screen.step("Starting PostgreSQL and Redis"):
                await together(self._start_postgres(start), self._start_redis(start, screen))

    async def _start_postgres(self, start: Start) -> None:
        postgres = self.postgres
        if postgres is None:
            return

        async def ready(pid: int) -> bool:
            return postgres.ready(pid)

        postgres.initialise()
        await start(postgres.program(), ready)
        postgres.create_database()
        if self.pg_port:
            postgres.set_password(self.folder.database_password())

    async def _start_redis(self, start: Start, screen: Screen) -> None:
        redis = self.redis
        if redis is None:
            return

        async def ready(_pid: int) -> bool:
            return redis.ready()

        redis.initialise()
        try:
            await start(redis.program(), ready)
        except SetupError as problem:
            # What Redis holds can be done without: sweeps hand the work out again.
            screen.notice(f"{problem}\n  It starts anew; its old file is in {redis.put_aside()}")
            redis.initialise()
            await start(redis.program(), ready)

    def tidy(self) -> None:
        """Remove, after the servers ended, sockets that had no room in the data folder."""
        for sockets in {server.sockets for server in (self.postgres, self.redis) if server}:
            if not sockets.is_relative_to(self.folder.servers(service_owner())):
                shutil.rmtree(sockets, ignore_errors=True)

    def psql(self) -> str | None:
        """Return what `psql` takes to reach the private PostgreSQL."""
        if self.postgres is None:
            return None
        if self.pg_port:
            password = self.folder.database_password()
            return f"postgresql://{ROLE}:{password}@127.0.0.1:{self.pg_port}/{ROLE}"
        return f"host={self.postgres.sockets} user={ROLE} dbname={ROLE}"
