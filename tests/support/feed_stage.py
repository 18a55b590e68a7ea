"""A log to write to, and listeners to what the web tells of it."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

import httpx
import redis
from sqlalchemy import Engine, select

from service.db import make_engine, unit_of_work
from service.domain.city.reference import load_reference
from service.domain.relay import give_positions
from service.domain.reports.events import SYSTEM, record
from service.domain.reports.reports import submit
from service.models import Category, EventType, Report
from service.settings import Settings
from service.web import live
from tests.support.small_city import NOON, draft

FEED, STREAM = "/api/v1/feed", "/api/v1/feed/stream"
HERE, THERE = (107.58, 16.46), (107.70, 16.30)
PROBLEM = "application/problem+json"


def of_later_code(name: str) -> EventType:
    """A type of event that only newer code knows, as rows have it while an upgrade runs."""
    return cast("EventType", name)


class Log:
    """Writes events about two reports, and places them as the relay does."""

    def __init__(self, settings: Settings) -> None:
        self.engine: Engine = make_engine(settings.sqlalchemy_url)
        self.redis = redis.Redis.from_url(settings.redis_url)
        self.numbers = itertools.count()
        with unit_of_work(self.engine) as session:
            reference = load_reference(session)
            known = session.scalars(select(Category.id).where(Category.code == "litter")).one()
            other = session.scalars(select(Category.id).where(Category.code == "hanging_cable")).one()
            self.here: UUID = submit(session, draft(known, HERE)).id
            self.there: UUID = submit(session, draft(other, THERE)).id
            assert reference.categories[known].code == "litter"
        self.place()

    def tell(self, many: int = 1, report: UUID | None = None, *, loudly: bool = True) -> list[str]:
        """New events in one transaction, placed; their types, which number them."""
        types = [f"test.{next(self.numbers)}" for _ in range(many)]
        with unit_of_work(self.engine) as session:
            about = session.get_one(Report, report or self.here)
            for each in types:
                record(session, about, of_later_code(each), actor=SYSTEM, at=NOON)
                session.flush()
        self.place(loudly=loudly)
        return types

    def place(self, *, loudly: bool = True) -> None:
        with unit_of_work(self.engine) as session:
            give_positions(session)
        if loudly:
            self.redis.publish(live.FEED_CHANNEL, b"1")

    def close(self) -> None:
        self.redis.close()
        self.engine.dispose()


@dataclass
class Heard:
    """One server-sent event."""

    id: str
    item: dict[str, Any]

    @property
    def type(self) -> str:
        found: str = self.item["type"]
        return found


class Listener:
    """An open stream, read line by line."""

    def __init__(self, response: httpx.Response) -> None:
        self.lines = response.iter_lines()

    def block(self) -> list[str]:
        """The lines up to the next empty one."""
        return list(itertools.takewhile(bool, self.lines))

    def welcome(self) -> None:
        assert self.block() == ["retry: 2000", ": welcome"]

    def next(self) -> Heard:
        """The next event; comments pass."""
        block = self.block()
        while block and all(line.startswith(":") for line in block):
            block = self.block()
        assert block, "the stream ended"
        fields = dict(line.split(": ", 1) for line in block)
        assert set(fields) == {"id", "data"}
        item = json.loads(fields["data"])
        assert item["cursor"] == fields["id"]
        return Heard(fields["id"], item)

    def take(self, many: int) -> list[Heard]:
        return [self.next() for _ in range(many)]


@contextmanager
def listening(
    client: httpx.Client, headers: dict[str, str] | None = None, **params: str
) -> Iterator[Listener]:
    with client.stream("GET", STREAM, params=params, headers=headers, timeout=10) as response:
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        listener = Listener(response)
        listener.welcome()
        yield listener


def types(heard: list[Heard]) -> list[str]:
    return [one.type for one in heard]
