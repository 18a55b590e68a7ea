"""Movements of emulation: made, scored, commented, announced; standings, sheets and papers."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel

from service.api.emulation.shared import READS, WRITES, MovementDep
from service.api.shared.answers import refusals
from service.db import DomainSession
from service.domain.city.city import load_calendar
from service.domain.city.config_parts import UnitBrief
from service.domain.emulation.forms import (
    ClaimsChange,
    CouncilPointsChange,
    CriteriaChange,
    MovementDraft,
    MovementStep,
    NewScoreComment,
    ScoreAnswer,
)
from service.domain.emulation.movements import corrections, drafts, life, views
from service.domain.emulation.movements.corrections import CorrectionDraft
from service.domain.emulation.points import entered_points
from service.domain.emulation.shapes import MovementBrief, MovementView, ScoreView, UnitScoreView
from service.web.dependencies import NowDep, ReferenceDep, SessionDep, WithWorks
from service.web.paths import EntryCode, RowId
from service.web.viewer import StaffDep

router = APIRouter(tags=["emulation"], dependencies=[WithWorks])


class MovementList(BaseModel):
    """The newest movements that one may know of."""

    items: list[MovementBrief]


class UnitScore(BaseModel):
    """A score that waits for the council, and whose it is."""

    unit: UnitBrief
    score: ScoreView


class OpenScores(BaseModel):
    """Scores that the council looks at: where claim and formula differ, or nobody else says points."""

    items: list[UnitScore]


@router.get("/movements", responses=refusals(401, 404))
async def movements(session: SessionDep, reference: ReferenceDep, staff: StaffDep) -> MovementList:
    """The newest movements."""
    found = await session.run_sync(lambda sync: views.list_movements(sync, reference, staff.actor))
    return MovementList(items=found)


@router.post("/movements", responses=WRITES, status_code=201)
async def make_movement(
    sent: MovementDraft, session: SessionDep, reference: ReferenceDep, staff: StaffDep, now: NowDep
) -> MovementView:
    """Make a movement, a draft at first; for leaders of its issuer, or keepers of its plan."""

    def run(sync: DomainSession) -> MovementView:
        row = drafts.put_movement(sync, reference, staff.actor, sent, now)
        return views.view_movement(sync, reference, staff.actor, row.id)

    return await session.run_sync(run)


@router.get("/movements/{movement}", responses=READS)
async def one_movement(call: MovementDep) -> MovementView:
    """Return a movement with its standing by pools; a unit reads its own row until the standing is shown."""
    return await call.view()


@router.put("/movements/{movement}", responses=WRITES)
async def change_movement(call: MovementDep, sent: MovementDraft) -> MovementView:
    """Change a draft."""
    who = call.reference, call.actor
    return await call.view(lambda sync: drafts.put_movement(sync, *who, sent, call.now, call.number))


@router.put("/movements/{movement}/criteria", responses=WRITES)
async def change_criteria(call: MovementDep, sent: CriteriaChange) -> MovementView:
    """Set the criteria of a draft, which are worth a hundred without bonus and deduction."""
    return await call.view(lambda sync: drafts.put_criteria(sync, call.actor, call.number, sent))


@router.get("/movements/{movement}/units/{unit}", responses=READS)
async def unit_scores(call: MovementDep, unit: EntryCode) -> UnitScoreView:
    """Return one unit's points by criterion, with what opens the cases behind them."""
    return await call.view_of(unit)


@router.put("/movements/{movement}/claims", responses=WRITES)
async def put_claims(call: MovementDep, sent: ClaimsChange) -> UnitScoreView:
    """Claim points for one's unit, with proof where a criterion asks for it."""
    who = call.reference, call.actor, call.number
    return await call.view_of(sent.unit, lambda sync: entered_points.put_claims(sync, *who, sent, call.now))


@router.get("/movements/{movement}/open-scores", responses=READS)
async def open_scores(call: MovementDep) -> OpenScores:
    """Return what the council looks at."""
    found = await call.run(lambda sync: views.view_differences(sync, call.reference, call.actor, call.number))
    return OpenScores(items=[UnitScore(unit=unit, score=score) for unit, score in found])


@router.put("/movements/{movement}/given", responses=WRITES)
async def put_given(call: MovementDep, sent: CouncilPointsChange) -> UnitScoreView:
    """Give points for the council, never for one's own unit; a reason where they differ."""
    who = call.reference, call.actor, call.number
    return await call.view_of(
        sent.unit, lambda sync: entered_points.put_council_points(sync, *who, sent, call.now)
    )


@router.post("/movements/{movement}/comments", responses=WRITES)
async def comment(call: MovementDep, sent: NewScoreComment) -> UnitScoreView:
    """Comment on one's unit's points before they are announced."""
    who = call.reference, call.actor, call.number
    return await call.view_of(sent.unit, lambda sync: entered_points.add_comment(sync, *who, sent, call.now))


@router.put("/movements/{movement}/comments/{comment_number}/answer", responses=WRITES)
async def answer(call: MovementDep, comment_number: RowId, sent: ScoreAnswer) -> MovementView:
    """Answer a comment of a unit that is not one's own; nothing is announced before each has an answer."""
    who = call.reference, call.actor, call.number
    return await call.view(
        lambda sync: entered_points.answer_comment(sync, *who, comment_number, sent, call.now)
    )


@router.post("/movements/{movement}/corrections", responses=WRITES)
async def correct(call: MovementDep, sent: CorrectionDraft) -> MovementView:
    """Correct a unit's points after they were announced: the standing stays, the correction stands beside."""
    who = call.reference, call.actor, call.number
    return await call.view(lambda sync: corrections.correct_standing(sync, *who, sent, call.now))


@router.post("/movements/{movement}/transitions", responses=WRITES)
async def step(call: MovementDep, sent: MovementStep) -> MovementView:
    """Take the next step of a movement's life; announcing freezes figures, lists and places."""

    def run(sync: DomainSession) -> None:
        calendar = load_calendar(sync, call.reference)
        who = call.reference, calendar, call.actor
        life.step_movement(sync, *who, call.number, sent, call.now)

    return await call.view(run)
