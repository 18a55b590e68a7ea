"""Public events sent to webhooks: gathered, claimed and settled in short transactions, network between."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from datetime import timedelta

from service.db import unit_of_work
from service.domain.relay import give_receipt, without_receipt
from service.domain.webhooks import deliveries
from service.domain.webhooks.deliveries import CONSUMER, Outcome, Parcel, Wrapping
from service.ops.telemetry import get_logger
from service.sending.receivers import Receivers
from service.settings import get_settings
from service.web.cursors import Cursors
from workers.app import celery_app, engine, now
from workers.sending import worker_reference

log = get_logger(__name__)

BUDGET_S = 20.0
"""So long a task begins new work; then it waits for what is under way."""

LONGEST_S = 80.0
"""So long it goes on with receivers that answer, while it waits for those that do not."""

ROUND_S = 0.3
"""While receivers are waited for: how often what is new or due is looked for."""

GATHER_S = 0.02
"""Answers that come within it are written down in one transaction."""

BATCH = 500
_random = random.SystemRandom()


@celery_app.task(name="workers.webhooks.deliver", acks_late=False)
def deliver(event_ids: Sequence[str] = ()) -> int:
    """Send what is due to every webhook; how many were taken. Harmless to repeat.

    Which events, the relay's notes say, not the message: it costs nothing if it is lost, and a task that is
    at it sees by itself what is handed over meanwhile.
    """
    return asyncio.run(_deliver())


@celery_app.task(name="workers.webhooks.sweep", acks_late=False)
def sweep() -> int:
    """Send what is due: pauses that are over, what a dead worker had claimed, events whose task was lost."""
    return asyncio.run(_deliver())


@celery_app.task(name="workers.webhooks.trim", acks_late=False)
def trim() -> int:
    """Erase what was sent long ago, and secrets that no longer sign; how many deliveries."""
    erased = 0
    while True:
        with unit_of_work(engine()) as session:
            deliveries.forget_old_secrets(session, now())
            found = deliveries.trim(session, now())
        erased += found
        if not found:
            return erased


async def _deliver() -> int:
    """Rounds of claiming and settling, until nothing is due or under way.

    A receiver that hangs is waited for until its time-out; what is new for the others is sent meanwhile.
    """
    began, taken = time.monotonic(), 0
    running: set[asyncio.Task[Outcome]] = set()
    async with Receivers(get_settings().webhook_rules) as receivers:
        while True:
            spent = time.monotonic() - began
            if spent < BUDGET_S or (running and spent < LONGEST_S):
                parcels = _gather_and_claim(failing=spent < BUDGET_S)
                running |= {asyncio.create_task(receivers.send(each)) for each in parcels}
            if not running:
                break
            await asyncio.wait(running, timeout=ROUND_S, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.sleep(GATHER_S)
            done = {each for each in running if each.done()}
            running -= done
            taken += _settle([each.result() for each in done])
    if taken:
        log.info("webhooks told", messages=taken)
    return taken


def _gather_and_claim(*, failing: bool) -> list[Parcel]:
    settings = get_settings()
    wrapping = Wrapping(settings.secret, Cursors(settings.secret).seal_position, settings.public_url)
    with unit_of_work(engine()) as session:
        if left := without_receipt(session, CONSUMER, now() + timedelta(seconds=1), BATCH):
            deliveries.gather(session, worker_reference(session), [int(each) for each in left], now())
            give_receipt(session, CONSUMER, left)
    with unit_of_work(engine()) as session:
        return deliveries.claim(session, worker_reference(session), wrapping, now(), failing=failing)


def _settle(outcomes: Sequence[Outcome]) -> int:
    if not outcomes:
        return 0
    with unit_of_work(engine()) as session:
        deliveries.settle_outcomes(session, outcomes, now(), lambda: _random.uniform(0.9, 1.1))
    for each in outcomes:
        if not each.taken:
            log.info(
                "webhook not told",
                webhook=each.parcel.webhook_id,
                status=each.status,
                why=each.error,
            )
    return sum(each.taken for each in outcomes)
