"""Plans: lists, drafts, rows, steps, who has read them."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter, Response
from pydantic import BaseModel

from service.api.works.shared import READS, WRITES, WorkCallDep
from service.domain.plans import plan_drafts, plan_steps, readers
from service.domain.plans.access import find_plan
from service.domain.plans.forms import NewBriefing, PlanChange, PlanDraft, PlanStep, RowChange
from service.domain.plans.overview import (
    PlanBrief,
    PlanView,
    RowView,
    WorkProgress,
    list_plans,
    view_plan,
    view_row,
)
from service.domain.works.access import READERS, require_works
from service.domain.works.actions import ActionContext
from service.domain.works.units import unit_code
from service.errors import NotFound
from service.i18n import N_
from service.models import Plan, PlanBriefing
from service.web.dependencies import NowDep, ReferenceDep, SessionDep, WakeAfter
from service.web.paths import RowId
from service.web.viewer import StaffDep

router = APIRouter(tags=["plans"], dependencies=[WakeAfter])


class PlanList(BaseModel):
    """Plans, running ones first."""

    items: list[PlanBrief]


class UnreadOut(BaseModel):
    """Somebody who has not read the plan."""

    name: str
    unit: str


class BriefingOut(BaseModel):
    """Briefing by which a unit made the plan known."""

    unit: str | None
    held_on: date
    how: str
    people: int | None
    words: str


class ReadingsOut(BaseModel):
    """Readers of a plan; `unread` by name is for its keeper and director, null for others."""

    read: int
    readers: int
    mine: bool
    unread: list[UnreadOut] | None
    briefings: list[BriefingOut]


def _view(ctx: ActionContext, plan: Plan) -> PlanView:
    codes = plan_steps.plan_work_codes(ctx.session, plan)
    return view_plan(ctx.session, ctx.reference, ctx.actor, plan, ctx.now, codes)


@router.get("/plans", responses=READS)
async def list_them(session: SessionDep, reference: ReferenceDep, staff: StaffDep, now: NowDep) -> PlanList:
    """The plans that the signed-in person may see."""
    require_works(reference)
    if staff.actor.role not in READERS:
        raise NotFound(N_("Không có trang này."))
    return PlanList(items=await session.run_sync(list_plans, reference, staff.actor, now))


@router.post("/plans", status_code=201, responses={**WRITES, 200: {"model": PlanView}})
async def keep(sent: PlanDraft, response: Response, call: WorkCallDep) -> PlanView:
    """Keep a decided proposal as a draft. The same again is answered with 200 and the same draft."""

    def verb(ctx: ActionContext) -> tuple[PlanView, bool]:
        plan, new = plan_drafts.keep_draft(ctx, sent)
        return _view(ctx, plan), new

    return await call.create(response, verb)


@router.get("/plans/{plan_code}", responses=READS)
async def show(plan_code: str, call: WorkCallDep) -> PlanView:
    """A plan: the rows of its document with what became of each."""

    def verb(ctx: ActionContext) -> PlanView:
        return _view(ctx, find_plan(ctx.session, call.reference, ctx.actor, plan_code))

    return await call.act(verb)


@router.patch("/plans/{plan_code}", responses=WRITES)
async def change(plan_code: str, sent: PlanChange, call: WorkCallDep) -> PlanView:
    """Change what a draft is: title, number, days, who issues and who keeps it."""
    return await call.act(lambda ctx: _view(ctx, plan_drafts.change_plan(ctx, plan_code, sent)))


@router.put("/plans/{plan_code}/rows/{position}", responses=WRITES)
async def put_row(plan_code: str, position: RowId, sent: RowChange, call: WorkCallDep) -> RowView:
    """Change a row of a draft, or add one at the end. A 409 tells the row as somebody else left it."""

    def verb(ctx: ActionContext) -> RowView:
        return view_row(call.reference, plan_drafts.put_row(ctx, plan_code, position, sent), WorkProgress())

    return await call.act(verb)


@router.post("/plans/{plan_code}/transitions", responses=WRITES)
async def step(plan_code: str, sent: PlanStep, call: WorkCallDep) -> PlanView:
    """Put a plan in force, close or drop it. Put in force twice, it makes its works once: the answer is the
    same.
    """
    return await call.act(
        lambda ctx: _view(ctx, plan_steps.take_plan_step(ctx, plan_code, sent)),
    )


@router.get("/plans/{plan_code}/readings", responses=READS)
async def who_read(plan_code: str, call: WorkCallDep) -> ReadingsOut:
    """Return how many have read the plan, and how it was made known to people without accounts."""

    def verb(ctx: ActionContext) -> ReadingsOut:
        return _readings(ctx, find_plan(ctx.session, call.reference, ctx.actor, plan_code))

    return await call.act(verb)


@router.post("/plans/{plan_code}/readings", responses=WRITES)
async def mark_plan_read(plan_code: str, call: WorkCallDep) -> ReadingsOut:
    """Say that one has read the plan; again changes nothing."""
    return await call.act(lambda ctx: _readings(ctx, readers.mark_plan_read(ctx, plan_code)))


@router.post("/plans/{plan_code}/briefings", responses=WRITES)
async def brief(plan_code: str, sent: NewBriefing, call: WorkCallDep) -> BriefingOut:
    """Keep how a unit made the plan known: a meeting, a posting, a training."""

    def verb(ctx: ActionContext) -> BriefingOut:
        return _briefing(ctx, readers.keep_briefing(ctx, plan_code, sent))

    return await call.act(verb)


def _readings(ctx: ActionContext, plan: Plan) -> ReadingsOut:
    counted = readers.count_readers(ctx.session, ctx.reference, [plan])[plan.id]
    unread = readers.who_has_not_read(ctx, plan)
    return ReadingsOut(
        read=counted.read,
        readers=counted.total,
        mine=readers.has_read(ctx.session, plan, ctx.actor.staff_id),
        unread=None if unread is None else [UnreadOut(name=e.name, unit=e.unit) for e in unread],
        briefings=[_briefing(ctx, each) for each in readers.briefings(ctx.session, plan)],
    )


def _briefing(ctx: ActionContext, row: PlanBriefing) -> BriefingOut:
    return BriefingOut(
        unit=unit_code(ctx.reference, row.unit_id),
        held_on=row.held_on,
        how=row.how,
        people=row.people,
        words=row.words,
    )
