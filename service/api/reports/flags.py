"""Telling the city that a report is not fit to be shown."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel

from service.api.shared.answers import refusals
from service.domain.reports import flags
from service.domain.reports.flags import Flag
from service.web.dependencies import NowDep, ReferenceDep, ResourcesDep, SessionDep, WakeAfter
from service.web.rates import allow, device_of
from service.web.viewer import ViewerDep

router = APIRouter(tags=["participation"])


class Flagged(BaseModel):
    """Receipt of a flag. The report stays as it is until somebody of the city has looked at it."""

    received: bool = True


@router.post(
    "/reports/{name}/flag",
    status_code=201,
    responses={
        200: {
            "model": Flagged,
            "description": "The same person or device has flagged it before; what they say now counts",
        },
        **refusals(400, 401, 403, 404, 413, 422, 429),
    },
    dependencies=[WakeAfter],
)
async def flag(
    request: Request,
    response: Response,
    name: str,
    sent: Flag,
    session: SessionDep,
    reference: ReferenceDep,
    resources: ResourcesDep,
    viewer: ViewerDep,
    now: NowDep,
) -> Flagged:
    """Say that a report is offensive, shows private data, is spam or untrue. Each person counts once a
    report, by what they said last.
    """
    await allow(request, resources, "flag")
    device = device_of(request, resources)
    counted = await session.run_sync(flags.flag, reference, viewer.asker, name, sent, device=device, now=now)
    response.status_code = 201 if counted else 200
    return Flagged()
