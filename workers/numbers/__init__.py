"""Tasks of numbers on advertisements: lists end, quiet cases close. Nothing is suspended or published."""

from __future__ import annotations

from collections.abc import Callable

from service.db import unit_of_work
from service.domain.city.city import load_calendar
from service.domain.city.reference import load_reference
from service.domain.number_cases.passing_time import close_quiet, expire_listings
from service.domain.reports.events import SYSTEM
from service.domain.works.actions import ActionContext
from service.ops.telemetry import get_logger
from workers.app import celery_app, engine, now

log = get_logger(__name__)


@celery_app.task(name="workers.numbers.expire", acks_late=False)
def expire() -> int:
    """Take off the public list what stood there to its last day; how many."""
    return _run(expire_listings, "numbers taken off the list")


@celery_app.task(name="workers.numbers.close", acks_late=False)
def close() -> int:
    """Close the cases of which nothing new was seen; how many."""
    return _run(close_quiet, "number cases closed")


def _run(verb: Callable[[ActionContext], int], words: str) -> int:
    with unit_of_work(engine()) as session:
        reference = load_reference(session)
        ctx = ActionContext(session, reference, load_calendar(session, reference), SYSTEM, now())
        count = verb(ctx)
    if count:
        log.info(words, numbers=count)
    return count
