"""A process that has imported what the others need and forks them: imports are most of what a start costs.

Run by `service.local.forking`, which says what is wanted over a socket; it ends when the socket is closed.
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
from dataclasses import dataclass, field
from typing import Any

from setproctitle import setproctitle

from service.local.program import end_with

MOST = 1 << 17
"""Bytes of one request; it holds a whole environment."""


@dataclass(frozen=True)
class Order:
    """One program: the words after `hientruong`, and how its process is to begin."""

    words: list[str]
    imports: list[str]
    env: dict[str, str]
    cwd: str
    orphan_signal: int
    keep: list[int] = field(default_factory=list)
    """Descriptors that this program inherits; the nursery's others are closed for it."""


def main() -> None:
    """Serve requests; in a forked process, become the program that was asked for."""
    setproctitle("hientruong nursery")  # the first call looks at the environment as the process found it
    channel = socket.socket(fileno=int(sys.argv[1]))
    order = _serve(channel, parent=os.getppid(), lent=[int(word) for word in sys.argv[2:]])
    if order is not None:
        _run(order)


def _serve(channel: socket.socket, parent: int, lent: list[int]) -> Order | None:
    """Import what is asked for ahead, fork what is asked for at once. None when nobody asks any more; the
    order, in the new process.
    """
    ahead: deque[str] = deque()
    while True:
        if not select.select([channel], [], [], 0 if ahead else None)[0]:
            importlib.import_module(ahead.popleft())
            continue
        raw, descriptors, _, _ = socket.recv_fds(channel, MOST, 1)
        if not raw:
            return None
        asked: dict[str, Any] = json.loads(raw)
        if "ahead" in asked:
            ahead.extend(asked["ahead"])
            continue
        order, (output,) = Order(**asked), descriptors
        for name in order.imports:
            importlib.import_module(name)
        gc.freeze()  # what was imported is never garbage: looking at it would copy its pages
        pid = _fork_away(parent, order.orphan_signal)
        if pid == 0:
            channel.close()
            _settle(order, output, lent)
            return order
        os.close(output)
        channel.send(json.dumps({"pid": pid}).encode())


def _fork_away(parent: int, orphan_signal: int) -> int:
    """The new process's id; 0 in itself, when it has become a child of `parent`, which adopts orphans, and
    will end with it.
    """
    read_end, write_end = os.pipe()
    if (between := os.fork()) == 0:
        me = os.getpid()
        if (pid := os.fork()) != 0:
            os.write(write_end, str(pid).encode())
            os._exit(0)
        while os.getppid() == me:
            time.sleep(0.001)
        end_with(parent, orphan_signal)
        os.close(read_end)
        os.close(write_end)
        return 0
    os.close(write_end)
    os.waitpid(between, 0)
    pid = int(os.read(read_end, 20))
    os.close(read_end)
    return pid


def _settle(order: Order, output: int, lent: list[int]) -> None:
    """What `exec` in a session of its own would have brought about."""
    os.setsid()
    for standard in (1, 2):
        os.dup2(output, standard)
    os.close(output)
    for descriptor in set(lent) - set(order.keep):
        os.close(descriptor)
    os.environ.clear()
    os.environ.update(order.env)
    os.chdir(order.cwd)


def _run(order: Order) -> None:
    from service.cli import main as command

    sys.argv = ["hientruong", *order.words]
    setproctitle(" ".join(sys.argv))
    settings = sys.modules.get("service.settings")
    if settings is not None:  # read by what was imported, perhaps from another environment
        settings.get_settings.cache_clear()
    command()


if __name__ == "__main__":
    main()
