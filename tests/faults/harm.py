"""The faults: each hurts one part of the running installation, and brings back what it took away."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Awaitable, Callable

from tests.faults.stack import Stack

Fault = Callable[[Stack], Awaitable[int | None]]
"""How much was hurt; None where this cannot be done here."""

REDIS_AWAY_S = 60.0
DATABASE_AWAY_S = 10.0
DISK_FULL_S = 8.0


async def kill_api(stack: Stack) -> int:
    """SIGKILL of an API process."""
    return _kill(stack.children(" serve --listener"))


async def kill_worker(stack: Stack) -> int:
    """SIGKILL of the worker's main process and its pool."""
    return _kill(stack.children("celeryd:"), everything=True)


async def kill_task(stack: Stack) -> int:
    """SIGKILL of whatever runs tasks, again and again, so that they die between any two of their steps."""
    killed = 0
    for number in range(12):
        killed += _kill(stack.children("celeryd:", "PoolWorker"), everything=True)
        if number % 4 == 3:  # this one has no pool: it comes back as a new process
            killed += _kill(stack.children("celeryd: photos"))
        await asyncio.sleep(0.35)
    return killed


async def kill_relay(stack: Stack) -> int:
    """SIGKILL of the relay."""
    return _kill(stack.children(" relay"))


async def kill_beat(stack: Stack) -> int:
    """SIGKILL of the scheduler."""
    return _kill(stack.children("celery beat"))


async def kill_redis(stack: Stack) -> int:
    """SIGKILL of Redis; it comes back with what its log kept."""
    stack.broker.kill()
    await asyncio.to_thread(stack.start_broker)
    return 1


async def wipe_redis(stack: Stack) -> int:
    """SIGKILL of Redis, and it comes back knowing nothing."""
    stack.broker.kill()
    stack.wipe_broker()
    await asyncio.to_thread(stack.start_broker)
    return 1


async def redis_away(stack: Stack) -> int:
    """No Redis for a minute; reports must still be taken."""
    stack.broker.kill()
    await asyncio.sleep(REDIS_AWAY_S)
    await asyncio.to_thread(stack.start_broker)
    return 1


async def kill_database(stack: Stack) -> int:
    """SIGKILL of PostgreSQL, which recovers from its log."""
    stack.database.kill()
    await asyncio.sleep(0.5)  # its children notice and let go of the shared memory
    await asyncio.to_thread(stack.start_database)
    return 1


async def database_away(stack: Stack) -> int:
    """No PostgreSQL for ten seconds."""
    stack.database.stop()
    await asyncio.sleep(DATABASE_AWAY_S)
    await asyncio.to_thread(stack.start_database)
    return 1


async def disk_full(stack: Stack) -> int | None:
    """Not a byte free where photos are kept, for a while; only root can have a disk for it."""
    if not stack.small_disk:
        return None
    ballast = stack.media / "ballast"
    with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(b"\0" * 65536)
    await asyncio.sleep(DISK_FULL_S)
    ballast.unlink()
    return 1


FAULTS: dict[str, Fault] = {
    "API killed": kill_api,
    "worker killed": kill_worker,
    "tasks killed between steps": kill_task,
    "relay killed": kill_relay,
    "scheduler killed": kill_beat,
    "Redis killed": kill_redis,
    "Redis killed and wiped": wipe_redis,
    "PostgreSQL killed": kill_database,
    "media disk full": disk_full,
    "PostgreSQL away for 10 s": database_away,
    "Redis away for 60 s": redis_away,
}


def _kill(pids: list[int], *, everything: bool = False) -> int:
    """SIGKILL the first of them, or all; how many died."""
    killed = 0
    for pid in pids if everything else pids[:2]:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            killed += 1
    return killed
