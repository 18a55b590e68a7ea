"""Claims over the API: asked by the case's lead, answered by the companies, each seeing its own question."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict

from service.api.shared.answers import refusals
from service.api.works.shared import WRITES, WorkCallDep
from service.db import DomainSession
from service.domain.city.config_parts import UnitBrief
from service.domain.city.reference import Reference, department_brief
from service.domain.claims.answers import answer_claim
from service.domain.claims.forms import ClaimReply, ClaimsRequest
from service.domain.claims.requests import ask_companies
from service.domain.claims.views import ClaimView, claims_for, claims_to
from service.domain.reports.photos import photo_links
from service.domain.works.actions import ActionContext
from service.web.dependencies import NowDep, ReferenceDep, ResourcesDep, SessionDep, WakeAfter
from service.web.paths import RowId
from service.web.viewer import Colleague, StaffDep

ReportName = Annotated[str, Path(max_length=60)]
router = APIRouter(tags=["cables"], dependencies=[WakeAfter])

READS = refusals(400, 401, 404, 422)


class ClaimOut(BaseModel):
    """A claim: one company's answer, with the report's public words, place and photos."""

    model_config = ConfigDict(frozen=True)

    id: int
    report: str
    category: str
    address: str
    description: str
    location: dict[str, float]
    company: UnitBrief | None
    state: str
    asked_at: datetime
    due_at: datetime
    answered_at: datetime | None
    words: str
    silent: bool
    executor: bool
    photos: list[dict[str, str]]


class ClaimsOut(BaseModel):
    """Claims of a case, or of a company."""

    model_config = ConfigDict(frozen=True)

    claims: list[ClaimOut]


@router.get("/claims", responses=READS)
async def asked_of_us(
    session: SessionDep, reference: ReferenceDep, resources: ResourcesDep, staff: StaffDep
) -> ClaimsOut:
    """Return what one's own company was asked, first what waits."""
    found = await session.run_sync(claims_to, reference, staff.actor)
    return _claims_out(reference, resources.settings.public_url, found)


@router.get("/reports/{name}/claims", responses=READS)
async def of_a_case(
    name: ReportName,
    session: SessionDep,
    reference: ReferenceDep,
    resources: ResourcesDep,
    staff: StaffDep,
    now: NowDep,
) -> ClaimsOut:
    """The claims of a case for who works on it; a company reads its own alone."""
    found = await session.run_sync(claims_for, reference, staff.asker, name, now)
    return _claims_out(reference, resources.settings.public_url, found)


@router.post("/reports/{name}/claims", status_code=201, responses=WRITES)
async def ask(
    name: ReportName, call: WorkCallDep, resources: ResourcesDep, sent: ClaimsRequest | None = None
) -> ClaimsOut:
    """Ask the companies of the pole's or the route's list, else all, whose the cable is: 8 working hours."""

    def verb(ctx: ActionContext) -> list[ClaimView]:
        ask_companies(ctx, call.staff.asker, name, sent or ClaimsRequest())
        return claims_for(ctx.session, call.reference, call.staff.asker, name, call.now)

    return _claims_out(call.reference, resources.settings.public_url, await call.act(verb))


@router.post("/claims/{claim_id}/answer", responses=WRITES)
async def answer(claim_id: RowId, sent: ClaimReply, call: WorkCallDep, resources: ResourcesDep) -> ClaimOut:
    """Say `mine` or `not_mine`. The first `mine` makes the company carry the case out."""

    def verb(ctx: ActionContext) -> ClaimView:
        report = answer_claim(ctx, claim_id, sent).report_id
        return _own(ctx.session, call.reference, call.staff, claim_id, report)

    view = await call.act(verb)
    return _claim_out(call.reference, resources.settings.public_url, view)


def _own(
    session: DomainSession, reference: Reference, staff: Colleague, claim_id: int, report: UUID
) -> ClaimView:
    found = claims_to(session, reference, staff.actor, report=report)
    return next(each for each in found if each.id == claim_id)


def _claims_out(reference: Reference, base: str, found: list[ClaimView]) -> ClaimsOut:
    return ClaimsOut(claims=[_claim_out(reference, base, each) for each in found])


def _claim_out(reference: Reference, base: str, view: ClaimView) -> ClaimOut:
    return ClaimOut(
        id=view.id,
        report=view.code,
        category=reference.categories[view.category_id].code,
        address=view.address,
        description=view.description,
        location={"lon": view.lon, "lat": view.lat},
        company=department_brief(reference.departments.get(view.company_id)),
        state=view.state,
        asked_at=view.asked_at,
        due_at=view.due_at,
        answered_at=view.answered_at,
        words=view.words,
        silent=view.late,
        executor=view.carries,
        photos=[photo_links(each, base) for each in view.photos],
    )
