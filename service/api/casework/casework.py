"""Casework without a change of status: who holds a case, who helps, more time with a manager's word."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from service.api.shared.answers import refusals
from service.domain.casework import extension_requests, holders, recategorisation, relocation
from service.domain.casework.case.context import CaseContext
from service.domain.casework.extension_requests import ExtensionDecision
from service.domain.casework.extensions import ExtensionTerms
from service.domain.casework.holders import HolderChange, SupportChange
from service.domain.casework.recategorisation import RecategorisationPlan, RecategoriseRequest
from service.domain.casework.relocation import RelocateRequest
from service.domain.city.reference import Reference
from service.domain.deadlines.deadlines import Unit
from service.domain.kernel.times import utc
from service.domain.queries.detail import report_view
from service.domain.queries.views import ReportView, public_view
from service.web.dependencies import (
    NowDep,
    ReferenceDep,
    Resources,
    ResourcesDep,
    SessionDep,
    WakeAfter,
)
from service.web.viewer import Colleague, StaffDep

router = APIRouter(tags=["casework"], dependencies=[WakeAfter])

Result = TypeVar("Result")
WRITES = refusals(400, 401, 403, 404, 409, 413, 422)


class RequestOut(BaseModel):
    """A request for more time; `by` and `decided_by` are names of colleagues."""

    id: int
    report_id: UUID
    code: str
    unit: Unit
    amount: int
    reason: str
    state: str
    by: str
    asked_at: datetime
    due_at: datetime | None
    answer: str
    decided_by: str | None
    decided_at: datetime | None


class RequestList(BaseModel):
    """Requests for more time."""

    items: list[RequestOut]


@router.put("/reports/{name}/holder", responses=WRITES)
async def entrust(
    name: str,
    sent: HolderChange,
    session: SessionDep,
    reference: ReferenceDep,
    resources: ResourcesDep,
    staff: StaffDep,
    now: NowDep,
) -> ReportView:
    """Give the case to a person of the lead department, or with null to nobody in particular."""
    await session.run_sync(holders.entrust, reference, staff.asker, name, sent, now)
    url = resources.settings.public_url
    return await session.run_sync(report_view, reference, staff.asker, name, now=now, public_url=url)


@router.put("/reports/{name}/parts", responses=WRITES)
async def share(
    name: str,
    sent: SupportChange,
    session: SessionDep,
    reference: ReferenceDep,
    resources: ResourcesDep,
    staff: StaffDep,
    now: NowDep,
) -> ReportView:
    """Change who supports and who carries out, without a change of status."""
    report = await session.run_sync(
        holders.share, CaseContext(reference, resources.rulebook, staff.asker, now), name, sent
    )
    url = resources.settings.public_url
    return await session.run_sync(public_view, reference, report, now=now, public_url=url, reader=staff.actor)


class RelocationOut(BaseModel):
    """Consequences of another place: the ward, and departments by code. `moves` tells that another
    department would take the lead; `explanation` is empty where the ward stays.
    """

    ward: str
    address: str
    lead: str | None
    supports: list[str]
    executor: str | None
    due_at: datetime | None
    due_at_before: datetime | None
    moves: bool
    explanation: str


class RecategorisationOut(BaseModel):
    """Consequences of another category: departments by code; `dropped` are the codes of questions
    whose answers no longer fit; `moves` tells that another department would take the lead.
    """

    category: str
    lead: str | None
    supports: list[str]
    executor: str | None
    policy: str | None
    due_at: datetime | None
    due_at_before: datetime | None
    accept_due_at: datetime | None
    moves: bool
    explanation: str
    dropped: list[str]


@dataclass(frozen=True, slots=True)
class RefilingCall:
    """Call that corrects the kind or place of a case, or previews it: in which session, by whom, when."""

    session: AsyncSession
    reference: Reference
    resources: Resources
    staff: Colleague
    now: datetime

    async def run(self, verb: Callable[..., Result], name: str, sent: BaseModel) -> Result:
        """Run a verb of casework that needs the rules."""
        ctx = CaseContext(self.reference, self.resources.rulebook, self.staff.asker, self.now)
        return await self.session.run_sync(verb, ctx, name, sent)

    async def view(self, name: str) -> ReportView:
        """Return the case as it is now."""
        url, asker = self.resources.settings.public_url, self.staff.asker
        return await self.session.run_sync(
            report_view, self.reference, asker, name, now=self.now, public_url=url
        )


async def get_refiling_call(
    session: SessionDep, reference: ReferenceDep, resources: ResourcesDep, staff: StaffDep, now: NowDep
) -> RefilingCall:
    """Return the call of whoever is signed in. Raises Unauthenticated."""
    return RefilingCall(session, reference, resources, staff, now)


RefilingDep = Annotated[RefilingCall, Depends(get_refiling_call)]


@router.put("/reports/{name}/category", responses=WRITES)
async def recategorise(name: str, sent: RecategoriseRequest, call: RefilingDep) -> ReportView:
    """Put an open case under its right kind; the rules run again. See `preview` for what would come of it."""
    await call.run(recategorisation.recategorise, name, sent)
    return await call.view(name)


@router.post("/reports/{name}/category/preview", responses=WRITES)
async def foresee(name: str, sent: RecategoriseRequest, call: RefilingDep) -> RecategorisationOut:
    """Return what correcting the kind would bring: the new parts and deadline. Nothing changes."""
    report, plan = await call.run(recategorisation.preview_recategorising, name, sent)
    return _plan_out(plan, report.due_at)


@router.put("/reports/{name}/location", responses=WRITES)
async def relocate(name: str, sent: RelocateRequest, call: RefilingDep) -> ReportView:
    """Put an open case at its right place; in another ward the rules run again. See `preview`."""
    await call.run(relocation.relocate, name, sent)
    return await call.view(name)


@router.post("/reports/{name}/location/preview", responses=WRITES)
async def foresee_location(name: str, sent: RelocateRequest, call: RefilingDep) -> RelocationOut:
    """Return what correcting the place would bring: ward, new parts and deadline. Nothing changes."""
    report, plan = await call.run(relocation.preview_relocating, name, sent)
    refiling = plan.refiling
    due_at = refiling.times.get("due_at", report.due_at) if refiling else report.due_at
    return RelocationOut(
        ward=plan.ward.code,
        address=plan.address,
        **relocation.assignment_after(call.reference, report, plan).codes(),
        due_at=utc(due_at) if due_at else None,
        due_at_before=report.due_at,
        moves=bool(refiling and refiling.moves),
        explanation=refiling.sentence if refiling else "",
    )


def _plan_out(plan: RecategorisationPlan, before: datetime | None) -> RecategorisationOut:
    due_at, accept = plan.times.get("due_at", before), plan.times.get("accept_due_at")
    return RecategorisationOut(
        category=plan.category.code,
        **plan.assignment.codes(),
        policy=plan.policy.policy.code if plan.policy else None,
        due_at=utc(due_at) if due_at else None,
        due_at_before=before,
        accept_due_at=utc(accept) if accept else None,
        moves=plan.moves,
        explanation=plan.sentence,
        dropped=sorted(plan.dropped),
    )


@router.post("/reports/{name}/extension-requests", status_code=201, responses=WRITES)
async def ask_for_more(
    name: str,
    sent: ExtensionTerms,
    session: SessionDep,
    reference: ReferenceDep,
    staff: StaffDep,
    now: NowDep,
) -> RequestOut:
    """Ask the manager for more time, where the policy wants one. The same again is the same request."""
    view = await session.run_sync(extension_requests.ask_for_more, reference, staff.asker, name, sent, now)
    return RequestOut.model_validate(view, from_attributes=True)


@router.post("/reports/{name}/extension-requests/decision", responses=WRITES)
async def decide(
    name: str,
    sent: ExtensionDecision,
    session: SessionDep,
    reference: ReferenceDep,
    staff: StaffDep,
    now: NowDep,
) -> RequestOut:
    """A manager grants or declines the request that waits."""
    decided = await session.run_sync(
        extension_requests.answer_request, reference, staff.asker, name, sent, now
    )
    return RequestOut.model_validate(decided, from_attributes=True)


@router.get("/reports/{name}/extension-requests", responses=refusals(401, 403, 404))
async def list_of_case(name: str, session: SessionDep, staff: StaffDep, now: NowDep) -> RequestList:
    """Return what was asked for this case, newest first, for colleagues inside it."""
    found = await session.run_sync(extension_requests.requests_of, staff.asker, name, now)
    return RequestList(items=[RequestOut.model_validate(each, from_attributes=True) for each in found])


@router.get("/extension-requests", responses=refusals(401))
async def waiting(session: SessionDep, staff: StaffDep) -> RequestList:
    """Return what waits for the signed-in manager's word, the longest waiting first."""
    found = await session.run_sync(extension_requests.waiting_requests, staff.actor)
    return RequestList(items=[RequestOut.model_validate(each, from_attributes=True) for each in found])
