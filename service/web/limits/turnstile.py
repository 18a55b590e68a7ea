"""The order in which a crowd begins: a few at each pass of the event loop, so that nobody stands behind all.

Five thousand requests that come at once are ten seconds of work. What is not begun yet costs nothing; a
report that comes meanwhile has a turnstile of its own, and shares the processor with a few of the crowd, not
with all. Nothing is held here, and nothing idles: the next ones begin as soon as the loop comes round.
"""

from __future__ import annotations

import asyncio
from collections import deque

from service.errors import Unavailable
from service.i18n import N_

RETRY_S = 5


class Turnstile:
    """Lets `at_once` in at each pass of the event loop; `most` may wait."""

    def __init__(self, at_once: int, most: int | None = None) -> None:
        self._at_once, self._most = at_once, most
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._let_in = 0
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def waiting(self) -> int:
        """Return how many have come and not begun."""
        return len(self._waiting)

    async def enter(self) -> None:
        """Wait for a turn. Raises Unavailable where too many callers wait already."""
        loop = asyncio.get_running_loop()
        if self._loop is not loop:  # it stands still, or its loop ended in the middle of a pass
            self._begin(loop)
        if self._let_in < self._at_once and not self._waiting:
            self._let_in += 1
            return
        if self._most is not None and len(self._waiting) >= self._most:
            raise Unavailable(
                N_("Máy chủ đang có quá nhiều lượt truy cập. Hãy thử lại sau ít giây."),
                headers={"Retry-After": str(RETRY_S)},
            )
        turn: asyncio.Future[None] = loop.create_future()
        self._waiting.append(turn)
        await turn

    def _begin(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop, self._let_in = loop, 0
        self._waiting.clear()
        loop.call_soon(self._pass)

    def _pass(self) -> None:
        """Let in those whose turn it is, once in each pass of the loop,
        until one goes by in which nobody came.
        """
        if self._loop is None:
            return
        idle = not self._let_in and not self._waiting
        self._let_in = 0
        while self._waiting and self._let_in < self._at_once:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                self._let_in += 1
        if idle:
            self._loop = None
        else:
            self._loop.call_soon(self._pass)
