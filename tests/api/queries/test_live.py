"""The reader of the live feed by itself: slow listeners, nobody listening, its own faults."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from structlog.testing import capture_logs

from service.domain.queries.feed import FeedFilter
from service.settings import Settings
from service.web import live
from tests.support.feed_stage import Log
from tests.support.web import bare_resources


@asynccontextmanager
async def live_parts(settings: Settings) -> AsyncIterator[live.Live]:
    """The live feed of a process, without the web around it."""
    async with bare_resources(settings) as parts:
        yield parts.live


def test_whoever_reads_slowly_misses_nothing_and_delays_nobody(
    settings: Settings, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "KEEP", 10)
    monkeypatch.setattr(live, "REST_S", 0.01)

    async def listen(told: list[str]) -> tuple[list[str], list[str]]:
        async with live_parts(settings) as feed:
            start = await feed.start()
            quick, slow = (feed.listen(FeedFilter(), "vi", start) for _ in range(2))
            assert await anext(slow) == await anext(quick) == live.HELLO
            heard: list[str] = []
            for _ in range(10):  # the slow one does not even look
                told += await asyncio.to_thread(log.tell, 50)
                while len(heard) < len(told):
                    heard += told_in(await anext(quick))
            late: list[str] = []
            while len(late) < len(told):
                late += told_in(await anext(slow))
            return heard, late

    told: list[str] = []
    heard, late = asyncio.run(listen(told))
    assert heard == late == told


def test_nobody_is_read_for_when_nobody_listens(
    settings: Settings, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "IDLE_S", 0.05)
    monkeypatch.setattr(live, "LOOK_EVERY_S", 0.02)

    async def come_and_go() -> list[str]:
        async with live_parts(settings) as feed:
            first = feed.listen(FeedFilter(), "vi", await feed.start())
            assert await anext(first) == live.HELLO
            await first.aclose()
            for _ in range(3000):
                await asyncio.sleep(0.02)
                if not feed.reading:
                    break
            assert not feed.reading
            missed = await asyncio.to_thread(log.tell, 3)
            second = feed.listen(FeedFilter(), "vi", await feed.start())
            assert await anext(second) == live.HELLO
            told = await asyncio.to_thread(log.tell, 2)
            heard = told_in(await anext(second))
            while len(heard) < 2:
                heard += told_in(await anext(second))
            assert not set(heard) & set(missed)
            assert heard == told
            return heard

    assert len(asyncio.run(come_and_go())) == 2


def test_a_reader_that_fails_sends_its_listeners_away_to_come_again(
    settings: Settings, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail_once() -> list[str]:
        async with live_parts(settings) as feed:
            start = await feed.start()
            listening = feed.listen(FeedFilter(), "vi", start)
            assert await anext(listening) == live.HELLO
            monkeypatch.setattr(live, "read_feed", _broken)
            await asyncio.to_thread(log.tell, 1)
            assert [chunk async for chunk in listening] == []
            monkeypatch.undo()
            await feed.start()
            again = feed.listen(FeedFilter(), "vi", start)
            assert await anext(again) == live.HELLO
            return told_in(await anext(again))

    with capture_logs() as said:
        assert asyncio.run(fail_once()) == ["test.0"]
    assert "the live feed failed" in [line["event"] for line in said]


def _broken(*_: object, **__: object) -> None:
    raise RuntimeError("a fault of the programme")


def told_in(chunk: bytes) -> list[str]:
    """The types of the events in a piece of the stream."""
    lines = chunk.decode().splitlines()
    return [json.loads(line.removeprefix("data: "))["type"] for line in lines if line.startswith("data: ")]
