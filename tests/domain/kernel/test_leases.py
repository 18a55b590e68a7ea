"""Leases: one holder at a time, for as long as it lives, and what is left to do outlives it."""

from __future__ import annotations

import threading
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from service.db import unit_of_work
from service.domain.kernel.leases import note_progress, progress_of, release, renew, take_lease
from tests.support.small_city import NOON

SPAN, TICK = timedelta(minutes=2), timedelta(seconds=1)


def test_while_its_holder_lives_nobody_else_gets_it(session: Session) -> None:
    """However long the work takes: each piece of it renews the lease."""
    holder = take_lease(session, "audit", NOON, SPAN)
    assert holder is not None
    now = NOON
    for _ in range(20):
        now += SPAN - TICK
        assert take_lease(session, "audit", now, SPAN) is None
        assert renew(session, "audit", holder, now, SPAN)


def test_a_dead_holders_lease_is_free_after_its_span_and_lost_to_it(session: Session) -> None:
    dead = take_lease(session, "audit", NOON, SPAN)
    assert dead is not None
    assert take_lease(session, "audit", NOON + SPAN - TICK, SPAN) is None
    heir = take_lease(session, "audit", NOON + SPAN, SPAN)
    assert heir is not None
    assert heir != dead
    assert not renew(session, "audit", dead, NOON + SPAN + TICK, SPAN), "it was only asleep, and must stop"
    release(session, "audit", dead)
    assert take_lease(session, "audit", NOON + SPAN + TICK, SPAN) is None, "only its holder gives it back"


def test_what_is_left_to_do_outlives_its_holder(session: Session) -> None:
    dead = take_lease(session, "audit", NOON, SPAN)
    assert dead is not None
    note_progress(session, "audit", dead, "2026-03-01")
    take_lease(session, "audit", NOON + SPAN, SPAN)
    assert progress_of(session, "audit") == "2026-03-01"
    note_progress(session, "audit", dead, "2026-01-01")
    assert progress_of(session, "audit") == "2026-03-01", "who lost it says nothing any more"


def test_one_that_was_given_back_is_free_at_once(session: Session) -> None:
    holder = take_lease(session, "audit", NOON, SPAN)
    assert holder is not None
    assert take_lease(session, "build", NOON, SPAN) is not None, "another work, another lease"
    release(session, "audit", holder)
    assert take_lease(session, "audit", NOON, SPAN) is not None


@pytest.mark.parametrize("held", [False, True])
def test_of_several_at_one_moment_one_gets_it(clean_engine: Engine, held: bool) -> None:
    """The first time ever, and when a dead holder's time is over."""
    if held:
        with unit_of_work(clean_engine) as session:
            take_lease(session, "audit", NOON - SPAN, SPAN)
    together, found = threading.Barrier(6), list[UUID | None]()

    def come() -> None:
        together.wait(10)
        with unit_of_work(clean_engine) as session:
            found.append(take_lease(session, "audit", NOON, SPAN))

    comers = [threading.Thread(target=come) for _ in range(6)]
    for comer in comers:
        comer.start()
    for comer in comers:
        comer.join(30)
    assert len([holder for holder in found if holder]) == 1


def test_a_stranger_can_neither_renew_nor_give_back(session: Session) -> None:
    take_lease(session, "audit", NOON, SPAN)
    assert not renew(session, "audit", uuid4(), NOON, SPAN)
    assert not renew(session, "never taken", uuid4(), NOON, SPAN)
