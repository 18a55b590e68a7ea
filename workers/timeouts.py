"""Tasks that close and end what time has passed over."""

from __future__ import annotations

from service.db import unit_of_work
from service.domain.reference import load_reference
from service.domain.timeouts import close_verified, end_unanswered, remind_unanswered
from service.telemetry import get_logger
from workers.app import celery_app, engine, now

log = get_logger(__name__)


@celery_app.task(name="workers.timeouts.pass_time")
def pass_time() -> None:
    """Close verified work, remind of questions, end unanswered ones; the next run goes on from there."""
    with unit_of_work(engine()) as session:
        reference = load_reference(session)
        closed = close_verified(session, reference, now())
        ended = end_unanswered(session, reference, now())
        reminded = remind_unanswered(session, reference, now())
    if closed or ended or reminded:
        log.info("time passed", closed=closed, ended=ended, reminded=reminded)
