"""Numbers that are made known over HTTP: lists by two people, what everybody sees, objections."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from service.api.shared.answers import refusals
from service.api.works.shared import READS, WRITES, WorkCallDep
from service.db import DomainSession
from service.domain.city.city import load_calendar
from service.domain.number_cases.forms import (
    NewObjection,
    NewPublication,
    ObjectionAnswer,
    PublicationStep,
)
from service.domain.number_cases.publicity import listings, objections
from service.domain.number_cases.publicity.listings import ListedNumber, PublicationView, tell_publication
from service.domain.number_cases.publicity.objections import ObjectionView
from service.domain.reports.access import ANYONE
from service.domain.works.actions import ActionContext
from service.domain.workspaces.downloads.writers import MEDIA_TYPES
from service.web.dependencies import NowDep, ReferenceDep, ResourcesDep, SessionDep, WakeAfter
from service.web.papers.numbers import NumberPapers
from service.web.rates import allow
from service.web.viewer import StaffDep

router = APIRouter(tags=["numbers"], dependencies=[WakeAfter])
FILES = {
    MEDIA_TYPES["csv"]: {"schema": {"type": "string"}},
    **{MEDIA_TYPES[form]: {"schema": {"type": "string", "format": "binary"}} for form in ("xlsx", "docx")},
}
FRESH = {"Cache-Control": "no-cache", "X-Robots-Tag": "noindex, nofollow"}
"""The list is asked for each time: what is taken off it is gone at once."""


class ListedNumbers(BaseModel):
    """Numbers that are made known now, masked."""

    items: list[ListedNumber]


class PublicationList(BaseModel):
    """Lists of the person's units, the newest first."""

    items: list[PublicationView]


class ObjectionList(BaseModel):
    """Objections that wait for the person's answer, the most pressing first."""

    items: list[ObjectionView]


class ObjectionReceipt(BaseModel):
    """Receipt of an objection: the same whether the number is listed or not."""

    id: UUID
    received: bool = True


@router.get("/numbers/listed", responses=refusals(422))
async def listed(
    response: Response, session: SessionDep, reference: ReferenceDep, now: NowDep
) -> ListedNumbers:
    """Numbers that are made known now, masked, each with its decision and last day."""

    def run(inner: DomainSession) -> ListedNumbers:
        ctx = ActionContext(inner, reference, load_calendar(inner, reference), ANYONE, now)
        return ListedNumbers(items=list(listings.listed_numbers(ctx)))

    response.headers.update(FRESH)
    return await session.run_sync(run)


@router.post(
    "/numbers/objections",
    status_code=201,
    responses={**refusals(400, 403, 413, 422, 429), 200: {"model": ObjectionReceipt}},
)
async def object_to(
    sent: NewObjection,
    request: Request,
    session: SessionDep,
    reference: ReferenceDep,
    resources: ResourcesDep,
    now: NowDep,
) -> ObjectionReceipt:
    """Object to a number being listed; the answer never says whether it is."""
    await allow(request, resources, "object")
    key = resources.settings.secret

    def run(inner: DomainSession) -> ObjectionReceipt:
        calendar = load_calendar(inner, reference)
        return ObjectionReceipt(
            id=objections.object_to_listing(inner, reference, calendar, key, sent, now).id
        )

    return await session.run_sync(run)


@router.get("/publications", responses=READS)
async def list_publications(call: WorkCallDep) -> PublicationList:
    """Lists of the signed-in person's units."""
    found = await call.act(listings.list_publications)
    return PublicationList(items=found)


@router.post("/publications", status_code=201, responses={**WRITES, 200: {"model": PublicationView}})
async def draft_list(sent: NewPublication, response: Response, call: WorkCallDep) -> PublicationView:
    """Draft a list of numbers, each by its case. Somebody else publishes it."""

    def verb(ctx: ActionContext) -> tuple[PublicationView, bool]:
        made, new = listings.draft_publication(ctx, sent)
        return tell_publication(ctx, made), new

    return await call.create(response, verb)


@router.post("/publications/{publication_id}/transitions", responses=WRITES)
async def step_of_list(publication_id: UUID, sent: PublicationStep, call: WorkCallDep) -> PublicationView:
    """Publish a list (never who drafted it), or take all of it back. 422 names what a number lacks."""

    def verb(ctx: ActionContext) -> PublicationView:
        return tell_publication(ctx, listings.take_publication_step(ctx, publication_id, sent))

    return await call.act(verb)


@router.get(
    "/publications/{publication_id}/press.{form}",
    response_class=Response,
    responses={200: {"description": "The file", "content": FILES}, **READS},
)
async def press_of_list(
    publication_id: UUID,
    form: Literal["csv", "xlsx", "docx"],
    resources: ResourcesDep,
    reference: ReferenceDep,
    staff: StaffDep,
    now: NowDep,
) -> Response:
    """Return a list for the press with whole numbers, decisions and signers; what was withdrawn says so."""
    return (await NumberPapers(resources, reference, staff, now).press_list(publication_id, form)).response()


@router.get("/objections", responses=refusals(400, 401, 403))
async def list_objections(call: WorkCallDep, resources: ResourcesDep) -> ObjectionList:
    """Objections that wait for the signed-in person's answer."""
    objections.require_answering(call.staff.actor)
    key = resources.settings.secret
    found = await call.act(lambda ctx: objections.list_objections(ctx, key))
    return ObjectionList(items=found)


@router.post("/objections/{objection_id}/answer", responses=WRITES)
async def answer_one(
    objection_id: UUID, sent: ObjectionAnswer, call: WorkCallDep, resources: ResourcesDep
) -> ObjectionView:
    """Answer an objection: upheld, the number is off the list at once; or only mark it as plausible."""
    key = resources.settings.secret

    def verb(ctx: ActionContext) -> ObjectionView:
        return objections.tell_objection(ctx, key, objections.answer_objection(ctx, objection_id, sent))

    return await call.act(verb)
