"""Requests to carriers over HTTP: drafted, sent by a step of their work, answered number by number."""

from __future__ import annotations

from fastapi import APIRouter, Response
from pydantic import BaseModel

from service.api.works.shared import READS, WRITES, by_hand, made_by_hand
from service.domain.number_cases import answers, requests
from service.domain.number_cases.access import find_request
from service.domain.number_cases.forms import CarrierAnswers, MoreNumbers, NewRequest
from service.domain.number_cases.views import CarrierRequestView, list_requests, tell_request
from service.domain.works.acting import Hand
from service.web.dependencies import NowDep, ReferenceDep, ResourcesDep, SessionDep, WakeAfter
from service.web.viewer import StaffDep

router = APIRouter(tags=["numbers"], dependencies=[WakeAfter])


class CarrierRequestList(BaseModel):
    """Requests that are not ended, drafts first, then by deadline."""

    items: list[CarrierRequestView]


@router.get("/requests", responses=READS)
async def list_all(
    session: SessionDep, reference: ReferenceDep, staff: StaffDep, now: NowDep
) -> CarrierRequestList:
    """Requests of the signed-in person's units; a carrier's are those that were sent to it."""
    return CarrierRequestList(items=await by_hand(session, reference, staff, now, list_requests))


@router.get("/requests/{request_code}", responses=READS)
async def show_request(
    request_code: str, session: SessionDep, reference: ReferenceDep, staff: StaffDep, now: NowDep
) -> CarrierRequestView:
    """Return one request with its numbers and answers."""

    def verb(hand: Hand) -> CarrierRequestView:
        return tell_request(hand, find_request(hand.session, hand.actor, request_code))

    return await by_hand(session, reference, staff, now, verb)


@router.post("/requests", status_code=201, responses={**WRITES, 200: {"model": CarrierRequestView}})
async def draft_one(
    sent: NewRequest,
    response: Response,
    session: SessionDep,
    reference: ReferenceDep,
    staff: StaffDep,
    now: NowDep,
) -> CarrierRequestView:
    """Draft a request to a carrier. It is sent by `POST /works/{code}/transitions` with `to: sent`."""

    def verb(hand: Hand) -> tuple[CarrierRequestView, bool]:
        found, new = requests.make_request(hand, sent)
        return tell_request(hand, found), new

    return await made_by_hand(response, session, reference, staff, now, verb)


@router.post("/requests/{request_code}/numbers", responses=WRITES)
async def ask_about(
    request_code: str,
    sent: MoreNumbers,
    session: SessionDep,
    reference: ReferenceDep,
    staff: StaffDep,
    now: NowDep,
) -> CarrierRequestView:
    """Ask about more numbers, while the request is a draft; those that it has stay."""

    def verb(hand: Hand) -> CarrierRequestView:
        return tell_request(hand, requests.add_numbers(hand, request_code, sent))

    return await by_hand(session, reference, staff, now, verb)


@router.put("/requests/{request_code}/answers", responses=WRITES)
async def answer(
    request_code: str,
    sent: CarrierAnswers,
    session: SessionDep,
    reference: ReferenceDep,
    resources: ResourcesDep,
    staff: StaffDep,
    now: NowDep,
) -> CarrierRequestView:
    """Answer some numbers or all: the carrier itself, or the unit that asked. Numbers that were ported are
    put into a draft for the carrier they went to. The same again changes nothing.
    """
    key = resources.settings.secret

    def verb(hand: Hand) -> CarrierRequestView:
        return tell_request(hand, answers.give_answers(hand, key, request_code, sent))

    return await by_hand(session, reference, staff, now, verb)
