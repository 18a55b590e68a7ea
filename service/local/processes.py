"""Starting of the supervisor's children: as new interpreters or, much faster, as forks of the fork server."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import json
import os
import signal
import socket
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from service.local.fork_server import MOST
from service.local.program import Program

PR_SET_CHILD_SUBREAPER = 36
ANSWER_S = 60.0


class Process(Protocol):
    """Running process, as the supervisor uses it."""

    @property
    def pid(self) -> int: ...

    @property
    def returncode(self) -> int | None: ...

    async def wait(self) -> int: ...

    def send_signal(self, signal: int) -> None: ...


async def new_interpreter(program: Program, output: int) -> Process:
    """Run the program's command line, with its output to a descriptor."""
    return await asyncio.create_subprocess_exec(
        *program.argv, stdout=output, stderr=output, **program.options()
    )


class Forked:
    """A process that the fork server made and this one adopted."""

    def __init__(self, pid: int) -> None:
        """Raises OSError when the kernel cannot tell of its end."""
        self.pid = pid
        self.returncode: int | None = None
        loop = asyncio.get_running_loop()
        self._ended: asyncio.Future[int] = loop.create_future()
        self._handle = os.pidfd_open(pid)
        loop.add_reader(self._handle, self._reap)

    async def wait(self) -> int:
        """Return the exit status of the process, negative for the signal that ended it."""
        return await asyncio.shield(self._ended)

    def send_signal(self, signal: int) -> None:
        """Raises ProcessLookupError when it has ended."""
        if self.returncode is not None:
            raise ProcessLookupError
        os.kill(self.pid, signal)

    def _reap(self) -> None:
        asyncio.get_running_loop().remove_reader(self._handle)
        os.close(self._handle)
        _, status = os.waitpid(self.pid, 0)
        self.returncode = os.waitstatus_to_exitcode(status)
        self._ended.set_result(self.returncode)


class ForkServer:
    """Forks programs from one process that has imported what they need. Where it cannot, they are started
    as new interpreters all the same: nothing depends on it but time.
    """

    def __init__(self) -> None:
        """Prepare the server; nothing runs yet."""
        self._channel: socket.socket | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._one_at_a_time = asyncio.Lock()

    @property
    def pid(self) -> int | None:
        """Return the process id of the fork server, while it runs."""
        return self._process.pid if self._process else None

    async def open(self, program: Program, ahead: Iterable[str]) -> None:
        """Start the fork server with the program's environment, folder and descriptors, and have it import
        modules while nothing else is asked. Where the system cannot do this, nothing happens.
        """
        if not hasattr(os, "pidfd_open") or not _adopt_orphans(False):
            return
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            lent = [str(each) for each in program.pass_fds]
            words = (sys.executable, "-P", "-m", __package__ + ".fork_server", str(theirs.fileno()), *lent)
            options = program.options() | {"pass_fds": (*program.pass_fds, theirs.fileno())}
            silence = asyncio.subprocess.DEVNULL
            self._process = await asyncio.create_subprocess_exec(*words, stdout=silence, **options)
        ours.setblocking(False)
        self._channel = ours
        self.import_ahead(ahead)

    def import_ahead(self, names: Iterable[str]) -> None:
        """Have modules imported while nothing else is asked; one that cannot be is left out."""
        if self._channel is not None:
            with contextlib.suppress(OSError):  # it ended: `launch` finds out
                self._channel.send(json.dumps({"ahead": list(names)}).encode())

    async def modules(self) -> list[str]:
        """Return the names of all modules that the fork server holds, in the order in which their import
        began, once everything is there that it was to import ahead. Empty where it does not run.
        """
        if self._channel is None:
            return []
        async with self._one_at_a_time:
            try:
                self._channel.send(json.dumps({"modules": True}).encode())
                answer = json.loads(await self._answer(self._channel))
            except (OSError, ValueError, TimeoutError):
                await self.close()
                return []
        return [str(name) for name in answer]

    async def launch(self, program: Program, output: int, *, after_ahead: bool = False) -> Process:
        """Start a program, its output to a descriptor; with `after_ahead` once all is imported that was to be
        imported ahead.
        """
        if self._channel is not None and program.words:
            async with self._one_at_a_time:
                _adopt_orphans(True)
                try:
                    return Forked(await self._fork(program, output, after_ahead))
                except (OSError, ValueError, TimeoutError):
                    await self.close()
                finally:
                    _adopt_orphans(False)  # else what a killed program leaves behind would be ours to bury
        return await new_interpreter(program, output)

    async def close(self) -> None:
        """End the fork server; what it forked runs on."""
        if self._channel is not None:
            self._channel.close()
            self._channel = None
        if self._process is not None:
            process, self._process = self._process, None
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGKILL)
            await process.wait()

    async def _fork(self, program: Program, output: int, after_ahead: bool) -> int:
        """Raises OSError, ValueError or TimeoutError when the fork server is gone or does not answer."""
        if self._channel is None:
            raise BrokenPipeError
        order = {
            "words": program.words,
            "imports": program.imports,
            "env": program.options()["env"],
            "cwd": str(program.cwd or Path.cwd()),
            "orphan_signal": int(program.orphan_signal),
            "keep": program.pass_fds,
            "after_ahead": after_ahead,
        }
        socket.send_fds(self._channel, [json.dumps(order).encode()], [output])
        return int(json.loads(await self._answer(self._channel))["pid"])

    async def _answer(self, channel: socket.socket) -> bytes:
        loop = asyncio.get_running_loop()
        return await asyncio.wait_for(loop.sock_recv(channel, MOST), ANSWER_S)


def _adopt_orphans(yes: bool) -> bool:
    """Return whether grandchildren whose parent ends become our children from now on."""
    if sys.platform != "linux":
        return False
    return bool(ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, int(yes), 0, 0, 0) == 0)
