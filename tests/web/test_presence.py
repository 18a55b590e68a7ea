"""Who is on a case now: seen by colleagues, forgotten by itself, and no reason to fail."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from redis.asyncio import Redis

from service.web.presence import LASTS_S, Present, leave, others, present

NOW = datetime(2026, 3, 4, 5, 0, tzinfo=UTC)
AN, BINH = Present(1, "An: phòng 2"), Present(2, "Bình")


def with_redis(url: str, act: Callable[[Redis], Awaitable[None]]) -> None:
    async def run() -> None:
        async with Redis.from_url(url) as redis:
            await act(redis)

    asyncio.run(run())


def test_one_sees_the_others_and_not_oneself(redis_url: str) -> None:
    case, other = uuid4(), uuid4()

    async def act(redis: Redis) -> None:
        assert await others(redis, case, AN, NOW) == []
        assert await others(redis, case, BINH, NOW) == [AN]
        assert await others(redis, case, AN, NOW) == [BINH]
        assert await present(redis, [case, other], NOW) == {case: [AN, BINH]}
        assert await present(redis, [case], NOW, but=1) == {case: [BINH]}
        assert await present(redis, [], NOW) == {}

    with_redis(redis_url, act)


def test_who_leaves_or_falls_silent_is_gone(redis_url: str) -> None:
    case = uuid4()

    async def act(redis: Redis) -> None:
        await others(redis, case, AN, NOW)
        await others(redis, case, BINH, NOW + timedelta(seconds=LASTS_S))
        later = NOW + timedelta(seconds=LASTS_S + 1)
        assert await present(redis, [case], later) == {case: [BINH]}
        await leave(redis, case, BINH)
        assert await present(redis, [case], later) == {}
        assert 0 < await redis.ttl(f"hientruong:presence:{case}") <= 2 * LASTS_S

    with_redis(redis_url, act)


def test_without_redis_nobody_seems_to_be_there() -> None:
    async def act(redis: Redis) -> None:
        case = uuid4()
        assert await others(redis, case, AN, NOW) == []
        await leave(redis, case, AN)

    with_redis("unix:///nowhere/redis.sock", act)
