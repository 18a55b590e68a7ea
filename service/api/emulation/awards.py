"""Award dossiers of a movement: drafted, reviewed by the council, submitted, granted or declined."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel

from service.api.emulation.shared import READS, WRITES, MovementDep
from service.api.works.shared import WorkCall, WorkCallDep
from service.domain.emulation.awards.dossier_views import AwardView, list_awards, view_award
from service.domain.emulation.awards.dossiers import draft_award, step_award
from service.domain.emulation.awards.forms import AwardStep, NewAward
from service.domain.works.actions import ActionContext
from service.web.dependencies import ReferenceDep, SessionDep, WithWorks
from service.web.viewer import StaffDep

router = APIRouter(tags=["emulation"], dependencies=[WithWorks])
Code = Annotated[str, Path(max_length=20)]


class AwardList(BaseModel):
    """Award dossiers of a movement, the newest first."""

    items: list[AwardView]


@router.get("/movements/{movement}/awards", responses=READS)
async def movement_awards(call: MovementDep) -> AwardList:
    """Return the dossiers to who keeps or judges the movement, or coordinates; to others none."""
    found = await call.run(lambda sync: list_awards(sync, call.reference, call.actor, call.number))
    return AwardList(items=found)


@router.post(
    "/movements/{movement}/awards",
    status_code=201,
    responses={**WRITES, 200: {"model": AwardView, "description": "It was drafted before"}},
)
async def draft_one_award(
    call: MovementDep, sent: NewAward, response: Response, staff: StaffDep
) -> AwardView:
    """Draft a dossier of an announced movement: the first of each pool unless units are named. Again it is
    one.
    """

    def verb(ctx: ActionContext) -> tuple[AwardView, bool]:
        work, new = draft_award(ctx, call.number, sent)
        return view_award(ctx.session, ctx.reference, ctx.actor, work.code), new

    return await WorkCall(call.session, call.reference, staff, call.now).create(response, verb)


@router.get("/awards/{code}", responses=READS)
async def one_award(code: Code, session: SessionDep, reference: ReferenceDep, staff: StaffDep) -> AwardView:
    """Return one dossier."""
    return await session.run_sync(view_award, reference, staff.actor, code)


@router.post("/awards/{code}/transitions", responses=WRITES)
async def step_one_award(code: Code, sent: AwardStep, call: WorkCallDep) -> AwardView:
    """Take a step: what the council voted, the number of the submission, the decision. A decision becomes
    praise of its units.
    """

    def verb(ctx: ActionContext) -> AwardView:
        step_award(ctx, code, sent)
        return view_award(ctx.session, ctx.reference, ctx.actor, code)

    return await call.act(verb)
