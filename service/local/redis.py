"""A private Redis: append-only file in a folder of ours, reached by Unix socket alone."""

import re
import signal
import socket
import time
from dataclasses import dataclass
from pathlib import Path

from service.local.program import Owner, Program
from service.local.sockets import make_private

# Redis tells of its start and stop, and warns of a kernel setting that matters only to snapshots.
NOISE = re.compile(r"^\d+:(?!.*(error|fail(ed|ure)|fatal|can't|out of memory))|WARNING Memory", re.IGNORECASE)


@dataclass(frozen=True)
class Redis:
    """Private Redis: its place and options."""

    server: Path
    folder: Path
    sockets: Path
    owner: Owner | None = None
    throwaway: bool = False

    @property
    def socket_path(self) -> Path:
        """Return the path of the Unix socket."""
        return self.sockets / "redis.sock"

    @property
    def url(self) -> str:
        """Return the URL that redis-py takes; Celery's differs and is made from this one in
        workers/app.py.
        """
        return f"unix://{self.socket_path}?db=0"

    def initialise(self) -> None:
        """Make its folders."""
        make_private(self.sockets, self.owner)
        make_private(self.folder, self.owner)

    def put_aside(self) -> Path:
        """Give a folder that Redis does not start with another name."""
        return self.folder.rename(self.folder.with_name(f"{self.folder.name}.broken-{time.time_ns()}"))

    def program(self) -> Program:
        """Return the server process."""
        options = {
            "--port": "0",
            "--unixsocket": str(self.socket_path),
            "--unixsocketperm": "700",
            "--dir": str(self.folder),
            "--appendonly": "no" if self.throwaway else "yes",
            "--save": "",
            "--loglevel": "warning",
            "--always-show-logo": "no",
        }
        flags = [word for option in options.items() for word in option]
        return Program(
            name="redis",
            foreign=True,
            argv=(str(self.server), *flags),
            owner=self.owner,
            noise=re.compile(
                r"^\d+:[A-Z] .*#(?!.*(?i:error|fail|can't|fatal))|WARNING Memory|signal-handler"
            ),
            orphan_signal=signal.SIGTERM,
        )

    def ready(self) -> bool:
        """Return whether it answers PING; it does not while it still reads its file."""
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
                client.settimeout(1)
                client.connect(str(self.socket_path))
                client.sendall(b"PING\r\n")
                return client.recv(64).startswith(b"+PONG")
        except OSError:
            return False
