"""Tasks that close and end what time has passed over."""

from __future__ import annotations

from uuid import UUID

from service.db import unit_of_work
from service.domain.casework.passing_time.follow_up import ask_follow_up
from service.domain.casework.passing_time.timeouts import close_verified, end_unanswered, remind_unanswered
from service.domain.city.reference import load_reference
from service.ops.telemetry import get_logger
from workers.app import celery_app, engine, now

log = get_logger(__name__)

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


def _failed(report_id: UUID, error: Exception) -> None:
    log.error("time cannot pass over a report", report_id=str(report_id), exc_info=error)
