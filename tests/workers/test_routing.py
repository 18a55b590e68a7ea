"""The tasks of routing: what is locked is asked for again at once, what fails keeps nobody waiting."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest
from kombu.exceptions import OperationalError
from sqlalchemy import Engine, select

from service.db import unit_of_work
from service.domain.reports.reports import submit
from service.domain.routing import dispatch
from service.models import Category, Report
from service.ops.queues import ROUTING
from tests.support.small_city import IN_W1, draft, make_small_city

pytestmark = pytest.mark.usefixtures("worker_settings")


class Broker:
    """What was asked for again; `away` as Redis may be."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.away = False

    def apply_async(self, **message: Any) -> None:
        if self.away:
            raise OperationalError("no Redis")
        self.sent.append(message)


@pytest.fixture
def broker() -> Broker:
    return Broker()


@pytest.fixture
def routing(clean_engine: Engine, broker: Broker, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module on this test's database, with a broker that keeps what it is given."""
    import workers.routing as module

    with unit_of_work(clean_engine) as session:
        make_small_city(session)
    monkeypatch.setattr(module, "engine", lambda: clean_engine)
    monkeypatch.setattr(module, "_book", type(module._book)())
    monkeypatch.setattr(module.route_reports, "apply_async", broker.apply_async)
    return module


def come_in(engine: Engine, number: int) -> list[UUID]:
    with unit_of_work(engine) as session:
        category = session.scalars(select(Category.id).where(Category.code == "litter")).one()
        long_ago = datetime.now(UTC) - timedelta(hours=1)
        return [submit(session, draft(category, IN_W1, at=long_ago)).id for _ in range(number)]


def waiting(engine: Engine) -> set[UUID]:
    with unit_of_work(engine) as session:
        return set(session.scalars(select(Report.id).where(Report.status == "received")))


def test_who_is_locked_is_asked_for_again_at_once_and_the_others_are_routed(
    routing: ModuleType, broker: Broker, clean_engine: Engine
) -> None:
    locked, *free = come_in(clean_engine, 3)
    with unit_of_work(clean_engine) as reporter:
        reporter.scalars(select(Report).where(Report.id == locked).with_for_update()).one()
        routing.route_reports([str(locked), *map(str, free)])
        assert waiting(clean_engine) == {locked}
    [again] = broker.sent
    assert again["args"] == [[str(locked)], 1]
    assert again["queue"] == ROUTING
    assert again["countdown"] <= 0.5

    routing.route_reports(*again["args"])
    assert not waiting(clean_engine)
    assert len(broker.sent) == 1


def test_it_is_asked_for_ever_later_and_then_left_to_the_sweep(
    routing: ModuleType, broker: Broker, clean_engine: Engine
) -> None:
    [locked] = come_in(clean_engine, 1)
    with unit_of_work(clean_engine) as reporter:
        reporter.scalars(select(Report).where(Report.id == locked).with_for_update()).one()
        for tries in range(len(routing.AGAIN_AFTER_S) + 2):
            routing.route_reports([str(locked)], tries)
    pauses = [message["countdown"] for message in broker.sent]
    assert pauses == list(routing.AGAIN_AFTER_S) == sorted(set(pauses))
    routing.sweep()
    assert not waiting(clean_engine)


def test_without_a_broker_the_sweep_does_it(
    routing: ModuleType, broker: Broker, clean_engine: Engine
) -> None:
    [locked] = come_in(clean_engine, 1)
    broker.away = True
    with unit_of_work(clean_engine) as reporter:
        reporter.scalars(select(Report).where(Report.id == locked).with_for_update()).one()
        routing.route_reports([str(locked)])
    routing.sweep()
    assert not waiting(clean_engine)


def test_what_was_routed_already_is_not_asked_for_again(
    routing: ModuleType, broker: Broker, clean_engine: Engine
) -> None:
    ids = [str(each) for each in come_in(clean_engine, 2)]
    for _ in range(2):
        routing.route_reports(ids)
    assert broker.sent == []


def test_one_that_cannot_be_routed_goes_to_a_person_and_the_others_their_way(
    routing: ModuleType, clean_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, *good = come_in(clean_engine, 3)
    judge: Any = vars(dispatch)["judge_report"]

    def fail_for_one(book: Any, report: Report) -> Any:
        if report.id == bad:
            raise LookupError("a rule that names nobody")
        return judge(book, report)

    monkeypatch.setattr(dispatch, "judge_report", fail_for_one)
    routing.route_reports([str(bad), *map(str, good)])
    with unit_of_work(clean_engine) as session:
        status = {row.id: (row.status, row.triage_reason) for row in session.scalars(select(Report))}
    assert status[bad] == ("triage", dispatch.ROUTING_FAILED)
    assert {status[each][0] for each in good} == {"assigned"}
