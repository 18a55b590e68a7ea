"""Turns at costly work: so many at once, so many more may wait, everybody beyond is told so at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from service.errors import Unavailable
from service.i18n import N_

RETRY_S = 10


class Lane:
    """Kind of costly work in this process."""

    def __init__(self, at_once: int, most: int) -> None:
        self._places = asyncio.Semaphore(at_once)
        self._most = most
        self.taken = 0

    @asynccontextmanager
    async def turn(self, *, reserved: bool = False) -> AsyncIterator[None]:
        """Wait for a place and hold it. Raises Unavailable where too many wait already.

        `reserved` is for the few answers that the service's own pages need: they wait, but are not refused.
        """
        if self.taken >= self._most and not reserved:
            raise Unavailable(
                N_("Máy chủ đang tính nhiều số liệu cùng lúc. Hãy thử lại sau ít giây."),
                headers={"Retry-After": str(RETRY_S)},
            )
        self.taken += 1
        try:
            async with self._places:
                yield
        finally:
            self.taken -= 1
