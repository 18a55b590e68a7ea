"""A look at the whole installation: database, queues, disks and certificate asked side by side."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime

from anyio import to_thread
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from service.db import DomainSession, async_unit_of_work
from service.domain.city.reference import Reference
from service.domain.health import Health, read_health
from service.domain.notices.troubles.failures import last_sent
from service.domain.upkeep import Upkeep, read_upkeep
from service.errors import AppError
from service.ops import queues
from service.ops.checkup.findings import Facts
from service.ops.host.certificate import read_certificate
from service.ops.host.disks import read_disks
from service.ops.queues import QueueState
from service.sending.channels import CHANNELS, make_senders
from service.web.dependencies import Resources, reference_in_force

PATIENCE_S = 5.0
_AWAY = (SQLAlchemyError, OSError, TimeoutError)


async def look_at_health(resources: Resources, now: datetime) -> Health | None:
    """Return what the database says of the installation; None while it is away."""
    try:
        async with asyncio.timeout(PATIENCE_S), async_unit_of_work(resources.engine) as session:
            return await session.run_sync(read_health, now)
    except _AWAY:
        return None


async def look_at_queues(resources: Resources, now: datetime) -> dict[str, QueueState] | None:
    """Return the state of each queue; None while Redis is away."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            answers = await queues.ask_states(resources.redis.pipeline(transaction=False)).execute()
    except (RedisError, OSError, TimeoutError):
        return None
    return queues.read_states(answers, now.timestamp())


async def look_at_upkeep(resources: Resources, now: datetime) -> Upkeep | None:
    """Return the state of messages, units and backups; None while the database is away or holds no city."""
    try:
        reference = await reference_in_force(resources)
        async with asyncio.timeout(PATIENCE_S), async_unit_of_work(resources.engine) as session:
            return await session.run_sync(read_upkeep, reference, now)
    except (*_AWAY, AppError):
        return None


async def look_at_all(resources: Resources, reference: Reference, now: datetime) -> Facts:
    """Return everything that findings are made of."""
    settings = resources.settings
    health, upkeep, states, disks, certificate, sent = await asyncio.gather(
        look_at_health(resources, now),
        look_at_upkeep(resources, now),
        look_at_queues(resources, now),
        to_thread.run_sync(read_disks, settings),
        to_thread.run_sync(read_certificate, settings),
        _sent(resources, now),
    )
    return Facts(
        now=now,
        timezone=reference.timezone,
        health=health,
        upkeep=upkeep,
        queues=states,
        disks=disks,
        certificate=certificate,
        channels=CHANNELS,
        set_up=frozenset(make_senders(settings)),
        sent=sent,
        scheduled_backup=settings.backup_dir is not None,
    )


async def _sent(resources: Resources, now: datetime) -> Mapping[str, datetime]:
    def read(session: DomainSession) -> dict[str, datetime]:
        found = {name: last_sent(session, name, now) for name in CHANNELS}
        return {name: at for name, at in found.items() if at is not None}

    try:
        async with asyncio.timeout(PATIENCE_S), async_unit_of_work(resources.engine) as session:
            return await session.run_sync(read)
    except _AWAY:
        return {}
