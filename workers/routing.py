"""Routing tasks: reports by the batch, and the sweep that needs no broker's memory."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from kombu.exceptions import OperationalError
from sqlalchemy.exc import DataError, IntegrityError

from service.db import unit_of_work
from service.domain.routing.dispatch import hand_to_person, route_many, still_waiting, unrouted_reports
from service.domain.rules.rulebook import RulebookCache
from service.errors import AppError
from service.ops.queues import ROUTING
from service.ops.telemetry import get_logger
from workers.app import celery_app, engine, now

log = get_logger(__name__)

LEFT_AFTER = timedelta(seconds=30)
SWEEP_MOST = 500
SWEEP_S = 12.0
BATCH = 200
AGAIN_AFTER_S = (0.2, 1.0, 5.0, 15.0)
"""Pauses before a report that was locked is asked for again; afterwards the sweep finds it."""

_book = RulebookCache()


@celery_app.task(name="workers.routing.route_reports")
def route_reports(ids: list[str], tries: int = 0) -> None:
    """Route these reports; those routed already are left alone. One that somebody holds a lock on (its
    reporter uses the secret at this moment, say) is asked for again soon, and ever later.
    """
    report_ids = [UUID(each) for each in ids]
    if route(report_ids) == len(report_ids):
        return
    with unit_of_work(engine()) as session:
        waiting = still_waiting(session, report_ids)
    if waiting and tries < len(AGAIN_AFTER_S):
        _route_again([str(each) for each in waiting], tries)


def _route_again(ids: list[str], tries: int) -> None:
    """Hand the reports on; without a broker the sweep does it."""
    with suppress(OperationalError, OSError):
        route_reports.apply_async(
            args=[ids, tries + 1], queue=ROUTING, countdown=AGAIN_AFTER_S[tries], retry=False
        )


@celery_app.task(name="workers.routing.sweep", acks_late=False)
def sweep() -> None:
    """Route what still waits after half a minute, whatever became of its message: all of it, also thousands
    whose messages a wiped Redis took along, but no longer than SWEEP_S at a time.
    """
    began = time.monotonic()
    while time.monotonic() - began < SWEEP_S:
        with unit_of_work(engine()) as session:
            ids = unrouted_reports(session, now() - LEFT_AFTER, SWEEP_MOST)
        batches = [ids[start : start + BATCH] for start in range(0, len(ids), BATCH)]
        if not sum(map(route, batches)):  # nothing left, or others are at it
            return


def route(ids: list[UUID]) -> int:
    """Route a batch in one transaction; return how many reports were routed. Should it fail, each report is
    tried alone, so that one that cannot be routed keeps no neighbour waiting; that one goes to a person.
    """
    try:
        return _route(ids)
    except (AppError, LookupError, TypeError, ValueError, IntegrityError, DataError):
        if len(ids) > 1:
            return sum(route([each]) for each in ids)
        log.exception("report cannot be routed", report_id=str(ids[0]))
    with unit_of_work(engine()) as session:
        hand_to_person(session, ids[0], now())
    return 0


def _route(ids: list[UUID]) -> int:
    with unit_of_work(engine()) as session:
        routed = route_many(session, _book.get(session), ids, now())
    if routed:
        log.debug("routed", reports=routed, given=len(ids))
    return routed
