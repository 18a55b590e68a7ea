"""Changes that wait for their time, for programmes of administrators."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import BaseModel

from service.api.admin.office import HandDep
from service.api.shared.answers import Responses, refusals
from service.domain.configuration.administration import scheduled_changes
from service.models import PlannedChange
from service.web.dependencies import SessionDep

router = APIRouter(prefix="/admin", tags=["administration"])


class PlanOut(BaseModel):
    """A change that comes into force at `due_at`; a failed one says why in `problem`."""

    id: int
    kind: str
    subject: str
    due_at: datetime
    state: str
    problem: str | None
    change: dict[str, Any]


class PlanList(BaseModel):
    """What is still to come, and what could not be made."""

    items: list[PlanOut]


LATER: Responses = {202: {"description": "Planned for `due_at`", "model": PlanOut}}


@router.get("/plans", responses=refusals(401, 403))
async def every(session: SessionDep, _hand: HandDep) -> PlanList:
    """Changes that wait, the nearest first."""
    return PlanList(items=[plan_out(row) for row in await session.run_sync(scheduled_changes.waiting)])


@router.delete("/plans/{plan}", responses=refusals(401, 403, 404, 409, 422))
async def cancel(
    plan: Annotated[int, Path(ge=1, le=2**31 - 1)], session: SessionDep, hand: HandDep
) -> PlanOut:
    """Call a change off."""
    return plan_out(await session.run_sync(scheduled_changes.cancel, hand, plan))


def plan_out(row: PlannedChange) -> PlanOut:
    """A planned change as it is told."""
    return PlanOut(
        id=row.id,
        kind=row.kind,
        subject=row.subject,
        due_at=row.due_at,
        state=row.state,
        problem=row.problem,
        change=row.payload,
    )
