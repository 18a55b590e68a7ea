"""Works: lists, one, its steps, notes, parts, holder, more time; and difficulties."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from service.api.shared.query import StrictQuery
from service.api.works.shared import READS, WRITES, WorkCallDep
from service.domain.number_cases.steps import take_step_of_kind
from service.domain.works import actions, more_time, new_works, report_links
from service.domain.works.access import find_work, require_works
from service.domain.works.actions import ActionContext
from service.domain.works.forms import (
    NewDifficulty,
    NewReportTie,
    NewWork,
    WorkExtensionAnswer,
    WorkExtensionForm,
    WorkHolder,
    WorkNote,
    WorkParts,
    WorkStep,
)
from service.domain.works.views import Scope, WorkFilter, WorkView, list_works, tell_works, work_story
from service.models import ExtensionRequest, Work, WorkKind, WorkStatus
from service.web.cursors import Cursors
from service.web.dependencies import NowDep, ReferenceDep, ResourcesDep, SessionDep, WakeAfter
from service.web.paths import RowId
from service.web.viewer import StaffDep

router = APIRouter(tags=["works"], dependencies=[WakeAfter])


class WorksQuery(StrictQuery):
    """Filters of works; `scope`: all, of the person (`mine`), of their units, supported by these."""

    scope: Scope = "all"
    kind: WorkKind | None = None
    plan: Annotated[str, Field(max_length=60)] | None = None
    status: WorkStatus | None = None
    open: bool = False
    cursor: Annotated[str, Field(max_length=500)] | None = Field(None, description="`next` of the last page.")
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class WorkPage(BaseModel):
    """Page of works, the most pressing first."""

    items: list[WorkView]
    next: str | None


class WorkEventOut(BaseModel):
    """Event of a work; `by` is a colleague's name."""

    type: str
    at: datetime
    by: str | None
    data: dict[str, object]


class WorkEvents(BaseModel):
    """History of a work, oldest first."""

    items: list[WorkEventOut]


class MoreTimeOut(BaseModel):
    """A request for more time."""

    id: int
    unit: str
    amount: int
    reason: str
    state: str
    answer: str


def _one(ctx: ActionContext, work: Work) -> WorkView:
    return tell_works(ctx.session, ctx.reference, ctx.actor, [work], ctx.now)[0]


@router.get("/works", responses=READS)
async def list_them(
    query: Annotated[WorksQuery, Query()],
    session: SessionDep,
    reference: ReferenceDep,
    resources: ResourcesDep,
    staff: StaffDep,
    now: NowDep,
) -> WorkPage:
    """Works that the signed-in person may see, by deadline."""
    require_works(reference)
    cursors = Cursors(resources.settings.secret)
    after = None
    if query.cursor:
        due, last = cursors.open("works", query.cursor)
        after = (datetime.fromisoformat(due), UUID(last))
    wanted = WorkFilter(query.scope, query.kind, query.plan, status=query.status, open=query.open)
    items, follows = await session.run_sync(
        list_works, reference, staff.actor, wanted, now=now, after=after, limit=query.limit
    )
    sealed = cursors.seal("works", [follows[0].isoformat(), str(follows[1])]) if follows else None
    return WorkPage(items=items, next=sealed)


@router.post("/works", status_code=201, responses={**WRITES, 200: {"model": WorkView}})
async def make(sent: NewWork, response: Response, call: WorkCallDep) -> WorkView:
    """Give a unit of one's own a task. The same `id` again is answered with 200."""

    def verb(ctx: ActionContext) -> tuple[WorkView, bool]:
        work, new = new_works.make_work(ctx, sent)
        return _one(ctx, work), new

    return await call.create(response, verb)


@router.get("/works/{work_code}", responses=READS)
async def show(work_code: str, call: WorkCallDep) -> WorkView:
    """Return one work; `actions` are the steps that the signed-in person may take."""

    def verb(ctx: ActionContext) -> WorkView:
        return _one(ctx, find_work(ctx.session, call.reference, ctx.actor, work_code))

    return await call.act(verb)


@router.get("/works/{work_code}/events", responses=READS)
async def history(work_code: str, call: WorkCallDep) -> WorkEvents:
    """The history of a work, oldest first."""

    def verb(ctx: ActionContext) -> WorkEvents:
        work = find_work(ctx.session, call.reference, ctx.actor, work_code)
        lines = work_story(ctx.session, work)
        return WorkEvents(
            items=[WorkEventOut(type=e.type, at=e.at, by=e.by, data=dict(e.data)) for e in lines]
        )

    return await call.act(verb)


@router.post("/works/{work_code}/transitions", responses=WRITES)
async def step(work_code: str, sent: WorkStep, call: WorkCallDep) -> WorkView:
    """Take a step of the work's life. A 409 lists the steps that it has (`allowed`), and for a stale
    `version` tells the newest. The same step again is answered with 200 and changes nothing.
    """
    return await call.act(lambda ctx: _one(ctx, take_step_of_kind(ctx, work_code, sent)))


@router.post("/works/{work_code}/notes", responses=WRITES)
async def note(work_code: str, sent: WorkNote, call: WorkCallDep) -> WorkView:
    """Say how far the work is; the lead's first note begins it."""
    return await call.act(lambda ctx: _one(ctx, actions.write_note(ctx, work_code, sent)))


@router.post("/works/{work_code}/reports", status_code=201, responses={**WRITES, 200: {"model": WorkView}})
async def tie(work_code: str, sent: NewReportTie, response: Response, call: WorkCallDep) -> WorkView:
    """Tie a report to the work; both pages show the other. One that is tied is answered with 200."""

    def verb(ctx: ActionContext) -> tuple[WorkView, bool]:
        work, new = report_links.tie_report(ctx, call.staff.asker, work_code, sent)
        return _one(ctx, work), new

    return await call.create(response, verb)


@router.delete("/works/{work_code}/reports/{report}", responses=WRITES)
async def untie(work_code: str, report: str, call: WorkCallDep) -> WorkView:
    """Take a report off the work."""

    def verb(ctx: ActionContext) -> WorkView:
        return _one(ctx, report_links.untie_report(ctx, call.staff.asker, work_code, report))

    return await call.act(verb)


@router.put("/works/{work_code}/parts", responses=WRITES)
async def parts(work_code: str, sent: WorkParts, call: WorkCallDep) -> WorkView:
    """Change who supports and who carries out."""
    return await call.act(lambda ctx: _one(ctx, actions.set_work_parts(ctx, work_code, sent)))


@router.put("/works/{work_code}/holder", responses=WRITES)
async def holder(work_code: str, sent: WorkHolder, call: WorkCallDep) -> WorkView:
    """Give the work to a person of the unit that leads it, or with null to nobody in particular."""
    return await call.act(lambda ctx: _one(ctx, actions.entrust_work(ctx, work_code, sent)))


@router.post("/works/{work_code}/extension-requests", responses=WRITES)
async def ask_time(work_code: str, sent: WorkExtensionForm, call: WorkCallDep) -> MoreTimeOut:
    """Ask for more time. The same again, while nobody has answered, is the same request."""
    return await call.act(lambda ctx: _time(more_time.ask_more_time(ctx, work_code, sent)))


@router.post("/works/{work_code}/extension-requests/{request}/decision", responses=WRITES)
async def answer_time(
    work_code: str, request: RowId, sent: WorkExtensionAnswer, call: WorkCallDep
) -> MoreTimeOut:
    """Grant or decline more time: once the keeper, a second time the issuer's leaders alone."""

    def verb(ctx: ActionContext) -> MoreTimeOut:
        return _time(more_time.answer_more_time(ctx, work_code, request, sent))

    return await call.act(verb)


@router.post("/difficulties", status_code=201, responses={**WRITES, 200: {"model": WorkView}})
async def difficulty(sent: NewDifficulty, response: Response, call: WorkCallDep) -> WorkView:
    """Say what stands in the way, and what would help. The same `id` again is answered with 200."""

    def verb(ctx: ActionContext) -> tuple[WorkView, bool]:
        work, new = new_works.raise_difficulty(ctx, call.staff.asker, sent)
        return _one(ctx, work), new

    return await call.create(response, verb)


def _time(request: ExtensionRequest) -> MoreTimeOut:
    return MoreTimeOut(**{name: getattr(request, name) for name in MoreTimeOut.model_fields})
