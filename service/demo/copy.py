"""Bringing made reports into the database by COPY, events in the order they happened."""

from __future__ import annotations

import heapq
import itertools
import json
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
from psycopg import sql
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.demo import words
from service.demo.make import Made, Maker, ewkb
from service.demo.places import spots
from service.domain.figures.upkeep import rebuild
from service.domain.relay import hold_placing, pass_over
from service.domain.rulebook import Rulebook
from service.domain.warnings import look_first
from service.models import Report
from service.storage import Storage

BLOCK = 5_000
REPORT = (
    "id", "code", "category_id", "status", "description", "address", "location", "accuracy_m", "attributes",
    "channel", "created_at", "updated_at", "version", "body_hash", "ward_id", "lead_id", "executor_id",
    "rule_id", "policy_id", "routing", "triage_reason", "duplicate_of_id", "routed_at", "accept_due_at",
    "accepted_at", "amber_at", "due_at", "paused_at", "resolved_at", "closed_at", "desk_since",
    "desk_reasons", "support_ids",
)  # fmt: skip
EVENT = (
    "position", "report_id", "type", "at", "public", "actor", "status", "category_id", "ward_id", "lead_id",
    "lon", "lat", "data",
)  # fmt: skip
PHOTO = (
    "id", "report_id", "kind", "state", "sha256", "media_type", "size", "width", "height", "original_key",
    "public_key", "thumbnail_key", "taken_at", "created_at",
)  # fmt: skip
CHANNELS = (("app", 60), ("portal", 20), ("zalo", 9), ("phone", 6), ("facebook", 3), ("email", 2))

Row = tuple[Any, ...]

_json = json.JSONEncoder(ensure_ascii=False).encode  # `dumps` would make an encoder for each of a million


def store_pictures(storage: Storage) -> None:
    """Put the drawn scenes where photos are kept, unless they are there."""
    from service.demo.pictures import draw_all

    if storage.exists("public/demo/litter-0-before.webp"):
        return
    for picture in draw_all():
        storage.put(f"public/demo/{picture.name}-small.webp", picture.thumbnail)
        storage.put(f"original/demo/{picture.name}.webp", picture.full)
        storage.put(f"public/demo/{picture.name}.webp", picture.full)


@dataclass(slots=True)
class Copier:
    """Copies blocks of reports; events wait in a heap until everything before them is there.

    Events get their positions here and the consumers' bookmarks move past them: they are history.
    """

    session: Session
    random: Random
    position: int
    _heap: list[tuple[datetime, int, Row]] = field(default_factory=list)
    _number: Iterator[int] = field(default_factory=itertools.count)

    def block(self, reports: Sequence[Made], until: datetime | None) -> None:
        """One block of reports, then every event before `until`, the next block's first instant."""
        self._copy("report", REPORT, (self._report(made) for made in reports))
        people = ((made.id, *made.contact) for made in reports if made.contact)
        self._copy("contact", ("report_id", "name", "phone", "email"), people)
        self._copy("photo", PHOTO, (row for made in reports for row in self._photos(made)))
        self._copy("rating", ("report_id", "score", "comment", "created_at"), self._ratings(reports))
        for made in reports:
            for at, row in self._events(made):
                heapq.heappush(self._heap, (at, next(self._number), row))
        self._copy("event", EVENT, self._ready(until))

    def _copy(self, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
        raw = self.session.connection().connection.driver_connection
        assert isinstance(raw, psycopg.Connection)  # noqa: S101 - the only driver
        target = sql.SQL("COPY {} ({}) FROM STDIN").format(
            sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
        )
        with raw.cursor() as cursor, cursor.copy(target) as copy:
            for row in rows:
                copy.write_row(row)

    def _report(self, made: Made) -> Row:
        names, weights = zip(*CHANNELS, strict=True)
        routing = made.columns.get("routing")
        values = made.columns | {
            "id": made.id,
            "location": ewkb(made.columns["lon"], made.columns["lat"]),
            "attributes": "{}",
            "channel": self.random.choices(names, weights)[0],
            "body_hash": b"demo",
            "support_ids": sorted(made.supports),
            "desk_reasons": made.columns.get("desk_reasons", []),
            "routing": _json(routing) if routing else None,
        }
        return tuple(values.get(name) for name in REPORT)

    def _events(self, made: Made) -> Iterator[tuple[datetime, Row]]:
        columns = made.columns
        received_at = columns["created_at"]
        place = (columns["lon"], columns["lat"])
        told = {"to": "received", "channel": "app"}
        yield (
            received_at,
            self._event(made, "report.received", received_at, "reporter", "received", told, place),
        )
        for moment in made.moments:
            row = self._event(made, moment.type, moment.at, moment.actor, moment.status, moment.data, place)
            yield moment.at, row

    def _event(
        self,
        made: Made,
        type: str,  # noqa: A002
        at: datetime,
        actor: str,
        status: str,
        data: dict[str, Any],
        place: tuple[float, float],
    ) -> Row:
        first = status == "received"
        told = _json(data)
        ward = None if first else made.columns["ward_id"]
        lead = None if first or status == "triage" else made.columns.get("lead_id")
        return (made.id, type, at, True, actor, status, made.columns["category_id"], ward, lead, *place, told)

    def _ready(self, until: datetime | None) -> Iterator[Row]:
        while self._heap and (until is None or self._heap[0][0] < until):
            _, _, row = heapq.heappop(self._heap)
            self.position += 1
            yield (self.position, *row)

    def _photos(self, made: Made) -> Iterator[Row]:
        for kind, name, at in made.photos:
            identity = UUID(int=self.random.getrandbits(128), version=4)
            keys = (
                f"original/demo/{name}.webp",
                f"public/demo/{name}.webp",
                f"public/demo/{name}-small.webp",
            )
            sha = secrets.token_bytes(32)  # unlike any other: one report may show the same scene twice
            yield (identity, made.id, kind, "ready", sha, "image/webp", 1, 1200, 900, *keys, at, at)

    def _ratings(self, reports: Sequence[Made]) -> Iterator[Row]:
        for made in reports:
            for moment in made.moments:
                if moment.type == "report.rated":
                    yield made.id, moment.data["score"], self.random.choice(words.RATED), moment.at


def bring(
    session: Session,
    book: Rulebook,
    number: int,
    *,
    now: datetime,
    days: int,
    seed: int,
    progress: Callable[[int], None],
) -> None:
    """Make and copy `number` reports of the last `days`; `progress` is told how many are in."""
    random = Random(seed)  # noqa: S311 - believable, not secret
    before = hold_placing(session)
    copier = Copier(session, Random(seed + 1), before)  # noqa: S311 - its own, for it works beside the maker
    taken = set(session.scalars(select(Report.code)))
    maker = Maker(book, now, random, spots(session, book.locator, random), taken)
    times = maker.times(number, days)
    with ThreadPoolExecutor(1) as beside:  # while PostgreSQL takes one block, the next is made
        copied: Future[None] | None = None
        for start in range(0, number, BLOCK):
            block = [
                maker.make(at, maker.standing(start + place, number))
                for place, at in enumerate(times[start : start + BLOCK])
            ]
            following = times[start + BLOCK] if start + BLOCK < number else None
            if copied:
                copied.result()
            copied = beside.submit(copier.block, block, following)
            progress(len(block))
        if copied:
            copied.result()
    look_first(session, now)
    pass_over(session, before, copier.position)
    rebuild(session, ZoneInfo(book.reference.timezone))  # rows by COPY that no consumer is told of
