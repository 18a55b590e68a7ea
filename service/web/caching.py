"""Answers that are made once and asked for again and again: kept bytes, entity tags, 304, gzip."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from fastapi import Request
from fastapi.responses import Response
from starlette.requests import ClientDisconnect

from service.web.limits.lanes import Lane

SMALLEST_GZIP = 1024


@dataclass(frozen=True, slots=True)
class CachedResponse:
    """A body, its compressed twin where that is worth it, and its entity tag (weak: both are the same)."""

    body: bytes
    gzipped: bytes | None
    etag: str


def cached(body: bytes) -> CachedResponse:
    """Return the body with its tag; compressed when it is large enough."""
    packed = gzip.compress(body, compresslevel=6, mtime=0) if len(body) >= SMALLEST_GZIP else None
    return CachedResponse(body, packed, weak_tag(body))


def made_for(request: Request, body: bytes) -> CachedResponse:
    """Return the body of this answer alone, with its tag; compressed for a client that takes it, and
    quickly.
    """
    worth = len(body) >= SMALLEST_GZIP and _takes_gzip(request)
    packed = gzip.compress(body, compresslevel=1, mtime=0) if worth else None
    return CachedResponse(body, packed, weak_tag(body))


def weak_tag(body: bytes) -> str:
    """Return the entity tag of a body, the same for its compressed twin."""
    return f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'


@dataclass(slots=True, eq=False)
class _Making:
    """A body that is being made; cancelled when no request waits for it and none was served an older one."""

    task: asyncio.Task[CachedResponse]
    waiting: int = 0
    refresh: bool = False


class ResponseCache:
    """Bodies by key, each good for one edition (such as a city's revision); made once, also when many ask.

    It holds at most `most`; the one that was not asked for longest goes first. What costs the database
    seconds is made in the lane `heavy`, one at a time; `light` is for what takes tenths of a second.
    """

    def __init__(self, most: int = 256) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, tuple[int, CachedResponse]] = OrderedDict()
        self.heavy = Lane(at_once=1, most=8)
        self.light = Lane(at_once=4, most=64)
        self.files = Lane(at_once=2, most=8)
        self._making: dict[tuple[Hashable, int], _Making] = {}

    async def get(
        self,
        key: Hashable,
        edition: int,
        make: Callable[[], Awaitable[bytes]],
        *,
        stale: int = 0,
        cold: Callable[[], Awaitable[None]] | None = None,
        gone: Callable[[], Awaitable[None]] | None = None,
    ) -> CachedResponse:
        """Return the body of that edition; `make` is asked only when it is not there.

        A body up to `stale` editions older is good enough while the new one is being made. `cold` is awaited
        before something is made that nobody has yet, and may refuse. `gone` ends when the client does: what
        nobody waits for any more is not made to its end. Raises ClientDisconnect then.
        """
        found = self._kept.get(key)
        if found is not None and found[0] == edition:
            self._kept.move_to_end(key)
            return found[1]
        old = found[1] if found is not None and edition - stale <= found[0] < edition else None
        if old is None and cold is not None and (key, edition) not in self._making:
            await cold()
        making = self._making.get((key, edition))
        if making is None:
            making = _Making(asyncio.create_task(self._make(key, edition, make)))
            making.task.add_done_callback(_heard)
            self._making[key, edition] = making
        if old is not None:
            making.refresh = True
            return old
        return await self._wait((key, edition), making, gone)

    def clear(self) -> None:
        """Drop every body that is kept."""
        self._kept.clear()

    async def _wait(
        self, key: tuple[Hashable, int], making: _Making, gone: Callable[[], Awaitable[None]] | None
    ) -> CachedResponse:
        """Return the body once it is made; whoever hangs up does not take it from the others."""
        making.waiting += 1
        left = asyncio.ensure_future(gone()) if gone is not None else None
        try:
            await asyncio.wait([making.task, *([left] if left else [])], return_when=asyncio.FIRST_COMPLETED)
            if not making.task.done():
                raise ClientDisconnect
            return making.task.result()
        finally:
            making.waiting -= 1
            if left is not None:
                left.cancel()
            if not making.waiting and not making.refresh and not making.task.done():
                if self._making.get(key) is making:
                    del self._making[key]
                making.task.cancel()

    async def _make(
        self, key: Hashable, edition: int, make: Callable[[], Awaitable[bytes]]
    ) -> CachedResponse:
        try:
            made = await asyncio.to_thread(cached, await make())
            self._kept[key] = edition, made
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
            return made
        finally:
            making = self._making.get((key, edition))
            if making is not None and making.task is asyncio.current_task():
                del self._making[key, edition]


async def gone(request: Request) -> None:
    """Wait until the client of a request without a body has hung up."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _heard(making: asyncio.Task[CachedResponse]) -> None:
    """Retrieve the result of a task that no request waits for any more:
    a failure is tried again by the next who asks.
    """
    if not making.cancelled():
        making.exception()


def reply(
    request: Request,
    what: CachedResponse,
    media_type: str,
    *,
    max_age_s: int,
    vary: str = "",
    modified: datetime | None = None,
) -> Response:
    """Answer 200 with the body, or 304 when the client has it. `vary` names headers that decided about it."""
    headers = {
        "etag": what.etag,
        "cache-control": f"public, max-age={max_age_s}",
        "vary": ", ".join(filter(None, ("Accept-Encoding", vary))),
    }
    if modified is not None:
        headers["last-modified"] = format_datetime(modified.astimezone(UTC), usegmt=True)
    if _has(request, what.etag, modified):
        return Response(status_code=304, headers=headers)
    body = what.body
    if what.gzipped and _takes_gzip(request):
        body, headers["content-encoding"] = what.gzipped, "gzip"
    return Response(body, media_type=media_type, headers=headers)


def _has(request: Request, etag: str, modified: datetime | None) -> bool:
    """Return whether the client's copy is this one; its tags count before its date (RFC 9110, 13.2.2)."""
    if (tags := request.headers.get("if-none-match")) is not None:
        opaque = etag.removeprefix("W/")
        return any(tag.strip().removeprefix("W/") in (opaque, "*") for tag in tags.split(","))
    since = request.headers.get("if-modified-since")
    if since is None or modified is None:
        return False
    try:
        return modified.replace(microsecond=0) <= parsedate_to_datetime(since)
    except (ValueError, TypeError, OverflowError):  # no date, one without a zone, a year beyond all
        return False


def _takes_gzip(request: Request) -> bool:
    for part in request.headers.get("accept-encoding", "").split(","):
        name, _, weight = part.strip().partition(";")
        if name.lower() in ("gzip", "*"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
