"""Tasks of what comes again: reports up the line once their period is over, decrees that want reading."""

from __future__ import annotations

from service.db import unit_of_work
from service.domain.city.city import load_calendar
from service.domain.city.reference import load_reference
from service.domain.periodic.due_requests import request_due_reports
from service.domain.periodic.penalty_check import remind_of_penalties
from service.ops.telemetry import get_logger
from workers.app import celery_app, engine, now
from workers.sending import sendable

log = get_logger(__name__)


@celery_app.task(name="workers.periodic.ask", acks_late=False)
def ask() -> int:
    """Ask for the reports of every period that has ended, once each; how many."""
    with unit_of_work(engine()) as session:
        reference = load_reference(session)
        count = request_due_reports(session, reference, load_calendar(session, reference), now())
    if count:
        log.info("reports asked for", reports=count)
    return count


@celery_app.task(name="workers.periodic.check_penalties", acks_late=False)
def check_penalties() -> int:
    """Tell administrators of penalties that nobody has checked for long, once a month; how many messages."""
    with unit_of_work(engine()) as session:
        return remind_of_penalties(session, sendable(), load_reference(session), now())
