"""The live feed of a web process: one reader of the log, any number of listeners.

Events are encoded once a language and kept in a short memory; every listener has nothing but a position in
it. Whoever falls behind the memory reads on from the database, and so comes back without a gap or repeat.
"""

from __future__ import annotations

import asyncio
import time
from bisect import bisect_right
from collections.abc import AsyncGenerator, Callable

from fastapi.sse import format_sse_event
from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from service.db import async_unit_of_work
from service.domain.city.reference import Reference, ReferenceCache
from service.domain.queries.feed import TAKEN, EventRow, FeedFilter, feed_item, newest_position, read_feed
from service.errors import AppError, Unavailable
from service.i18n import N_, Language, language_in_use
from service.ops.metrics import LISTENERS
from service.ops.telemetry import get_logger
from service.web.limits.turnstile import Turnstile

log = get_logger(__name__)

FEED_CHANNEL = "hientruong:feed"
"""Where the relay says that events have got their positions; the reader also looks by itself."""

LOOK_EVERY_S = 1.0
REST_S = 0.1
"""At most ten rounds a second: events that come together go out together."""

CROWD = 500
"""So many listeners are told in a moment; twice as many have half as many rounds a second."""

SERVED_AT_ONCE = 20
"""Listeners at a pass of the event loop: a report that comes in between does not wait for all of them."""

PING_EVERY_S = 15.0
KEEP = 2000
PAGE = 500
MOST_LISTENERS = 5000
IDLE_S = 30.0
PING = b": \n\n"
HELLO = b"retry: 2000\n: welcome\n\n"

AWAY = (SQLAlchemyError, OSError, AppError)


class LiveEvent:
    """Event and its bytes on the wire, made at the first asking in each language."""

    def __init__(self, row: EventRow, reference: Reference) -> None:
        self.row = row
        self.position: int = row.position
        self._reference = reference
        self._encoded: dict[Language, bytes] = {}

    def fits(self, wanted: FeedFilter) -> bool:
        """Return whether a listener with this filter hears it."""
        return wanted.fits(self._reference, self.row)

    def encoded(self, language: Language, live: Live) -> bytes:
        """Return the event as a server-sent event: `id` is the cursor, `data` the feed's item."""
        if (found := self._encoded.get(language)) is None:
            found = self._encoded[language] = live.encode(self.row, self._reference, language)
        return found


class Live:
    """The feed's reader and its listeners; makes no connection before the first listener."""

    def __init__(
        self,
        engine: AsyncEngine,
        redis: Redis,
        reference: ReferenceCache,
        *,
        cursor_of: Callable[[int], str],
        public_url: str,
    ) -> None:
        self._engine = engine
        self._redis = redis
        self._reference = reference
        self._cursor_of = cursor_of
        self._public_url = public_url
        self._recent: list[LiveEvent] = []
        self._base = self._head = 0
        self._news = asyncio.Event()
        self._wake = asyncio.Event()
        self._rounds = 0
        self._reader: asyncio.Task[None] | None = None
        self._runs = 0
        self._starting = asyncio.Lock()
        self._catching_up = asyncio.Semaphore(3)
        self._shared: tuple[int, int, Language, bytes] | None = None
        self._left_at = 0.0
        self._turns = Turnstile(SERVED_AT_ONCE)
        self.closing = asyncio.Event()
        self.listeners = 0

    @property
    def reading(self) -> bool:
        """Return whether the event log is being read; without listeners it is not."""
        return self._reader is not None and not self._reader.done()

    async def start(self) -> int:
        """Make sure that the reader runs; the newest position. Raises Unavailable when there are too many
        listeners or the service is going down, and whatever the database raises.
        """
        if self.closing.is_set() or self.listeners >= MOST_LISTENERS:
            raise Unavailable(
                N_("Đang có quá nhiều người xem diễn biến. Hãy thử lại sau ít giây."),
                headers={"Retry-After": "10"},
            )
        async with self._starting:
            self._left_at = time.monotonic()
            if not self.reading:
                async with async_unit_of_work(self._engine) as session:
                    self._base = self._head = await session.run_sync(newest_position)
                self._recent.clear()
                self._reader = asyncio.create_task(self._run())
        return self._head

    async def listen(
        self, wanted: FeedFilter, language: Language, position: int
    ) -> AsyncGenerator[bytes, None]:
        """Yield the wanted events after a position, as they come, with a comment every PING_EVERY_S; ends
        when the service goes down or the database is away. `start` must have been called just before.
        """
        self.listeners += 1
        LISTENERS.inc()
        rounds, run = self._rounds, self._runs
        try:
            yield HELLO  # the reader may fail before the listener is back: its run is noted before
            while self.reading and run == self._runs and not self.closing.is_set():
                news = self._news
                if position < self._base:
                    chunk, position = await self._catch_up(wanted, language, position)
                else:
                    chunk, position = self._since(wanted, language, position)
                    if not chunk:
                        await news.wait()
                        await self._turns.enter()
                if rounds != self._rounds:
                    rounds = self._rounds
                    chunk += PING
                if chunk:
                    yield chunk
        except AWAY as error:
            log.info("a listener was sent away", error=type(error).__name__)
        finally:
            self.listeners -= 1
            LISTENERS.dec()
            self._left_at = time.monotonic()

    def close(self) -> None:
        """End every stream now; must run in the event loop."""
        self.closing.set()
        self._announce()
        if self._reader is not None:
            self._reader.cancel()

    async def stop(self) -> None:
        """Close, and wait until the reader has let go of the database."""
        self.close()
        if self._reader is not None:
            await asyncio.wait([self._reader])

    def encode(self, row: EventRow, reference: Reference, language: Language) -> bytes:
        """Return one row of the feed on the wire."""
        token = language_in_use.set(language)
        try:
            item = feed_item(reference, row, self._cursor_of, self._public_url)
        finally:
            language_in_use.reset(token)
        return format_sse_event(data_str=item.model_dump_json(), id=item.cursor)

    def _since(self, wanted: FeedFilter, language: Language, position: int) -> tuple[bytes, int]:
        """Return what the memory holds after a position, and the position reached."""
        head = self._head
        if position >= head:
            return b"", position
        if wanted.wants_all and self._shared and self._shared[:3] == (position, head, language):
            return self._shared[3], head
        start = bisect_right(self._recent, position, key=_position)
        found = [event.encoded(language, self) for event in self._recent[start:] if event.fits(wanted)]
        chunk = b"".join(found)
        if wanted.wants_all:
            self._shared = (position, head, language, chunk)
        return chunk, head

    async def _catch_up(self, wanted: FeedFilter, language: Language, position: int) -> tuple[bytes, int]:
        """Return one page from the database, and the position reached; few at once, so that the
        rest goes on.
        """
        async with self._catching_up, async_unit_of_work(self._engine) as session:
            reference = await session.run_sync(self._reference.get, time.monotonic())
            page = await session.run_sync(read_feed, reference, wanted, after=position, limit=PAGE)
        found = [self.encode(row, reference, language) for row in page.rows]
        # Nothing public in between: what the memory begins with is next.
        return b"".join(found), page.next if page.rows else max(page.next, self._base)

    async def _run(self) -> None:
        """Run the reader and its helpers. Should it ever fail, its listeners are sent away to come again."""
        ended = asyncio.Event()
        helpers = [asyncio.create_task(self._hear(ended)), asyncio.create_task(self._ping())]
        try:
            await self._read()
        except Exception:
            log.exception("the live feed failed")
        finally:
            ended.set()
            for helper in helpers:
                helper.cancel()
            self._runs += 1
            self._announce()

    async def _read(self) -> None:
        """Rounds of: wait to be woken, read what is new, tell everyone."""
        while not self._deserted() and not self.closing.is_set():
            try:
                while await self._look():
                    pass
            except AWAY as error:
                log.warning("the live feed cannot read", error=type(error).__name__)
                await asyncio.sleep(LOOK_EVERY_S)
            await asyncio.sleep(REST_S * max(1.0, self.listeners / CROWD))
            try:
                await asyncio.wait_for(self._wake.wait(), LOOK_EVERY_S)
            except TimeoutError:
                continue

    async def _look(self) -> bool:
        """Read the next page of new events; whether there may be more."""
        self._wake.clear()
        async with async_unit_of_work(self._engine) as session:
            reference = await session.run_sync(self._reference.get, time.monotonic())
            page = await session.run_sync(read_feed, reference, FeedFilter(), after=self._head, limit=PAGE)
        if not page.rows:
            return False
        if any(row.type in TAKEN for row in page.rows):
            # What is remembered of that report is not true any more: who is behind reads it anew.
            self._recent, self._shared, self._base = [], None, self._head
        self._recent += [LiveEvent(row, reference) for row in page.rows]
        self._head = page.next
        if len(self._recent) > 2 * KEEP:
            self._base = self._recent[-KEEP - 1].position
            del self._recent[:-KEEP]
        self._announce()
        return len(page.rows) == PAGE

    async def _hear(self, ended: asyncio.Event) -> None:
        """Wake the reader when the relay says that there is something new, until `ended`: being cancelled is
        not enough, for closing the connection may fail on the way and be taken for Redis being away.
        """
        while not ended.is_set():
            try:
                async with self._redis.pubsub() as ear:
                    await ear.subscribe(FEED_CHANNEL)
                    while not ended.is_set():
                        if await ear.get_message(ignore_subscribe_messages=True, timeout=LOOK_EVERY_S):
                            self._wake.set()
            except (RedisError, OSError, TimeoutError):
                await asyncio.sleep(LOOK_EVERY_S)

    async def _ping(self) -> None:
        while True:
            await asyncio.sleep(PING_EVERY_S)
            self._rounds += 1
            self._announce()

    def _announce(self) -> None:
        wakened, self._news = self._news, asyncio.Event()
        wakened.set()

    def _deserted(self) -> bool:
        return not self.listeners and time.monotonic() - self._left_at > IDLE_S


def _position(event: LiveEvent) -> int:
    return event.position
