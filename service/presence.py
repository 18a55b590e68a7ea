"""Who of the staff is looking at a case right now: kept in Redis for a minute, nowhere else.

For colleagues alone: whoever calls this has seen to it that the asker may see the case. Nobody is kept from
working by it, so an absent Redis only means that nobody seems to be there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from redis.asyncio import Redis
from redis.exceptions import RedisError

LASTS_S = 30
"""A page says every ten seconds that somebody is there; after three silent rounds they have left."""

_AWAY = (RedisError, OSError, TimeoutError)


@dataclass(frozen=True, slots=True)
class Present:
    """A colleague who has the case open."""

    staff_id: int
    name: str


async def arrive(redis: Redis, report_id: UUID, who: Present, now: datetime) -> None:
    """Note that this person has the case open; said again while they do."""
    key = _key(report_id)
    try:
        async with redis.pipeline(transaction=False) as pipe:
            pipe.zadd(key, {f"{who.staff_id}:{who.name}": now.timestamp()})
            pipe.expire(key, 2 * LASTS_S)
            await pipe.execute()
    except _AWAY:
        return


async def leave(redis: Redis, report_id: UUID, who: Present) -> None:
    """Note that this person has closed the case."""
    try:
        await redis.zrem(_key(report_id), f"{who.staff_id}:{who.name}")
    except _AWAY:
        return


async def present(
    redis: Redis, report_ids: Sequence[UUID], now: datetime, *, but: int | None = None
) -> dict[UUID, list[Present]]:
    """Who has these cases open, by case, without `but`; cases where nobody is are left out."""
    if not report_ids:
        return {}
    since = now.timestamp() - LASTS_S
    try:
        async with redis.pipeline(transaction=False) as pipe:
            for report_id in report_ids:
                pipe.zrangebyscore(_key(report_id), since, "+inf")
            rows = await pipe.execute()
    except _AWAY:
        return {}
    found = {report_id: _read(row, but) for report_id, row in zip(report_ids, rows, strict=True)}
    return {report_id: people for report_id, people in found.items() if people}


async def others(redis: Redis, report_id: UUID, who: Present, now: datetime) -> list[Present]:
    """Say that `who` is on the case, and hear who else is."""
    await arrive(redis, report_id, who, now)
    return (await present(redis, [report_id], now, but=who.staff_id)).get(report_id, [])


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
