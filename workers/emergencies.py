"""Emergencies: coordinators are told at once and again; steps: `domain/emergencies/alarm_calls.py`."""

from __future__ import annotations

from service.db import unit_of_work
from service.domain.emergencies import alarm_calls
from service.domain.reports import alarms
from service.ops.telemetry import get_logger
from workers import sending
from workers.app import celery_app, engine, now

log = get_logger(__name__)


@celery_app.task(name="workers.emergencies.ring", acks_late=False)
def ring() -> int:
    """Take every step of telling that is due, and send its messages before all others; how many steps."""
    with unit_of_work(engine()) as session:
        looked = alarm_calls.ring(session, sending.worker_reference(session), sending.sendable(), now())
    if looked:
        log.warning("emergency rings", emergencies=looked)
        sending.send_urgent()
    return looked


@celery_app.task(name="workers.emergencies.find", acks_late=False)
def find() -> int:
    """Raise the alarm for what should ring and does not, whichever way it came to it; how many."""
    with unit_of_work(engine()) as session:
        found = alarms.raise_missed(session, sending.worker_reference(session), now())
    if found:
        log.warning("emergencies found late", emergencies=found)
        ring()
    return found
