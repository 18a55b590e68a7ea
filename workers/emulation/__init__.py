"""Tasks of emulation: counting what follows from indicators every night, freezing figures at their time."""

from __future__ import annotations

from service.db import unit_of_work
from service.domain.city.reference import load_reference
from service.domain.emulation.points.counted_points import count_open, movements_to_count, movements_to_freeze
from service.ops.telemetry import get_logger
from workers.app import celery_app, engine, now

log = get_logger(__name__)


@celery_app.task(name="workers.emulation.count", acks_late=False)
def count() -> int:
    """Count every movement whose figures do not stand yet, each in a transaction of its own; how many points.
    It is nothing but a recount: a second run finds the same.
    """
    with unit_of_work(engine()) as session:
        numbers = movements_to_count(session)
    return _count(numbers)


@celery_app.task(name="workers.emulation.freeze", acks_late=False)
def freeze() -> int:
    """Count a last time what is to stand from now on; how many points."""
    with unit_of_work(engine()) as session:
        numbers = movements_to_freeze(session, now())
    return _count(numbers)


def _count(numbers: list[int]) -> int:
    counted = 0
    for number in numbers:
        with unit_of_work(engine()) as session:
            counted += count_open(session, load_reference(session), number, now())
    if counted:
        log.info("points of emulation counted", points=counted, movements=len(numbers))
    return counted
