"""The faults: each hurts one part of the running installation, and brings back what it took away."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Awaitable, Callable

from service.ops.queues import READERS
from tests.faults.stack import Stack

Fault = Callable[[Stack], Awaitable[int | None]]
"""How much was hurt; None where this cannot be done here."""

REDIS_AWAY_S = 60.0
DATABASE_AWAY_S = 10.0
DISK_FULL_S = 8.0
KILL_EVERY_S = 0.35
APPEAR_S = 90.0
"""So long a process that was killed before may need to come back: under full load, who does work that nobody
waits for starts last.
"""


class MissedError(Exception):
    """A fault found nothing to hurt: its process is called otherwise, or did not come back."""


async def kill_api(stack: Stack) -> int:
    """SIGKILL of an API process."""
    return await _kill(stack, " serve --listener")


async def kill_workers(stack: Stack) -> int:
    """SIGKILL of all workers at once, with their pools."""
    killed = 0
    for reader in READERS:
        await _until_there(stack, _worker(reader.name))
    for reader in READERS:
        killed += await _kill(stack, _worker(reader.name))
    return killed


async def kill_readers(stack: Stack) -> int:
    """SIGKILL of the worker of each queue, one after the other."""
    killed = 0
    for reader in READERS:
        killed += await _kill(stack, _worker(reader.name))
        await asyncio.sleep(KILL_EVERY_S)
    return killed


async def kill_reader(stack: Stack, name: str) -> int:
    """SIGKILL of the worker of one queue, with its pool, if it runs at this moment."""
    return await _kill(stack, _worker(name)) if stack.children(_worker(name)) else 0


async def kill_task(stack: Stack) -> int:
    """SIGKILL of whatever runs tasks, again and again, so that they die between any two of their steps."""
    killed = 0
    for number in range(12):
        killed += await _kill(stack, "celeryd: routing@", "PoolWorker")
        if number % 4 == 3:  # these have no pool: they come back as new processes
            killed += await _kill(stack, _worker("photos"))
            killed += await _kill(stack, _worker("notices"))
        await asyncio.sleep(KILL_EVERY_S)
    return killed


async def kill_relay(stack: Stack) -> int:
    """SIGKILL of the relay."""
    return await _kill(stack, " relay")


async def kill_beat(stack: Stack) -> int:
    """SIGKILL of the scheduler."""
    return await _kill(stack, "celery beat")


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
    "all workers killed": kill_workers,
    "the worker of each queue killed": kill_readers,
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


def _worker(queue: str) -> str:
    """What the title of a queue's worker begins with, that of its pool too."""
    return f"celeryd: {queue}@"


async def _until_there(stack: Stack, *words: str) -> list[int]:
    """The processes whose command line has all the words. Raises MissedError where none appears."""
    limit = asyncio.get_running_loop().time() + APPEAR_S
    while not (found := stack.children(*words)):
        if asyncio.get_running_loop().time() > limit:
            raise MissedError(f"no process is called {' … '.join(words)}")
        await asyncio.sleep(0.1)
    return found


async def _kill(stack: Stack, *words: str) -> int:
    """SIGKILL those processes; how many died. Raises MissedError where there is none."""
    killed = 0
    for pid in await _until_there(stack, *words):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            killed += 1
    if not killed:
        raise MissedError(f"{' … '.join(words)} died by itself")
    return killed
