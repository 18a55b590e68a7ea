"""Tasks that keep the figures: count what events touched, and look every night whether all is true."""

from __future__ import annotations

import time
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from service.db import unit_of_work
from service.domain.city.reference import load_reference
from service.domain.figures.upkeep import (
    compare_days,
    day_ranges,
    is_built,
    note_run,
    read_state,
    recount_days,
    refresh,
)
from service.domain.kernel import leases
from service.ops.queues import MAINTENANCE
from service.ops.telemetry import get_logger
from workers.app import celery_app, engine, now
from workers.leases import HeldLease, held

log = get_logger(__name__)

REST = timedelta(seconds=2)
TIMES_AS_LONG = 10
"""Counting rests at least so many times as long as it took: a flood of reports is not slowed by it."""

BUILD_EXPIRES_S = 60
AUDIT = "figures.audit"


@celery_app.task(name="workers.figures.count")
def count(_ids: list[str] | None = None) -> None:
    """Count the days that events touched, unless that was done a moment ago: the next beat does it then.

    Which events is known from the bookmark in the database, not from the message: it may come twice or never.
    The first count of all is long and is left to `build`.
    """
    with unit_of_work(engine()) as session:
        state = read_state(session)
        rest = max(REST, TIMES_AS_LONG * timedelta(milliseconds=state.took_ms))
        if state.counted_at is not None and now() - state.counted_at < rest:
            return
        zone = ZoneInfo(load_reference(session).timezone)
    if not is_built(state, zone):
        build.apply_async(queue=MAINTENANCE, expires=BUILD_EXPIRES_S)
        return
    _refresh(zone)


@celery_app.task(name="workers.figures.build", acks_late=False)
def build() -> None:
    """Count every day for the first time, or anew in another time zone."""
    with held("figures.build") as lease:
        if lease is not None:
            with unit_of_work(engine()) as session:
                zone = ZoneInfo(load_reference(session).timezone)
                if is_built(read_state(session), zone):
                    return
            _refresh(zone)


@celery_app.task(name="workers.figures.audit", acks_late=False)
def audit() -> None:
    """Recount every day: what differs from what was kept is logged and put right."""
    _audit(begin=True)


@celery_app.task(name="workers.figures.go_on", acks_late=False)
def go_on() -> None:
    """Go on with a recount whose process died."""
    _audit(begin=False)


def _refresh(zone: ZoneInfo) -> None:
    """Count, and note when. Only who counted writes: another would wait for the counter's row."""
    began = time.monotonic()
    with unit_of_work(engine()) as session:
        if refresh(session, zone):
            note_run(session, now(), int((time.monotonic() - began) * 1000))


def _audit(*, begin: bool) -> None:
    """Piece by piece, each in a transaction of its own, so that counting waits for a piece at most."""
    with held(AUDIT) as lease:
        if lease is None:
            return
        with unit_of_work(engine()) as session:
            reached = "" if begin else leases.progress_of(session, AUDIT)
            if reached is None:
                return
            zone = ZoneInfo(load_reference(session).timezone)
            rest = day_ranges(session, zone, date.fromisoformat(reached) if reached else None)
            leases.note_progress(session, AUDIT, lease.holder, reached)
        found = 0
        for first, last in rest:
            if not lease.renew():
                return
            found += _audit_piece(lease, zone, first, last)
        with unit_of_work(engine()) as session:
            leases.note_progress(session, AUDIT, lease.holder, None)
    log.info("figures recounted", different_days=found)


def _audit_piece(lease: HeldLease, zone: ZoneInfo, first: date, last: date) -> int:
    with unit_of_work(engine()) as session:
        differing = compare_days(session, zone, first, last)
        for each in differing:
            log.error("figures differ", day=each.day.isoformat(), kept=each.kept, counted=each.counted)
        recount_days(session, zone, [each.day for each in differing])
        leases.note_progress(session, AUDIT, lease.holder, last.isoformat())
    return len(differing)
