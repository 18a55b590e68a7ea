"""Reading at size: pages of the feed, filtered lists, and a thousand listeners on one process."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import cycle
from typing import Any

import numpy as np
import psycopg
import uvloop

from service.web.cursors import Cursors
from tests.bench.installation import PATIENCE_S, Installation, resident_mb
from tests.bench.intake import new_report
from tests.bench.load import Build, drive, request
from tests.faults.stack import wait_for

PAGE_S = 8.0
CLIENTS = 1_000
EVENTS_PER_S = 20
STREAM_S = 20.0
BOXES = 200
_UNPLACED = "SELECT count(*) FROM event WHERE position IS NULL"


def measure_feed(bench: Installation, seconds: float = PAGE_S) -> dict[str, float]:
    """Pages of 100 from anywhere in the feed, one reader."""
    cursors = Cursors(bench.environment["HIENTRUONG_SECRET_KEY"].encode())
    newest = _scalar(bench, "SELECT max(position) FROM event")

    def page() -> bytes:
        after = cursors.seal_position(random.randrange(max(1, newest - 100)))
        return request("GET", f"/api/v1/feed?limit=100&after={after}")

    with bench.api() as (port, _):
        measured = read_pages(port, page, seconds)
    return {
        "feed_events": float(newest),
        "feed_page_p50_ms": measured[0],
        "feed_page_p95_ms": measured[1],
    }


def measure_lists(bench: Installation, seconds: float = PAGE_S) -> dict[str, float]:
    """The three lists that people open all day; the 95th percentile of each, and the worst of them."""
    figures: dict[str, float] = {}
    with bench.api() as (port, _):
        for name, requests in KINDS.items():
            wanted = requests(bench)
            figures[f"list_{name}_p50_ms"], figures[f"list_{name}_p95_ms"] = read_pages(
                port, wanted.__next__, seconds
            )
    return figures | {"list_p95_ms": max(figures[f"list_{name}_p95_ms"] for name in KINDS)}


def measure_stream(bench: Installation, seconds: float = STREAM_S) -> dict[str, float]:
    """A thousand listeners while twenty reports a second come in: how late each hears of each.

    Whoever is too slow to hear is let go by the service: how many were there to the end, and what was heard.
    """
    with bench.api() as (port, pids), bench.running("service.cli", "relay"):
        drive("127.0.0.1", port, new_report, connections=1, seconds=0.1)
        wait_for(lambda: not _scalar(bench, _UNPLACED), "the relay", PATIENCE_S)
        before = sum(map(resident_mb, pids))
        late_ms, clients, during = uvloop.run(_listen(port, seconds, pids))
    return {
        "sse_clients": float(clients),
        "sse_events_heard": float(len(late_ms)),
        "sse_heard_part": len(late_ms) / (CLIENTS * round(seconds * EVENTS_PER_S)),
        "sse_p50_ms": float(np.percentile(late_ms, 50)),
        "sse_p99_ms": float(np.percentile(late_ms, 99)),
        "sse_client_kb": (during - before) * 1024 / clients,
    }


async def _listen(port: int, seconds: float, pids: Sequence[int]) -> tuple[list[float], int, float]:
    late_ms: list[float] = []
    connected = asyncio.Barrier(CLIENTS + 1)
    listeners = [
        asyncio.create_task(_listener(port, number, late_ms, connected)) for number in range(CLIENTS)
    ]
    await asyncio.wait_for(connected.wait(), 60)
    await asyncio.sleep(1)
    during = sum(map(resident_mb, pids))
    loop = asyncio.get_running_loop()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    began = loop.time()
    for number in range(round(seconds * EVENTS_PER_S)):
        await asyncio.sleep(max(0.0, began + number / EVENTS_PER_S - loop.time()))
        writer.write(new_report())
        head = await reader.readuntil(b"\r\n\r\n")
        await reader.readexactly(int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0]))
    expected = CLIENTS * round(seconds * EVENTS_PER_S)
    last_look = loop.time() + 10
    while len(late_ms) < expected and loop.time() < last_look:  # noqa: ASYNC110 - nobody tells
        await asyncio.sleep(0.2)
    alive = sum(not listener.done() for listener in listeners)
    for listener in listeners:
        listener.cancel()
    await asyncio.gather(*listeners, return_exceptions=True)
    if not late_ms:
        raise RuntimeError(f"{alive} listeners heard nothing")
    return late_ms, alive, during


async def _listener(port: int, number: int, late_ms: list[float], connected: asyncio.Barrier) -> None:
    """Lateness is measured from the event's own time to the arrival of its bytes.

    Each listens from an address and a network of its own, for what one of them may hold has a ceiling.
    """
    own = (f"127.{1 + number % 200}.{number // 200}.1", 0)
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=own)
    writer.write(request("GET", "/api/v1/feed/stream?type=report.received"))
    head = await reader.readuntil(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(f"a listener was answered {head[:40]!r}")
    await connected.wait()
    while line := await reader.readline():
        if line.startswith(b"data:"):
            at = datetime.fromisoformat(json.loads(line[5:])["at"]).timestamp()
            late_ms.append((time.time() - at) * 1000)


def read_pages(port: int, build: Build, seconds: float) -> tuple[float, float]:
    """Return the median and the 95th percentile of one reader's requests, in milliseconds."""
    drive("127.0.0.1", port, build, connections=1, seconds=1)
    measured = drive("127.0.0.1", port, build, connections=1, seconds=seconds)
    if set(measured.statuses) != {200}:
        raise RuntimeError(f"reading answered {measured.statuses}")
    return measured.percentile(50), measured.percentile(95)


def _maps(bench: Installation) -> Iterator[bytes]:
    """What a phone's map shows: a box, a category, what is open."""
    places = _rows(bench, f"SELECT lon, lat FROM report ORDER BY random() LIMIT {BOXES}")
    while True:
        for lon, lat in places:
            width = random.choice((0.004, 0.02, 0.06))
            box = f"{lon - width},{lat - width},{lon + width},{lat + width}"
            category = random.choice(("litter", "illegal_ad", "hanging_cable"))
            status = random.choice(("assigned,in_progress", "closed", "resolved"))
            yield request("GET", f"/api/v1/reports?bbox={box}&category={category}&status={status}")


def _queues(bench: Installation) -> Iterator[bytes]:
    """A department's open cases, the nearest deadline first."""
    codes = [row[0] for row in _rows(bench, "SELECT code FROM department WHERE kind <> 'company'")]
    for code in cycle(codes):
        yield request("GET", f"/api/v1/reports?department={code}&status=assigned,in_progress&sort=due_at")


def _searches(_bench: Installation) -> Iterator[bytes]:
    """Words without marks, common and rare, one and several."""
    words = (
        "rac",
        "cap+vien+thong",
        "ca+chet",
        "tram+xe+buyt",
        "cho",
        "xe+tai+dau+khuc+cua",
        "phuong+kho",
        "ngap",
    )
    for word in cycle(words):
        yield request("GET", f"/api/v1/reports?q={word}")


def _rows(bench: Installation, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(bench.url.replace("+psycopg", "")) as connection:
        return connection.execute(query.encode()).fetchall()


def _scalar(bench: Installation, query: str) -> int:
    return int(_rows(bench, query)[0][0])


KINDS: dict[str, Callable[[Installation], Iterator[bytes]]] = {
    "map": _maps,
    "queue": _queues,
    "search": _searches,
}
