"""Server-sent events on the wire: an answer that ends when the client, or the service, goes."""

from __future__ import annotations

import asyncio
import signal
import threading
import weakref
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress
from types import FrameType

from fastapi.responses import Response
from starlette.types import Receive, Scope, Send

from service.web.limits.seats import Seat, Seats

Handler = Callable[[int, FrameType | None], object]

STUCK_S = 60.0
"""A client that takes nothing for so long is given up."""


class EventStream(Response):
    """Chunks of ready bytes, sent as they come.

    The framework's own EventSourceResponse encodes every event for every client and cannot be ended while a
    client takes nothing; here a thousand clients share the bytes of one encoding.
    """

    media_type = "text/event-stream"

    def __init__(
        self, chunks: AsyncGenerator[bytes, None], closing: asyncio.Event, seats: Seats, seat: Seat
    ) -> None:
        super().__init__(headers={"cache-control": "no-store", "x-accel-buffering": "no"})
        del self.headers["content-length"]
        self._chunks = chunks
        self._closing = closing
        self._seats = seats
        self._seat = seat
        # The seat was taken when there was room; an answer that never begins gives it back too.
        weakref.finalize(self, seats.leave, seat)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send until the chunks end, the client is gone, its place is taken, or the service closes."""
        try:
            await self._stream(self._seat, receive, send)
        finally:
            self._seats.leave(self._seat)

    async def _stream(self, seat: Seat, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        sending = asyncio.create_task(self._send(send))
        ends = [sending, asyncio.create_task(_gone(receive)), asyncio.create_task(self._closing.wait())]
        ends.append(asyncio.create_task(seat.ended.wait()))
        try:
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            if not sending.done() and self._closing.is_set():
                await asyncio.wait([sending], timeout=1)  # a client that reads gets a proper end
            elif not sending.done() and seat.ended.is_set():
                sending.cancel()
                with suppress(TimeoutError, OSError):
                    async with asyncio.timeout(1):
                        await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            for task in ends:
                task.cancel()
            await asyncio.gather(*ends, return_exceptions=True)
            await self._chunks.aclose()
        if not sending.cancelled() and isinstance(error := sending.exception(), Exception):
            _raise_unless_gone(error)

    async def _send(self, send: Send) -> None:
        async for chunk in self._chunks:
            async with asyncio.timeout(STUCK_S):
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def _raise_unless_gone(error: Exception) -> None:
    if not isinstance(error, TimeoutError | OSError):
        raise error


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def on_signals(act: Callable[[], None]) -> None:
    """Call `act` in this event loop on SIGTERM or SIGINT, before the server handles the signal.

    A server waits for open answers before it tells the application to shut down, and a stream is an answer
    that never ends by itself. Does nothing outside the main thread, where no signal arrives.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        if callable(server := signal.getsignal(number)):
            signal.signal(number, _before(server, lambda: loop.call_soon_threadsafe(act)))


def _before(server: Handler, first: Callable[[], object]) -> Handler:
    def handle(number: int, frame: FrameType | None) -> None:
        first()
        server(number, frame)

    return handle
