"""A process that has imported what the others need and forks them: imports are most of what a start costs.

Measured on two busy cores: importing takes the API 7.5 s and each worker 3.9 s of processor time, and there
are more than a dozen workers; forks share what one process imported.

Run by `service.local.processes`, which says what is wanted over a socket; it ends when the socket is closed.
Nothing here makes a thread or opens a connection: a fork would carry half of it along.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import select
import socket
import sys
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from setproctitle import setproctitle

from service.ops.confinement import end_with, keep_secrets

MOST = 1 << 18
"""Bytes of one request or answer; it holds a whole environment, or the names of all modules."""

OURS = frozenset({"service", "workers", "geo"})
"""Packages of the service itself; all others are libraries."""


@dataclass(frozen=True)
class StartRequest:
    """Program: the words after `hientruong`, and how its process is to begin."""

    words: list[str]
    imports: list[str]
    env: dict[str, str]
    cwd: str
    orphan_signal: int
    keep: list[int] = field(default_factory=list)
    """Descriptors that this program inherits; the fork server's others are closed for it."""

    after_ahead: bool = False
    """Whether all that is to be imported ahead comes first."""


def main() -> None:
    """Serve requests; in a forked process, become the program that was asked for."""
    gc.disable()  # imports make nearly no garbage; looking for it takes a sixth of their time
    setproctitle("hientruong fork-server")  # the first call looks at the environment as the process found it
    keep_secrets()
    # With --reload the few of ours that are imported here may have changed when they are needed again.
    for name in [each for each in sys.modules if is_of_the_service(each)]:
        del sys.modules[name]
    channel = socket.socket(fileno=int(sys.argv[1]))
    order = _serve(channel, parent=os.getppid(), lent=[int(word) for word in sys.argv[2:]])
    if order is not None:
        _run(order)


def _serve(channel: socket.socket, parent: int, lent: list[int]) -> StartRequest | None:
    """Import what is asked for ahead, fork what is asked for at once. None when nobody asks any more; the
    order, in the new process.
    """
    ahead: deque[str] = deque()
    while True:
        if not select.select([channel], [], [], 0 if ahead else None)[0]:
            _import(ahead.popleft())
            continue
        raw, descriptors, _, _ = socket.recv_fds(channel, MOST, 1)
        if not raw:
            return None
        payload: dict[str, Any] = json.loads(raw)
        if "ahead" in payload:
            ahead.extend(payload["ahead"])
            continue
        if "modules" in payload:
            _import_all(ahead)
            channel.send(json.dumps(list(sys.modules)).encode())
            continue
        order, (output,) = StartRequest(**payload), descriptors
        if order.after_ahead:
            _import_all(ahead)
        _import_all(deque(order.imports))
        gc.freeze()  # what was imported is never garbage: looking at it would copy its pages
        read_end, write_end = os.pipe()
        if _forked_away():
            channel.close()
            os.close(read_end)
            _settle(order, output, lent, parent)
            os.write(write_end, str(os.getpid()).encode())
            os.close(write_end)
            return order
        os.close(output)
        os.close(write_end)
        channel.send(json.dumps({"pid": int(os.read(read_end, 20))}).encode())
        os.close(read_end)


def is_of_the_service(module: str) -> bool:
    """Return whether the module of this name belongs to the service, not to a library."""
    return module.partition(".")[0] in OURS


def _import_all(names: deque[str]) -> None:
    while names:
        _import(names.popleft())


def _import(name: str) -> None:
    """Import a module; one that cannot be imported says so in the process that needs it, not here."""
    with suppress(Exception):
        importlib.import_module(name)


def _forked_away() -> bool:
    """Return whether this is the new process, which has lost its parent to be adopted by the fork
    server's.
    """
    if (between := os.fork()) != 0:
        os.waitpid(between, 0)
        return False
    me = os.getpid()
    if os.fork() != 0:
        os._exit(0)
    while os.getppid() == me:
        time.sleep(0.001)
    return True


def _settle(order: StartRequest, output: int, lent: list[int], parent: int) -> None:
    """Set up the process as `exec` in a session of its own would have, by a parent that it does not
    outlive.
    """
    end_with(parent, order.orphan_signal)
    os.setsid()
    for standard in (1, 2):
        os.dup2(output, standard)
    os.close(output)
    for descriptor in set(lent) - set(order.keep):
        os.close(descriptor)
    os.environ.clear()
    os.environ.update(order.env)
    os.chdir(order.cwd)


def _run(order: StartRequest) -> None:
    from service.cli import main as command

    gc.enable()
    sys.argv = ["hientruong", *order.words]
    setproctitle(" ".join(sys.argv))
    settings = sys.modules.get("service.settings")
    if settings is not None:  # read by what was imported, perhaps from another environment
        settings.get_settings.cache_clear()
    command()


if __name__ == "__main__":
    main()
