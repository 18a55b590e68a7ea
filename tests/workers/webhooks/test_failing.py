"""Receivers that fail: spared, without keeping anybody waiting."""

from __future__ import annotations

import asyncio

from sqlalchemy import select

from service.db import unit_of_work
from service.domain.webhooks import claims, register
from service.domain.webhooks.deliveries import Outcome, Parcel
from service.models import WebhookDelivery
from service.models.ops.webhook import DeliveryState
from service.network.outbound import OutboundRules
from service.sending.receivers import AT_ONCE, Receivers
from tests.workers.webhooks.conftest import Stage
from tests.workers.webhooks.receivers import receiving


def test_behind_a_failure_nothing_more_is_sent(stage: Stage) -> None:
    """More is held than there are connections: what waited for one while another failed stays untried."""

    async def send_all(parcels: list[Parcel]) -> list[Outcome | Parcel]:
        async with Receivers(OutboundRules(loopback=True)) as receivers:
            return await asyncio.gather(*(receivers.send(each) for each in parcels))

    with receiving(*[(500, {})] * 20) as ill:
        webhook, _ = stage.webhook(ill.url)
        stage.happen(20)
        parcels = stage.module._gather_and_claim(stage.context, {}, failing=True)
        ended = asyncio.run(send_all(parcels))
        stage.module._settle(ended)
        tried = len(ill.got)
    assert (len(parcels), tried) == (20, AT_ONCE)
    assert stage.states(webhook) == [DeliveryState.WAITING] * 20
    with unit_of_work(stage.engine) as session:
        found = select(WebhookDelivery.attempts).where(WebhookDelivery.webhook_id == webhook)
        assert sorted(session.scalars(found)) == [0] * (20 - tried) + [1] * tried


def test_what_is_on_its_way_is_not_sent_again_by_the_same_worker(stage: Stage) -> None:
    """On a slow machine a lease may end before it is kept."""

    async def begin_twice() -> int:
        async with Receivers(OutboundRules(loopback=True)) as receivers:
            here = stage.module.DeliveryRound(receivers, stage.context)
            await here.begin(failing=True)
            stage.now += claims.LEASE * 2
            await here.begin(failing=True)
            await asyncio.wait(here.running)
            taken: int = await here.settle()
            return taken

    with receiving(hangs_s=0.3) as slow:
        webhook, _ = stage.webhook(slow.url)
        stage.happen(3)
        assert asyncio.run(begin_twice()) == 3
    assert len(slow.got) == len(set(slow.ids)) == 3
    assert stage.states(webhook) == [DeliveryState.DONE] * 3


def test_one_that_takes_quickly_is_given_more_at_a_time(stage: Stage) -> None:
    """A round lasts on a busy machine: of 32 in each a fast receiver would be kept waiting."""
    claimed = []
    with receiving() as fast:
        stage.webhook(fast.url)
        stage.happen(claims.AT_ONCE * 4)

        async def rounds() -> None:
            async with Receivers(OutboundRules(loopback=True)) as receivers:
                here = stage.module.DeliveryRound(receivers, stage.context)
                for _ in range(3):
                    await here.begin(failing=True)
                    claimed.append(len(here.running))
                    if here.running:
                        await asyncio.wait(here.running)
                    await here.settle()

        asyncio.run(rounds())
    assert claimed == [claims.AT_ONCE, claims.AT_ONCE * 2, claims.AT_ONCE]


def test_one_that_keeps_failing_is_tried_less_and_less_often(stage: Stage) -> None:
    with receiving(*[(500, {})] * 3) as ill:
        webhook, _ = stage.webhook(ill.url)
        stage.happen()
        stage.deliver()
        stage.deliver(seconds=200)
        stage.happen()
        assert stage.deliver(seconds=15) == 0 and len(ill.got) == 2, "nothing for a tenth of the time"
        with unit_of_work(stage.engine) as session:
            register.send_test(session, stage.stamp, webhook)
        stage.deliver()
        assert ill.got[2].said["type"] == "webhook.test", "a test goes at once, and first"
        assert stage.deliver(seconds=30) == 2
