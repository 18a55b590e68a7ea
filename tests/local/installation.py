"""Driving a real `hientruong up` from a test."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.support.stand import temporary_root

COMMAND = (sys.executable, "-P", "-m", "service.cli")
START_S = 120.0


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@contextmanager
def folder() -> Iterator[Path]:
    """A short new folder that PostgreSQL's account can reach, unlike pytest's own."""
    made = Path(tempfile.mkdtemp(prefix="ht-", dir=temporary_root()))
    made.chmod(0o755)
    try:
        yield made / "data"
    finally:
        shutil.rmtree(made)


class Installation:
    """One data folder and the `up` that runs, or ran, in it."""

    def __init__(self, data: Path, *options: str) -> None:
        self.data = data
        self.options = options
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.log = data.parent / "up.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> float:
        """Run `up` until it says that it is ready; how many seconds that took."""
        self.spawn()
        began = time.monotonic()
        self.until(lambda: "is ready" in self.output(), START_S)
        return time.monotonic() - began

    def spawn(self) -> subprocess.Popen[bytes]:
        """Run `up` without waiting for it."""
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith("HIENTRUONG_")
        }
        words = ["up", "--data", str(self.data), "--port", str(self.port), *self.options]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen([*COMMAND, *words], stdout=log, stderr=log, env=environment)
        return self.process

    def output(self) -> str:
        """What it has printed so far."""
        return self.log.read_text()

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send the signal and wait; the exit status."""
        assert self.process
        self.process.send_signal(number)
        return self.process.wait(60)

    def until(self, condition: Callable[[], bool], seconds: float = 90) -> None:
        """Wait; whoever ends meanwhile, or waits in vain, sees the log."""
        limit = time.monotonic() + seconds
        while not condition():
            assert self.process
            assert self.process.poll() is None, self.output()
            assert time.monotonic() < limit, self.output()
            time.sleep(0.05)

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run another `hientruong` command on it."""
        line = [*COMMAND, *words, "--data", str(self.data)]
        return subprocess.run(line, capture_output=True, text=True, check=False, timeout=60)

    def status(self) -> dict[str, Any]:
        """What `hientruong status` says."""
        found: dict[str, object] = json.loads(self.command("status", "--json").stdout)
        return found

    def pids(self) -> dict[str, int]:
        """The process ids of its children."""
        state = json.loads((self.data / "up.json").read_text())
        return {name: one["pid"] for name, one in state["processes"].items() if one["pid"]}

    def call(self, path: str, body: object = None) -> tuple[int, Any]:
        """An HTTP call; status and JSON."""
        payload = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(  # noqa: S310 - our own address
            self.address + path, payload, {"content-type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            return answer.status, json.load(answer)

    def crash(self, name: str) -> None:
        """Kill one of its children and wait for the next one."""
        before = self.pids()[name]
        os.kill(before, signal.SIGKILL)
        self.until(lambda: self.pids().get(name) not in (None, before))

    def left(self) -> list[str]:
        """Command lines of processes that still have to do with the data folder."""
        return [line for line in map(_told, Path("/proc").glob("[0-9]*")) if str(self.data) in line]


def _told(process: Path) -> str:
    """A process's command line, working folder and settings; empty when it has ended."""
    try:
        words = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        settings = (process / "environ").read_bytes().decode(errors="replace")
        return f"{words} {(process / 'cwd').readlink()} {settings}" if words else ""
    except OSError:
        return ""
