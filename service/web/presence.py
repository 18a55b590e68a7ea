"""Presence of staff at a case: kept in Redis for a minute, nowhere else.

For colleagues alone: whoever calls this has seen to it that the asker may see the case. Nobody is kept from
working by it, so an absent Redis only means that nobody seems to be there.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline
from redis.exceptions import RedisError

LASTS_S = 30
"""A page says every ten seconds that somebody is there; after three silent rounds they have left."""

PATIENCE_S = 0.2
"""Nobody waits longer for it: a page without names is worth more than a late one."""
REST_S = 5.0
"""For so long a Redis that did not answer in time is not asked again."""

_AWAY = (RedisError, OSError, TimeoutError)


@dataclass(frozen=True, slots=True)
class Present:
    """A colleague who has the case open."""

    staff_id: int
    name: str


async def leave(redis: Redis, report_id: UUID, who: Present) -> None:
    """Note that this person has closed the case."""
    async with redis.pipeline(transaction=False) as pipe:
        pipe.zrem(_key(report_id), f"{who.staff_id}:{who.name}")
        await _ask(redis, pipe)


async def present(
    redis: Redis, report_ids: Sequence[UUID], now: datetime, *, but: int | None = None
) -> dict[UUID, list[Present]]:
    """Return the colleagues who have these cases open, by case, without the account `but`; cases that nobody
    has open are left out.
    """
    if not report_ids:
        return {}
    async with redis.pipeline(transaction=False) as pipe:
        for report_id in report_ids:
            pipe.zrangebyscore(_key(report_id), now.timestamp() - LASTS_S, "+inf")
        rows = await _ask(redis, pipe) or [()] * len(report_ids)
    found = {report_id: _read(row, but) for report_id, row in zip(report_ids, rows, strict=True)}
    return {report_id: people for report_id, people in found.items() if people}


async def others(redis: Redis, report_id: UUID, who: Present, now: datetime) -> list[Present]:
    """Note that `who` has the case open, said again while they do, and return who else has."""
    key = _key(report_id)
    async with redis.pipeline(transaction=False) as pipe:
        pipe.zadd(key, {f"{who.staff_id}:{who.name}": now.timestamp()})
        pipe.expire(key, 2 * LASTS_S)
        pipe.zrangebyscore(key, now.timestamp() - LASTS_S, "+inf")
        rows = await _ask(redis, pipe)
    return _read(rows[-1], who.staff_id) if rows else []


_resting: WeakKeyDictionary[Redis, float] = WeakKeyDictionary()


async def _ask(redis: Redis, pipe: Pipeline) -> list[Any]:
    """Return what the commands answer, in one round trip; nothing where Redis is away or slow."""
    if time.monotonic() < _resting.get(redis, 0.0):
        return []
    try:
        async with asyncio.timeout(PATIENCE_S):
            return await pipe.execute()
    except TimeoutError:
        _resting[redis] = time.monotonic() + REST_S
    except _AWAY:
        pass
    return []


def _key(report_id: UUID) -> str:
    return f"hientruong:presence:{report_id}"


def _read(row: Iterable[bytes | str], but: int | None) -> list[Present]:
    people = []
    for each in row:
        text = each.decode() if isinstance(each, bytes) else each
        number, _, name = text.partition(":")
        if int(number) != but:
            people.append(Present(int(number), name))
    return people
