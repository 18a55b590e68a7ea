"""Daily task of cables: sections of which nothing was said for long, poles that no route knows yet."""

from __future__ import annotations

from service.db import unit_of_work
from service.domain.cables.poles_beside import link_loose_poles
from service.domain.cables.quiet import remind_quiet
from service.domain.city.reference import load_reference
from service.ops.telemetry import get_logger
from workers.app import celery_app, engine, now

log = get_logger(__name__)


@celery_app.task(name="workers.cables.remind", acks_late=False)
def remind() -> int:
    """Remind companies and the plan's office of sections that were silent for thirty days; link poles."""
    with unit_of_work(engine()) as session:
        reference = load_reference(session)
        if reference.config.cables is None:
            return 0
        reminded = remind_quiet(session, reference, now())
    with unit_of_work(engine()) as session:
        linked = link_loose_poles(session, reference)
    if linked:
        log.info("poles linked to their routes", poles=linked)
    if reminded:
        log.info("silent sections reminded of", sections=reminded)
    return reminded
