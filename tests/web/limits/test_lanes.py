"""Costly answers: who waits for them, who is refused, and what nobody waits for any more."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest
from starlette.requests import ClientDisconnect

from service.domain.reports.filters import Filters, in_whole_days
from service.errors import TooMany, Unavailable
from service.web.caching import ResponseCache
from service.web.limits.lanes import Lane


def test_beyond_its_ceiling_a_lane_refuses_at_once_but_not_what_is_reserved() -> None:
    async def play() -> None:
        lane, go = Lane(at_once=1, most=2), asyncio.Event()

        async def work(reserved: bool = False) -> str:
            async with lane.turn(reserved=reserved):
                await go.wait()
            return "done"

        first = [asyncio.create_task(work()) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(Unavailable) as refused:
            await work()
        assert refused.value.headers["Retry-After"]
        own = asyncio.create_task(work(reserved=True))
        await asyncio.sleep(0)
        go.set()
        assert await asyncio.gather(*first, own) == ["done"] * 3
        assert lane.taken == 0

    asyncio.run(play())


def test_what_nobody_waits_for_any_more_is_dropped() -> None:
    async def play() -> None:
        cache, hung_up, dropped = ResponseCache(), asyncio.Event(), asyncio.Event()

        async def make() -> bytes:
            try:
                async with cache.heavy.turn():
                    await asyncio.Event().wait()
            except asyncio.CancelledError:
                dropped.set()
                raise
            return b""

        async def gone() -> None:
            await hung_up.wait()

        asked = [asyncio.create_task(cache.get("key", 1, make, gone=gone)) for _ in range(2)]
        await asyncio.sleep(0)
        hung_up.set()
        for one in asked:
            with pytest.raises(ClientDisconnect):
                await one
        async with asyncio.timeout(5):
            await dropped.wait()
        await asyncio.sleep(0)
        assert cache.heavy.taken == 0

        async def body() -> bytes:
            return b"body"

        assert (await cache.get("key", 1, body)).body == b"body"

    asyncio.run(play())


def test_one_who_hangs_up_takes_nothing_from_the_others() -> None:
    async def play() -> None:
        cache, hung_up, go = ResponseCache(), asyncio.Event(), asyncio.Event()

        async def make() -> bytes:
            await go.wait()
            return b"body"

        async def gone() -> None:
            await hung_up.wait()

        left = asyncio.create_task(cache.get("key", 1, make, gone=gone))
        stays = asyncio.create_task(cache.get("key", 1, make))
        await asyncio.sleep(0)
        hung_up.set()
        with pytest.raises(ClientDisconnect):
            await left
        go.set()
        assert (await stays).body == b"body"

    asyncio.run(play())


def test_only_what_nobody_has_yet_is_counted_as_cold() -> None:
    async def play() -> None:
        cache, counted = ResponseCache(), []

        async def make() -> bytes:
            return b"body"

        async def cold() -> None:
            counted.append(1)
            if len(counted) > 1:
                raise TooMany("too many")

        await cache.get("key", 1, make, cold=cold)
        await cache.get("key", 1, make, cold=cold)
        await cache.get("key", 2, make, cold=cold, stale=1)
        assert counted == [1]
        with pytest.raises(TooMany):
            await cache.get("other", 1, make, cold=cold)

    asyncio.run(play())


HUE = "Asia/Ho_Chi_Minh"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("after", "before", "since", "until"),
    [
        ("2026-05-04T00:00:01+07:00", None, "2026-05-04T00:00+07:00", None),
        ("2026-05-03T18:30:00+00:00", None, "2026-05-04T00:00+07:00", None),
        (None, "2026-05-04T00:00:00+07:00", None, "2026-05-04T00:00+07:00"),
        (None, "2026-05-04T00:00:00.000001+07:00", None, "2026-05-05T00:00+07:00"),
        (None, "2026-05-04T23:59:59+07:00", None, "2026-05-05T00:00+07:00"),
    ],
)
def test_moments_become_whole_days_of_the_city(
    after: str | None, before: str | None, since: str | None, until: str | None
) -> None:
    made = in_whole_days(
        Filters(created_after=at(after) if after else None, created_before=at(before) if before else None),
        HUE,
    )
    assert made.created_after == (at(since) if since else None)
    assert made.created_before == (at(until) if until else None)
