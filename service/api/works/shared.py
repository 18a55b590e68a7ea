"""Shared parts of the routes of plans and works: who acts, by which calendar."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from fastapi import Response

from service.api.shared.answers import refusals
from service.db import DomainSession
from service.domain.city.city import load_calendar
from service.domain.city.reference import Reference
from service.domain.works.acting import ActionContext
from service.web.dependencies import SessionDep
from service.web.viewer import Colleague

Result = TypeVar("Result")
WRITES = refusals(400, 401, 403, 404, 409, 413, 422)
READS = refusals(400, 401, 404, 422)


async def run_creation(
    response: Response,
    session: SessionDep,
    reference: Reference,
    staff: Colleague,
    now: datetime,
    verb: Callable[[ActionContext], tuple[Result, bool]],
) -> Result:
    """Run what makes something: 201 where it is new, 200 where the same `id` made it before."""
    view, new = await run_action(session, reference, staff, now, verb)
    response.status_code = 201 if new else 200
    return view


async def run_action(
    session: SessionDep,
    reference: Reference,
    staff: Colleague,
    now: datetime,
    verb: Callable[[ActionContext], Result],
) -> Result:
    """Run what a colleague asks for, by the calendar in force."""

    def run(inner: DomainSession) -> Result:
        return verb(ActionContext(inner, reference, load_calendar(inner, reference), staff.actor, now))

    return await session.run_sync(run)
