"""Parts that the routes of emulation share: a movement that is asked for, by whom and when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, TypeVar

from fastapi import Depends

from service.api.shared.answers import refusals
from service.db import DomainSession
from service.domain.city.reference import Reference
from service.domain.emulation.movements.views import view_movement, view_unit
from service.domain.emulation.shapes import MovementView, UnitScoreView
from service.domain.reports.events import Actor
from service.web.dependencies import NowDep, ReferenceDep, SessionDep
from service.web.paths import RowId
from service.web.viewer import StaffDep

READS = refusals(401, 403, 404, 422)
WRITES = refusals(400, 401, 403, 404, 409, 413, 422)
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class MovementRequest:
    """Request about the movement `number`: by whom, in which session, when."""

    number: int
    session: SessionDep
    reference: Reference
    actor: Actor
    now: datetime

    async def run(self, verb: Callable[[DomainSession], Result]) -> Result:
        """Return what the domain answers."""
        return await self.session.run_sync(verb)

    async def view(self, verb: Callable[[DomainSession], object] | None = None) -> MovementView:
        """Return the movement as the asker reads it, after what was asked for."""

        def run(inner: DomainSession) -> MovementView:
            if verb is not None:
                verb(inner)
            return view_movement(inner, self.reference, self.actor, self.number)

        return await self.session.run_sync(run)

    async def view_of(
        self, unit: str, verb: Callable[[DomainSession], object] | None = None
    ) -> UnitScoreView:
        """Return one unit's points as the asker reads them, after what was asked for."""

        def run(inner: DomainSession) -> UnitScoreView:
            if verb is not None:
                verb(inner)
            return view_unit(inner, self.reference, self.actor, self.number, unit)

        return await self.session.run_sync(run)


async def get_movement_request(
    movement: RowId, session: SessionDep, reference: ReferenceDep, staff: StaffDep, now: NowDep
) -> MovementRequest:
    """Return the request about the movement of the address."""
    return MovementRequest(movement, session, reference, staff.actor, now)


MovementDep = Annotated[MovementRequest, Depends(get_movement_request)]
