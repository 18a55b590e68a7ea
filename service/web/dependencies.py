"""Dependencies of routes: a session that commits before the answer, reference data, who asks."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Request
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from service.basemap.tiles import BasemapTiles
from service.db import async_unit_of_work
from service.domain.city.reference import Reference, ReferenceCache
from service.domain.figures.days import CountedDaysCache
from service.domain.privacy.edition import HiddenEdition
from service.domain.rules.rulebook import RulebookCache
from service.domain.works.access import require_works
from service.oidc.provider import Provider
from service.ops.wake import Waker
from service.settings import Settings
from service.storage import Storage
from service.web.caching import ResponseCache
from service.web.intake import Intake
from service.web.limits.seats import Seats
from service.web.limits.single_flight import SingleFlight
from service.web.live import Live


@dataclass(slots=True)
class Resources:
    """Resources shared by one web process; created in the application's lifespan.

    `reception` is the engine of what every report needs on its way in, and of nothing else.
    """

    settings: Settings
    engine: AsyncEngine
    reception: AsyncEngine
    redis: Redis
    storage: Storage
    reference: ReferenceCache
    rulebook: RulebookCache
    intake: Intake
    waker: Waker
    live: Live
    basemap_tiles: BasemapTiles
    seats: Seats = field(default_factory=Seats)
    response_cache: ResponseCache = field(default_factory=ResponseCache)
    cards: ResponseCache = field(default_factory=lambda: ResponseCache(most=32))
    days: CountedDaysCache = field(default_factory=CountedDaysCache)
    hidden: HiddenEdition = field(default_factory=HiddenEdition)
    oidc: Provider | None = None
    reference_flight: SingleFlight[Reference] = field(default_factory=SingleFlight)
    hidden_flight: SingleFlight[int] = field(default_factory=SingleFlight)

    def forget_answers(self) -> None:
        """Drop the answers that are kept: their words have changed."""
        self.response_cache.clear()
        self.cards.clear()


async def get_resources(request: Request) -> Resources:
    """Return the resources of the process."""
    resources: Resources = request.app.state.resources
    return resources


async def get_session(request: Request) -> AsyncIterator[AsyncSession]:
    """Yield a session in one transaction, committed before the answer is sent (hence `scope="function"`)."""
    resources = await get_resources(request)
    async with async_unit_of_work(resources.engine) as session:
        yield session


async def get_reference(request: Request) -> Reference:
    """Return reference data of the revision in force, at most a second old."""
    return await reference_in_force(await get_resources(request))


async def reference_in_force(resources: Resources) -> Reference:
    """Return the reference in force, for code without a request. Raises what the database raises."""
    if found := resources.reference.fresh(time.monotonic()):
        return found

    async def look() -> Reference:
        async with async_unit_of_work(resources.reception) as session:  # no report is taken without it
            return await session.run_sync(resources.reference.get, time.monotonic())

    return await resources.reference_flight.join(look)


async def hidden_edition(resources: Resources) -> int:
    """Return the state of what is hidden, for keys of answers that are kept: at most a second old, and newer
    than whatever this process decided itself. Raises what the database raises.
    """
    if (found := resources.hidden.fresh(time.monotonic())) is not None:
        return found

    async def look() -> int:
        async with async_unit_of_work(resources.engine) as session:
            return await session.run_sync(resources.hidden.get, time.monotonic())

    return await resources.hidden_flight.join(look, resources.hidden.decided)


async def get_now() -> datetime:
    """Return the time, for what the domain decides; tests replace it."""
    return datetime.now(UTC)


async def wake_after(request: Request) -> AsyncIterator[None]:
    """Wake the relay once the route's transaction is committed; not when the route refused."""
    yield
    (await get_resources(request)).waker.wake()


ResourcesDep = Annotated[Resources, Depends(get_resources)]
SessionDep = Annotated[AsyncSession, Depends(get_session, scope="function")]
ReferenceDep = Annotated[Reference, Depends(get_reference)]
NowDep = Annotated[datetime, Depends(get_now)]
WakeAfter = Depends(wake_after, scope="function")
"""For `dependencies=[WakeAfter]` of a route that records events: these begin first and so end last."""


async def _need_works(reference: ReferenceDep) -> None:
    require_works(reference)


WithWorks = Depends(_need_works)
"""For `dependencies=[WithWorks]` of routers whose rooms are there only where the city keeps plans: NotFound
elsewhere, for strangers and colleagues alike.
"""
