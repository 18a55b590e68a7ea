"""A whole installation to be hurt: `hientruong up` on a PostgreSQL and a Redis of our own."""

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
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from service.local.binaries import find_postgres, find_redis
from service.local.postgres import Postgres
from service.local.program import Program, service_owner
from service.local.redis import Redis
from service.problems import SetupError
from tests.faults.silence import Silence

READY_S = 120
MEDIA_SIZE = "512m"


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """PostgreSQL or Redis, that can be killed, kept away and brought back."""

    program: Program
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> int:
        """Start it; its process id."""
        self.process = subprocess.Popen(
            self.program.argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **self.program.options()
        )
        return self.process.pid

    def kill(self) -> None:
        """SIGKILL, whatever it is doing; its children notice by themselves."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def stop(self) -> None:
        """As its supervisor would."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(self.program.stop_signal)
            self.process.wait(60)


@dataclass
class Stack:
    """The installation under test. `media` is a small disk of its own where we may make one."""

    folder: Path
    postgres: Postgres
    redis: Redis
    database: Server
    broker: Server
    port: int = field(default_factory=free_port)
    up: subprocess.Popen[bytes] | None = None
    small_disk: bool = False
    silence: Silence = field(default_factory=Silence)
    settings: dict[str, str] = field(default_factory=dict)
    """More of the environment of the service."""

    @property
    def url(self) -> str:
        """The address of the service."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def dsn(self) -> str:
        """The database, as PostgreSQL's own clients spell it."""
        return self.postgres.url().replace("postgresql+psycopg://", "postgresql://")

    @property
    def redis_url(self) -> str:
        """Redis, as the service is told."""
        return f"unix://{self.redis.socket_path}?db=0"

    @property
    def media(self) -> Path:
        """Where photos are kept."""
        return self.folder / "media"

    def start(self, mail_url: str, reports: int = 0) -> None:
        """Start the servers, then `up`; returns when it is ready, with so many reports of earlier days."""
        self.postgres.initialise()
        self.redis.initialise()
        self.start_database()
        self.postgres.create_database()
        self.start_broker()
        self.small_disk = self._mount_small_disk()
        environment = {
            **os.environ,
            **self.silence.environment(),
            "HIENTRUONG_DATABASE_URL": self.postgres.url(),
            "HIENTRUONG_REDIS_URL": self.redis_url,
            "HIENTRUONG_MEDIA_URL": self.media.as_uri(),
            # All other limits are those of every installation: it is they that hold abuse back.
            "HIENTRUONG_REPORTS_PER_MINUTE": str(1_000_000),
            "HIENTRUONG_SMTP_URL": mail_url,
            "HIENTRUONG_MAIL_FROM": "Hiện Trường <noreply@city.example>",
            "HIENTRUONG_LOG_LEVEL": "WARNING",
            **self.settings,
        }
        command = [sys.executable, "-m", "service.cli", "up", "--data", str(self.folder / "data")]
        log = (self.folder / "up.log").open("wb")
        self.up = subprocess.Popen(
            [*command, "--port", str(self.port), "--no-demo", "--workers", "2"],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        self._until_ready()
        if reports:
            demo = [sys.executable, "-m", "service.cli", "demo", "--reports", str(reports)]
            subprocess.run([*demo, "--data", str(self.folder / "data")], env=environment, check=True)

    def start_database(self) -> None:
        """Start PostgreSQL and wait until it takes connections."""
        pid = self.database.start()
        wait_for(lambda: self.postgres.ready(pid), "PostgreSQL")

    def start_broker(self) -> None:
        """Start Redis and wait until it answers."""
        self.broker.start()
        wait_for(self.redis.ready, "Redis")

    def wipe_broker(self) -> None:
        """Forget everything Redis kept on disk."""
        for file in self.redis.folder.iterdir():
            shutil.rmtree(file) if file.is_dir() else file.unlink()

    def children(self, *words: str) -> list[int]:
        """Process ids below `up` whose command line has all the words."""
        assert self.up is not None
        return [pid for pid in descendants(self.up.pid) if all(word in _command(pid) for word in words)]

    def died_by_themselves(self) -> list[str]:
        """What `up` says of processes that ended though nobody killed them."""
        told = (self.folder / "up.log").read_text(errors="replace").splitlines()
        return [line for line in told if "starting it again" in line and "SIGKILL" not in line]

    def keep_log(self) -> Path:
        """Copy what `up` and its processes printed to where it outlives this run; the copy's path."""
        kept = Path(tempfile.gettempdir()) / f"{self.folder.name}-up.log"
        shutil.copyfile(self.folder / "up.log", kept)
        return kept

    def stop(self) -> None:
        """End everything and remove the folder."""
        if self.up is not None:
            self.up.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.up.wait(60)
            self.up.kill()
        self.broker.stop()
        self.database.stop()
        self.silence.end()
        if self.small_disk:
            subprocess.run(["umount", str(self.media)], check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _mount_small_disk(self) -> bool:
        """A disk that can be filled without hurting the machine; only root can have one."""
        self.media.mkdir()
        if os.geteuid() != 0:
            return False
        command = ["mount", "-t", "tmpfs", "-o", f"size={MEDIA_SIZE}", "tmpfs", str(self.media)]
        return subprocess.run(command, check=False, capture_output=True).returncode == 0

    def _until_ready(self) -> None:
        def ready() -> bool:
            if self.up is not None and self.up.poll() is not None:
                raise SetupError(f"up ended:\n{(self.folder / 'up.log').read_text()[-3000:]}")
            with contextlib.suppress(httpx.HTTPError):
                answer = httpx.get(f"{self.url}/readyz", timeout=2)
                return answer.status_code == 200 and answer.json().get("status") == "ok"
            return False

        wait_for(ready, "the service", READY_S)


def make_stack() -> Stack:
    """A stack in a new temporary folder, not started. Raises SetupError without the servers."""
    binaries, server = find_postgres(), find_redis()
    if binaries is None or server is None:
        raise SetupError("The survival run needs PostgreSQL with PostGIS, and Redis.")
    folder = Path(tempfile.mkdtemp(prefix="hientruong-faults-"))
    folder.chmod(0o755)
    owner = service_owner()
    postgres = Postgres(binaries, folder / "pgdata", folder / "run", owner)
    redis = Redis(server, folder / "redis", folder / "run", owner)
    return Stack(folder, postgres, redis, Server(postgres.program()), Server(redis.program()))


def wait_for(ready: object, what: str, limit_s: float = 60) -> None:
    """Poll until `ready()`. Raises SetupError when it takes longer than `limit_s`."""
    assert callable(ready)
    limit = time.monotonic() + limit_s
    while not ready():
        if time.monotonic() > limit:
            raise SetupError(f"{what} was not ready within {limit_s:.0f} s")
        time.sleep(0.05)


def descendants(root: int) -> list[int]:
    """Process ids of everything below `root`."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
                parents.setdefault(parent, []).append(int(entry.name))
    found, open_ = [], [root]
    while open_:
        below = parents.get(open_.pop(), [])
        found += below
        open_ += below
    return found


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""
