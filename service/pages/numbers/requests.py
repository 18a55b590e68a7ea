"""Requests to carriers on pages: those of one's unit, and for a carrier's people those that it is asked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Annotated, TypeVar

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from service.domain.number_cases.access import find_request
from service.domain.number_cases.answers import give_answers
from service.domain.number_cases.crops import find_request_crop
from service.domain.number_cases.forms import CarrierAnswers
from service.domain.number_cases.requests import take_request_step
from service.domain.number_cases.sheet import ParsedAnswerSheet
from service.domain.number_cases.views import CarrierRequestView, list_requests, tell_request
from service.domain.number_cases.words import ACTION_WORDS, ANSWER_WORDS
from service.domain.numbers.rights import SEES_REQUESTS
from service.domain.works.actions import ActionContext
from service.domain.works.forms import WorkStep
from service.errors import AppError, NotFound, invalid
from service.i18n import N_, pick, translate
from service.models import CarrierAnswer
from service.pages.numbers.cases import read_step, telecoms
from service.pages.numbers.numbers import cut_stored
from service.pages.shared.case_words import STEP_BUTTONS
from service.pages.shared.forms import Fields, FormDep, SentForm, read
from service.pages.shared.visit import WITH_OWN_PAGE, StaffVisit, StaffVisitDep, answer_form
from service.pages.shared.work_words import STATUS_WORDS
from service.pages.staff.imports import NO_WORKBOOK, read_import
from service.pages.staff.staffroom import draw_staff_page, only
from service.web.dependencies import WakeAfter
from service.web.papers.numbers import NumberPapers
from service.web.paths import LongRowId
from service.web.reading.answer_sheet import MAX_BYTES, read_answer_sheet
from service.web.uploads import FORM_BYTES

Code = TypeVar("Code", bound=str)

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
    context = {"requests": found, "statuses": STATUS_WORDS, "step_words": STEP_BUTTONS}
    return draw_staff_page(visit, "numbers/requests.html", context)


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
        view = await _view_request(visit, request_code)
        file = await read_import(visit, form, MAX_BYTES, NO_WORKBOOK)
        sheet = await read_answer_sheet(visit.reference, view, *file)
        keeps = bool(sheet.items) and not form.text("preview")
        if keeps:
            sent = CarrierAnswers(items=list(sheet.items))
            await visit.act(lambda ctx: give_answers(ctx, key, request_code, sent))
    except AppError as error:
        if error.status in WITH_OWN_PAGE:
            raise
        return await _draw(visit, request_code, form, error)
    return await _draw(visit, request_code, sheet=sheet, kept=keeps)


@router.get("/requests/{request_code}/numbers.xlsx")
async def numbers_file(visit: RequestVisit, request_code: str) -> Response:
    """Return the request's numbers as a workbook that can be filled in and sent back."""
    return (await _papers(visit).request_numbers(request_code)).response()


@router.get("/requests/{request_code}/letter.docx")
async def letter(visit: RequestVisit, request_code: str) -> Response:
    """Return the letter as a draft for whoever signs."""
    return (await _papers(visit).request_letter(request_code)).response()


@router.get("/requests/{request_code}/crops/{number_id}")
async def crop(visit: RequestVisit, request_code: str, number_id: LongRowId) -> Response:
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
    return {
        "number": number,
        "answer": form.text(f"answer-{number}"),
        "ported_to": form.text(f"ported-{number}") or None,
        "action": form.text(f"action-{number}") or "none",
        "action_on": form.day_or_none(f"on-{number}"),
    }


def _papers(visit: StaffVisit) -> NumberPapers:
    return NumberPapers(visit.resources, visit.reference, visit.staff, visit.now)


async def _view_request(visit: StaffVisit, code: str) -> CarrierRequestView:
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
    view = await _view_request(visit, code)
    context = {
        "letter": view,
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
    }
    return draw_staff_page(visit, "numbers/request.html", context, error=error)


def _choices(words: Mapping[Code, str], *without: str) -> list[tuple[str, str]]:
    return [(str(code), translate(name)) for code, name in words.items() if code not in without]
