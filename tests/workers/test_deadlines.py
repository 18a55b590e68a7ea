"""The task that warns of deadlines, several of it at one moment."""

from __future__ import annotations

import importlib
import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from types import ModuleType

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from service.db import unit_of_work
from service.domain.casework.passing_time.warnings import warn_due
from service.domain.city.reference import load_reference
from service.models import Event, EventType, Report
from tests.support.environment import settings_told
from tests.support.factories import found_city, make_report

AT_ONCE, CASES = 4, 30
LATE = datetime.now(UTC) - timedelta(hours=1)


@pytest.fixture
def deadlines(clean_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The workers' module, looking at the database of this test."""
    with settings_told(clean_engine):
        module = importlib.import_module("workers.deadlines")
    monkeypatch.setattr(module, "engine", lambda: clean_engine)
    return module


@pytest.fixture
def late_cases(clean_engine: Engine) -> Engine:
    """Cases that just became late."""
    with unit_of_work(clean_engine) as session:
        reference = found_city(session)
        for _ in range(CASES):
            make_report(session, reference, "in_progress", amber_at=LATE - timedelta(hours=1), due_at=LATE)
    return clean_engine


def told(engine: Engine) -> Counter[str]:
    with unit_of_work(engine) as session:
        return Counter(
            map(str, session.scalars(select(Event.report_id).where(Event.type == EventType.OVERDUE)))
        )


def test_workers_side_by_side_warn_once(
    late_cases: Engine, deadlines: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deadlines, "BATCH", 3)
    together, warn = threading.Barrier(AT_ONCE), deadlines.warn.run

    def work() -> None:
        together.wait()
        warn()

    workers = [threading.Thread(target=work) for _ in range(AT_ONCE)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    deadlines.warn()
    assert list(told(late_cases).values()) == [1] * CASES


def test_a_worker_that_dies_leaves_its_cases_to_the_next(late_cases: Engine, deadlines: ModuleType) -> None:
    with Session(late_cases) as session:
        assert warn_due(session, load_reference(session), datetime.now(UTC)) == CASES  # and never commits
    assert not told(late_cases)
    assert deadlines.warn() == CASES
    assert len(told(late_cases)) == CASES


def test_the_warnings_are_found_by_their_index(late_cases: Engine) -> None:
    with unit_of_work(late_cases) as session:
        session.connection().exec_driver_sql("SET LOCAL enable_seqscan = off")
        query = select(Report.id).where(Report.warn_at <= LATE).order_by(Report.warn_at).limit(10)
        plan = session.connection().exec_driver_sql(
            "EXPLAIN " + str(query.compile(session.bind, compile_kwargs={"literal_binds": True}))
        )
        assert "ix_report_warn" in "\n".join(row[0] for row in plan)


def test_the_scheduler_calls_it(deadlines: ModuleType) -> None:
    app = importlib.import_module("workers.app")
    assert "workers.deadlines.warn" in {entry["task"] for entry in app.SCHEDULE.values()}
    assert "workers.deadlines" in app.celery_app.conf.include
    assert deadlines.warn.name == "workers.deadlines.warn"
