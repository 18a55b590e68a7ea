"""What is told of the queues: their length, the age of their oldest message, and which are not well."""

from __future__ import annotations

import json

import pytest
import redis

from service.ops import queues
from service.ops.queues import (
    DOWNLOADS,
    LATE_S,
    MAINTENANCE,
    QUEUED_AT,
    QUEUES,
    ROUTING,
    URGENT,
    QueueState,
    nice_of,
)

NOW_S = 1_800_000_000.0


def message(sent_s: float | None) -> str:
    return json.dumps({"body": "W10=", "headers": {"task": "t", **({QUEUED_AT: sent_s} if sent_s else {})}})


def states(redis_url: str, now_s: float = NOW_S) -> dict[str, QueueState]:
    with redis.Redis.from_url(redis_url) as client:
        return queues.read_states(queues.ask_states(client.pipeline(transaction=False)).execute(), now_s)


@pytest.fixture
def client(redis_url: str) -> redis.Redis:
    found: redis.Redis = redis.Redis.from_url(redis_url)
    found.delete(*QUEUES)
    return found


def test_the_oldest_is_the_one_that_is_taken_next(client: redis.Redis, redis_url: str) -> None:
    for age in (30, 20, 10):
        client.lpush("email", message(NOW_S - age))  # as Celery pushes; it takes from the right
    found = states(redis_url)
    assert found["email"] == QueueState(3, 30)
    assert found["push"] == QueueState(0, None)
    assert set(found) == set(QUEUES)


@pytest.mark.parametrize("raw", ["not json", "[]", message(None), '{"headers": {"queued_at": "x"}}', "null"])
def test_a_message_that_does_not_say_its_age_counts_but_frightens_nobody(
    client: redis.Redis, redis_url: str, raw: str
) -> None:
    client.lpush("sms", raw)
    assert states(redis_url)["sms"] == QueueState(1, 0)


def test_a_clock_that_is_ahead_gives_no_negative_age(client: redis.Redis, redis_url: str) -> None:
    client.lpush("sms", message(NOW_S + 5))
    assert states(redis_url)["sms"] == QueueState(1, 0)


@pytest.mark.parametrize("name", QUEUES)
def test_a_queue_that_nobody_reads_is_named(name: str) -> None:
    well = dict.fromkeys(QUEUES, QueueState(0, None))
    assert queues.queue_troubles(well, set(QUEUES) - {name}) == {name: "unread"}
    assert queues.queue_troubles({}, set(QUEUES) - {name}) == {name: "unread"}  # also while Redis is away


@pytest.mark.parametrize("name", QUEUES)
def test_a_queue_whose_oldest_message_waits_too_long_is_named(name: str) -> None:
    waiting = dict.fromkeys(QUEUES, QueueState(0, None))
    assert queues.queue_troubles({**waiting, name: QueueState(9, LATE_S[name])}, QUEUES) == {}
    assert queues.queue_troubles({**waiting, name: QueueState(9, LATE_S[name] + 0.1)}, QUEUES) == {
        name: "late"
    }


def test_routing_is_late_soonest() -> None:
    assert LATE_S["routing"] == min(LATE_S.values()) <= 10


def test_what_nobody_waits_for_leaves_the_processor_to_reports() -> None:
    assert nice_of([ROUTING]) == nice_of([URGENT]) == 0
    assert nice_of([DOWNLOADS]) == nice_of([MAINTENANCE]) > nice_of(["email"]) > 0
    assert nice_of(QUEUES) == nice_of([MAINTENANCE, ROUTING]) == 0, "one worker for all is as its most urgent"
    assert nice_of(["none of ours"]) == 0
