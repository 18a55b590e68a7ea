"""Tasks that close and end what time has passed over, and take steps of the desk that nobody took back."""

from __future__ import annotations

import time
from uuid import UUID

from service.db import unit_of_work
from service.domain.casework.delayed_steps import carry_out_next_step, forget_failed, has_due_step
from service.domain.casework.passing_time.follow_up import ask_follow_up
from service.domain.casework.passing_time.timeouts import close_verified, end_unanswered, remind_unanswered
from service.domain.city.reference import ReferenceCache, load_reference
from service.domain.rules.rulebook import RulebookCache
from service.ops.telemetry import get_logger
from service.settings import get_settings
from workers.app import celery_app, engine, now

log = get_logger(__name__)

_reference, _books = ReferenceCache(), RulebookCache()

BUDGET_S = 15.0
"""A run begins no further held step after so long; the next one goes on."""

STEPS = {
    "closed": close_verified,
    "ended": end_unanswered,
    "reminded": remind_unanswered,
    "followed_up": ask_follow_up,
}
"""Each in a transaction of its own."""


@celery_app.task(name="workers.timeouts.pass_time", acks_late=False)
def pass_time() -> None:
    """Close verified work, remind of questions, end unanswered ones, ask whether closed ones last.

    The next run goes on from there.
    """
    done = {}
    for name, step in STEPS.items():
        with unit_of_work(engine()) as session:
            done[name] = step(session, load_reference(session), now(), failed=_failed)
    if any(done.values()):
        log.info("time passed", **done)


@celery_app.task(name="workers.timeouts.take_held", acks_late=False)
def take_held() -> int:
    """Take every held step that is due, each in a transaction of its own; how many were looked at."""
    looked, began, key = 0, time.monotonic(), get_settings().secret
    while time.monotonic() - began < BUDGET_S:
        with unit_of_work(engine()) as session:
            forget_failed(session, now())
            if not has_due_step(session, now()):
                break
            reference = _reference.get(session, time.monotonic())
            if carry_out_next_step(session, reference, _books, key, now()) is None:
                break
        looked += 1
    if looked:
        log.info("held steps taken", steps=looked)
    return looked


def _failed(report_id: UUID, error: Exception) -> None:
    log.error("time cannot pass over a report", report_id=str(report_id), exc_info=error)
