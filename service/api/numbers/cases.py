"""The register of numbers over HTTP: numbers with their cases, cases opened, who a number belongs to."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from service.api.shared.answers import refusals
from service.api.shared.query import StrictQuery
from service.api.works.shared import READS, WRITES, WorkCallDep
from service.domain.number_cases.cases import open_number_case
from service.domain.number_cases.forms import NewCase, ReadingPurpose
from service.domain.number_cases.old_lists.imports import OldSightingView
from service.domain.number_cases.subscribers import read_owner
from service.domain.number_cases.views import (
    CarrierRequestView,
    CaseView,
    NumberState,
    RegisteredNumber,
    list_register,
    number_story,
    tell_case,
)
from service.domain.numbers.number_lists import with_digits
from service.domain.works.actions import ActionContext
from service.web.dependencies import ResourcesDep, WakeAfter
from service.web.paths import LongRowId

router = APIRouter(tags=["numbers"], dependencies=[WakeAfter])


class RegisterQuery(StrictQuery):
    """State of the numbers that are wanted, and a part of their digits."""

    state: NumberState = "confirmed"
    q: Annotated[str, Field(max_length=40)] = ""


class NumberList(BaseModel):
    """Numbers of the register, repeat offenders first."""

    items: list[RegisteredNumber]


class NumberOut(BaseModel):
    """A number with its cases and requests, the newest first, and where old lists saw it; `reads_owner`: the
    owner is known and may be read for a purpose.
    """

    number: RegisteredNumber
    cases: list[CaseView]
    requests: list[CarrierRequestView]
    old: list[OldSightingView]
    reads_owner: bool
    may_open: bool


class OwnerOut(BaseModel):
    """NumberOwner of a number as the carrier named them."""

    name: str
    address: str
    paper: str
    at: datetime


@router.get("/numbers", responses=READS)
async def list_numbers(query: Annotated[RegisterQuery, Query()], call: WorkCallDep) -> NumberList:
    """Numbers of the signed-in person's reports and cases: `todo` are verified and have no case."""
    part = with_digits(query.q) if query.q else None
    found = await call.act(lambda ctx: list_register(ctx, query.state, part=part))
    return NumberList(items=found)


@router.get("/numbers/{number_id:int}", responses=READS)
async def show_number(number_id: LongRowId, call: WorkCallDep) -> NumberOut:
    """Return one number with its cases, and what carriers answered."""
    story = await call.act(lambda ctx: number_story(ctx, number_id))
    return NumberOut(
        number=story.number,
        cases=list(story.cases),
        requests=list(story.requests),
        old=list(story.old),
        reads_owner=story.reads_owner,
        may_open=story.may_open,
    )


@router.post("/numbers/{number_id}/cases", status_code=201, responses={**WRITES, 200: {"model": CaseView}})
async def open_one(number_id: LongRowId, sent: NewCase, response: Response, call: WorkCallDep) -> CaseView:
    """Open the case of a verified number; 409 where two independent witnesses are missing, or it has one."""

    def verb(ctx: ActionContext) -> tuple[CaseView, bool]:
        found, new = open_number_case(ctx, number_id, sent)
        return tell_case(ctx, found.work, found.side), new

    return await call.create(response, verb)


@router.post(
    "/numbers/{number_id}/subscriber/readings", responses=refusals(400, 401, 403, 404, 410, 413, 422)
)
async def read_subscriber(
    number_id: LongRowId, sent: ReadingPurpose, response: Response, call: WorkCallDep, resources: ResourcesDep
) -> OwnerOut:
    """Read who a number belongs to, for a purpose; every reading is written down."""
    key = resources.settings.secret
    response.headers["Cache-Control"] = "private, no-store"
    found = await call.act(lambda ctx: read_owner(ctx, key, number_id, sent.purpose))
    return OwnerOut(name=found.name, address=found.address, paper=found.paper, at=found.at)
