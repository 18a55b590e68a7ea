"""Keeps child processes running: starts them, restarts what crashes, ends all of them in order.

What the children are, and what is shown of their output, is the caller's.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from service.local.processes import Process, new_interpreter
from service.local.program import Program
from service.problems import SetupError

KEPT_LINES = 20
POLL_S = 0.02
Ready = Callable[[int], Awaitable[bool]]
"""Told the child's process id; says whether it does its work already."""

Launch = Callable[[Program, int], Awaitable[Process]]
"""Starts a program whose output goes to a descriptor."""


@dataclass(frozen=True)
class SupervisorTimings:
    """Time limits of children, and the number of crashes after which a child is given up."""

    ready_s: float = 60.0
    first_pause_s: float = 0.2
    longest_pause_s: float = 5.0
    short_life_s: float = 10.0
    short_lives: int = 8

    def pause_s(self, short_lives: int) -> float:
        """Return how long to wait before the next try: doubled each time."""
        return float(min(self.first_pause_s * 2 ** max(short_lives - 1, 0), self.longest_pause_s))


@dataclass
class Child:
    """Supervised program and its present process."""

    program: Program
    ready: Ready
    process: Process | None = None
    restarts: int = 0
    short_lives: int = 0
    wanted_again: bool = False
    hurry: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the pause before the next try is to end at once."""

    last_lines: deque[str] = field(default_factory=lambda: deque(maxlen=KEPT_LINES))
    reader: asyncio.Task[None] | None = None
    keeper: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """Return the process id of the child, while it runs."""
        return self.process.pid if self.process and self.process.returncode is None else None


class Supervisor:
    """Children by name. `output(name, line)` gets what they print, `notice(text)` what happens to them,
    `changed()` is called when one of them is another process than before.

    Until the caller sets `settled`, one that crashes is a fault to be told, not to be tried again."""

    def __init__(
        self,
        output: Callable[[str, str], None],
        notice: Callable[[str], None],
        timings: SupervisorTimings | None = None,
        changed: Callable[[], None] = lambda: None,
        launch: Launch = new_interpreter,
    ) -> None:
        """Prepare the children; nothing is started yet."""
        self.children: dict[str, Child] = {}
        self.failure: str | None = None
        self.settled = False
        self.stop_asked = asyncio.Event()
        self._output = output
        self._notice = notice
        self._changed = changed
        self._launch = launch
        self._timings = timings or SupervisorTimings()
        self._stopping = False

    def launch_by(self, launch: Launch) -> None:
        """Start children in another way from now on."""
        self._launch = launch

    async def start(self, program: Program, ready: Ready) -> None:
        """Start a child and return when it is ready; from then on it is restarted whenever it ends.

        Raises SetupError with its last lines when it ends, or is not ready in time, at this first try.
        """
        child = Child(program, ready)
        self.children[program.name] = child
        await self._spawn(child)
        if not await self._until_ready(child):
            ended = child.pid is None
            await self._end(child)
            what = "ended" if ended else f"was not ready after {self._timings.ready_s:.0f} s"
            raise SetupError(f"{program.name} {what} while starting{_quoted(child)}")
        child.keeper = asyncio.create_task(self._keep(child))

    async def once(self, program: Program) -> None:
        """Run a program to its end. Raises SetupError when it fails."""
        child = Child(program, _never)
        self.children[program.name] = child
        await self._spawn(child)
        if child.process:
            await child.process.wait()
        await self._end(child)
        del self.children[program.name]
        if child.process and child.process.returncode:
            raise SetupError(f"{program.name} {_how(child.process.returncode)}; the lines above say why.")

    async def wait(self) -> None:
        """Wait until stopping is asked for, or a child is given up (`failure` then says which)."""
        await self.stop_asked.wait()

    async def stop(self, order: list[set[str]]) -> None:
        """End all children, group after group; those not named in `order` first."""
        self._stopping = True
        self.stop_asked.set()
        named = set().union(*order)
        for group in [set(self.children) - named, *order]:
            await asyncio.gather(*(self._end(self.children[name]) for name in group if name in self.children))
        keepers = [child.keeper for child in self.children.values() if child.keeper]
        await asyncio.gather(*keepers)

    async def restart(self, name: str) -> None:
        """End a child that is to begin anew; its keeper starts it at once, and that is no crash."""
        child = self.children.get(name)
        if child is None or self._stopping:
            return
        child.wanted_again = child.pid is not None
        child.hurry.set()
        await self._end(child)

    def kill(self) -> None:
        """End everything at once, without waiting: for the person who pressed Ctrl-C twice."""
        self._stopping = True
        for child in self.children.values():
            if child.process:
                _kill_group(child.process.pid)

    async def _spawn(self, child: Child) -> None:
        stream, write_end = await _pipe()
        try:
            child.process = await self._launch(child.program, write_end)
        finally:
            os.close(write_end)
        child.reader = asyncio.create_task(self._read(child, stream))

    async def _read(self, child: Child, stream: asyncio.StreamReader) -> None:
        """Pass its output on line by line; a line longer than the stream's limit comes in pieces."""
        ended = False
        while not ended:
            try:
                raw = await stream.readuntil(b"\n")
            except asyncio.LimitOverrunError as over:
                raw = await stream.readexactly(over.consumed)
            except asyncio.IncompleteReadError as end:
                raw, ended = end.partial, True
            line = raw.decode(errors="replace").rstrip()
            if line:
                child.last_lines.append(line)
                if not (child.program.noise and child.program.noise.search(line)):
                    self._output(child.program.name, line)

    async def _until_ready(self, child: Child) -> bool:
        limit = time.monotonic() + self._timings.ready_s
        while child.pid is not None and time.monotonic() < limit and not self._stopping:
            if await child.ready(child.pid):
                return True
            await asyncio.sleep(POLL_S)
        return False

    async def _keep(self, child: Child) -> None:
        """Watch a child, and start it again when it ends, until stopping."""
        while child.process:
            started = time.monotonic()
            status = await child.process.wait()
            lived_s = time.monotonic() - started
            await self._end(child)
            if self._stopping or not await self._again(child, status, lived_s):
                return
            await self._spawn(child)
            self._changed()
            if self._stopping:  # asked while the process was being made
                await self._end(child)

    async def _again(self, child: Child, status: int, lived_s: float) -> bool:
        """Count the crash and pause; False when it is time to give up or to stop."""
        if child.wanted_again:
            child.wanted_again = False
            child.hurry.clear()
            return not (self._stopping or self.stop_asked.is_set())
        timings = self._timings
        child.short_lives = child.short_lives + 1 if lived_s < timings.short_life_s else 1
        name, how = child.program.name, _how(status)
        if not self.settled or child.short_lives >= timings.short_lives:
            what = f"keeps crashing ({how})" if self.settled else f"{how} while starting"
            self.failure = f"{name} {what}; everything is stopped{_quoted(child)}"
            self.stop_asked.set()
            return False
        pause_s = timings.pause_s(child.short_lives)
        self._notice(f"{name} {how}; starting it again in {pause_s:.1f} s")
        waited = [asyncio.create_task(each.wait()) for each in (self.stop_asked, child.hurry)]
        await asyncio.wait(waited, timeout=pause_s, return_when=asyncio.FIRST_COMPLETED)
        for each in waited:
            each.cancel()
        child.hurry.clear()
        child.restarts += 1
        return not (self._stopping or self.stop_asked.is_set())

    async def _end(self, child: Child) -> None:
        """Ask the child to end; after its grace, or with what it left behind, kill its whole group."""
        process = child.process
        if process is None:
            return
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(child.program.stop_signal)
            try:
                await asyncio.wait_for(process.wait(), child.program.grace_s)
            except TimeoutError:
                self._notice(f"{child.program.name} did not end within {child.program.grace_s:.0f} s: killed")
        _kill_group(process.pid)
        await process.wait()
        if child.reader:
            await child.reader


async def together(*starts: Awaitable[None]) -> None:
    """Wait for all, then raise the first error: nobody is left half started behind its back."""
    for outcome in await asyncio.gather(*starts, return_exceptions=True):
        if outcome is not None:
            raise outcome


async def _never(_pid: int) -> bool:
    return False


async def _pipe() -> tuple[asyncio.StreamReader, int]:
    """Return a pipe of our own: with asyncio's, waiting for a child also waits for grandchildren that hold
    it.
    """
    read_end, write_end = os.pipe()
    stream = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(stream), os.fdopen(read_end, "rb", buffering=0)
    )
    return stream, write_end


def _kill_group(pid: int) -> None:
    """Kill a child with what it started itself: each leads a session of its own."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def _how(status: int) -> str:
    if status < 0:
        return f"was ended by {signal.Signals(-status).name}"
    return f"ended with status {status}"


def _quoted(child: Child) -> str:
    if not child.last_lines:
        return "."
    return ". Its last lines:\n" + "\n".join(f"    {line}" for line in child.last_lines)
