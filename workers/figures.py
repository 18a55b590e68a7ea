"""Tasks that keep the figures: count what events touched, and look every night whether all is true."""

from __future__ import annotations

import time
from datetime import timedelta
from zoneinfo import ZoneInfo

from service.db import unit_of_work
from service.domain.figures.upkeep import differences, mend, note_run, read_state, refresh
from service.domain.reference import load_reference
from service.telemetry import get_logger
from workers.app import celery_app, engine, now

log = get_logger(__name__)

REST = timedelta(seconds=2)
TIMES_AS_LONG = 10
"""Counting rests at least so many times as long as it took: a flood of reports is not slowed by it."""


@celery_app.task(name="workers.figures.count")
def count(_ids: list[str] | None = None) -> None:
    """Count the days that events touched, unless that was done a moment ago: the next beat does it then.

    Which events is known from the bookmark in the database, not from the message: it may come twice or never.
    """
    with unit_of_work(engine()) as session:
        state = read_state(session)
        rest = max(REST, TIMES_AS_LONG * timedelta(milliseconds=state.took_ms))
        if state.counted_at is not None and now() - state.counted_at < rest:
            return
        zone = ZoneInfo(load_reference(session).timezone)
    began = time.monotonic()
    with unit_of_work(engine()) as session:
        refresh(session, zone)
        note_run(session, now(), int((time.monotonic() - began) * 1000))


@celery_app.task(name="workers.figures.audit")
def audit() -> None:
    """Recount every day: what differs from what was kept is logged and put right."""
    with unit_of_work(engine()) as session:
        zone = ZoneInfo(load_reference(session).timezone)
        found = list(differences(session, zone))
        for each in found:
            log.error("figures differ", day=each.day.isoformat(), kept=each.kept, counted=each.counted)
        mend(session, zone, [each.day for each in found])
    log.info("figures recounted", different_days=len(found))
