"""Routes of an inspector in the street: cases to verify, verdicts, new findings."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field, FiniteFloat

from service.api.reports.reports import Received, answer_receipt
from service.api.shared.answers import refusals
from service.api.shared.query import StrictQuery
from service.domain.casework import inspections
from service.domain.casework.inspections import InspectionVerdict
from service.domain.queries.views import ReportView, public_view
from service.domain.reports.drafts import Submission, check_submission
from service.domain.workspaces import rounds
from service.domain.workspaces.rounds import CaseToVerify, InspectionRound
from service.errors import Forbidden
from service.i18n import N_, language_in_use
from service.models import Role
from service.web.dependencies import NowDep, ReferenceDep, ResourcesDep, SessionDep, WakeAfter
from service.web.rates import allow
from service.web.viewer import Colleague, StaffDep

router = APIRouter(tags=["inspection"])


class RoundQuery(StrictQuery):
    """Order of the cases. By distance needs `lon` and `lat`."""

    sort: Literal["distance", "deadline"] = "deadline"
    lon: Annotated[FiniteFloat, Field(ge=-180, le=180)] | None = None
    lat: Annotated[FiniteFloat, Field(ge=-90, le=90)] | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 100


class InspectionOut(BaseModel):
    """The case after the verdict; `marks` tells what was out of the ordinary: far, no_place, old_photo."""

    id: UUID
    marks: list[str]
    distance_m: float | None
    report: ReportView


@router.get("/inspections/cases", responses=refusals(400, 401, 403, 422))
async def cases(
    query: Annotated[RoundQuery, Query()],
    session: SessionDep,
    reference: ReferenceDep,
    staff: StaffDep,
    now: NowDep,
) -> InspectionRound:
    """The cases that wait for the signed-in inspector, the nearest or the most pressing first."""
    _inspects(staff)
    near = (query.lon, query.lat) if query.lon is not None and query.lat is not None else None
    return await session.run_sync(
        rounds.list_to_verify,
        reference,
        staff.actor,
        sort=query.sort,
        near=near,
        limit=query.limit,
        now=now,
        public_url="",
    )


@router.get("/inspections/cases/{name}", responses=refusals(401, 403, 404))
async def case(
    name: str, session: SessionDep, reference: ReferenceDep, staff: StaffDep, now: NowDep
) -> CaseToVerify:
    """Return one of the inspector's cases as it is now."""
    _inspects(staff)
    return await session.run_sync(rounds.read_to_verify, reference, staff.asker, name, now=now, public_url="")


@router.post(
    "/inspections",
    status_code=201,
    dependencies=[WakeAfter],
    responses={
        200: {"model": InspectionOut, "description": "The same verdict was sent before: nothing changed"},
        **refusals(400, 401, 403, 404, 409, 413, 422),
    },
)
async def inspect(
    response: Response,
    sent: InspectionVerdict,
    session: SessionDep,
    reference: ReferenceDep,
    resources: ResourcesDep,
    staff: StaffDep,
    now: NowDep,
) -> InspectionOut:
    """Close a resolved case, or send it back. Its photos are sent before, as evidence of the report.

    A 409 for a stale `version` tells the newest (`version`, `status_now`, `allowed`). Nothing was stored
    then: the same `id` may come again with the new version once the inspector has decided.
    """
    found = await session.run_sync(inspections.record_inspection, reference, staff.asker, sent, now)
    if not found.new:
        response.status_code = 200
    url = resources.settings.public_url
    view = await session.run_sync(
        public_view, reference, found.report, now=now, public_url=url, reader=staff.actor
    )
    return InspectionOut(id=sent.id, marks=list(found.marks), distance_m=found.distance_m, report=view)


@router.post(
    "/findings",
    status_code=201,
    response_model=Received,
    responses={
        200: {"model": Received, "description": "The same finding was sent before: the first answer again"},
        **refusals(400, 401, 403, 409, 413, 422, 429),
    },
)
async def find(
    request: Request,
    sent: Submission,
    resources: ResourcesDep,
    reference: ReferenceDep,
    staff: StaffDep,
    now: NowDep,
) -> Response:
    """A report by an inspector on the spot: received and routed like every other, with who found it."""
    _inspects(staff)
    await allow(request, resources, "report", colleague=True)
    draft = check_submission(
        reference, sent, now=now, language=language_in_use.get(), staff_id=staff.actor.staff_id
    )
    return answer_receipt(resources, await resources.intake.submit(draft))


def _inspects(staff: Colleague) -> None:
    if staff.actor.role != Role.INSPECTOR:
        raise Forbidden(N_("Việc này là của cán bộ kiểm tra."))
