"""CachedResponse bodies: made once for many who ask at one moment, and again for a new edition."""

from __future__ import annotations

import asyncio

import pytest

from service.web.caching import ResponseCache, cached


def test_many_who_ask_at_once_make_one_body() -> None:
    made: list[int] = []

    async def ask() -> None:
        cache = ResponseCache()

        async def make() -> bytes:
            made.append(1)
            await asyncio.sleep(0.01)
            return b"body"

        answers = await asyncio.gather(*(cache.get("key", 1, make) for _ in range(20)))
        assert {one.body for one in answers} == {b"body"}
        assert made == [1]
        await cache.get("key", 2, make)
        assert made == [1, 1]

    asyncio.run(ask())


def test_a_failure_is_not_kept() -> None:
    async def ask() -> bytes:
        cache = ResponseCache()

        async def fail() -> bytes:
            raise ConnectionError

        async def make() -> bytes:
            return b"body"

        with pytest.raises(ConnectionError):
            await cache.get("key", 1, fail)
        return (await cache.get("key", 1, make)).body

    assert asyncio.run(ask()) == b"body"


def test_only_what_is_large_is_compressed_and_always_alike() -> None:
    assert cached(b"small").gzipped is None
    assert cached(b"x" * 5000) == cached(b"x" * 5000)
    assert cached(b"x" * 5000).etag != cached(b"y" * 5000).etag


def test_what_is_a_little_old_is_told_while_the_new_is_made() -> None:
    async def ask() -> None:
        cache, go = ResponseCache(), asyncio.Event()

        async def old() -> bytes:
            return b"old"

        async def new() -> bytes:
            await go.wait()
            return b"new"

        async def fail() -> bytes:
            raise ConnectionError

        await cache.get("key", 1, old)
        assert (await cache.get("key", 2, new, stale=1)).body == b"old"
        too_old = asyncio.create_task(cache.get("key", 2, new))
        go.set()
        assert (await too_old).body == b"new"
        assert (await cache.get("key", 2, fail, stale=1)).body == b"new"
        assert (await cache.get("key", 3, fail, stale=1)).body == b"new"
        await asyncio.sleep(0.01)
        assert (await cache.get("key", 3, old, stale=0)).body == b"old"

    asyncio.run(ask())


def test_what_was_not_asked_for_longest_makes_room() -> None:
    async def ask() -> list[str]:
        cache, made = ResponseCache(most=2), []

        async def get(key: str) -> None:
            async def make() -> bytes:
                made.append(key)
                return b""

            await cache.get(key, 1, make)

        for key in ("a", "b", "a", "c", "a", "b"):
            await get(key)
        return made

    assert asyncio.run(ask()) == ["a", "b", "c", "b"]
