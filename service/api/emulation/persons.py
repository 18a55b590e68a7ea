"""Points of persons inside their unit: claimed by themselves, given by its leader."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel

from service.api.emulation.shared import READS, WRITES, MovementDep
from service.db import DomainSession
from service.domain.emulation.persons.forms import OwnClaims, PersonPointsChange, PersonView
from service.domain.emulation.persons.person_scores import list_people, put_own_claims, put_person_points
from service.web.dependencies import WithWorks

router = APIRouter(tags=["emulation"], dependencies=[WithWorks])


class PeopleList(BaseModel):
    """People of the units that one leads with their points, or oneself alone."""

    items: list[PersonView]


@router.get("/movements/{movement}/people", responses=READS)
async def movement_people(call: MovementDep) -> PeopleList:
    """Return the people of one's unit for its leaders, else oneself; nobody outside a unit reads any."""
    return await call.run(lambda sync: _people(sync, call))


@router.put("/movements/{movement}/people/claims", responses=WRITES)
async def put_claims_of_oneself(call: MovementDep, sent: OwnClaims) -> PeopleList:
    """Claim points for oneself, with proof where a criterion asks for it."""

    def run(sync: DomainSession) -> PeopleList:
        put_own_claims(sync, call.reference, call.actor, call.number, sent, call.now)
        return _people(sync, call)

    return await call.run(run)


@router.put("/movements/{movement}/people/given", responses=WRITES)
async def put_given_to_person(call: MovementDep, sent: PersonPointsChange) -> PeopleList:
    """Give a person of one's unit points, never oneself; a reason where they differ from the claim."""

    def run(sync: DomainSession) -> PeopleList:
        put_person_points(sync, call.reference, call.actor, call.number, sent, call.now)
        return _people(sync, call)

    return await call.run(run)


def _people(sync: DomainSession, call: MovementDep) -> PeopleList:
    return PeopleList(items=list_people(sync, call.reference, call.actor, call.number))
