"""How the installation says it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from service.domain.health import FORGOTTEN, FRESH, ROUTED_WITHIN, read_health
from service.domain.relay import record_heartbeat

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)

EVENT = """
INSERT INTO event (position, report_id, type, at, public, actor, status, category_id, lon, lat)
VALUES (:position, gen_random_uuid(), 'report.received', :at, true, 'reporter', 'received', 1, 107.58, 16.46)
"""


@pytest.fixture
def loose(session: Session) -> Session:
    """A session in which rows need no neighbours: what is counted here is not whose it is."""
    session.execute(text("SET LOCAL session_replication_role = replica"))
    return session


def test_an_installation_where_nothing_happened_yet(session: Session) -> None:
    health = read_health(session, NOW)
    assert health.database.startswith("PostgreSQL ")
    assert "PostGIS" in health.database
    assert health.schema
    assert (health.signs, health.unplaced, health.lag_s, health.unrouted) == ([], 0, 0.0, 0)
    assert set(health.behind.values()) == {0}
    assert health.queues_read == frozenset()
    assert not health.lives("relay")


@pytest.mark.parametrize(("age", "lives"), [(FRESH, True), (FRESH + timedelta(milliseconds=1), False)])
def test_who_said_nothing_for_a_while_does_not_live(session: Session, age: timedelta, lives: bool) -> None:
    record_heartbeat(session, "worker:one", "worker", NOW - age, {})
    (sign,) = read_health(session, NOW).signs
    assert (sign.name, sign.kind, sign.lives) == ("worker:one", "worker", lives)
    assert sign.age_s == age.total_seconds()
    assert read_health(session, NOW).lives("worker") is lives
    assert not read_health(session, NOW).lives("relay")


def test_one_living_worker_is_enough_and_old_ones_are_forgotten(session: Session) -> None:
    record_heartbeat(session, "worker:gone", "worker", NOW - FORGOTTEN, {})
    record_heartbeat(session, "worker:late", "worker", NOW - FRESH * 2, {})
    record_heartbeat(session, "worker:well", "worker", NOW, {})
    health = read_health(session, NOW)
    assert {sign.name: sign.lives for sign in health.signs} == {"worker:late": False, "worker:well": True}
    assert health.lives("worker")


def test_a_queue_is_read_as_long_as_one_of_its_workers_lives(session: Session) -> None:
    record_heartbeat(session, "worker:one", "worker", NOW, {"queues": ["email"], "concurrency": 1})
    record_heartbeat(session, "worker:two", "worker", NOW - FRESH * 2, {"queues": ["push", "email"]})
    record_heartbeat(session, "worker:old", "worker", NOW, {"concurrency": 1})  # as an older version says it
    assert read_health(session, NOW).queues_read == {"email"}


def test_a_clock_that_is_ahead_gives_no_negative_age(session: Session) -> None:
    record_heartbeat(session, "relay", "relay", NOW + timedelta(seconds=3), {})
    assert read_health(session, NOW).signs[0].age_s == 0


def test_the_lag_is_the_age_of_the_oldest_event_without_a_place(loose: Session) -> None:
    for position, age_s in ((1, 60), (2, 50), (None, 7), (None, 3)):
        loose.execute(text(EVENT), {"position": position, "at": NOW - timedelta(seconds=age_s)})
    loose.execute(text("UPDATE consumer SET position = 2 WHERE name = 'photos'"))
    loose.execute(text("UPDATE consumer SET enabled = false WHERE name = 'stream'"))
    health = read_health(loose, NOW)
    assert (health.unplaced, health.lag_s) == (2, 7.0)
    assert health.behind["routing"] == 2
    assert health.behind["photos"] == 0
    assert "stream" not in health.behind


REPORT = """
INSERT INTO report (id, code, category_id, status, location, created_at, updated_at, body_hash)
VALUES (gen_random_uuid(), :code, 1, :status, ST_SetSRID(ST_MakePoint(107.58, 16.46), 4326), :at, :at, '')
"""


def test_reports_that_wait_too_long_for_routing_are_counted(loose: Session) -> None:
    just, late = NOW - ROUTED_WITHIN, NOW - ROUTED_WITHIN - timedelta(seconds=1)
    for code, status, at in (("A", "received", just), ("B", "received", late), ("C", "assigned", late)):
        loose.execute(text(REPORT), {"code": code, "status": status, "at": at})
    assert read_health(loose, NOW).unrouted == 1


def test_a_backup_is_missed_a_day_after_the_first_report(loose: Session) -> None:
    assert read_health(loose, NOW).saved(), "nothing to be lost yet"
    loose.execute(text(EVENT), {"position": 1, "at": NOW})

    assert read_health(loose, NOW + timedelta(hours=25)).saved()
    assert not read_health(loose, NOW + timedelta(hours=27)).saved()
