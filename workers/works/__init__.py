"""Tasks of works and plans: warnings, reminders, what comes again, closing what is done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from service.db import unit_of_work
from service.domain.city.calendar import Calendar
from service.domain.city.city import load_calendar
from service.domain.city.reference import Reference, load_reference
from service.domain.plans.repetition import make_coming, plans_that_repeat
from service.domain.works.passing_time import close_done, remind_coming, warn_of_works
from service.ops.telemetry import get_logger
from workers.app import celery_app, engine, now

log = get_logger(__name__)

Act = Callable[[Session, Reference, Calendar, datetime], int]


@celery_app.task(name="workers.works.warn", acks_late=False)
def warn() -> int:
    """Warn of every deadline of a work that is running out or has passed."""
    return _run("works warned of", warn_of_works)


@celery_app.task(name="workers.works.remind", acks_late=False)
def remind() -> int:
    """Remind of what is due in three working days and in one; from seven in the morning on, once a day."""

    def in_the_morning(session: Session, reference: Reference, calendar: Calendar, at: datetime) -> int:
        local = calendar.local(at)
        if local.hour < 7 or not calendar.is_working_day(local.date()):
            return 0
        return remind_coming(session, reference, calendar, at)

    return _run("works reminded of", in_the_morning)


@celery_app.task(name="workers.works.repeat", acks_late=False)
def repeat() -> int:
    """Make the works of what comes again, plan by plan."""
    with unit_of_work(engine()) as session:
        plans = plans_that_repeat(session)
    made = 0
    for plan in plans:
        made += _run(
            "works made",
            lambda session, reference, calendar, at, plan=plan: make_coming(  # type: ignore[misc]
                session, reference, calendar, plan, at
            ),
        )
    return made


@celery_app.task(name="workers.works.close", acks_late=False)
def close() -> int:
    """Close what was done long enough ago."""
    return _run("works closed", close_done)


def _run(what: str, act: Act) -> int:
    with unit_of_work(engine()) as session:
        reference = load_reference(session)
        if reference.config.works is None:
            return 0
        count = act(session, reference, load_calendar(session, reference), now())
    if count:
        log.info(what, works=count)
    return count
