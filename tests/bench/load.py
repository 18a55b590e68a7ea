"""A lean HTTP/1.1 load generator: a few connections, each sending its next request when answered.

It shares the machine with what it measures, so it does as little as possible: no client library.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import cast

import numpy as np
import uvloop

PATIENCE_S = 30.0

Build = Callable[[], bytes]
"""Makes the next request, headers and body in one piece."""


@dataclass
class Measured:
    """What a run of requests came to; latencies in milliseconds."""

    took_s: float = 0.0
    latencies_ms: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)

    @property
    def per_s(self) -> float:
        """Requests a second."""
        return len(self.latencies_ms) / self.took_s if self.took_s else 0.0

    def percentile(self, rank: float) -> float:
        """A percentile of the latencies, in milliseconds."""
        return float(np.percentile(self.latencies_ms, rank)) if self.latencies_ms else 0.0


class _Client(asyncio.Protocol):
    def __init__(self, build: Build, until: float, measured: Measured, done: asyncio.Future[None]) -> None:
        self._build, self._until, self._measured, self._done = build, until, measured, done
        self._buffer = b""
        self._transport: asyncio.Transport | None = None
        self._sent = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's own class
        self._next()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head = self._buffer.find(b"\r\n\r\n")
        if head < 0:
            return
        length = _content_length(self._buffer[:head])
        if len(self._buffer) < head + 4 + length:
            return
        now = time.perf_counter()
        measured = self._measured
        measured.latencies_ms.append((now - self._sent) * 1000)
        status = int(self._buffer[9:12])
        measured.statuses[status] = measured.statuses.get(status, 0) + 1
        self._buffer = b""
        if now < self._until:
            self._next()
        elif not self._done.done():
            self._done.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._done.done():
            self._done.set_exception(exc or ConnectionError("the server closed the connection"))

    def _next(self) -> None:
        assert self._transport is not None
        self._sent = time.perf_counter()
        self._transport.write(self._build())


def drive(host: str, port: int, build: Build, *, connections: int, seconds: float) -> Measured:
    """Keep `connections` busy for `seconds`. Raises what broke a connection."""

    async def run() -> Measured:
        loop = asyncio.get_running_loop()
        measured = Measured()
        started = time.perf_counter()
        waits = [loop.create_future() for _ in range(connections)]
        transports = []
        for done in waits:
            transport, _ = await loop.create_connection(
                partial(_Client, build, started + seconds, measured, done), host, port
            )
            transports.append(transport)
        async with asyncio.timeout(seconds + PATIENCE_S):
            await asyncio.gather(*waits)
        measured.took_s = time.perf_counter() - started
        for transport in transports:
            transport.close()
        return measured

    return uvloop.run(run())


def request(method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> bytes:
    """One request as it goes over the wire."""
    head = f"{method} {path} HTTP/1.1\r\nHost: bench\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in (headers or {}).items())
    if body:
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    return head.encode() + b"\r\n" + body


def _content_length(head: bytes) -> int:
    lower = head.lower()
    place = lower.find(b"content-length:")
    if place < 0:
        return 0
    end = lower.find(b"\r\n", place)
    return int(lower[place + 15 : end if end > 0 else None])
