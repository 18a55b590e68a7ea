"""Work whose task was lost or failed: the sweeps find it in the database and do it once."""

from __future__ import annotations

from datetime import timedelta
from types import ModuleType

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from service.db import unit_of_work
from service.domain.relay import create_batches, give_positions
from service.domain.reports.reports import submit_many
from service.domain.rules.rulebook import RulebookCache
from service.models import Category, EventType, PendingTask, Report
from tests.support.notice_stage import Post
from tests.support.small_city import NOON, draft, make_small_city


def hand_over(post: Post) -> list[str]:
    """What the relay does, but for the task."""
    with unit_of_work(post.engine) as session:
        give_positions(session)
        pending = {each.consumer.name: list(each.ids) for each in create_batches(session, post.now)}
        return pending["notices"]


def left(engine: Engine) -> int:
    with unit_of_work(engine) as session:
        own = select(func.count()).select_from(PendingTask).where(PendingTask.consumer == "notices")
        return session.scalars(own).one()


def test_an_event_whose_task_was_lost_is_told_by_the_sweep_once(post: Post) -> None:
    post.event(post.report(), EventType.CLOSED)
    handed = hand_over(post)

    assert post.module.sweep() == 0, "its task may still come"
    post.pass_time(seconds=61)
    assert post.module.sweep() == len(handed) > 0
    assert post.module.sweep() == 0

    assert len(post.mail) == 1
    assert left(post.engine) == 0


def test_what_its_task_has_told_is_none_of_the_sweeps_business(post: Post) -> None:
    post.event(post.report(), EventType.CLOSED)
    post.tell(*hand_over(post))
    assert left(post.engine) == 0

    post.pass_time(hours=1)
    assert post.module.sweep() == 0
    assert len(post.mail) == 1


def test_a_task_that_met_no_database_leaves_its_events_to_the_sweep(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = [post.event(post.report(), EventType.CLOSED) for _ in range(3)]
    hand_over(post)
    plan = post.module.plan_event

    def away(session: Session, reference: object, event_id: int, *rest: object) -> int:
        if event_id == int(events[1]):
            raise OperationalError("SELECT", {}, Exception("the server closed the connection"))
        made: int = plan(session, reference, event_id, *rest)
        return made

    monkeypatch.setattr(post.module, "plan_event", away)
    with pytest.raises(OperationalError):
        post.tell(*events)
    monkeypatch.setattr(post.module, "plan_event", plan)
    post.pass_time(seconds=61)
    post.module.sweep()

    assert len(post.mail) == 3
    assert left(post.engine) == 0


def test_an_event_that_cannot_be_told_is_not_tried_for_ever(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    post.event(post.report(), EventType.CLOSED)
    events = hand_over(post)

    def broken(*_: object) -> int:
        raise LookupError("no such notice")

    monkeypatch.setattr(post.module, "plan_event", broken)
    post.tell(*events)

    assert left(post.engine) == 0


@pytest.fixture
def routing(
    worker_settings: dict[str, str], clean_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> ModuleType:
    """The worker's module, its clock a minute after NOON, small sweeps."""
    import workers.routing as module  # its settings are read when it is imported

    monkeypatch.setattr(module, "engine", lambda: clean_engine)
    monkeypatch.setattr(module, "now", lambda: NOON + timedelta(minutes=1))
    monkeypatch.setattr(module, "_book", RulebookCache())
    monkeypatch.setattr(module, "SWEEP_MOST", 3)
    monkeypatch.setattr(module, "BATCH", 2)
    return module


def accepted(engine: Engine, number: int) -> None:
    with unit_of_work(engine) as session:
        make_small_city(session)
        litter = session.scalars(select(Category.id).where(Category.code == "litter")).one()
        submit_many(session, [draft(litter, at=NOON) for _ in range(number)])


def waiting(engine: Engine) -> int:
    with unit_of_work(engine) as session:
        return session.scalars(select(func.count()).where(Report.status == "received")).one()


def test_one_sweep_routes_all_that_a_wiped_broker_forgot(routing: ModuleType, clean_engine: Engine) -> None:
    accepted(clean_engine, 8)

    routing.sweep()

    assert waiting(clean_engine) == 0


def test_a_sweep_leaves_what_another_worker_holds_and_ends(routing: ModuleType, clean_engine: Engine) -> None:
    accepted(clean_engine, 4)
    with Session(clean_engine) as other:
        other.scalars(select(Report).with_for_update()).all()
        routing.sweep()
        assert waiting(clean_engine) == 4
    routing.sweep()
    assert waiting(clean_engine) == 0


def test_a_sweep_has_an_end_however_much_there_is(
    routing: ModuleType, clean_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    accepted(clean_engine, 8)
    monkeypatch.setattr(routing, "SWEEP_S", 0.0)

    routing.sweep()

    assert waiting(clean_engine) == 8
