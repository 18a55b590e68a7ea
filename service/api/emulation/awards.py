"""Award dossiers of a movement: drafted, reviewed by the council, submitted, granted or declined."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel

from service.api.emulation.shared import READS, WRITES, MovementDep
from service.api.works.shared import by_hand, made_by_hand
from service.domain.emulation.awards.dossiers import draft_award, step_award
from service.domain.emulation.awards.forms import AwardStep, NewAward
from service.domain.emulation.awards.reading import AwardView, list_awards, view_award
from service.domain.works.acting import Hand
from service.web.dependencies import NowDep, ReferenceDep, SessionDep
from service.web.viewer import StaffDep

router = APIRouter(tags=["emulation"])
Code = Annotated[str, Path(max_length=20)]


class AwardList(BaseModel):
    """Award dossiers of a movement, the newest first."""

    items: list[AwardView]


@router.get("/movements/{movement}/awards", responses=READS)
async def movement_awards(asked: MovementDep) -> AwardList:
    """Return the dossiers to who keeps or judges the movement, or coordinates; to others none."""
    found = await asked.run(lambda sync: list_awards(sync, asked.reference, asked.actor, asked.number))
    return AwardList(items=found)


@router.post(
    "/movements/{movement}/awards",
    status_code=201,
    responses={**WRITES, 200: {"model": AwardView, "description": "It was drafted before"}},
)
async def draft_one_award(
    asked: MovementDep, sent: NewAward, response: Response, staff: StaffDep
) -> AwardView:
    """Draft a dossier of an announced movement: the first of each pool unless units are named. Again it is
    one.
    """

    def verb(hand: Hand) -> tuple[AwardView, bool]:
        work, new = draft_award(hand, asked.number, sent)
        return view_award(hand.session, hand.reference, hand.actor, work.code), new

    return await made_by_hand(response, asked.session, asked.reference, staff, asked.now, verb)


@router.get("/awards/{code}", responses=READS)
async def one_award(code: Code, session: SessionDep, reference: ReferenceDep, staff: StaffDep) -> AwardView:
    """Return one dossier."""
    return await session.run_sync(view_award, reference, staff.actor, code)


@router.post("/awards/{code}/transitions", responses=WRITES)
async def step_one_award(
    code: Code, sent: AwardStep, session: SessionDep, reference: ReferenceDep, staff: StaffDep, now: NowDep
) -> AwardView:
    """Take a step: what the council voted, the number of the submission, the decision. A decision becomes
    praise of its units.
    """

    def verb(hand: Hand) -> AwardView:
        step_award(hand, code, sent)
        return view_award(hand.session, hand.reference, hand.actor, code)

    return await by_hand(session, reference, staff, now, verb)
