"""Movements of emulation: made, scored, commented, announced; standings, sheets and papers."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import BaseModel

from service.api.shared.answers import refusals
from service.domain.city.city import load_calendar
from service.domain.emulation import life, making, scoring, views
from service.domain.emulation.forms import (
    ClaimsChange,
    CriteriaChange,
    GivenChange,
    MovementDraft,
    MovementStep,
    NewScoreComment,
    ScoreAnswer,
)
from service.domain.emulation.shapes import MovementBrief, MovementView, ScoreView, UnitScoreView
from service.web.dependencies import NowDep, ReferenceDep, SessionDep
from service.web.viewer import StaffDep

router = APIRouter(tags=["emulation"])

Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
Unit = Annotated[str, Path(max_length=60)]
READS = refusals(401, 403, 404, 422)
WRITES = refusals(400, 401, 403, 404, 409, 413, 422)


class MovementList(BaseModel):
    """The newest movements that one may know of."""

    items: list[MovementBrief]


class UnitScore(BaseModel):
    """A score that waits for the council, and whose it is."""

    unit: dict[str, str]
    score: ScoreView


class OpenScores(BaseModel):
    """Scores that the council looks at: where claim and formula differ, or nobody else says points."""

    items: list[UnitScore]


@router.get("/movements", responses=refusals(401))
async def movements(session: SessionDep, reference: ReferenceDep, staff: StaffDep) -> MovementList:
    """The newest movements."""
    found = await session.run_sync(lambda sync: views.list_movements(sync, reference, staff.actor))
    return MovementList(items=found)


@router.post("/movements", responses=WRITES, status_code=201)
async def make_movement(
    sent: MovementDraft, session: SessionDep, reference: ReferenceDep, staff: StaffDep, now: NowDep
) -> MovementView:
    """Make a movement, a draft at first; for leaders of its issuer, or keepers of its plan."""

    def run(sync: Any) -> MovementView:
        row = making.put_movement(sync, reference, staff.actor, sent, now)
        return views.view_movement(sync, reference, staff.actor, row.id)

    return await session.run_sync(run)


@router.get("/movements/{movement}", responses=READS)
async def one_movement(
    movement: Number, session: SessionDep, reference: ReferenceDep, staff: StaffDep
) -> MovementView:
    """Return a movement with its standing by pools; a unit reads its own row until the standing is shown."""
    return await session.run_sync(lambda sync: views.view_movement(sync, reference, staff.actor, movement))


@router.put("/movements/{movement}", responses=WRITES)
async def change_movement(
    movement: Number,
    sent: MovementDraft,
    session: SessionDep,
    reference: ReferenceDep,
    staff: StaffDep,
    now: NowDep,
) -> MovementView:
    """Change a draft."""

    def run(sync: Any) -> MovementView:
        making.put_movement(sync, reference, staff.actor, sent, now, movement)
        return views.view_movement(sync, reference, staff.actor, movement)

    return await session.run_sync(run)


@router.put("/movements/{movement}/criteria", responses=WRITES)
async def change_criteria(
    movement: Number, sent: CriteriaChange, session: SessionDep, reference: ReferenceDep, staff: StaffDep
) -> MovementView:
    """Set the criteria of a draft, which are worth a hundred without bonus and deduction."""

    def run(sync: Any) -> MovementView:
        making.put_criteria(sync, staff.actor, movement, sent)
        return views.view_movement(sync, reference, staff.actor, movement)

    return await session.run_sync(run)


@router.get("/movements/{movement}/units/{unit}", responses=READS)
async def unit_scores(
    movement: Number, unit: Unit, session: SessionDep, reference: ReferenceDep, staff: StaffDep
) -> UnitScoreView:
    """Return one unit's points by criterion, with what opens the cases behind them."""
    return await session.run_sync(lambda sync: views.view_unit(sync, reference, staff.actor, movement, unit))


@router.put("/movements/{movement}/claims", responses=WRITES)
async def put_claims(
    movement: Number,
    sent: ClaimsChange,
    session: SessionDep,
    reference: ReferenceDep,
    staff: StaffDep,
    now: NowDep,
) -> UnitScoreView:
    """Claim points for one's unit, with proof where a criterion asks for it."""

    def run(sync: Any) -> UnitScoreView:
        scoring.put_claims(sync, reference, staff.actor, movement, sent, now)
        return views.view_unit(sync, reference, staff.actor, movement, sent.unit)

    return await session.run_sync(run)


@router.get("/movements/{movement}/open-scores", responses=READS)
async def open_scores(
    movement: Number, session: SessionDep, reference: ReferenceDep, staff: StaffDep
) -> OpenScores:
    """Return what the council looks at."""
    found = await session.run_sync(
        lambda sync: views.view_differences(sync, reference, staff.actor, movement)
    )
    return OpenScores(items=[UnitScore(unit=unit, score=score) for unit, score in found])


@router.put("/movements/{movement}/given", responses=WRITES)
async def put_given(
    movement: Number,
    sent: GivenChange,
    session: SessionDep,
    reference: ReferenceDep,
    staff: StaffDep,
    now: NowDep,
) -> UnitScoreView:
    """Give points for the council, never for one's own unit; a reason where they differ."""

    def run(sync: Any) -> UnitScoreView:
        scoring.put_given(sync, reference, staff.actor, movement, sent, now)
        return views.view_unit(sync, reference, staff.actor, movement, sent.unit)

    return await session.run_sync(run)


@router.post("/movements/{movement}/comments", responses=WRITES)
async def comment(
    movement: Number,
    sent: NewScoreComment,
    session: SessionDep,
    reference: ReferenceDep,
    staff: StaffDep,
    now: NowDep,
) -> UnitScoreView:
    """Comment on one's unit's points before they are announced."""

    def run(sync: Any) -> UnitScoreView:
        scoring.add_comment(sync, reference, staff.actor, movement, sent, now)
        return views.view_unit(sync, reference, staff.actor, movement, sent.unit)

    return await session.run_sync(run)


@router.put("/movements/{movement}/comments/{comment_number}/answer", responses=WRITES)
async def answer(
    movement: Number,
    comment_number: Number,
    sent: ScoreAnswer,
    session: SessionDep,
    reference: ReferenceDep,
    staff: StaffDep,
    now: NowDep,
) -> MovementView:
    """Answer a comment; nothing is announced before each has one."""

    def run(sync: Any) -> MovementView:
        scoring.answer_comment(sync, staff.actor, movement, comment_number, sent, now)
        return views.view_movement(sync, reference, staff.actor, movement)

    return await session.run_sync(run)


@router.post("/movements/{movement}/transitions", responses=WRITES)
async def step(
    movement: Number,
    sent: MovementStep,
    session: SessionDep,
    reference: ReferenceDep,
    staff: StaffDep,
    now: NowDep,
) -> MovementView:
    """Take the next step of a movement's life; announcing freezes figures, lists and places."""

    def run(sync: Any) -> MovementView:
        calendar = load_calendar(sync, reference)
        life.step_movement(sync, reference, calendar, staff.actor, movement, sent, now)
        return views.view_movement(sync, reference, staff.actor, movement)

    return await session.run_sync(run)
