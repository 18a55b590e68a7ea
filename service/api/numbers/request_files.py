"""Files of a request to a carrier: its numbers as a workbook, answers out of one, the letter."""

from __future__ import annotations

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel

from service.api.shared.answers import Responses, refusals
from service.api.shared.files import FILE_BODY
from service.api.shared.sheets import RefusedRow, read_sent_import
from service.api.works.shared import READS, WorkCall
from service.db import async_unit_of_work
from service.domain.number_cases.access import find_request
from service.domain.number_cases.answers import give_answers
from service.domain.number_cases.forms import CarrierAnswers
from service.domain.number_cases.views import CarrierRequestView, tell_request
from service.domain.works.actions import ActionContext
from service.domain.workspaces.downloads.writers import MEDIA_TYPES
from service.i18n import translate
from service.web.dependencies import NowDep, ReferenceDep, ResourcesDep, WakeAfter
from service.web.papers.numbers import NumberPapers
from service.web.reading.answer_sheet import MAX_BYTES, read_answer_sheet
from service.web.uploads import FORM_BYTES
from service.web.viewer import StaffDep

router = APIRouter(tags=["numbers"], dependencies=[WakeAfter])

_BINARY = {"schema": {"type": "string", "format": "binary"}}


class SheetAnswers(BaseModel):
    """Answers of a workbook: how many rows were understood, which were left; `stored` unless on trial."""

    accepted: int
    refused: list[RefusedRow]
    stored: bool
    request: CarrierRequestView


def _file(form: str) -> Responses:
    return {200: {"description": "The file", "content": {MEDIA_TYPES[form]: _BINARY}}, **READS}


def _view(code: str, ctx: ActionContext) -> CarrierRequestView:
    return tell_request(ctx, find_request(ctx.session, ctx.actor, code))


@router.get("/requests/{request_code}/numbers.xlsx", response_class=Response, responses=_file("xlsx"))
async def numbers_file(
    request_code: str, resources: ResourcesDep, reference: ReferenceDep, staff: StaffDep, now: NowDep
) -> Response:
    """The request's numbers as a workbook that can be filled in and sent back; each with a link to the number
    on its poster, good for 30 days without signing in.
    """
    papers = NumberPapers(resources, reference, staff, now)
    return (await papers.request_numbers(request_code)).response()


@router.get("/requests/{request_code}/letter.docx", response_class=Response, responses=_file("docx"))
async def letter_file(
    request_code: str, resources: ResourcesDep, reference: ReferenceDep, staff: StaffDep, now: NowDep
) -> Response:
    """The letter with its annex, for somebody to sign and number; links as in the workbook."""
    papers = NumberPapers(resources, reference, staff, now)
    return (await papers.request_letter(request_code)).response()


@router.post(
    "/requests/{request_code}/answers.xlsx",
    responses=refusals(400, 401, 403, 404, 409, 413, 415, 422, 429),
    openapi_extra=FILE_BODY,
    max_body_size=MAX_BYTES + FORM_BYTES,
)
async def answers_file(
    request_code: str,
    request: Request,
    resources: ResourcesDep,
    reference: ReferenceDep,
    staff: StaffDep,
    now: NowDep,
    preview: bool = Query(default=False, description="Only say what would be stored"),
) -> SheetAnswers:
    """Answers out of a workbook, its columns guessed; rows that cannot be taken are told one by one."""
    async with async_unit_of_work(resources.engine) as session:
        view = await WorkCall(session, reference, staff, now).act(lambda ctx: _view(request_code, ctx))
    file = await read_sent_import(request, resources, MAX_BYTES)
    sheet = await read_answer_sheet(reference, view, *file)
    stored = bool(sheet.items) and not preview
    if stored:
        key, sent = resources.settings.secret, CarrierAnswers(items=list(sheet.items))

        def keep(ctx: ActionContext) -> CarrierRequestView:
            return tell_request(ctx, give_answers(ctx, key, request_code, sent))

        async with async_unit_of_work(resources.engine) as session:
            view = await WorkCall(session, reference, staff, now).act(keep)
    refused = [RefusedRow(row=row, why=translate(why)) for row, why in sheet.refused]
    return SheetAnswers(accepted=sheet.accepted, refused=refused, stored=stored, request=view)
