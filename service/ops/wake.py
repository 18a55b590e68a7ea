"""Waking the relay through Redis after a commit: never waited for, never a reason to fail."""

from __future__ import annotations

import asyncio

from redis.asyncio import Redis
from redis.exceptions import RedisError

WAKE_CHANNEL = "hientruong:wake"
"""Published after a commit that wrote events; the relay also looks by itself every second."""


class Waker:
    """Sender of wake-ups, at most one under way: one asked for meanwhile follows it."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._again = False
        self._task: asyncio.Task[None] | None = None

    def wake(self) -> None:
        """Tell the relay that there is something new; returns at once."""
        self._again = True
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._send())

    async def close(self) -> None:
        """Let the last message go out."""
        if self._task is not None:
            await asyncio.wait([self._task], timeout=1)

    async def _send(self) -> None:
        while self._again:
            self._again = False
            try:
                await self._redis.publish(WAKE_CHANNEL, b"1")
            except (RedisError, OSError, TimeoutError):
                return
