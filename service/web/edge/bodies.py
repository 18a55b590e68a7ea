"""Bodies on their way in: their pace and time, how many of them are unfinished, how much of them is held.

What is beyond a limit ends for the application like a client that hung up; the edge then answers with the
refusal that is kept here. Nothing is counted of a request without a body.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.datastructures import Headers
from starlette.types import Message, Receive

from service.errors import AppError, FormTooOld, TooMany, TooSlow, Unavailable
from service.i18n import N_
from service.ops.reception import arrival
from service.web.limits.occupancy import Ceilings, Full, Occupancy

GRACE_S = 15.0
"""So long a body may be silent; a phone that changes its cell needs several seconds."""

LEAST_PACE = 1024
"""Bytes a second that must come after the grace: a fifth of what the slowest mobile networks carry."""

SMALL = 256 * 1024
SMALL_S, LARGE_S = 60.0, 600.0
"""The longest that a small body (a form, a report) and one with files may take."""

HURRY_S = 0.5
"""Beyond the ceilings only those bodies are taken that come at once: a report is one packet or two."""

UNFINISHED = Ceilings(address=40, site=160, all=600)
HELD_BYTES = Ceilings(address=200 * 2**20, site=400 * 2**20, all=800 * 2**20)
"""Bodies are held (in memory, or spooled to the disk) until their request is answered. One plain form with
six photos is 90 MB at most; behind a carrier's address several people may send one at the same time."""

LOOSE_BYTES = 64 * 1024
"""So much of a form with files may come before its token must have been seen; it is the first field."""

DISCONNECT: Message = {"type": "http.disconnect"}

TokenCheck = Callable[[bytes], bool]
"""Whether the beginning of a form carries its browser's token."""


@dataclass(slots=True)
class Bodies:
    """The bodies that this process is receiving."""

    unfinished: Occupancy = field(default_factory=lambda: Occupancy(UNFINISHED))
    held: Occupancy = field(default_factory=lambda: Occupancy(HELD_BYTES))


def has_body(headers: Headers) -> bool:
    """Return whether the request says that it brings a body."""
    return "transfer-encoding" in headers or headers.get("content-length", "0") != "0"


def declared_length(headers: Headers) -> int | None:
    """Return the length the request says its body has; None where it does not say."""
    length = headers.get("content-length", "")
    return int(length) if length.isascii() and length.isdigit() and len(length) < 20 else None


class Body:
    """Body of one request, an ASGI `receive` that counts bytes, pace and time."""

    def __init__(
        self,
        bodies: Bodies,
        receive: Receive,
        address: str,
        declared: int | None,
        token_seen: TokenCheck | None,
    ) -> None:
        self.refusal: AppError | None = None
        self._bodies = bodies
        self._receive = receive
        self._address = address
        self._longest_s = SMALL_S if declared is not None and declared <= SMALL else LARGE_S
        self._token_seen = token_seen
        self._beginning = bytearray()
        self._bytes = 0
        self._waited_s = 0.0
        self._counted = False
        self.complete = False

    async def receive(self) -> Message:
        """Return the next part; that the client is gone, once the body was refused."""
        if self.refusal is not None:
            return DISCONNECT
        if self.complete:
            return await self._receive()
        full = None if self._counted else self._begin()
        try:
            message = await self._next(HURRY_S if full else self._patience_s())
        except TimeoutError:
            return self._refuse(_too_many(full) if full else _too_slow())
        if message["type"] != "http.request":
            return message
        refusal = self._take(message.get("body", b""), full if message.get("more_body") else None)
        if refusal is not None:
            return self._refuse(refusal)
        if not message.get("more_body", False):
            self.complete = True
            self._uncount()
        return message

    def close(self) -> None:
        """Let go of the body: the request is answered, nothing of it is held any more."""
        self._uncount()
        self._bodies.held.give_back(self._address, self._bytes)
        self._bytes = 0

    def _begin(self) -> Full | None:
        """Count the body among the unfinished ones; return the ceiling that is reached, None for none."""
        full = self._bodies.unfinished.full(self._address)
        if full is None:
            self._counted = True
            self._bodies.unfinished.take(self._address)
        return full

    async def _next(self, patience_s: float) -> Message:
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            async with asyncio.timeout(max(0.0, patience_s)):
                return await self._receive()
        finally:
            # Only the time that the client is waited for counts, not what the service needs itself.
            waited_s = loop.time() - began
            self._waited_s += waited_s
            if (came := arrival.get()) is not None:
                came.waited_s += waited_s

    def _patience_s(self) -> float:
        """Return how long to wait for the next part at most."""
        by_pace = GRACE_S + self._bytes / LEAST_PACE - self._waited_s
        return min(GRACE_S, by_pace, self._longest_s - self._waited_s)

    def _take(self, data: bytes, full: Full | None) -> AppError | None:
        """Count what came; the refusal of the body where it is now too much."""
        if full is not None:
            return _too_many(full)
        over = self._bodies.held.full(self._address, len(data))
        if over is not None:
            return _too_many(over)
        self._bytes += len(data)
        self._bodies.held.take(self._address, len(data))
        if self._token_seen is None:
            return None
        self._beginning += data[:LOOSE_BYTES]
        if self._token_seen(bytes(self._beginning)):
            self._token_seen, self._beginning = None, bytearray()
        elif self._bytes > LOOSE_BYTES:
            return FormTooOld()
        return None

    def _refuse(self, refusal: AppError) -> Message:
        self.refusal = refusal
        self._uncount()
        return DISCONNECT

    def _uncount(self) -> None:
        if self._counted:
            self._counted = False
            self._bodies.unfinished.give_back(self._address)


def _too_slow() -> AppError:
    return TooSlow(N_("Nội dung gửi lên quá chậm nên chưa được nhận. Hãy gửi lại khi đường truyền tốt hơn."))


def _too_many(full: Full) -> AppError:
    headers = {"Retry-After": "10"}
    if full == "address":
        return TooMany(
            N_("Có quá nhiều lượt gửi dở dang từ mạng của bạn. Vui lòng gửi lại sau ít giây."),
            headers=headers,
        )
    return Unavailable(
        N_("Hệ thống đang nhận quá nhiều lượt gửi cùng lúc. Vui lòng gửi lại sau ít giây."), headers=headers
    )
