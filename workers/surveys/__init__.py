"""Tasks of surveys: drafts before the occasions of the city's year."""

from __future__ import annotations

from service.db import unit_of_work
from service.domain.city.city import load_calendar
from service.domain.city.reference import load_reference
from service.domain.reports.events import SYSTEM
from service.domain.surveys.proposals import propose_surveys
from service.domain.works.actions import ActionContext
from service.ops.telemetry import get_logger
from workers.app import celery_app, engine, now

log = get_logger(__name__)


@celery_app.task(name="workers.surveys.propose", acks_late=False)
def propose() -> int:
    """Draft the surveys that are due before a holiday or the season of storms, each once."""
    with unit_of_work(engine()) as session:
        reference = load_reference(session)
        calendar = load_calendar(session, reference)
        made = propose_surveys(ActionContext(session, reference, calendar, SYSTEM, now()))
    if made:
        log.info("surveys proposed", surveys=made)
    return made
