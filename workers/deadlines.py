"""The task that warns of deadlines. What is told to whom: `domain/casework/passing_time/warnings.py`."""

from __future__ import annotations

import time
from uuid import UUID

from service.db import unit_of_work
from service.domain.casework.passing_time.warnings import warn_due
from service.domain.city.reference import load_reference
from service.ops.telemetry import get_logger
from workers.app import celery_app, engine, now

log = get_logger(__name__)

BATCH = 100
BUDGET_S = 15.0
"""A run begins no further batch after so long; the next one goes on with those that wait longest."""


@celery_app.task(name="workers.deadlines.warn", acks_late=False)
def warn() -> int:
    """Warn of every deadline that is running out or has passed; how many cases were looked at."""
    looked, began = 0, time.monotonic()
    while time.monotonic() - began < BUDGET_S:
        with unit_of_work(engine()) as session:
            found = warn_due(session, load_reference(session), now(), BATCH, _failed)
        looked += found
        if found < BATCH:
            break
    if looked:
        log.info("deadlines looked at", cases=looked)
    return looked


def _failed(report_id: UUID, error: Exception) -> None:
    log.error("deadline cannot be warned of", report_id=str(report_id), exc_info=error)
