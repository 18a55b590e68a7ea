"""Programs forked from the fork server: they live and end as those that were started anew."""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from service.local.processes import Forked, ForkServer
from service.local.program import Program
from service.local.supervisor import Supervisor, SupervisorTimings
from service.problems import SetupError
from tests.local.test_supervisor import alive, at_once, until

NOWHERE = {
    "HIENTRUONG_DATABASE_URL": "postgresql://nobody@/none?host=/nowhere",
    "HIENTRUONG_REDIS_URL": "unix:///nowhere/redis.sock",
    "HIENTRUONG_MEDIA_URL": "file:///nowhere",
    "HIENTRUONG_SECRET_KEY": "k" * 40,
}
IMPORTS = ("workers.processes.relay",)


def command(*words: str, **env: str) -> Program:
    argv = (sys.executable, "-P", "-m", "service.cli", *words)
    return Program(words[0], argv, words=words, imports=IMPORTS, env=NOWHERE | env, cwd=Path("/"))


@dataclass
class House:
    """A supervisor that starts its children through a fork server, and what it heard."""

    fork_server: ForkServer = field(default_factory=ForkServer)
    lines: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.supervisor = Supervisor(
            lambda _name, line: self.lines.append(line),
            self.notices.append,
            SupervisorTimings(first_pause_s=0.01),
            launch=self.fork_server.launch,
        )
        self.supervisor.settled = True


@asynccontextmanager
async def house() -> AsyncIterator[House]:
    made = House()
    await made.fork_server.open(command("fork-server"), [])
    try:
        yield made
    finally:
        await made.supervisor.stop([])
        await made.fork_server.close()


def run(story: Callable[[], Awaitable[None]]) -> None:
    async def limited() -> None:
        async with asyncio.timeout(100):
            await story()

    asyncio.run(limited())


def test_a_command_runs_to_its_end_and_its_failure_is_told() -> None:
    async def story() -> None:
        async with house() as here:
            await here.supervisor.once(command("--version"))
            assert here.lines[-1][0].isdigit()
            with pytest.raises(SetupError, match="ended with status 1"):
                await here.supervisor.once(command("serve", HIENTRUONG_SECRET_KEY="short"))
            assert "HIENTRUONG_SECRET_KEY" in "\n".join(here.lines), (
                "its own environment, not the fork server's"
            )

    run(story)


def place_of(pid: int) -> tuple[int, int, Path]:
    """A process's parent, session and working folder."""
    stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(stat[1]), int(stat[3]), Path(f"/proc/{pid}/cwd").readlink()


def test_it_is_our_child_in_a_session_of_its_own_and_outlives_the_fork_server() -> None:
    async def story() -> None:
        async with house() as here:
            await here.supervisor.start(command("relay"), at_once)
            child = here.supervisor.children["relay"]
            assert isinstance(child.process, Forked)
            pid = child.process.pid
            assert place_of(pid) == (os.getpid(), pid, Path("/")), "parent, session, working folder"
            await until(lambda: b"hientruong relay" in Path(f"/proc/{pid}/cmdline").read_bytes(), 30)
            await here.fork_server.close()
            assert alive(pid)
            os.kill(pid, signal.SIGKILL)
            await until(lambda: child.restarts == 1 and child.pid is not None, 30)
            assert "was ended by SIGKILL" in here.notices[0]
            assert not isinstance(child.process, Forked), "without a fork server, started anew"
        assert child.pid is None

    run(story)


def test_what_was_killed_is_forked_again_and_buries_its_own() -> None:
    """Importing takes seconds of processor time: who is killed is missed for as long."""

    async def story() -> None:
        async with house() as here:
            await here.supervisor.start(command("relay"), at_once)
            child = here.supervisor.children["relay"]
            first = child.pid
            assert first
            os.kill(first, signal.SIGKILL)
            await until(lambda: child.restarts == 1 and child.pid is not None, 30)
            assert isinstance(child.process, Forked) and child.pid != first
            assert place_of(child.process.pid)[0] == os.getpid()
            assert not libc_subreaper(), "what others leave behind is not ours to bury"

    run(story)


def libc_subreaper() -> bool:
    """Whether orphans of our children become ours."""
    found = ctypes.c_int()
    ctypes.CDLL(None).prctl(37, ctypes.byref(found), 0, 0, 0)
    return bool(found.value)


def test_where_there_is_no_fork_server_or_it_died_nothing_is_missed() -> None:
    async def story() -> None:
        unopened = House()
        await unopened.supervisor.once(command("--version"))
        assert unopened.lines
        async with house() as here:
            assert here.fork_server.pid
            os.kill(here.fork_server.pid, signal.SIGKILL)
            await here.supervisor.once(command("--version"))
            assert here.lines == unopened.lines
        async with house() as here:
            with pytest.raises(SetupError):
                await here.supervisor.once(replace(command("relay"), imports=("no.such.module",), env={}))
            assert any("HIENTRUONG_DATABASE_URL" in line for line in here.lines), "told by a new interpreter"

    run(story)


PARENT = """
import asyncio, os, sys
from tests.local.test_processes import command
from service.local.processes import ForkServer

async def main():
    fork_server = ForkServer()
    await fork_server.open(command("fork-server"), ["workers.processes.relay"])
    forked = await fork_server.launch(command("relay"), 2)
    await fork_server.close()
    print(forked.pid, type(forked).__name__, flush=True)
    await asyncio.sleep(100)

asyncio.run(main())
"""


def test_it_ends_when_its_parent_is_killed() -> None:
    line = [sys.executable, "-c", PARENT]
    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as parent:
        assert parent.stdout
        pid, kind = parent.stdout.readline().split()
        assert kind == "Forked"
        assert alive(int(pid))
        parent.kill()
        parent.wait()
        limit = time.monotonic() + 20
        while alive(int(pid)):
            assert time.monotonic() < limit
            time.sleep(0.05)
