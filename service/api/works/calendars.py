"""Calendar of a plan: its address for one person, and the file behind it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from service.api.shared.answers import refusals
from service.api.works.shared import WRITES, WorkCallDep
from service.domain.works.access import require_works
from service.domain.workspaces.plan_calendar import (
    drop_plan_address,
    make_plan_address,
    plan_calendar_text,
    read_plan_dates,
)
from service.web.caching import made_for, reply
from service.web.dependencies import ReferenceDep, ResourcesDep, SessionDep

router = APIRouter(tags=["plans"])


class CalendarOut(BaseModel):
    """Address of a plan's calendar, told this once."""

    url: str


@router.get(
    "/plans/{plan_code}.ics",
    responses={**refusals(400, 404, 422), 200: {"content": {"text/calendar": {}}}},
    response_class=Response,
)
async def calendar_of_plan(
    request: Request,
    plan_code: str,
    token: Annotated[str, Query(max_length=200)],
    session: SessionDep,
    reference: ReferenceDep,
    resources: ResourcesDep,
) -> Response:
    """Return the plan's deadlines as iCalendar to whoever has an address."""
    require_works(reference)
    found = await session.run_sync(read_plan_dates, reference, plan_code, token)
    body = plan_calendar_text(found, resources.settings.public_url)
    answer = reply(request, made_for(request, body), "text/calendar; charset=utf-8", max_age_s=0)
    answer.headers["cache-control"] = "private, no-cache"
    return answer


@router.post("/plans/{plan_code}/calendar", status_code=201, responses=WRITES)
async def make_address_of_plan(plan_code: str, call: WorkCallDep, resources: ResourcesDep) -> CalendarOut:
    """Make one's address of the plan's calendar; the one before stops answering."""
    token = await call.act(lambda ctx: make_plan_address(ctx, plan_code))
    base = resources.settings.public_url.rstrip("/")
    return CalendarOut(url=f"{base}/api/v1/plans/{plan_code}.ics?token={token}")


@router.delete("/plans/{plan_code}/calendar", status_code=204, responses=WRITES)
async def drop_address_of_plan(plan_code: str, call: WorkCallDep) -> None:
    """Revoke one's address of the plan's calendar."""
    await call.act(lambda ctx: drop_plan_address(ctx, plan_code))
