"""Changes that wait for their time, for programmes of administrators."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel

from service.api.admin.dependencies import EditStampDep
from service.api.shared.answers import Responses, refusals
from service.domain.configuration.administration import scheduled_changes
from service.models import ScheduledChange
from service.web.dependencies import SessionDep
from service.web.paths import RowId

router = APIRouter(prefix="/admin", tags=["administration"])


class ScheduledChangeOut(BaseModel):
    """A change that comes into force at `due_at`; a failed one says why in `problem`."""

    id: int
    kind: str
    subject: str
    due_at: datetime
    state: str
    problem: str | None
    change: dict[str, object]


class ScheduledChangeList(BaseModel):
    """Scheduled changes that wait, and those that could not be made."""

    items: list[ScheduledChangeOut]


LATER: Responses = {202: {"description": "Planned for `due_at`", "model": ScheduledChangeOut}}


@router.get("/plans", responses=refusals(401, 403))
async def every(session: SessionDep, _stamp: EditStampDep) -> ScheduledChangeList:
    """Changes that wait, the nearest first."""
    return ScheduledChangeList(
        items=[scheduled_change_out(row) for row in await session.run_sync(scheduled_changes.pending_changes)]
    )


@router.delete("/plans/{plan}", responses=refusals(401, 403, 404, 409, 422))
async def cancel(plan: RowId, session: SessionDep, stamp: EditStampDep) -> ScheduledChangeOut:
    """Call a change off."""
    return scheduled_change_out(await session.run_sync(scheduled_changes.cancel, stamp, plan))


def scheduled_change_out(row: ScheduledChange) -> ScheduledChangeOut:
    """Return a planned change as it is told."""
    return ScheduledChangeOut(
        id=row.id,
        kind=row.kind,
        subject=row.subject,
        due_at=row.due_at,
        state=row.state,
        problem=row.problem,
        change=row.payload,
    )
