"""Routing without a broker: what nobody was told of is routed from the table, within seconds."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import ModuleType
from uuid import UUID

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import OperationalError

from service.db import unit_of_work
from service.domain.reports.reports import submit
from service.models import Category, Report
from tests.support.small_city import IN_W1, draft, make_small_city

pytestmark = pytest.mark.usefixtures("worker_settings")

LIMIT_S = 30


@pytest.fixture
def fallback(clean_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module on this test's database, and no broker anywhere."""
    import workers.processes.fallback as module
    import workers.routing as routing

    with unit_of_work(clean_engine) as session:
        make_small_city(session)
    monkeypatch.setattr(module, "engine", lambda: clean_engine)
    monkeypatch.setattr(routing, "engine", lambda: clean_engine)
    monkeypatch.setattr(routing, "_book", type(routing._book)())
    return module


def waiting_since(engine: Engine, age: timedelta) -> UUID:
    with unit_of_work(engine) as session:
        category = session.scalars(select(Category.id).where(Category.code == "litter")).one()
        return submit(session, draft(category, IN_W1, at=datetime.now(UTC) - age)).id


def status(engine: Engine, report_id: UUID) -> str:
    with unit_of_work(engine) as session:
        return session.get_one(Report, report_id).status


def test_what_waits_longer_than_routing_takes_is_routed(fallback: ModuleType, clean_engine: Engine) -> None:
    left, new = (waiting_since(clean_engine, age) for age in (2 * fallback.LEFT_AFTER, timedelta()))
    assert fallback.route_waiting() == 1
    assert status(clean_engine, left) == "assigned"
    assert status(clean_engine, new) == "received", "the workers have its message"


def test_it_is_within_the_time_that_is_promised(fallback: ModuleType) -> None:
    assert fallback.LEFT_AFTER + timedelta(seconds=2 * fallback.LOOK_EVERY_S) < timedelta(seconds=3)


def test_what_a_worker_is_at_is_left_to_it(fallback: ModuleType, clean_engine: Engine) -> None:
    report_id = waiting_since(clean_engine, 2 * fallback.LEFT_AFTER)
    with unit_of_work(clean_engine) as worker:
        worker.scalars(select(Report).where(Report.id == report_id).with_for_update()).one()
        assert fallback.route_waiting() == 0
    assert fallback.route_waiting() == 1


def test_it_goes_on_after_whatever_failed(
    fallback: ModuleType, clean_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database that is away, then a fault of our own, then what there is to do."""
    done, look = threading.Event(), fallback.route_waiting
    trouble: list[Callable[[], int]] = [_raise(OperationalError("", {}, Exception())), _raise(KeyError("x"))]

    def looked() -> int:
        if trouble:
            return trouble.pop(0)()
        routed: int = look()
        if routed:
            done.set()
        return routed

    monkeypatch.setattr(fallback, "route_waiting", looked)
    monkeypatch.setattr(fallback, "LOOK_EVERY_S", 0.01)
    report_id = waiting_since(clean_engine, 2 * fallback.LEFT_AFTER)
    running = fallback.Fallback()
    running.start()
    try:
        assert done.wait(LIMIT_S)
    finally:
        running.stop()
    assert status(clean_engine, report_id) == "assigned"
    assert not running._thread.is_alive()


def _raise(error: Exception) -> Callable[[], int]:
    def fail() -> int:
        raise error

    return fail
