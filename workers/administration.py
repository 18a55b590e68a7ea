"""Makes the changes of administrators whose time has come."""

from __future__ import annotations

from service.db import unit_of_work
from service.domain.administration import plans
from service.telemetry import get_logger
from workers.app import celery_app, engine, now

log = get_logger(__name__)


@celery_app.task(name="workers.administration.make_planned")
def make_planned() -> None:
    """Each in a transaction of its own, so that one that fails holds up no other."""
    while True:
        with unit_of_work(engine()) as session:
            due = plans.next_due(session, now())
            if due is None:
                return
            state = plans.make(session, due, now())
        log.info("planned change", plan=due, state=state)
