"""Public events sent to webhooks: gathered, claimed and settled in short transactions, network between."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from service.db import unit_of_work
from service.domain.relay import give_receipt, without_receipt
from service.domain.webhooks import claims, deliveries
from service.domain.webhooks.claims import MessageContext
from service.domain.webhooks.deliveries import CONSUMER, Outcome, Parcel
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
            found = deliveries.erase_old_deliveries(session, now())
        erased += found
        if not found:
            return erased


Sending = asyncio.Task[Outcome | Parcel]


@dataclass
class DeliveryRound:
    """Parcels that one task sends, and what it needs for it in each of its rounds.

    The database is asked in a thread: the network goes on meanwhile.
    """

    receivers: Receivers
    context: MessageContext
    running: dict[Sending, Parcel] = field(default_factory=dict)
    pace: Counter[int] = field(default_factory=Counter)
    """How many each webhook took in the last round: on a busy machine a round lasts, and 32 would be few."""

    kept_at: float = field(default_factory=time.monotonic)

    async def begin(self, *, failing: bool) -> None:
        """Begin to send what is new and due. On a slow machine a lease may end before it is kept: what is on
        its way is claimed anew then, and not sent twice.
        """
        held = {each.id for each in self.running.values()}
        ours = Counter(each.webhook_id for each in self.running.values())
        rooms = {
            number: min(claims.AT_MOST, max(claims.AT_ONCE, 2 * self.pace[number])) - ours[number]
            for number in ours.keys() | self.pace.keys()
        }
        for parcel in await asyncio.to_thread(_gather_and_claim, self.context, rooms, failing=failing):
            if parcel.id not in held:
                self.running[asyncio.create_task(self.receivers.send(parcel))] = parcel

    async def keep(self) -> None:
        """Hold on to what takes long, before its lease ends."""
        if self.running and time.monotonic() - self.kept_at > claims.KEEP_EVERY_S:
            await asyncio.to_thread(_keep, [each.id for each in self.running.values()])
            self.kept_at = time.monotonic()

    async def settle(self) -> int:
        """Write down what came of those that ended; how many were taken."""
        done = [each for each in self.running if each.done()]
        self.pace = Counter(self.running.pop(each).webhook_id for each in done)
        return await asyncio.to_thread(_settle, [each.result() for each in done]) if done else 0


async def _deliver() -> int:
    """Rounds of claiming and settling, until nothing is due or under way.

    A receiver that hangs is waited for until its time-out; what is new for the others is sent meanwhile.
    """
    began, claimed, settings = time.monotonic(), 0, get_settings()
    context = MessageContext(settings.secret, Cursors(settings.secret).seal_position, settings.public_url)
    async with Receivers(settings.webhook_rules) as receivers:
        here = DeliveryRound(receivers, context)
        while True:
            spent = time.monotonic() - began
            await here.keep()
            if spent < BUDGET_S or (here.running and spent < LONGEST_S):
                await here.begin(failing=spent < BUDGET_S)
            if not here.running:
                break
            await asyncio.wait(here.running, timeout=ROUND_S, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.sleep(GATHER_S)
            claimed += await here.settle()
    if claimed:
        log.info("webhooks told", messages=claimed)
    return claimed


def _gather_and_claim(context: MessageContext, rooms: Mapping[int, int], *, failing: bool) -> list[Parcel]:
    with unit_of_work(engine()) as session:
        if left := without_receipt(session, CONSUMER, now() + timedelta(seconds=1), BATCH):
            deliveries.create_deliveries(
                session, worker_reference(session), [int(each) for each in left], now()
            )
            give_receipt(session, CONSUMER, left)
    with unit_of_work(engine()) as session:
        return claims.claim(session, worker_reference(session), context, now(), rooms, failing=failing)


def _keep(ids: Sequence[UUID]) -> None:
    with unit_of_work(engine()) as session:
        claims.renew_claims(session, ids, now())


def _settle(ended: Sequence[Outcome | Parcel]) -> int:
    """Write outcomes down; parcels that were not tried wait again."""
    outcomes = [each for each in ended if isinstance(each, Outcome)]
    untried = [each.id for each in ended if isinstance(each, Parcel)]
    with unit_of_work(engine()) as session:
        if untried:
            claims.release_untried(session, untried, now())
        if outcomes:
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
