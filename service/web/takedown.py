"""Public files of what was just hidden: moved to their new names before the route answers."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime

from anyio import to_thread
from fastapi import Depends, Request

from service.db import async_unit_of_work
from service.domain.publication.files import PendingMove, moved, postpone_move, take_moves
from service.ops.telemetry import get_logger
from service.storage import Storage, StorageUnavailable
from service.web.dependencies import Resources, get_resources

log = get_logger(__name__)

MOST = 200
BUDGET_S = 10.0
"""No move is begun after so long: nobody waits for a store that hangs with file after file."""


async def clear_after(request: Request) -> AsyncIterator[None]:
    """Make sure, once the route's transaction is committed,
    that no old address of a file is answered any more, nor a tile that was kept.
    """
    yield
    resources = await get_resources(request)
    resources.hidden.forget()
    await clear_files(resources)


async def clear_files(resources: Resources) -> None:
    """Carry out the moves that are due; what the store refuses is left to the worker."""
    async with async_unit_of_work(resources.engine) as session:
        moves = await session.run_sync(take_moves, datetime.now(UTC), MOST)
    if not moves:
        return
    done = await to_thread.run_sync(carry_out, resources.storage, moves)
    async with async_unit_of_work(resources.engine) as session:
        for move in moves:
            if move.id in done:
                await session.run_sync(moved, move.id)
            else:
                await session.run_sync(postpone_move, move, datetime.now(UTC))


def carry_out(storage: Storage, moves: Sequence[PendingMove]) -> frozenset[int]:
    """Return the ids of the moves whose files have their new names and no old one; the others are to be tried
    again.
    """
    done: set[int] = set()
    began = time.monotonic()
    waiting = {move.id for move in moves if move.early}
    for number, move in enumerate(moves):
        if time.monotonic() - began > BUDGET_S:
            log.warning("the store is slow, public files not renamed yet", files=len(moves) - number)
            break
        try:
            storage.rename(move.old_key, move.new_keys)
        except FileNotFoundError:
            if move.id in waiting and move.tries < MOST:
                continue  # a move before it has yet to make the file
            log.warning("a public file to be renamed was not there", key=move.old_key)
        except StorageUnavailable as error:
            log.warning("public file not renamed yet", tries=move.tries, why=str(error)[:300])
            continue
        done.add(move.id)
    return frozenset(done)


ClearAfter = Depends(clear_after, scope="function")
"""For `dependencies=[…, ClearAfter]` of a route that may hide something: ends after the transaction."""
