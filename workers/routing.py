"""Routing tasks: reports by the batch, and the sweep that needs no broker's memory."""

from __future__ import annotations

import time
from datetime import timedelta
from uuid import UUID

from sqlalchemy.exc import DataError, IntegrityError

from service.db import unit_of_work
from service.domain.dispatch import give_up, left_behind, route_many
from service.domain.rulebook import RulebookCache
from service.errors import AppError
from service.telemetry import get_logger
from workers.app import celery_app, engine, now

log = get_logger(__name__)

LEFT_AFTER = timedelta(seconds=30)
SWEEP_MOST = 500
SWEEP_S = 12.0
BATCH = 200

_book = RulebookCache()


@celery_app.task(name="workers.routing.route_reports")
def route_reports(ids: list[str]) -> None:
    """Route these reports; those routed already, or being routed elsewhere, are left alone."""
    route([UUID(each) for each in ids])


@celery_app.task(name="workers.routing.sweep")
def sweep() -> None:
    """Route what still waits after half a minute, whatever became of its message: all of it, also thousands
    whose messages a wiped Redis took along, but no longer than SWEEP_S at a time.
    """
    began = time.monotonic()
    while time.monotonic() - began < SWEEP_S:
        with unit_of_work(engine()) as session:
            ids = left_behind(session, now() - LEFT_AFTER, SWEEP_MOST)
        batches = [ids[start : start + BATCH] for start in range(0, len(ids), BATCH)]
        if not sum(map(route, batches)):  # nothing left, or others are at it
            return


def route(ids: list[UUID]) -> int:
    """One transaction for one batch. Should it fail, each report is tried alone, so that one that cannot
    be routed keeps no neighbour waiting; that one itself goes to a person.
    """
    try:
        return _route(ids)
    except (AppError, LookupError, TypeError, ValueError, IntegrityError, DataError):
        if len(ids) > 1:
            return sum(route([each]) for each in ids)
        log.exception("report cannot be routed", report_id=str(ids[0]))
    with unit_of_work(engine()) as session:
        give_up(session, ids[0], now())
    return 0


def _route(ids: list[UUID]) -> int:
    with unit_of_work(engine()) as session:
        routed = route_many(session, _book.get(session), ids, now())
    if routed:
        log.debug("routed", reports=routed, given=len(ids))
    return routed
