"""Consumer `notices`: makes each event's messages, once; a sweep finishes what is left."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from service.db import unit_of_work
from service.domain.notices import delivery
from service.domain.notices.bell.own_notices import erase_old_own
from service.domain.notices.digests.daily import make_digests
from service.domain.notices.plan import events_with_notices, load_events_together, plan_event
from service.domain.relay import give_receipt, still_handed_over, without_receipt
from service.errors import AppError
from service.ops.telemetry import get_logger
from workers.app import celery_app, engine, now
from workers.sending import sendable, wake_senders, worker_reference

log = get_logger(__name__)

CONSUMER = "notices"
OVERDUE = timedelta(seconds=60)
SWEEP_BATCH = 50
UNTELLABLE = (AppError, LookupError, TypeError, ValueError, IntegrityError, DataError)
"""What an event raises that nobody can be told of, however often it is tried."""

BUDGET_S = 20.0
"""So long a task tells what was left; then what is new has its turn."""


@celery_app.task(name="workers.notices.tell")
def tell(event_ids: list[str]) -> None:
    """Claim the messages that tell these events, and have them sent. Harmless to repeat."""
    if _claim(event_ids):
        wake_senders()


@celery_app.task(name="workers.notices.sweep", acks_late=False)
def sweep() -> int:
    """Tell what was handed out OVERDUE ago and is not told, whatever became of the task; how many events."""
    began, sent = time.monotonic(), 0
    while time.monotonic() - began < BUDGET_S:
        with unit_of_work(engine()) as session:
            pending = without_receipt(session, CONSUMER, now() - OVERDUE, SWEEP_BATCH)
        if not pending:
            break
        _claim(pending)
        sent += len(pending)
    if sent:
        log.info("events told late", events=sent)
        wake_senders()
    return sent


def _claim(event_ids: Sequence[str]) -> int:
    """Claim the messages that tell these events; how many are new.

    Those that are done already are passed over: the sweep and the queue bring the same ones while the work is
    behind, and doing them twice would keep it behind. All in one transaction, which is three times as fast as
    one for each; where one of them cannot be told, each by itself.
    """
    with unit_of_work(engine()) as session:
        pending = still_handed_over(session, CONSUMER, event_ids)
        notice_event_ids = events_with_notices(session, [int(each) for each in event_ids if each in pending])
    try:
        with unit_of_work(engine()) as session:
            loaded = load_events_together(session, notice_event_ids)
            made = sum(_plan(session, each) for each in notice_event_ids)
            del loaded  # the session itself holds what it loaded only weakly
            give_receipt(session, CONSUMER, event_ids)
        return made
    except UNTELLABLE:
        log.warning("one of these events cannot be told", event_ids=notice_event_ids)
    made = sum(plan(each) for each in notice_event_ids)
    with unit_of_work(engine()) as session:
        give_receipt(session, CONSUMER, event_ids)
    return made


@celery_app.task(name="workers.notices.digest", acks_late=False)
def digest() -> int:
    """Make the day's digests once the city's hour has come, and erase what is long past; how many notices."""
    with unit_of_work(engine()) as session:
        gathered = make_digests(session, worker_reference(session), now())
        delivery.erase_old_messages(session, now())
        erase_old_own(session, now())
    if gathered:
        wake_senders()
    return gathered


def plan(event_id: int) -> int:
    """Claim what tells one event, in a transaction of its own; one that cannot be told counts as told."""
    try:
        with unit_of_work(engine()) as session:
            return _plan(session, event_id)
    except UNTELLABLE:
        log.exception("event cannot be told", event_id=event_id)
        return 0


def _plan(session: Session, event_id: int) -> int:
    return plan_event(session, worker_reference(session), event_id, sendable(), now())
