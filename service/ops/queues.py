"""The queues of the workers, which process reads each, and how long a message may wait in it.

`up` makes its processes of this table; docker-compose.yml is held against it by a test.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

from redis.asyncio.client import Pipeline as AsyncPipeline
from redis.client import Pipeline

PipelineT = TypeVar("PipelineT", Pipeline, AsyncPipeline)

QUEUED_AT = "queued_at"
"""The header of a message that says when it was sent, in seconds since 1970."""

Trouble = Literal["unread", "late"]
"""`unread`: no living worker reads the queue. `late`: its oldest message has waited too long."""


@dataclass(frozen=True, slots=True)
class Queue:
    """Queue of one kind of work. A message that waits longer than `late_s` seconds means that its
    readers do not keep up.
    """

    name: str
    late_s: float


@dataclass(frozen=True, slots=True)
class Reader:
    """Worker process: the queues it reads and how many tasks it runs at a time.

    `share` of the number of workers that an installation was given; at least 1. Without it always 1: such
    work would only stand in its own way. `nice` is what the system calls it: the more, the more it leaves the
    processor to who takes, routes and shows reports.
    """

    name: str
    queues: tuple[str, ...]
    share: float | None = None
    nice: int = 5

    def concurrency(self, workers: int) -> int:
        """Return how many tasks run at a time where the installation has `workers`."""
        return max(1, int(workers * self.share)) if self.share else 1


SENDING = Path(__file__).parents[1] / "sending"
ROUTING, URGENT, DEFAULT, PHOTOS, NOTICES = "routing", "urgent", "default", "photos", "notices"
WEBHOOKS, PARTNERS, FILES = "webhooks", "partners", "files"
DOWNLOADS, MAINTENANCE = "downloads", "maintenance"
READING = "reading"
TALKS, MEDIA, MAILBOX = "talks", "media", "mailbox"
CHANNELS = tuple(sorted(each.parent.name for each in SENDING.glob("*/__init__.py")))
"""The messages of a channel are sent by the queue of its name. Read from the folders and held against the
enum by a test: commands that start processes would wait for the tables otherwise.
"""

TABLE = (
    Queue(ROUTING, late_s=10),
    Queue(URGENT, late_s=10),  # emergencies, and whom they ring for
    Queue(DEFAULT, late_s=60),
    Queue(PHOTOS, late_s=180),
    Queue(READING, late_s=600),  # a photo takes a second or two, and nobody waits for it
    Queue(NOTICES, late_s=60),
    # A channel that is slow delays no other: each sends in a process of its own.
    *(Queue(channel, late_s=90) for channel in CHANNELS),
    Queue(TALKS, late_s=30),
    Queue(MEDIA, late_s=120),  # files of messages: fetched from the channels, which may be slow
    Queue(MAILBOX, late_s=180),  # the mail server may be slow
    Queue(WEBHOOKS, late_s=120),  # a task goes on for half a minute; what comes meanwhile, it sees by itself
    Queue(PARTNERS, late_s=180),  # other systems answer when they like
    Queue(FILES, late_s=180),  # waits for the store, or the disk of the backups, which may be slow or away
    Queue(DOWNLOADS, late_s=1800),  # a file of two million rows takes so long
    Queue(MAINTENANCE, late_s=4 * 3600),  # so does a backup of a large city, and more
)
QUEUES: tuple[str, ...] = tuple(queue.name for queue in TABLE)
LATE_S: Mapping[str, float] = {queue.name: queue.late_s for queue in TABLE}

READERS = (
    Reader(ROUTING, (ROUTING,), share=1, nice=0),
    Reader(URGENT, (URGENT,), nice=0),
    Reader(DEFAULT, (DEFAULT,)),
    Reader(PHOTOS, (PHOTOS,), share=0.5),
    Reader(READING, (READING,), nice=8),  # at 15 two busy processes held a reading up for minutes
    Reader(NOTICES, (NOTICES,)),
    *(Reader(channel, (channel,)) for channel in CHANNELS),
    Reader(TALKS, (TALKS,)),
    Reader(MEDIA, (MEDIA,)),
    Reader(MAILBOX, (MAILBOX,)),
    Reader(WEBHOOKS, (WEBHOOKS,)),
    Reader(PARTNERS, (PARTNERS,)),
    Reader(FILES, (FILES,)),
    Reader(DOWNLOADS, (DOWNLOADS,), nice=10),
    Reader(MAINTENANCE, (MAINTENANCE,), nice=10),
)
"""Work of one kind never waits for work of another: a long task stands only before its like."""


def nice_of(names: Iterable[str]) -> int:
    """Return the niceness of a worker of these queues: that of the most urgent one."""
    wanted = set(names)
    return min((reader.nice for reader in READERS if wanted & set(reader.queues)), default=0)


@dataclass(frozen=True, slots=True)
class QueueState:
    """Number of messages that wait in a queue and for how long the oldest has; None where none waits."""

    length: int
    oldest_s: float | None


def ask_states(pipeline: PipelineT, names: Sequence[str] = QUEUES) -> PipelineT:
    """Add to a Redis pipeline (of either kind) what `read_states` makes the states of; return the pipeline.

    Messages are pushed on the left and taken from the right, so the rightmost is the oldest. They are sent
    without a priority: Celery keeps those that have one in lists of their own.
    """
    for name in names:
        pipeline.llen(name)
        pipeline.lindex(name, -1)
    return pipeline


def read_states(answers: Sequence[Any], now_s: float, names: Sequence[str] = QUEUES) -> dict[str, QueueState]:
    """Return the state of each queue, from what Redis answered to `ask_states`; `now_s` in seconds since
    1970.
    """
    pairs = zip(answers[::2], answers[1::2], strict=True)
    return {
        name: QueueState(length, _age(raw, now_s)) for name, (length, raw) in zip(names, pairs, strict=True)
    }


def queue_troubles(states: Mapping[str, QueueState], read_by_somebody: Iterable[str]) -> dict[str, Trouble]:
    """Return queues that are not well. Without `states` (Redis is away) only those that nobody reads are
    known.
    """
    known = set(read_by_somebody)
    found: dict[str, Trouble] = {name: "unread" for name in QUEUES if name not in known}
    for name, state in states.items():
        if name not in found and state.oldest_s is not None and state.oldest_s > LATE_S[name]:
            found[name] = "late"
    return found


def _age(raw: bytes | str | None, now_s: float) -> float | None:
    """Return the age of a message in seconds; 0 for one of an older version, which does not
    say when it was sent.
    """
    if raw is None:
        return None
    try:
        sent = float(json.loads(raw)["headers"][QUEUED_AT])
    except (ValueError, TypeError, KeyError):
        return 0.0
    return max(0.0, now_s - sent)
