"""Updates of reports, for systems that poll them."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from service.api.open311.answers import in_both_forms, tell
from service.api.open311.services import OurCity
from service.domain.open311.updates import updates_between
from service.web.dependencies import NowDep, ReferenceDep, SessionDep

router = APIRouter(include_in_schema=False)


@in_both_forms(router, "/v2/servicerequestupdates")
async def updates(
    request: Request, session: SessionDep, reference: ReferenceDep, now: NowDep, _: OurCity
) -> Response:
    """Steps of public reports between `start_date` and `end_date`, the oldest first, 1,000 at most."""
    asked = {name: value.strip() for name, value in request.query_params.items() if value.strip()}
    return tell(
        request, "service_request_updates", await session.run_sync(updates_between, reference, asked, now=now)
    )
