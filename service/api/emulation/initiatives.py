"""Initiatives of a movement: handed in, voted on by the council, recognised or declined."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel

from service.api.emulation.shared import READS, WRITES, MovementDep
from service.db import DomainSession
from service.domain.city.city import load_calendar
from service.domain.emulation.entries import initiatives
from service.domain.emulation.entries.initiatives import (
    InitiativeBallot,
    InitiativeDecision,
    InitiativeView,
    NewInitiative,
)
from service.web.dependencies import WithWorks

router = APIRouter(tags=["emulation"], dependencies=[WithWorks])


class InitiativeList(BaseModel):
    """Initiatives of a movement that one reads, in the order in which they came."""

    items: list[InitiativeView]


@router.get("/movements/{movement}/initiatives", responses=READS)
async def movement_initiatives(call: MovementDep) -> InitiativeList:
    """Return the initiatives of one's own unit; of all units for who keeps or judges the movement."""
    found = await call.run(
        lambda sync: initiatives.list_initiatives(sync, call.reference, call.actor, call.number)
    )
    return InitiativeList(items=found)


@router.post(
    "/movements/{movement}/initiatives",
    status_code=201,
    responses={**WRITES, 200: {"model": InitiativeView, "description": "It was handed in before"}},
)
async def hand_in(call: MovementDep, sent: NewInitiative, response: Response) -> InitiativeView:
    """Hand in an initiative of one's unit. Again it is one."""

    def run(sync: DomainSession) -> tuple[InitiativeView, bool]:
        who = call.reference, load_calendar(sync, call.reference), call.actor
        row, new = initiatives.hand_in_initiative(sync, *who, call.number, sent, call.now)
        view = initiatives.view_initiative(sync, call.reference, call.actor, call.number, row.id)
        return view, new

    initiative, new = await call.run(run)
    response.status_code = 201 if new else 200
    return initiative


@router.put("/movements/{movement}/initiatives/{initiative}/vote", responses=WRITES)
async def vote(call: MovementDep, initiative: UUID, sent: InitiativeBallot) -> InitiativeView:
    """Vote for the council, never on one's own unit's; the last vote counts."""

    def run(sync: DomainSession) -> InitiativeView:
        who = call.reference, call.actor, call.number
        initiatives.vote_on_initiative(sync, *who, initiative, sent, call.now)
        return initiatives.view_initiative(sync, call.reference, call.actor, call.number, initiative)

    return await call.run(run)


@router.post("/movements/{movement}/initiatives/{initiative}/decision", responses=WRITES)
async def decide(call: MovementDep, initiative: UUID, sent: InitiativeDecision) -> InitiativeView:
    """Recognise an initiative that more than half of the council voted for, or decline it with a reason."""

    def run(sync: DomainSession) -> InitiativeView:
        initiatives.decide_initiative(sync, call.actor, call.number, initiative, sent, call.now)
        return initiatives.view_initiative(sync, call.reference, call.actor, call.number, initiative)

    return await call.run(run)
