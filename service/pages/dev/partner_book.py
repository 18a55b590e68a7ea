"""Requests of the demo's other system, kept in Redis for some weeks, with what it said of each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from pydantic import BaseModel
from pydantic_core import from_json
from redis.exceptions import RedisError

from service.domain.partners.twin import MOST_KEPT
from service.web.dependencies import Resources

KEPT = timedelta(days=30)
KEY, COUNTER = "hientruong:dev:partner", "hientruong:dev:partner:number"


class TwinUpdate(BaseModel):
    """Update of a request there."""

    update_id: str
    at: datetime
    status: str
    text: str = ""


class TwinRequest(BaseModel):
    """Request as the other system keeps it; `theirs` are ids of updates that were sent to it."""

    id: str
    at: datetime
    service_code: str
    description: str
    address: str
    lat: str
    long: str
    updates: list[TwinUpdate] = []
    theirs: list[str] = []

    @property
    def status(self) -> str:
        """Return the status it was last given."""
        return self.updates[-1].status if self.updates else "OPEN"

    def add_update(self, status: str, text: str, at: datetime) -> None:
        """Add an update."""
        self.updates.append(TwinUpdate(update_id=uuid4().hex, at=at, status=status, text=text))


async def read_book(resources: Resources) -> list[TwinRequest]:
    """Return every request, the newest first; none where Redis is away."""
    try:
        entries: Mapping[Any, Any] = await resources.redis.hgetall(KEY)
    except (RedisError, OSError):
        return []
    found = [TwinRequest.model_validate(from_json(each)) for each in entries.values()]
    return sorted(found, key=lambda each: (each.at, each.id), reverse=True)


async def find_in_book(resources: Resources, number: str) -> TwinRequest | None:
    """Return the request of that number."""
    entry = await resources.redis.hget(KEY, number)
    return TwinRequest.model_validate(from_json(entry)) if entry else None


async def keep_in_book(resources: Resources, one: TwinRequest) -> None:
    """Write a request down."""
    await resources.redis.hset(KEY, one.id, one.model_dump_json())
    await resources.redis.expire(KEY, KEPT)


async def next_number(resources: Resources) -> str | None:
    """Return the number of a new request; None where the book is full."""
    if await resources.redis.hlen(KEY) >= MOST_KEPT:
        return None
    return f"DT-{await resources.redis.incr(COUNTER):05d}"
