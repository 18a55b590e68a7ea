"""What operators ask: is it alive, can it take reports, what are its figures."""

from __future__ import annotations

import json
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import redis
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from service.db import make_engine, unit_of_work
from service.domain.relay import record_heartbeat
from service.ops.queues import LATE_S, QUEUED_AT, QUEUES
from service.settings import Settings
from tests.support.web import running

BACKGROUND = ("relay", "worker", "beat")


def living(
    settings: Settings, *kinds: str, ago: timedelta = timedelta(), reading: Iterable[str] = QUEUES
) -> None:
    """Signs of life of background processes; the worker reads all queues, or those named."""
    engine = make_engine(settings.sqlalchemy_url)
    with unit_of_work(engine) as session:
        for kind in kinds:
            detail = {"queues": sorted(reading)} if kind == "worker" else {}
            record_heartbeat(session, kind, kind, datetime.now(UTC) - ago, detail)
    engine.dispose()


def figures(client: httpx.Client) -> dict[tuple[str, ...], float]:
    """Every sample of /metrics by its name and the values of its labels."""
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    families = text_string_to_metric_families(answer.text)
    return {(one.name, *one.labels.values()): one.value for family in families for one in family.samples}


def test_all_is_well(client: httpx.Client, settings: Settings) -> None:
    living(settings, *BACKGROUND)
    answer = client.get("/readyz")
    assert answer.status_code == 200
    named = (
        "reception",
        "database",
        "redis",
        *BACKGROUND,
        "emergencies",
        *(f"queue:{name}" for name in QUEUES),
    )
    parts = dict.fromkeys(named, "ok")
    assert answer.json() == {"status": "ok", "parts": parts}


def test_a_proxy_that_is_not_believed_is_a_warning_and_no_illness(settings: Settings) -> None:
    """Said to whom it concerns, with the setting; with the setting mended nothing is said."""
    living(settings, *BACKGROUND)
    for trusted, warned in ((0, 1), (1, 0)):
        with running(settings.model_copy(update={"trusted_proxies": trusted, "demo": False})) as client:
            for number in range(60):
                citizen = {"X-Forwarded-For": f"203.0.113.{number}"}
                assert client.get("/api/v1/categories", headers=citizen).status_code == 200
            answer = client.get("/readyz")
            assert answer.status_code == 200 and answer.json()["status"] == "ok"
            warnings = answer.json().get("warnings", [])
            assert len(warnings) == warned
            assert all("HIENTRUONG_TRUSTED_PROXIES" in each and "127.0.0.1" in each for each in warnings)


def test_reception_that_suffers_is_named_and_measured(
    client: httpx.Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    living(settings, *BACKGROUND)
    report = {"category": "litter", "location": {"lon": 107.585, "lat": 16.464}}
    assert client.post("/api/v1/reports", json=report).status_code == 201
    assert client.get("/readyz").json()["parts"]["reception"] == "ok"
    monkeypatch.setattr("service.ops.reception.SLOW_S", 0.0)
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["status"] == "degraded" and answer.json()["parts"]["reception"] == "late"
    told = figures(client)
    assert told["hientruong_reception_p99_seconds",] > 0
    assert told["hientruong_reception_waiting",] == told["hientruong_reception_failed",] == 0


def test_reception_lives_while_every_other_connection_is_taken(settings: Settings) -> None:
    """Reports are stored by connections of their own: what reads may wait, the service is not down."""
    few = settings.model_copy(update={"database_pool": 1})
    report = {"category": "litter", "location": {"lon": 107.585, "lat": 16.464}}
    engine = make_engine(settings.sqlalchemy_url)
    asking = engine.execution_options(isolation_level="AUTOCOMMIT")
    waits = text(
        "SELECT count(*), pg_sleep(0.05) FROM pg_stat_activity "
        "WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    with running(few) as client, ThreadPoolExecutor(4) as crowd, engine.connect() as holder:
        photos = client.post("/api/v1/reports", json=report).json()["links"]["photos"]
        path = photos.removeprefix(settings.public_url)
        holder.execute(text("LOCK TABLE photo IN ACCESS EXCLUSIVE MODE"))
        stuck = [crowd.submit(client.get, path) for _ in range(4)]
        with asking.connect() as looking:
            assert any((looking.scalar(waits) or 0) >= 2 for _ in range(200))
        assert client.post("/api/v1/reports", json=report).status_code == 201
        holder.rollback()
        assert {each.result().status_code for each in stuck} <= {200, 503}
    engine.dispose()


@pytest.mark.parametrize("missing", BACKGROUND)
def test_a_background_process_that_is_away_is_named(
    client: httpx.Client, settings: Settings, missing: str
) -> None:
    living(settings, *(kind for kind in BACKGROUND if kind != missing))
    living(settings, missing, ago=timedelta(minutes=1))
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["status"] == "degraded"
    ill = {name: how for name, how in answer.json()["parts"].items() if how != "ok"}
    unread = {f"queue:{name}": "unread" for name in QUEUES} if missing == "worker" else {}
    assert ill == {missing: "away", **unread}


def test_each_queue_that_nobody_reads_is_named(client: httpx.Client, settings: Settings) -> None:
    for queue in QUEUES:
        living(settings, *BACKGROUND, reading=set(QUEUES) - {queue})
        answer = client.get("/readyz")
        assert answer.status_code == 200
        assert answer.json()["status"] == "degraded"
        assert [name for name, how in answer.json()["parts"].items() if how != "ok"] == [f"queue:{queue}"]
        assert answer.json()["parts"][f"queue:{queue}"] == "unread"
        assert figures(client)["hientruong_queue_read", queue] == 0


def test_a_queue_whose_oldest_message_waits_too_long_is_named(
    client: httpx.Client, settings: Settings
) -> None:
    living(settings, *BACKGROUND)
    sent = datetime.now(UTC).timestamp() - LATE_S["push"] - 5
    with redis.Redis.from_url(settings.redis_url) as broker:
        broker.lpush("push", json.dumps({"headers": {QUEUED_AT: sent}}))
        try:
            answer, found = client.get("/readyz").json(), figures(client)
        finally:
            broker.delete("push")
    assert answer["status"] == "degraded"
    assert {name: how for name, how in answer["parts"].items() if how != "ok"} == {"queue:push": "late"}
    assert found["hientruong_queue_length", "push"] == 1
    assert found["hientruong_queue_oldest_seconds", "push"] >= LATE_S["push"] + 5
    assert found["hientruong_queue_oldest_seconds", "email"] == 0


def test_without_redis_reports_are_still_taken(settings: Settings) -> None:
    living(settings, *BACKGROUND)
    lonely = settings.model_copy(update={"redis_url": "unix:///nowhere/redis.sock?db=0"})
    with running(lonely) as client:
        answer = client.get("/readyz")
        assert answer.status_code == 200
        assert answer.json()["parts"]["redis"] == "away"
        assert answer.json()["status"] == "degraded"
        assert figures(client)["hientruong_up",] == 1


def test_without_the_database_nothing_can_be_taken_but_the_process_lives(settings: Settings) -> None:
    gone = settings.model_copy(update={"database_url": "postgresql://nobody@/none?host=/nowhere"})
    with running(gone) as client:
        answer = client.get("/readyz")
        assert answer.status_code == 503
        assert answer.json()["status"] == "down"
        assert answer.json()["parts"]["database"] == "away"
        assert client.get("/healthz").json() == {"status": "ok", "reading": "on"}
        assert figures(client)["hientruong_up",] == 0


def test_requests_are_counted_by_route_and_not_by_what_was_typed(client: httpx.Client) -> None:
    key = ("hientruong_requests_total", "GET", "/healthz", "200")
    before = figures(client).get(key, 0)
    for _ in range(3):
        client.get("/healthz")
    client.get("/somebody/typed/this")
    after = figures(client)
    assert after[key] == before + 3
    assert not any("typed" in label for name in after for label in name)


def test_figures_of_the_installation(client: httpx.Client, settings: Settings) -> None:
    living(settings, "relay", ago=timedelta(seconds=7))
    found = figures(client)
    assert found["hientruong_up",] == 1
    assert found["hientruong_events_unplaced",] == 0
    assert found["hientruong_reports_unrouted",] == 0
    assert found["hientruong_queue_length", "routing"] == 0
    assert found["hientruong_consumer_behind", "routing"] == 0
    assert found["hientruong_sign_of_life_age_seconds", "relay"] == pytest.approx(7, abs=5)
