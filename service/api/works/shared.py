"""Shared parts of the routes of plans and works: who acts, by which calendar."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, TypeVar

from fastapi import Depends, Response

from service.api.shared.answers import refusals
from service.db import DomainSession
from service.domain.city.city import load_calendar
from service.domain.city.reference import Reference
from service.domain.works.actions import ActionContext
from service.web.dependencies import NowDep, ReferenceDep, SessionDep
from service.web.viewer import Colleague, StaffDep

Result = TypeVar("Result")
WRITES = refusals(400, 401, 403, 404, 409, 413, 422)
READS = refusals(400, 401, 404, 422)


@dataclass(frozen=True, slots=True)
class WorkCall:
    """Call about works and what stands beside them: in which session, by whom, when."""

    session: SessionDep
    reference: Reference
    staff: Colleague
    now: datetime

    async def act(self, verb: Callable[[ActionContext], Result]) -> Result:
        """Run what a colleague asks for, by the calendar in force."""

        def run(inner: DomainSession) -> Result:
            calendar = load_calendar(inner, self.reference)
            return verb(ActionContext(inner, self.reference, calendar, self.staff.actor, self.now))

        return await self.session.run_sync(run)

    async def create(
        self, response: Response, verb: Callable[[ActionContext], tuple[Result, bool]]
    ) -> Result:
        """Run what makes something: 201 where it is new, 200 where the same `id` made it before."""
        view, new = await self.act(verb)
        response.status_code = 201 if new else 200
        return view


async def get_work_call(
    session: SessionDep, reference: ReferenceDep, staff: StaffDep, now: NowDep
) -> WorkCall:
    """Return the call of whoever is signed in. Raises Unauthenticated."""
    return WorkCall(session, reference, staff, now)


WorkCallDep = Annotated[WorkCall, Depends(get_work_call)]
