"""Requests to carriers over HTTP: drafted, sent by a step of their work, answered number by number."""

from __future__ import annotations

from fastapi import APIRouter, Response
from pydantic import BaseModel

from service.api.works.shared import READS, WRITES, WorkCallDep
from service.domain.number_cases import answers, requests
from service.domain.number_cases.access import find_request
from service.domain.number_cases.forms import CarrierAnswers, NewRequest, NumbersToAdd
from service.domain.number_cases.views import CarrierRequestView, list_requests, tell_request
from service.domain.works.actions import ActionContext
from service.web.dependencies import ResourcesDep, WakeAfter

router = APIRouter(tags=["numbers"], dependencies=[WakeAfter])


class CarrierRequestList(BaseModel):
    """Requests that are not ended, drafts first, then by deadline."""

    items: list[CarrierRequestView]


@router.get("/requests", responses=READS)
async def list_all(call: WorkCallDep) -> CarrierRequestList:
    """Requests of the signed-in person's units; a carrier's are those that were sent to it."""
    return CarrierRequestList(items=await call.act(list_requests))


@router.get("/requests/{request_code}", responses=READS)
async def show_request(request_code: str, call: WorkCallDep) -> CarrierRequestView:
    """Return one request with its numbers and answers."""

    def verb(ctx: ActionContext) -> CarrierRequestView:
        return tell_request(ctx, find_request(ctx.session, ctx.actor, request_code))

    return await call.act(verb)


@router.post("/requests", status_code=201, responses={**WRITES, 200: {"model": CarrierRequestView}})
async def draft_one(sent: NewRequest, response: Response, call: WorkCallDep) -> CarrierRequestView:
    """Draft a request to a carrier. It is sent by `POST /works/{code}/transitions` with `to: sent`."""

    def verb(ctx: ActionContext) -> tuple[CarrierRequestView, bool]:
        found, new = requests.make_request(ctx, sent)
        return tell_request(ctx, found), new

    return await call.create(response, verb)


@router.post("/requests/{request_code}/numbers", responses=WRITES)
async def ask_about(request_code: str, sent: NumbersToAdd, call: WorkCallDep) -> CarrierRequestView:
    """Ask about more numbers, while the request is a draft; those that it has stay."""

    def verb(ctx: ActionContext) -> CarrierRequestView:
        return tell_request(ctx, requests.add_numbers(ctx, request_code, sent))

    return await call.act(verb)


@router.put("/requests/{request_code}/answers", responses=WRITES)
async def answer(
    request_code: str, sent: CarrierAnswers, call: WorkCallDep, resources: ResourcesDep
) -> CarrierRequestView:
    """Answer some numbers or all: the carrier itself, or the unit that asked. Numbers that were ported are
    put into a draft for the carrier they went to. The same again changes nothing.
    """
    key = resources.settings.secret

    def verb(ctx: ActionContext) -> CarrierRequestView:
        return tell_request(ctx, answers.give_answers(ctx, key, request_code, sent))

    return await call.act(verb)
