"""Page of a movement's award dossiers: drafted, voted on, submitted, granted or declined."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Depends, Path
from fastapi.responses import Response

from service.db import DomainSession
from service.domain.city.config import AwardForms
from service.domain.cleanups.praise.commendations import FORM_NAMES, PRAISES
from service.domain.emulation.access import find_movement
from service.domain.emulation.awards import dossier_views
from service.domain.emulation.awards.dossiers import draft_award, step_award
from service.domain.emulation.awards.forms import AwardStep, NewAward
from service.domain.emulation.awards.law import law_on
from service.domain.emulation.movements import views
from service.domain.works.access import READERS
from service.domain.works.actions import ActionContext
from service.errors import AppError, NotFound
from service.i18n import translate
from service.models import Award, Work
from service.pages.shared.forms import FormDep, SentForm, read
from service.pages.shared.visit import StaffVisit, StaffVisitDep, answer_form
from service.pages.shared.work_words import STATUS_WORDS
from service.pages.staff.staffroom import draw_staff_page, only
from service.web.dependencies import WithWorks
from service.web.paths import RowId

router = APIRouter(dependencies=[WithWorks, Depends(only(*READERS))])

Code = Annotated[str, Path(max_length=20)]
FORM, VOTE, GRANT, PRESENT = "form.", "agree.", "granted.", "present."


@router.get("/emulation/{movement}/awards")
async def show_awards(visit: StaffVisitDep, movement: RowId) -> Response:
    """Show the dossiers, and the form of a new one for who keeps the movement."""
    return await _draw(visit, movement)


@router.post("/emulation/{movement}/awards")
async def draft(visit: StaffVisitDep, movement: RowId, form: FormDep) -> Response:
    """Draft a dossier. The form sent twice is one."""

    def verb(ctx: ActionContext) -> None:
        chosen = [(name.removeprefix(FORM), form.text(name)) for name in form if name.startswith(FORM)]
        body = {
            "id": form.text("id"),
            "proposals": [
                {"unit": unit, "form": form_of_praise} for unit, form_of_praise in chosen if form_of_praise
            ],
            "due_on": form.day_or_none("due_on"),
        }
        draft_award(ctx, movement, read(NewAward, body))

    return await _do(visit, movement, form, verb)


@router.post("/emulation/{movement}/awards/{code}/steps")
async def step(visit: StaffVisitDep, movement: RowId, code: Code, form: FormDep) -> Response:
    """Take a step of a dossier."""

    def verb(ctx: ActionContext) -> None:
        if dossier_views.find_award(ctx.session, ctx.actor, code)[0].id != movement:
            raise NotFound(dossier_views.NO_AWARD)
        step_award(ctx, code, read(AwardStep, _step(form)))

    return await _do(visit, movement, form, verb)


def award_page(session: DomainSession, work: Work) -> str:
    """Return the address at which the steps of a dossier are taken."""
    return f"/emulation/{session.get_one(Award, work.id).movement_id}/awards#{work.code}"


def _step(form: SentForm) -> dict[str, object]:
    votes = [(name.removeprefix(VOTE), form.number(name)) for name in form if name.startswith(VOTE)]
    granted = [name.removeprefix(GRANT) for name in form if name.startswith(GRANT) and form.text(name)]
    return {
        **{name: form.text(name) for name in ("to", "reason", "document")},
        **{name: form.day_or_none(name) for name in ("met_on", "dated")},
        "version": form.number("version"),
        "present": [name.removeprefix(PRESENT) for name in form if name.startswith(PRESENT)],
        "votes": [{"unit": unit, "agree": agree} for unit, agree in votes if agree is not None],
        "granted": granted if form.text("to") == "granted" else None,
    }


async def _do(
    visit: StaffVisit, movement: int, form: SentForm, verb: Callable[[ActionContext], None]
) -> Response:
    address = f"/emulation/{movement}/awards?done=1"
    return await answer_form(visit.act(verb), lambda error: _draw(visit, movement, error, form), address)


async def _draw(
    visit: StaffVisit,
    movement: int,
    error: AppError | None = None,
    form: SentForm | None = None,
) -> Response:
    actor, reference = visit.staff.actor, visit.reference

    def run(session: DomainSession) -> tuple[dict[str, object], AwardForms | None]:
        row = find_movement(session, actor, movement)
        shown: dict[str, object] = {
            "movement": views.view_movement(session, reference, actor, movement),
            "items": dossier_views.list_awards(session, reference, actor, movement),
            "council": dossier_views.council_people(session, row),
            "drafts": dossier_views.may_draft(actor, row),
        }
        return shown, law_on(reference, row.last)

    shown, law = await visit.run(run)
    gift = law.forms if law else PRAISES
    context = {
        **shown,
        "law": law,
        "forms": [(each.value, translate(FORM_NAMES[each])) for each in reversed(PRAISES) if each in gift],
        "statuses": STATUS_WORDS,
        "fresh": str(uuid4()),
        "typed": form.fields() if form else None,
    }
    return draw_staff_page(visit, "emulation/awards.html", context, error=error)
