"""Points of persons inside their unit: claimed by themselves, given by its leader."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel

from service.api.emulation.shared import READS, WRITES, MovementDep
from service.db import DomainSession
from service.domain.emulation.persons.forms import OwnClaims, PersonGiven, PersonView
from service.domain.emulation.persons.scoring import list_people, put_own_claims, put_person_given

router = APIRouter(tags=["emulation"])


class PeopleList(BaseModel):
    """People of the units that one leads with their points, or oneself alone."""

    items: list[PersonView]


@router.get("/movements/{movement}/people", responses=READS)
async def movement_people(asked: MovementDep) -> PeopleList:
    """Return the people of one's unit for its leaders, else oneself; nobody outside a unit reads any."""
    return await asked.run(lambda sync: _people(sync, asked))


@router.put("/movements/{movement}/people/claims", responses=WRITES)
async def put_claims_of_oneself(asked: MovementDep, sent: OwnClaims) -> PeopleList:
    """Claim points for oneself, with proof where a criterion asks for it."""

    def run(sync: DomainSession) -> PeopleList:
        put_own_claims(sync, asked.reference, asked.actor, asked.number, sent, asked.now)
        return _people(sync, asked)

    return await asked.run(run)


@router.put("/movements/{movement}/people/given", responses=WRITES)
async def put_given_to_person(asked: MovementDep, sent: PersonGiven) -> PeopleList:
    """Give a person of one's unit points, never oneself; a reason where they differ from the claim."""

    def run(sync: DomainSession) -> PeopleList:
        put_person_given(sync, asked.reference, asked.actor, asked.number, sent, asked.now)
        return _people(sync, asked)

    return await asked.run(run)


def _people(sync: DomainSession, asked: MovementDep) -> PeopleList:
    return PeopleList(items=list_people(sync, asked.reference, asked.actor, asked.number))
