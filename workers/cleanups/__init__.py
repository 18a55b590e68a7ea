"""Tasks of clean-ups: beginning and lapsing, reminders, what comes again."""

from __future__ import annotations

from service.db import unit_of_work
from service.domain.city.city import load_calendar
from service.domain.city.reference import load_reference
from service.domain.cleanups.near import tell_near
from service.domain.cleanups.passing_time import lapse_old, remind_volunteers, start_due
from service.domain.cleanups.series import draft_all
from service.domain.cleanups.spots.measurements import measure_spots
from service.domain.cleanups.spots.weekly_list import propose_spots
from service.domain.reports.events import SYSTEM
from service.domain.works.actions import ActionContext
from service.ops.telemetry import get_logger
from service.settings import get_settings
from workers.app import celery_app, engine, now
from workers.sending import sendable, wake_senders

log = get_logger(__name__)


@celery_app.task(name="workers.cleanups.pass_time", acks_late=False)
def pass_time() -> int:
    """Begin what is announced and whose hour has come; end what never had a result."""
    with unit_of_work(engine()) as session:
        reference = load_reference(session)
        if reference.config.works is None:
            return 0
        calendar = load_calendar(session, reference)
        count = start_due(session, reference, calendar, now()) + lapse_old(
            session, reference, calendar, now()
        )
    if count:
        log.info("clean-ups moved on", cleanups=count)
    return count


@celery_app.task(name="workers.cleanups.remind", acks_late=False)
def remind() -> int:
    """Remind those who want it, a day before."""
    with unit_of_work(engine()) as session:
        sent = remind_volunteers(session, load_reference(session), get_settings().secret, now())
    if sent:
        log.info("volunteers reminded", messages=sent)
        wake_senders()
    return sent


@celery_app.task(name="workers.cleanups.tell_near", acks_late=False)
def tell_people_near() -> int:
    """Tell those who have an alert of a place or a ward of public clean-ups there."""
    with unit_of_work(engine()) as session:
        reference = load_reference(session)
        if reference.config.works is None:
            return 0
        sent = tell_near(session, reference, sendable(), now())
    if sent:
        log.info("people near told of clean-ups", messages=sent)
        wake_senders()
    return sent


@celery_app.task(name="workers.cleanups.repeat", acks_late=False)
def repeat() -> int:
    """Draft what comes again, three months ahead."""
    with unit_of_work(engine()) as session:
        reference = load_reference(session)
        if reference.config.works is None:
            return 0
        ctx = ActionContext(session, reference, load_calendar(session, reference), SYSTEM, now())
        made = draft_all(ctx)
    if made:
        log.info("clean-ups drafted", cleanups=made)
    return made


@celery_app.task(name="workers.cleanups.watch_spots", acks_late=False)
def watch_spots() -> int:
    """Write the week's list of hot spots, and measure those whose clean-up is long enough ago."""
    with unit_of_work(engine()) as session:
        reference = load_reference(session)
        if reference.config.works is None:
            return 0
        calendar = load_calendar(session, reference)
        # Measured first: a list is made of what was not cleaned in the last weeks.
        moved = measure_spots(session, calendar, now()) + propose_spots(session, reference, calendar, now())
    if moved:
        log.info("hot spots proposed or measured", spots=moved)
    return moved
