"""What the benchmark runs on: a PostgreSQL that really syncs, a Redis, and single processes of ours."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from service import migrations
from service.local.binaries import find_postgres, find_redis
from service.local.postgres import Postgres
from service.local.program import service_owner
from service.local.redis import Redis
from service.problems import SetupError
from tests.faults.stack import Server, wait_for

DATABASE = "bench"
PATIENCE_S = 180.0
"""How long a process may take to start where others keep the machine busy."""


@dataclass
class Installation:
    """Both servers, a database with the example city, and the environment of our processes."""

    folder: Path
    postgres: Postgres
    redis: Redis
    database: Server
    broker: Server
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self) -> None:
        """Start the servers and make the template database: schema and example city."""
        self.postgres.initialise()
        self.redis.initialise()
        pid = self.database.start()
        wait_for(lambda: self.postgres.ready(pid), "PostgreSQL")
        self.broker.start()
        wait_for(self.redis.ready, "Redis")
        self._keep_commit_times()
        self.fresh_database()

    def _keep_commit_times(self) -> None:
        """So that "routed" can be measured at the commit; it takes a restart."""
        with self.postgres.connect() as connection:
            connection.execute("ALTER SYSTEM SET track_commit_timestamp = on")
        self.database.stop()
        pid = self.database.start()
        wait_for(lambda: self.postgres.ready(pid), "PostgreSQL")

    def fresh_database(self) -> None:
        """An empty database with the example city in it."""
        self.postgres.drop_database(DATABASE)
        self.postgres.create_database(DATABASE)
        migrations.upgrade(self.url)
        self.command("city", "load", "hue")

    @property
    def url(self) -> str:
        """The database's SQLAlchemy URL."""
        return self.postgres.url(DATABASE)

    @property
    def environment(self) -> dict[str, str]:
        """What our processes are told."""
        return {
            **os.environ,
            "HIENTRUONG_DATABASE_URL": self.url,
            "HIENTRUONG_REDIS_URL": f"unix://{self.redis.socket_path}?db=0",
            "HIENTRUONG_MEDIA_URL": (self.folder / "media").as_uri(),
            "HIENTRUONG_SECRET_KEY": "benchmark-benchmark-benchmark-benchmark",
            "HIENTRUONG_LOG_LEVEL": "WARNING",
            # The limiter counts every request, with a ceiling that one generator does not reach.
            "HIENTRUONG_RATE_LIMITS": "on",
            "HIENTRUONG_REPORTS_PER_MINUTE": "100000000",
        }

    def command(self, *arguments: str) -> None:
        """Run `hientruong ARGUMENTS` to its end. Raises SetupError with what it said when it fails."""
        ran = subprocess.run(
            [sys.executable, "-m", "service.cli", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if ran.returncode:
            raise SetupError(f"hientruong {' '.join(arguments)}: {ran.stdout}{ran.stderr}")

    @contextmanager
    def running(self, *arguments: str, keep: tuple[int, ...] = ()) -> Iterator[subprocess.Popen[bytes]]:
        """`python -m ARGUMENTS` for as long as the block lasts; it inherits the descriptors in `keep`."""
        process = subprocess.Popen(
            [sys.executable, "-m", *arguments],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=keep,
        )
        self.processes.append(process)
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(15)
            process.kill()

    @contextmanager
    def api(self, processes: int = 1, *, forgetful: bool = False) -> Iterator[tuple[int, list[int]]]:
        """The API for as long as the block lasts: its port and process ids; they share one socket.

        A `forgetful` one stores nothing.
        """
        with socket.create_server(("127.0.0.1", 0), backlog=1024) as listener, ExitStack() as stack:
            number, port = listener.fileno(), int(listener.getsockname()[1])
            serve = ("service.cli", "serve", "--listener", str(number))
            command = ("tests.bench.nodb", str(number)) if forgetful else serve
            started = [stack.enter_context(self.running(*command, keep=(number,))) for _ in range(processes)]
            wait_for(lambda: _answers(port), "the API", PATIENCE_S)
            yield port, [process.pid for process in started]

    def checkpoint(self) -> None:
        """Let no checkpoint of what was written before fall into a measurement."""
        with self.postgres.connect(DATABASE) as connection:
            connection.execute("CHECKPOINT")

    def stop(self) -> None:
        """End everything and remove the folder."""
        for process in self.processes:
            process.kill()
        self.broker.stop()
        self.database.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def make_installation() -> Installation:
    """An installation in a new temporary folder, not started. Raises SetupError without the servers."""
    binaries, server = find_postgres(), find_redis()
    if binaries is None or server is None:
        raise SetupError("The benchmark needs PostgreSQL with PostGIS, and Redis.")
    folder = Path(tempfile.mkdtemp(prefix="hientruong-bench-"))
    folder.chmod(0o755)
    (folder / "media").mkdir()
    owner = service_owner()
    postgres = Postgres(binaries, folder / "pgdata", folder / "run", owner)
    redis = Redis(server, folder / "redis", folder / "run", owner)
    return Installation(folder, postgres, redis, Server(postgres.program()), Server(redis.program()))


def resident_mb(pid: int) -> float:
    """Memory of a process that is its own, in MB (proportional set size; shared pages count in part)."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0


def used_cpu_s(pid: int) -> float:
    """Seconds of processor time that a process has used; 0 once it is gone."""
    with contextlib.suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return 0.0


def _answers(port: int) -> bool:
    time.sleep(0.05)
    with contextlib.suppress(httpx.HTTPError):
        return httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=2).status_code == 200
    return False
