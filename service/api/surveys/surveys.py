"""Inspection surveys: lists, one with its points, steps, and what was seen at a point."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from service.api.shared.query import StrictQuery
from service.api.works.shared import READS, WRITES, WorkCallDep
from service.domain.kernel.codes import report_secret
from service.domain.kernel.tokens import KeyRing
from service.domain.surveys.access import SurveyWork, find_survey
from service.domain.surveys.forms import NewSurvey, PointObservation, PointsChange
from service.domain.surveys.observations import ObservedPoint, see_point
from service.domain.surveys.survey_changes import change_points, make_survey, take_survey_step
from service.domain.surveys.views import SurveyView, list_surveys, tell_survey
from service.domain.works.actions import ActionContext
from service.domain.works.forms import WorkStep
from service.models import PointState
from service.web.dependencies import ReferenceDep, ResourcesDep, SessionDep, WakeAfter
from service.web.rates import allow
from service.web.viewer import StaffDep

router = APIRouter(tags=["surveys"], dependencies=[WakeAfter])


class SurveysQuery(StrictQuery):
    """Filters of surveys: those under way, those that the signed-in inspector walks."""

    open: bool = False
    mine: bool = False


class Surveys(BaseModel):
    """Surveys, those that begin last first."""

    items: list[SurveyView]


class FoundReport(BaseModel):
    """Report that a fault became; `secret` opens it for the photos that its inspector sends."""

    id: UUID
    code: str
    secret: str | None


class PointSeen(BaseModel):
    """Point as it stands. `counted` is false where somebody else had seen it before: then it is a note."""

    id: UUID
    state: PointState
    counted: bool
    report: Annotated[FoundReport | None, Field(description="What the fault became.")]


def _one(ctx: ActionContext, found: SurveyWork) -> SurveyView:
    return tell_survey(ctx.session, ctx.reference, ctx.actor, found)


def _found(seen: ObservedPoint, key: KeyRing) -> FoundReport | None:
    """Return the report of the fault; whose fault it is has its secret, until it was made anew."""
    if seen.report is None:
        return None
    own = seen.counted and not seen.report.secret_generation
    secret = report_secret(key, seen.report.id) if own else None
    return FoundReport(id=seen.report.id, code=seen.report.code, secret=secret)


@router.get("/surveys", responses=READS)
async def list_them(
    query: Annotated[SurveysQuery, Query()],
    session: SessionDep,
    reference: ReferenceDep,
    staff: StaffDep,
) -> Surveys:
    """The surveys that the signed-in person may see."""
    found = await session.run_sync(list_surveys, reference, staff.actor, running=query.open, mine=query.mine)
    return Surveys(items=found)


@router.post("/surveys", status_code=201, responses={**WRITES, 200: {"model": SurveyView}})
async def make(sent: NewSurvey, response: Response, call: WorkCallDep) -> SurveyView:
    """Draft a survey. The same `id` again is answered with 200."""

    def verb(ctx: ActionContext) -> tuple[SurveyView, bool]:
        found, new = make_survey(ctx, sent)
        return _one(ctx, found), new

    return await call.create(response, verb)


@router.get("/surveys/{survey_code}", responses=READS)
async def show(survey_code: str, call: WorkCallDep) -> SurveyView:
    """Return one survey with its points; `actions` are the steps that the signed-in person may take."""

    def verb(ctx: ActionContext) -> SurveyView:
        return _one(ctx, find_survey(ctx.session, call.reference, ctx.actor, survey_code))

    return await call.act(verb)


@router.post("/surveys/{survey_code}/points", responses=WRITES)
async def points(survey_code: str, sent: PointsChange, call: WorkCallDep) -> SurveyView:
    """Gather points, add spots, take points away, say who walks, split the points among them.

    The same ids again change nothing.
    """
    return await call.act(lambda ctx: _one(ctx, change_points(ctx, survey_code, sent)))


@router.put(
    "/surveys/{survey_code}/points/{point_id}",
    responses={**WRITES, 429: WRITES[422], 201: {"model": PointSeen, "description": "Kept now"}},
)
async def see(
    request: Request,
    response: Response,
    survey_code: str,
    point_id: UUID,
    sent: PointObservation,
    call: WorkCallDep,
    resources: ResourcesDep,
) -> PointSeen:
    """Say what an inspector saw at a point: 201 when it was kept now, 200 for the same once more.

    A fault becomes a report, once, whatever is sent again. Whoever comes second is answered with what counts.
    """
    if sent.state == "fault":
        await allow(request, resources, "report", colleague=True)
    seen: ObservedPoint = await call.act(lambda ctx: see_point(ctx, survey_code, point_id, sent))
    response.status_code = 201 if seen.new else 200
    report = _found(seen, resources.settings.secret)
    return PointSeen(id=seen.point.id, state=seen.point.state, counted=seen.counted, report=report)


@router.post("/surveys/{survey_code}/transitions", responses=WRITES)
async def step(survey_code: str, sent: WorkStep, call: WorkCallDep) -> SurveyView:
    """Open, end, send back, close or drop a survey. The same step again changes nothing."""

    def verb(ctx: ActionContext) -> SurveyView:
        take_survey_step(ctx, survey_code, sent)
        return _one(ctx, find_survey(ctx.session, call.reference, ctx.actor, survey_code))

    return await call.act(verb)
