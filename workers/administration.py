"""Makes the changes of administrators whose time has come."""

from __future__ import annotations

from datetime import timedelta

from service.db import unit_of_work
from service.domain.configuration.administration import recounts, scheduled_changes
from service.domain.reports.former_parts import fill_former_parts
from service.domain.rules.rulebook import load_rulebook
from service.ops.telemetry import get_logger
from workers.app import celery_app, engine, now

AHEAD = timedelta(seconds=8)
"""How far a look reaches: beyond the next one, so that every change is met at its very second."""

log = get_logger(__name__)


@celery_app.task(name="workers.administration.make_planned", acks_late=False)
def make_planned() -> None:
    """Each in a transaction of its own, so that one that fails holds up no other. For what is due before the
    next look, this asks to be called again at that very moment; once too often does nothing.
    """
    while True:
        with unit_of_work(engine()) as session:
            due = scheduled_changes.next_due(session, now())
            if due is None:
                soon = scheduled_changes.next_change_at(session, now() + AHEAD)
                break
            state = scheduled_changes.make(session, due, now())
        log.info("planned change", plan=due, state=state)
    if soon is not None:
        make_planned.apply_async(eta=soon, expires=soon + AHEAD)


MOST_PIECES = 20
"""A run ends after so many pieces; the next one goes on where it stopped."""


@celery_app.task(name="workers.administration.recount")
def recount() -> int:
    """Count the deadlines of open cases anew where an administrator asked for it; how many were looked at."""
    looked = 0
    for _ in range(MOST_PIECES):
        with unit_of_work(engine()) as session:
            if recounts.recount_under_way(session) is None:
                break
            found = recounts.recount_next(session, load_rulebook(session), now())
        looked += found
        if not found:
            break
    if looked:
        log.info("deadlines counted anew", cases=looked)
    return looked


@celery_app.task(name="workers.administration.fill_former")
def fill_former() -> int:
    """Put down who had a part in cases before reports kept it, as the log knows; how many pieces."""
    for pieces in range(MOST_PIECES):
        with unit_of_work(engine()) as session:
            more = fill_former_parts(session)
        if not more:
            return pieces
    return MOST_PIECES
