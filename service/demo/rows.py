"""Made reports as rows of their tables, events in the order they happened."""

from __future__ import annotations

import json
import secrets
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import itemgetter
from random import Random
from typing import NamedTuple
from uuid import uuid4

from service.demo import words
from service.demo.make import Made
from service.models import EventType, Status

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
CONTACT = ("report_id", "name", "phone", "email")
RATING = ("report_id", "score", "comment", "created_at")
FOLLOW_UP = ("report_id", "closed_at", "person", "lasts", "answered_at")

Row = Sequence[object]
Waiting = list[tuple[datetime, Row]]
"""Events with their instants, still without a position."""

_json = json.JSONEncoder(ensure_ascii=False).encode  # `dumps` would make an encoder for each of a million


class Table(NamedTuple):
    """Rows for one table."""

    name: str
    columns: Sequence[str]
    rows: Sequence[Row]


@dataclass(slots=True)
class Rows:
    """Turns blocks of reports into rows; events wait until everything before them is there.

    Events get their positions here: they are history, and nobody else gives any meanwhile.
    """

    random: Random
    position: int
    waiting: Waiting = field(default_factory=list)

    def block(self, reports: Sequence[Made], until: datetime | None) -> list[Table]:
        """Return one block of reports, and every event before `until`, the next block's first instant."""
        for made in reports:
            self.waiting += _events(made)
        people = [(made.id, *made.contact) for made in reports if made.contact]
        return [
            Table("report", REPORT, [[made.columns.get(name) for name in REPORT] for made in reports]),
            Table("contact", CONTACT, people),
            Table("photo", PHOTO, [row for made in reports for row in _photos(made)]),
            Table("rating", RATING, list(self._ratings(reports))),
            Table("follow_up", FOLLOW_UP, list(self._follow_ups(reports))),
            Table("event", EVENT, list(self._ready(until))),
        ]

    def _ready(self, until: datetime | None) -> Iterator[Row]:
        self.waiting.sort(key=itemgetter(0))
        ready = len(self.waiting) if until is None else bisect_left(self.waiting, until, key=itemgetter(0))
        for _, event in self.waiting[:ready]:
            self.position += 1
            yield (self.position, *event)
        del self.waiting[:ready]

    def _ratings(self, reports: Sequence[Made]) -> Iterator[Row]:
        for made in reports:
            for moment in made.moments:
                if moment.type == EventType.RATED:
                    yield made.id, moment.data["score"], self.random.choice(words.RATED), moment.stamp

    def _follow_ups(self, reports: Sequence[Made]) -> Iterator[Row]:
        """Yield the answers of every third reporter who was asked; five in six found all well."""
        for made in reports:
            for moment in made.moments:
                if moment.type == EventType.FOLLOW_UP_ASKED and self.random.random() < 0.34:
                    lasts = self.random.random() < 0.83
                    yield made.id, made.columns["closed_at"], "reporter", lasts, moment.stamp


def _photos(made: Made) -> Iterator[Row]:
    for kind, name, stamp in made.photos:
        keys = (f"original/demo/{name}.webp", f"public/demo/{name}.webp", f"public/demo/{name}-small.webp")
        sha = secrets.token_bytes(32)  # unlike any other: one report may show the same scene twice
        yield uuid4(), made.id, kind, "ready", sha, "image/webp", 1, 1200, 900, *keys, stamp, stamp


def _events(made: Made) -> Iterator[tuple[datetime, Row]]:
    """Yield each with its instant; the row still without position."""
    columns, spot = made.columns, made.spot
    category, ward, lead = columns["category_id"], columns["ward_id"], columns.get("lead_id")
    place = (spot.lon, spot.lat)
    received = (
        made.id,
        EventType.RECEIVED,
        columns["created_at"],
        True,
        "reporter",
        Status.RECEIVED,
        category,
    )
    event_data = _json({"to": Status.RECEIVED, "channel": columns["channel"]})
    yield made.received_at, (*received, None, None, *place, event_data)
    for moment in made.moments:
        known = None if moment.status == Status.TRIAGE else lead
        head = (made.id, moment.type, moment.stamp, True, moment.actor, moment.status, category)
        yield moment.at, (*head, ward, known, *place, _json(moment.data))
