"""Single flight: one look at the database for all requests that ask at the same moment."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Generic, TypeVar

T = TypeVar("T")


class SingleFlight(Generic[T]):
    """Awaitable work that all callers share while it runs: a thousand listeners that reconnect at once need
    one session, and a caller that is cancelled cancels it for nobody else.
    """

    def __init__(self) -> None:
        self._task: asyncio.Task[T] | None = None
        self._edition = 0

    async def join(self, look: Callable[[], Coroutine[object, object, T]], edition: int = 0) -> T:
        """Return what `look` finds. A look under way is joined unless it began in another `edition`: it may
        have read what was changed since. Raises what the look raises, to all who joined it.
        """
        if self._task is None or self._task.done() or self._edition != edition:
            self._task, self._edition = asyncio.create_task(look()), edition
        return await asyncio.shield(self._task)
