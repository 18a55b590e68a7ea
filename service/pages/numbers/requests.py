"""Requests to carriers on pages: those of one's unit, and for a carrier's people those that it is asked."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from service.domain.documents.offices import issuing_facts
from service.domain.number_cases.access import find_request
from service.domain.number_cases.answers import give_answers
from service.domain.number_cases.crops import find_request_crop
from service.domain.number_cases.forms import CarrierAnswers
from service.domain.number_cases.photo_links import AnnexLinks, tell_annex
from service.domain.number_cases.requests import take_request_step
from service.domain.number_cases.sheet import ParsedAnswerSheet, request_sheet
from service.domain.number_cases.views import CarrierRequestView, list_requests, tell_request
from service.domain.number_cases.words import ACTION_WORDS, ANSWER_WORDS
from service.domain.numbers.rights import SEES_REQUESTS
from service.domain.works.acting import ActionContext
from service.domain.works.forms import WorkStep
from service.domain.workspaces.downloads.writers import MEDIA_TYPES
from service.errors import AppError, NotFound, invalid
from service.i18n import N_, pick, translate
from service.models import CarrierAnswer
from service.pages.numbers.cases import RowId, read_step, telecoms
from service.pages.numbers.numbers import cut_stored
from service.pages.shared.case_words import STEP_BUTTONS
from service.pages.shared.forms import Fields, FormDep, SentForm, read
from service.pages.shared.visit import StaffVisit, StaffVisitDep, answer_form
from service.pages.shared.work_words import STATUS_WORDS
from service.pages.staff.staffroom import only, surroundings
from service.rendering.engine import page
from service.web.dependencies import WakeAfter
from service.web.exports import attachment
from service.web.reading.answer_sheet import MAX_BYTES, read_answer_sheet
from service.web.uploads import FORM_BYTES

router = APIRouter(dependencies=[WakeAfter])


async def get_request_visit(visit: StaffVisitDep) -> StaffVisit:
    """Return the visit of somebody whose role has to do with requests. Raises NotFound."""
    await only(*SEES_REQUESTS)(visit.staff)
    return visit


RequestVisit = Annotated[StaffVisit, Depends(get_request_visit)]


@router.get("/requests")
async def index(visit: RequestVisit) -> Response:
    """Show the requests that run, drafts first, then by deadline."""
    found = await visit.act(list_requests)
    shown = {"requests": found, "statuses": STATUS_WORDS, "step_words": STEP_BUTTONS}
    context = {**surroundings(visit.staff, visit.reference, visit.now), **shown}
    return page(visit.request, "numbers/requests.html", context)


@router.get("/requests/{request_code}")
async def show(visit: RequestVisit, request_code: str) -> Response:
    """Show one request with its numbers and answers."""
    return await _draw(visit, request_code)


@router.post("/requests/{request_code}/step")
async def step(visit: RequestVisit, request_code: str, form: FormDep) -> Response:
    """Send it, take it back or close it."""

    def verb(ctx: ActionContext) -> None:
        take_request_step(ctx, request_code, read(WorkStep, read_step(form)))

    return await _do(visit, request_code, form, verb)


@router.post("/requests/{request_code}/answers")
async def answers(visit: RequestVisit, request_code: str, form: FormDep) -> Response:
    """Keep the answers that were chosen; rows without one stay open."""
    key = visit.resources.settings.secret

    def verb(ctx: ActionContext) -> None:
        view = tell_request(ctx, find_request(ctx.session, ctx.actor, request_code))
        items = [_answer(form, each.id) for each in view.numbers if form.text(f"answer-{each.id}")]
        if not items:
            raise invalid(["answers"], N_("Chưa chọn câu trả lời nào."))
        give_answers(ctx, key, request_code, read(CarrierAnswers, {"items": items}))

    return await _do(visit, request_code, form, verb)


@router.post("/requests/{request_code}/xlsx", max_body_size=MAX_BYTES + FORM_BYTES)
async def upload(visit: RequestVisit, request_code: str, form: FormDep) -> Response:
    """Read answers out of a workbook: to look at, or to keep."""
    key = visit.resources.settings.secret
    try:
        view = await _told(visit, request_code)
        files = form.files("file")
        if not files:
            raise invalid(["file"], N_("Hãy chọn tệp XLSX."))
        file = files[0]
        data = await file.read(MAX_BYTES + 1)
        sheet = await read_answer_sheet(visit.reference, view, file.filename or "", data)
        keeps = bool(sheet.items) and not form.text("preview")
        if keeps:
            sent = CarrierAnswers(items=list(sheet.items))
            await visit.act(lambda ctx: give_answers(ctx, key, request_code, sent))
    except AppError as error:
        if error.status in (401, 404):
            raise
        return await _draw(visit, request_code, form, error)
    return await _draw(visit, request_code, sheet=sheet, kept=keeps)


@router.get("/requests/{request_code}/numbers.xlsx")
async def numbers_file(visit: RequestVisit, request_code: str) -> Response:
    """Return the request's numbers as a workbook that can be filled in and sent back."""
    view, links = await _annexed(visit, request_code)
    body = await asyncio.to_thread(request_sheet, view, links)
    return Response(body, media_type=MEDIA_TYPES["xlsx"], headers=attachment(f"{view.code}.xlsx"))


@router.get("/requests/{request_code}/letter.docx")
async def letter(visit: RequestVisit, request_code: str) -> Response:
    """Return the letter as a draft for whoever signs."""
    from service.documents.carriers import write_carrier_letter  # here: heavy
    from service.documents.offices import office_of

    view, links = await _annexed(visit, request_code)
    lead = visit.reference.department_by_code[(view.lead["code"] if view.lead else "")].id
    office = office_of(visit.reference, lead, entered=await visit.run(issuing_facts, lead))
    today = visit.now.astimezone(ZoneInfo(visit.reference.timezone)).date()

    def make() -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "file.docx"
            write_carrier_letter(path, office, view, links, today)
            return path.read_bytes()

    body = await asyncio.to_thread(make)
    return Response(body, media_type=MEDIA_TYPES["docx"], headers=attachment(f"{view.code}.docx"))


@router.get("/requests/{request_code}/crops/{number_id}")
async def crop(visit: RequestVisit, request_code: str, number_id: RowId) -> Response:
    """Show the number on its newest poster, and nothing else of the photo; nobody keeps it."""
    found = await visit.run(
        lambda session: find_request_crop(session, visit.staff.actor, request_code, number_id)
    )
    async with visit.resources.response_cache.light.turn():
        picture = await asyncio.to_thread(cut_stored, visit.resources.storage, found)
    if picture is None:
        raise NotFound(N_("Không có ảnh này."))
    headers = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}
    return Response(picture, media_type="image/jpeg", headers=headers)


def _answer(form: SentForm, number: int) -> dict[str, object]:
    on = form.text(f"on-{number}")
    return {
        "number": number,
        "answer": form.text(f"answer-{number}"),
        "ported_to": form.text(f"ported-{number}") or None,
        "action": form.text(f"action-{number}") or "none",
        "action_on": form.day(f"on-{number}") if on else None,
    }


async def _annexed(visit: StaffVisit, code: str) -> tuple[CarrierRequestView, AnnexLinks]:
    settings = visit.resources.settings
    return await visit.act(lambda ctx: tell_annex(ctx, code, settings.secret, settings.public_url))


async def _told(visit: StaffVisit, code: str) -> CarrierRequestView:
    return await visit.act(lambda ctx: tell_request(ctx, find_request(ctx.session, ctx.actor, code)))


async def _do(
    visit: StaffVisit, code: str, form: SentForm, verb: Callable[[ActionContext], None]
) -> Response:
    return await answer_form(
        visit.act(verb), lambda error: _draw(visit, code, form, error), f"/requests/{code}?done=1"
    )


async def _draw(
    visit: StaffVisit,
    code: str,
    sent: SentForm | None = None,
    error: AppError | None = None,
    sheet: ParsedAnswerSheet | None = None,
    kept: bool = False,
) -> Response:
    view = await _told(visit, code)
    context = {
        **surroundings(visit.staff, visit.reference, visit.now),
        "request_told": view,
        "sheet": sheet,
        "sheet_kept": kept,
        "statuses": STATUS_WORDS,
        "step_words": STEP_BUTTONS,
        "answer_words": ANSWER_WORDS,
        "action_words": ACTION_WORDS,
        "answers": _choices(ANSWER_WORDS, CarrierAnswer.NONE),
        "actions": _choices(ACTION_WORDS),
        "carriers": [(each.code, pick(each.name)) for each in telecoms(visit.reference)],
        "typed": sent.fields() if sent else Fields({}),
        "blank": Fields({}),
        "error": error,
        "fields": error.errors if error else (),
        "done": visit.request.query_params.get("done") == "1" and error is None,
    }
    return page(visit.request, "numbers/request.html", context, status=error.status if error else 200)


def _choices(words: Mapping[Any, str], *without: str) -> list[tuple[str, str]]:
    return [(str(code), translate(name)) for code, name in words.items() if code not in without]
