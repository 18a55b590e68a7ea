"""Lists of numbers for colleagues: drafted, published by another person, taken back; objections answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter
from fastapi.responses import Response

from service.domain.number_cases.forms import NewPublication, ObjectionAnswer, PublicationStep
from service.domain.number_cases.publicity.listings import (
    draft_publication,
    list_publications,
    take_publication_step,
)
from service.domain.number_cases.publicity.objections import answer_objection, list_objections
from service.domain.works.actions import ActionContext
from service.errors import AppError
from service.i18n import N_
from service.models import PublicationState
from service.pages.shared.forms import FormDep, SentForm, read
from service.pages.shared.visit import StaffVisit, answer_form
from service.pages.staff.staffroom import draw_staff_page, visit_of
from service.web.dependencies import WakeAfter
from service.web.papers.numbers import NumberPapers
from service.web.paths import LongRowId

router = APIRouter(dependencies=[WakeAfter])
NumbersVisit = Annotated[StaffVisit, visit_of("/numbers")]

LIST_STATES = {
    PublicationState.DRAFT: N_("Đang soạn"),
    PublicationState.PUBLISHED: N_("Đang công khai"),
    PublicationState.WITHDRAWN: N_("Đã rút cả danh sách"),
}
ANSWERS: dict[str, dict[str, object]] = {
    "upheld": {"upheld": True},
    "rejected": {"upheld": False},
    "plausible": {"plausible": True},
}


@router.get("/numbers/lists")
async def index(visit: NumbersVisit) -> Response:
    """Show the lists of one's units, and the objections that wait."""
    return await _draw(visit)


@router.post("/numbers/{number_id}/list")
async def draft_one(visit: NumbersVisit, number_id: LongRowId, form: FormDep) -> Response:
    """Draft a list with this number."""

    def verb(ctx: ActionContext) -> None:
        texts = ("case", "decision", "signer", "basis", "words")
        item: dict[str, object] = {name: form.text(name) for name in texts}
        item |= {name: form.day(name) for name in ("decided_on", "until") if form.text(name)}
        body = {"id": form.text("id") or str(uuid4()), "number": form.text("list_number"), "items": [item]}
        draft_publication(ctx, read(NewPublication, body))

    return await _do(visit, verb)


@router.post("/numbers/lists/{publication_id}")
async def step_of_one(visit: NumbersVisit, publication_id: UUID, form: FormDep) -> Response:
    """Publish a list, or take it back."""
    sent = {"to": form.text("to"), "reason": form.text("reason")}
    return await _do(
        visit, lambda ctx: _done(take_publication_step(ctx, publication_id, read(PublicationStep, sent)))
    )


@router.post("/numbers/objections/{objection_id}")
async def answer(visit: NumbersVisit, objection_id: UUID, form: FormDep) -> Response:
    """Answer an objection, or hide the number until it is answered."""
    return await _do(
        visit,
        lambda ctx: _done(answer_objection(ctx, objection_id, read(ObjectionAnswer, _answer(form)))),
    )


@router.get("/numbers/lists/{publication_id}/press.{form}")
async def press(visit: NumbersVisit, publication_id: UUID, form: Literal["csv", "xlsx", "docx"]) -> Response:
    """Return the list for the press, whole: handed over by who signs it; what was withdrawn says so."""
    papers = NumberPapers(visit.resources, visit.reference, visit.staff, visit.now)
    return (await papers.press_list(publication_id, form)).response()


def _answer(form: SentForm) -> dict[str, object]:
    return {**ANSWERS.get(form.text("what"), {}), "answer": form.text("answer")}


def _done(_: object) -> None:
    return None


async def _do(visit: StaffVisit, verb: Callable[[ActionContext], None]) -> Response:
    return await answer_form(visit.act(verb), lambda error: _draw(visit, error), "/numbers/lists?done=1")


async def _draw(visit: StaffVisit, error: AppError | None = None) -> Response:
    key = visit.resources.settings.secret
    context = {
        "lists": await visit.act(list_publications),
        "objections": await visit.act(lambda ctx: list_objections(ctx, key)),
        "list_states": LIST_STATES,
    }
    return draw_staff_page(visit, "numbers/lists.html", context, error=error)
