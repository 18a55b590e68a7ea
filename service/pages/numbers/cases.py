"""Page of one number for colleagues: its places, its cases with their steps, what carriers said."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter
from fastapi.responses import Response

from service.domain.city.reference import DepartmentView, Reference
from service.domain.number_cases.cases import open_number_case, take_case_step
from service.domain.number_cases.forms import NewCase, NewRequest
from service.domain.number_cases.requests import make_request
from service.domain.number_cases.sanctions import penalties_of_number
from service.domain.number_cases.subscribers import OwnerView, read_owner
from service.domain.number_cases.views import number_story
from service.domain.number_cases.words import PURPOSE_WORDS
from service.domain.numbers.number_lists import number_file
from service.domain.works.actions import ActionContext
from service.domain.works.forms import WorkStep
from service.errors import AppError
from service.i18n import pick
from service.pages.shared.case_words import STEP_BUTTONS
from service.pages.shared.forms import Fields, FormDep, SentForm, read
from service.pages.shared.kinds import departments_by_name
from service.pages.shared.visit import StaffVisit, answer_form
from service.pages.shared.work_words import STATUS_WORDS
from service.pages.staff.staffroom import draw_staff_page, visit_of
from service.web.dependencies import WakeAfter
from service.web.paths import LongRowId

router = APIRouter(dependencies=[WakeAfter])

NumbersVisit = Annotated[StaffVisit, visit_of("/numbers")]
TEXTS = ("document", "basis", "remedy", "statement", "signer", "act")
DAYS = ("dated", "appear_by", "suspended_from", "suspended_to", "appeared_on", "paid_on")
_AMOUNT = re.compile(r"(\d{1,3}(?:[., ]\d{3})+|\d+)\s*(?:đ|đồng|vnđ|vnd)?", re.IGNORECASE)


@router.get("/numbers/{number_id}")
async def show(visit: NumbersVisit, number_id: LongRowId) -> Response:
    """Show one number: where it was seen, its cases, what may be done now."""
    return await _draw(visit, number_id)


@router.post("/numbers/{number_id}/open")
async def open_one(visit: NumbersVisit, number_id: LongRowId, form: FormDep) -> Response:
    """Open its case. The form sent twice is one."""
    sent = {"id": form.text("id"), "note": form.text("note")}
    return await _do(
        visit, number_id, form, lambda ctx: open_number_case(ctx, number_id, read(NewCase, sent)) and None
    )


@router.post("/numbers/{number_id}/step")
async def step(visit: NumbersVisit, number_id: LongRowId, form: FormDep) -> Response:
    """Take a step of its case."""

    def verb(ctx: ActionContext) -> None:
        take_case_step(ctx, form.text("case"), read(WorkStep, read_step(form)))

    return await _do(visit, number_id, form, verb)


@router.post("/numbers/{number_id}/request")
async def request(visit: NumbersVisit, number_id: LongRowId, form: FormDep) -> Response:
    """Draft a request to a carrier about it, and lead there."""
    made: list[str] = []

    def verb(ctx: ActionContext) -> None:
        names = ("id", "carrier", "purpose", "basis")
        sent = {**{name: form.text(name) for name in names}, "numbers": [number_id]}
        found, _ = make_request(ctx, read(NewRequest, sent))
        made.append(found.work.code)

    return await _do(visit, number_id, form, verb, lambda: f"/requests/{made[0]}")


@router.post("/numbers/{number_id}/owner")
async def owner(visit: NumbersVisit, number_id: LongRowId, form: FormDep) -> Response:
    """Show who it belongs to, for a purpose that is kept; nobody stores the answer."""
    key, purpose = visit.resources.settings.secret, form.text("purpose")
    try:
        found = await visit.act(lambda ctx: read_owner(ctx, key, number_id, purpose))
    except AppError as error:
        return await _draw(visit, number_id, form, error)
    answer = await _draw(visit, number_id, owner=found)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def read_step(form: SentForm) -> dict[str, object]:
    """Return a step as its form says it. Raises Invalid for a day that is none."""
    data: dict[str, object] = {name: form.text(name) for name in TEXTS if form.text(name)}
    data |= {name: form.day(name).isoformat() for name in DAYS if form.text(name)}
    if fine := form.text("fine_vnd"):
        found = _AMOUNT.fullmatch(fine)
        data["fine_vnd"] = int(re.sub(r"\D", "", found[1])) if found else fine
    if form.text("removed"):
        data["removed"] = True
    return {
        "to": form.text("to"),
        "version": form.number("version"),
        "reason": form.text("reason"),
        "data": data,
    }


def telecoms(reference: Reference) -> list[DepartmentView]:
    """Return the companies that give out numbers, by name: those whose prefixes or cables the city names,
    all of its companies where it names none.
    """
    config = reference.config
    named = {*config.numbers.carriers.values(), *(config.cables.companies if config.cables else ())}
    companies = [each for each in departments_by_name(reference) if each.kind == "company"]
    return [each for each in companies if each.code in named] or companies


async def _do(
    visit: StaffVisit,
    number_id: int,
    form: SentForm,
    verb: Callable[[ActionContext], None],
    then: Callable[[], str] | None = None,
) -> Response:
    return await answer_form(
        visit.act(verb),
        lambda error: _draw(visit, number_id, form, error),
        lambda _: then() if then else f"/numbers/{number_id}?done=1",
    )


async def _draw(
    visit: StaffVisit,
    number_id: int,
    sent: SentForm | None = None,
    error: AppError | None = None,
    owner: OwnerView | None = None,
) -> Response:
    story = await visit.act(lambda ctx: number_story(ctx, number_id))
    file = await visit.run(number_file, visit.reference, visit.staff.actor, number_id)
    today = visit.today
    penalties = await visit.run(penalties_of_number, visit.reference, number_id, today)
    decided = (each for each in file.items if each.view.decided_at)
    context = {
        "file": file,
        "found": story,
        "story": sorted(decided, key=lambda each: each.view.decided_at or visit.now, reverse=True),
        "statuses": STATUS_WORDS,
        "step_words": STEP_BUTTONS,
        "purposes": PURPOSE_WORDS,
        "acts": [(each.code, pick(each.act)) for each in penalties],
        "carriers": telecoms(visit.reference),
        "typed": sent.fields() if sent else Fields({}),
        "blank": Fields({}),
        "fresh_id": str(uuid4()),
        "owner": owner,
    }
    return draw_staff_page(visit, "numbers/number.html", context, "staff/numbers.ts", error=error)
