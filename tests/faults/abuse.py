"""Clumsiness and malice: what one client, or a part that hangs, does while reports must still come in."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import re
import signal
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import httpx
import psycopg
from celery import Celery

from service.app import create_app
from service.ops.queues import MAINTENANCE
from service.settings import Settings
from tests.faults.silence import silent_browsers
from tests.faults.stack import Stack

BODIES, ATTEMPTS, DOWNLOADS, STATISTICS, STREAMS = 450, 80, 50, 120, 5000
ABUSERS, OF_ONE_ADDRESS = 40, 5
"""Addresses that the abuse comes from where one alone would be stopped by its own ceiling."""

_rounds = itertools.count()


@dataclass
class Tally:
    """How much of the harm was really done, and how it was answered."""

    hits: int = 0
    answers: Counter[str] = field(default_factory=Counter)

    def note(self, answer: httpx.Response, *expected: int) -> None:
        """Count an answer; it was a hit if it is one of the expected."""
        self.answers[str(answer.status_code)] += 1
        self.hits += answer.status_code in expected


Abuse = Callable[[Stack, Tally], AbstractAsyncContextManager[None]]
"""Does harm within the block."""


class CannotBeDoneError(Exception):
    """This machine does not let us do such harm."""


def form_routes() -> list[str]:
    """Every route of the application that takes a body, as `METHOD /path`, with something in each place."""
    nowhere = "postgresql://nobody@127.0.0.1:1/none"
    settings = Settings(
        database_url=nowhere,
        redis_url="redis://127.0.0.1:1/0",
        media_url="file:///nonexistent",
        secret_key="survival-run-" * 4,
    )
    routers = [each for each in create_app(settings).routes if hasattr(each, "effective_route_contexts")]
    found: set[str] = set()
    for route in itertools.chain.from_iterable(router.effective_route_contexts() for router in routers):
        path = re.sub(r"\{\w+\}", "00000000-0000-0000-0000-000000000000", route.path_format)
        found |= {f"{method} {path}" for method in (route.methods or set()) & {"POST", "PUT", "PATCH"}}
    return sorted(found)


@asynccontextmanager
async def unfinished_bodies(stack: Stack, tally: Tally) -> AsyncIterator[None]:
    """Bodies over all routes that are begun and come byte by byte, with a cookie that is looked up."""
    routes = form_routes()
    more = "Host: 127.0.0.1\r\nCookie: hientruong_citizen=x; hientruong_session=x\r\n"
    kind = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100000\r\n\r\na="
    heads = [f"{routes[number % len(routes)]} HTTP/1.1\r\n{more}{kind}".encode() for number in range(BODIES)]
    slow = (_dribble(stack, _abuser(number), head, tally) for number, head in enumerate(heads))
    async with _side_by_side(slow):
        yield


@asynccontextmanager
async def sign_in_flood(stack: Stack, tally: Tally) -> AsyncIterator[None]:
    """Wrong passwords for a name that does not exist, without a pause."""

    async def guess(number: int) -> None:
        told = {"username": "nobody.at.all", "password": "wrong-wrong-1"}
        transport = httpx.AsyncHTTPTransport(verify=False, local_address=_abuser(number))
        async with httpx.AsyncClient(base_url=stack.url, timeout=30, transport=transport) as client:
            while True:
                try:
                    tally.note(await client.post("/api/v1/sessions", json=told), 401, 429)
                except httpx.TransportError as error:
                    tally.answers[type(error).__name__] += 1
                await asyncio.sleep(0.05)

    async with _side_by_side(guess(number) for number in range(ATTEMPTS)):
        yield


@asynccontextmanager
async def downloads_of_everything(stack: Stack, tally: Tally) -> AsyncIterator[None]:
    """Anonymous workbooks of all reports, no two alike; what is not made is cancelled afterwards."""
    started = next(_rounds)

    async def ask(number: int) -> None:
        source = f"127.0.{64 + started}.{1 + number // OF_ONE_ADDRESS}"
        filters = {"created_after": f"2000-01-01T00:{started:02}:{number:02}+07:00"}
        transport = httpx.AsyncHTTPTransport(verify=False, local_address=source)
        async with httpx.AsyncClient(base_url=stack.url, timeout=30, transport=transport) as client:
            asked = {"format": "xlsx", "filters": filters}
            tally.note(await client.post("/api/v1/downloads", json=asked), 201)

    await asyncio.gather(*(ask(number) for number in range(DOWNLOADS)))
    try:
        yield
    finally:
        with psycopg.connect(stack.dsn) as connection:
            connection.execute("DELETE FROM download WHERE state IN ('waiting', 'working')")


@asynccontextmanager
async def abandoned_statistics(stack: Stack, tally: Tally) -> AsyncIterator[None]:
    """Statistics that nobody else asked for, hung up on at once; as many again every few seconds."""
    numbers = itertools.count()

    async def ask() -> None:
        number = next(numbers) % 86400
        moment = f"2020-01-01T{number // 3600:02}:{number // 60 % 60:02}:{number % 60:02}%2B07:00"
        with contextlib.suppress(OSError):
            _, writer = await _connect(stack, _abuser(number))
            writer.write(
                f"GET /api/v1/stats?created_after={moment} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()
            )
            await writer.drain()
            await asyncio.sleep(0.005)
            writer.close()
            tally.hits += 1

    async def ask_all() -> None:
        while True:
            await asyncio.gather(*(ask() for _ in range(STATISTICS)))
            await asyncio.sleep(5)

    async with _side_by_side([ask_all()]):
        yield


@asynccontextmanager
async def streams(stack: Stack, tally: Tally) -> AsyncIterator[None]:
    """Streams of the feed from one address; what is refused is not asked for again."""
    async with _streams(stack, tally, lambda _: "127.0.61.1"):
        yield


@asynccontextmanager
async def streams_of_many(stack: Stack, tally: Tally) -> AsyncIterator[None]:
    """As many from as many addresses as it takes to be given them all."""
    async with _streams(stack, tally, lambda number: f"127.0.62.{1 + number % 254}"):
        yield


@asynccontextmanager
async def redis_hangs(stack: Stack, tally: Tally) -> AsyncIterator[None]:
    """A Redis that takes connections and answers nothing."""
    assert stack.broker.process is not None
    os.kill(stack.broker.process.pid, signal.SIGSTOP)
    tally.hits += 1
    try:
        yield
    finally:
        os.kill(stack.broker.process.pid, signal.SIGCONT)


@asynccontextmanager
async def silent_push_service(stack: Stack, tally: Tally) -> AsyncIterator[None]:
    """Browsers of push services that never answer, told of one report after the other."""
    if not stack.silence.begin():
        raise CannotBeDoneError("needs an address of its own on this machine")
    before = stack.silence.calls
    try:
        async with silent_browsers(stack.url):
            yield
    finally:
        tally.hits += stack.silence.calls - before
        with psycopg.connect(stack.dsn) as connection:
            connection.execute("DELETE FROM push_device WHERE endpoint LIKE '%.test/%'")


@asynccontextmanager
async def nightly_recount(stack: Stack, tally: Tally) -> AsyncIterator[None]:
    """The recount of all figures, as its schedule begins it; again when it is done.

    A recount may be over between two looks: what counts is that its lease was taken or renewed since.
    """
    app = Celery(broker=f"redis+socket://{stack.redis.socket_path}?virtual_host=0")

    def lease() -> tuple[bool, datetime | None]:
        with psycopg.connect(stack.dsn) as connection:
            row = connection.execute(_RECOUNT).fetchone()
        return row or (False, None)

    async def recount() -> None:
        _, seen = await asyncio.to_thread(lease)
        while True:
            held, until = await asyncio.to_thread(lease)
            if until != seen:
                tally.hits += 1
                seen = until
            if not held:
                await asyncio.to_thread(app.send_task, "workers.figures.audit", queue=MAINTENANCE)
            await asyncio.sleep(0.3)

    try:
        async with _side_by_side([recount()]):
            yield
    finally:
        app.close()


_RECOUNT = "SELECT holder IS NOT NULL, until FROM lease WHERE name = 'figures.audit'"

ABUSES: dict[str, Abuse] = {
    "200 unfinished bodies": unfinished_bodies,
    "sign-in flood": sign_in_flood,
    "120 abandoned statistics": abandoned_statistics,
    "5,000 streams of one address": streams,
    "5,000 streams of many": streams_of_many,
    "push service that never answers": silent_push_service,
    "Redis hangs": redis_hangs,
    "nightly recount": nightly_recount,
    "50 downloads of everything": downloads_of_everything,
}


@asynccontextmanager
async def _side_by_side(works: Iterable[Coroutine[Any, Any, None]]) -> AsyncIterator[None]:
    """All of them within the block."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def _streams(stack: Stack, tally: Tally, source: Callable[[int], str]) -> AsyncIterator[None]:
    asked = b"GET /api/v1/feed/stream HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    writers: list[asyncio.StreamWriter] = []

    async def hold(number: int) -> None:
        with contextlib.suppress(OSError, ValueError):
            reader, writer = await _connect(stack, source(number))
            writers.append(writer)
            writer.write(asked)
            line = (await reader.readline()).decode(errors="replace").split()
            tally.answers[line[1] if len(line) > 1 else "nothing"] += 1
            tally.hits += bool(line)
            while await reader.read(1 << 16):
                pass

    async with _side_by_side(hold(number) for number in range(STREAMS)):
        try:
            yield
        finally:
            for writer in writers:
                writer.close()


async def _dribble(stack: Stack, source: str, head: bytes, tally: Tally) -> None:
    while True:
        writer = None
        try:
            reader, writer = await _connect(stack, source)
            writer.write(head)
            await writer.drain()
            tally.hits += 1
            while not reader.at_eof():
                writer.write(b"a")
                await writer.drain()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(reader.read(1 << 16), 3)
        except OSError:
            pass
        finally:
            if writer is not None:
                writer.close()
        await asyncio.sleep(0.5)


async def _connect(stack: Stack, source: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    address = urlsplit(stack.url)
    return await asyncio.open_connection(address.hostname, address.port, local_addr=(source, 0))


def _abuser(number: int) -> str:
    return f"127.0.60.{1 + number % ABUSERS}"
