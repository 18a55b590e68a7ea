"""From accepted to routed: how long at 200 reports a second, and how fast a backlog drains."""

from __future__ import annotations

import asyncio
import contextlib
import time
from contextlib import ExitStack

import psycopg
import uvloop

from tests.bench.installation import DATABASE, PATIENCE_S, Installation, used_cpu_s
from tests.bench.intake import CONNECTIONS, new_report
from tests.bench.load import drive
from tests.faults.stack import descendants, wait_for

RATE_PER_S = 200
SECONDS = 60.0
BACKLOG = 20_000
WORKERS = "2"

# From the instant a report was received to the commit that routed it: PostgreSQL keeps the time of commits.
_DELAYS = """
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY delay),
       percentile_cont(0.95) WITHIN GROUP (ORDER BY delay), count(*)
FROM (SELECT extract(epoch FROM pg_xact_commit_timestamp(xmin) - created_at) * 1000 AS delay
      FROM report WHERE created_at >= %s AND status <> 'received') AS delays
"""
_DRAINED = """
SELECT count(*), extract(epoch FROM max(pg_xact_commit_timestamp(xmin)) - min(pg_xact_commit_timestamp(xmin)))
FROM report WHERE created_at >= %s AND status <> 'received'
"""
_WAITING = "SELECT count(*) FROM report WHERE status = 'received'"


def measure(bench: Installation, seconds: float = SECONDS, backlog: int = BACKLOG) -> dict[str, float]:
    """Delays under a steady load, then the rate at which a backlog drains; in a database of its own."""
    bench.fresh_database()
    return {**_steady(bench, seconds), **_drain(bench, backlog)}


def _steady(bench: Installation, seconds: float) -> dict[str, float]:
    with ExitStack() as running:
        port, _ = running.enter_context(bench.api())
        _background(bench, running)
        wait_for(lambda: _alive(bench), "relay and worker", PATIENCE_S)
        drive("127.0.0.1", port, new_report, connections=4, seconds=2)
        wait_for(lambda: not _number(bench, _WAITING), "the warm-up", PATIENCE_S)
        began = _now(bench)
        sent = uvloop.run(_paced(port, seconds))
        wait_for(lambda: not _number(bench, _WAITING), "routing", PATIENCE_S)
        with bench.postgres.connect(DATABASE) as connection:
            row = connection.execute(_DELAYS, [began]).fetchone()
    p50, p95, count = row if row else (0, 0, 0)
    if count < sent:
        raise RuntimeError(f"only {count} of {sent} reports were routed")
    return {"routed_rps": sent / seconds, "routed_p50_ms": float(p50), "routed_p95_ms": float(p95)}


def _drain(bench: Installation, backlog: int) -> dict[str, float]:
    with ExitStack() as running:
        port, _ = running.enter_context(bench.api())
        began = _now(bench)
        while _number(bench, _WAITING) < backlog:
            drive("127.0.0.1", port, new_report, connections=CONNECTIONS, seconds=1)
        waiting = _number(bench, _WAITING)
        _background(bench, running)
        # Once the first are routed every process has started: from then on the work alone is counted.
        wait_for(lambda: _number(bench, _WAITING) < waiting, "the first of the backlog", PATIENCE_S)
        left, spent_s = _number(bench, _WAITING), _cpu_s(bench)
        wait_for(lambda: not _number(bench, _WAITING), "the backlog", 300)
        spent_s = _cpu_s(bench) - spent_s
        with bench.postgres.connect(DATABASE) as connection:
            row = connection.execute(_DRAINED, [began]).fetchone()
    took_s = float(row[1]) if row else 0.0
    return {
        "drain_backlog": float(waiting),
        "drain_per_s": waiting / took_s if took_s else 0.0,
        "drain_cpu_ms": spent_s * 1000 / left if left else 0.0,
    }


def _cpu_s(bench: Installation) -> float:
    """What the relay, the workers and PostgreSQL have used of the processors so far."""
    database = bench.database.process
    roots = [process.pid for process in bench.processes if process.poll() is None]
    roots += [database.pid] if database else []
    pids = {pid for root in roots for pid in (root, *descendants(root))}
    return sum(map(used_cpu_s, pids))


def _background(bench: Installation, running: ExitStack) -> None:
    running.enter_context(bench.running("service.cli", "relay"))
    running.enter_context(
        bench.running("service.cli", "worker", "--queues", "routing,default", "--concurrency", WORKERS)
    )


async def _paced(port: int, seconds: float) -> int:
    """Send at the steady rate whatever the answers take; how many were answered 201."""
    connections = [await asyncio.open_connection("127.0.0.1", port) for _ in range(CONNECTIONS)]
    free: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
    for connection in connections:
        free.put_nowait(connection)
    accepted = 0

    async def send() -> None:
        nonlocal accepted
        reader, writer = await free.get()
        writer.write(new_report())
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
        accepted += head.startswith(b"HTTP/1.1 201")
        free.put_nowait((reader, writer))

    began, tasks = time.perf_counter(), set[asyncio.Task[None]]()
    for number in range(round(seconds * RATE_PER_S)):
        with contextlib.suppress(ValueError):
            await asyncio.sleep(max(0.0, began + number / RATE_PER_S - time.perf_counter()))
        task = asyncio.create_task(send())
        tasks.add(task)
        task.add_done_callback(tasks.discard)
    await asyncio.gather(*tasks)
    for _, writer in connections:
        writer.close()
    return accepted


def _alive(bench: Installation) -> bool:
    return (
        _number(bench, "SELECT count(DISTINCT kind) FROM heartbeat WHERE at > now() - interval '20 s'") >= 2
    )


def _number(bench: Installation, query: str) -> int:
    with psycopg.connect(bench.url.replace("+psycopg", "")) as connection:
        row = connection.execute(query.encode()).fetchone()
        return int(row[0]) if row else 0


def _now(bench: Installation) -> object:
    with bench.postgres.connect(DATABASE) as connection:
        row = connection.execute("SELECT clock_timestamp()").fetchone()
        return row[0] if row else None
