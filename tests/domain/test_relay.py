"""Positions: given in the order events became visible, without gaps; bookmarks move only when told."""

from __future__ import annotations

import time
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import Engine, delete, select, update
from sqlalchemy.orm import Session

from service.db import unit_of_work
from service.domain.relay import (
    advance,
    count_unpositioned,
    create_batches,
    give_positions,
    give_receipt,
    take_lock,
    without_receipt,
)
from service.domain.reports.reports import submit, submit_many
from service.models import Category, Consumer, Event, Report
from tests.support.small_city import NOON, draft, make_small_city


@pytest.fixture
def litter(session: Session) -> int:
    make_small_city(session)
    return session.scalars(select(Category.id).where(Category.code == "litter")).one()


def positions(session: Session) -> list[int | None]:
    return list(session.scalars(select(Event.position).order_by(Event.id)))


def test_events_get_consecutive_positions_in_the_order_of_their_ids(session: Session, litter: int) -> None:
    submit_many(session, [draft(litter) for _ in range(5)])

    assert count_unpositioned(session) == 5
    assert give_positions(session) == 5
    assert positions(session) == [1, 2, 3, 4, 5]
    assert give_positions(session) == 0
    assert count_unpositioned(session) == 0


def test_a_round_takes_no_more_than_it_is_told(session: Session, litter: int) -> None:
    submit_many(session, [draft(litter) for _ in range(5)])
    assert [give_positions(session, 2), give_positions(session, 2), give_positions(session, 2)] == [2, 2, 1]
    assert positions(session) == [1, 2, 3, 4, 5]


def test_an_event_committed_late_gets_a_later_position_than_its_neighbours(clean_engine: Engine) -> None:
    with unit_of_work(clean_engine) as session:
        make_small_city(session)
        litter = session.scalars(select(Category.id).where(Category.code == "litter")).one()
    slow = Session(clean_engine)
    late = submit(slow, draft(litter))  # has the lower event id, and is not committed yet
    with unit_of_work(clean_engine) as session:
        early = submit(session, draft(litter))
    with unit_of_work(clean_engine) as session:
        give_positions(session)

    slow.commit()
    slow.close()
    with unit_of_work(clean_engine) as session:
        give_positions(session)
        rows = session.execute(select(Event.report_id, Event.id, Event.position)).all()
        placed = {row.report_id: row for row in rows}
    assert placed[late.id].id < placed[early.id].id
    assert (placed[early.id].position, placed[late.id].position) == (1, 2)


def test_positions_are_never_given_twice_even_when_the_newest_events_are_gone(
    session: Session, litter: int
) -> None:
    gone = submit(session, draft(litter))
    give_positions(session)
    for batch in create_batches(session, NOON):
        advance(session, batch.consumer.name, batch.position)
    session.execute(delete(Report).where(Report.id == gone.id))

    submit(session, draft(litter))
    give_positions(session)

    assert positions(session) == [2]


def test_consumers_are_told_what_they_asked_for_until_their_bookmark_moves(
    session: Session, litter: int
) -> None:
    receipts = submit_many(session, [draft(litter) for _ in range(3)])
    give_positions(session)

    told = {batch.consumer.name: batch for batch in create_batches(session, NOON)}
    assert list(told["routing"].ids) == [str(receipt.id) for receipt in receipts]
    assert told["routing"].position == 3
    assert list(told["photos"].ids) == []  # nothing of its types, yet its bookmark moves along
    assert told["photos"].position == 3
    again = {batch.consumer.name for batch in create_batches(session, NOON)}
    assert again >= {"photos", "routing", "stream"}

    advance(session, "routing", told["routing"].position)
    assert {batch.consumer.name for batch in create_batches(session, NOON)} == again - {"routing"}


def test_a_handover_stops_where_its_share_ends(session: Session, litter: int) -> None:
    submit_many(session, [draft(litter) for _ in range(5)])
    give_positions(session)

    first = {h.consumer.name: h for h in create_batches(session, NOON, 2)}["routing"]
    assert (len(first.ids), first.position) == (2, 2)
    advance(session, "routing", first.position)
    second = {h.consumer.name: h for h in create_batches(session, NOON, 2)}["routing"]
    assert (len(second.ids), second.position) == (2, 4)
    assert not set(first.ids) & set(second.ids)


def test_a_consumer_is_a_row_and_a_disabled_one_waits(session: Session, litter: int) -> None:
    session.add(Consumer(name="mine", delivery="task", target="a.task", subject="event", types=[]))
    session.execute(update(Consumer).where(Consumer.name == "routing").values(enabled=False))
    submit(session, draft(litter))
    give_positions(session)

    told = {batch.consumer.name: batch for batch in create_batches(session, NOON)}

    event_id = session.scalars(select(Event.id)).one()
    assert list(told["mine"].ids) == [str(event_id)]
    assert "routing" not in told


def test_only_one_relay_is_active(engine: Engine) -> None:
    with Session(engine) as first, Session(engine) as second:
        assert take_lock(first)
        assert not take_lock(second)
        first.connection().invalidate()
        # The server notices the broken connection on its own time.
        limit = time.monotonic() + 10
        while not take_lock(second):
            assert time.monotonic() < limit
            time.sleep(0.01)


def test_ids_of_reports_are_told_once_a_handover(session: Session, litter: int) -> None:
    receipt = submit(session, draft(litter, id=uuid4()))
    session.add(Consumer(name="all", delivery="task", target="a.task", types=[]))
    report = session.get_one(Report, receipt.id)
    session.add(
        Event(
            report_id=report.id,
            type="comment.added",
            at=report.created_at,
            public=True,
            actor="reporter",
            status=report.status,
            category_id=report.category_id,
            lon=report.lon,
            lat=report.lat,
        )
    )
    session.flush()
    give_positions(session)

    told = {batch.consumer.name: batch for batch in create_batches(session, NOON)}

    assert list(told["all"].ids) == [str(receipt.id)]
    assert told["all"].position == 2


def test_what_is_handed_over_stays_noted_until_there_is_a_receipt(session: Session, litter: int) -> None:
    submit_many(session, [draft(litter) for _ in range(3)])
    give_positions(session)
    told = {batch.consumer.name: batch for batch in create_batches(session, NOON)}
    create_batches(session, NOON + timedelta(hours=1))  # handed over again: noted once, since the first time
    ids = list(told["notices"].ids)

    later = NOON + timedelta(seconds=1)
    assert without_receipt(session, "notices", NOON, 10) == []
    assert without_receipt(session, "notices", later, 10) == sorted(ids)
    assert len(without_receipt(session, "notices", later, 2)) == 2
    assert without_receipt(session, "routing", later, 10) == [], "its reports themselves say what is undone"

    give_receipt(session, "notices", ids[:2])
    give_receipt(session, "notices", ids[:1])  # twice is as good as once
    assert without_receipt(session, "notices", later, 10) == ids[2:]
