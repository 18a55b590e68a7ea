"""The task that warns of deadlines. What is told to whom: `domain/warnings.py`."""

from __future__ import annotations

from service.db import unit_of_work
from service.domain.reference import load_reference
from service.domain.warnings import warn_due
from service.telemetry import get_logger
from workers.app import celery_app, engine, now

log = get_logger(__name__)

BATCH = 100
MOST_BATCHES = 20
"""A run ends after so many cases; the next one goes on with those that wait longest."""


@celery_app.task(name="workers.deadlines.warn")
def warn() -> int:
    """Warn of every deadline that is running out or has passed; how many cases were looked at."""
    looked = 0
    for _ in range(MOST_BATCHES):
        with unit_of_work(engine()) as session:
            found = warn_due(session, load_reference(session), now(), BATCH)
        looked += found
        if found < BATCH:
            break
    if looked:
        log.info("deadlines looked at", cases=looked)
    return looked
