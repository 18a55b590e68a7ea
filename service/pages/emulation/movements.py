"""Movements: the list, a new one, its standing by pools, its criteria, its steps and papers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from service.db import DomainSession
from service.domain.city.city import load_calendar
from service.domain.emulation.access import MEMBERS, find_movement, may_direct
from service.domain.emulation.fairness import fair_indicators
from service.domain.emulation.forms import MOST_CRITERIA, CriteriaChange, MovementDraft, MovementStep
from service.domain.emulation.movements import corrections, drafts, life, views
from service.domain.emulation.movements.comments import comments_shown
from service.domain.emulation.movements.corrections import CorrectionDraft
from service.domain.emulation.shapes import MovementView, ScoreCommentView
from service.domain.emulation.sheets.old_results import take_old_results
from service.domain.emulation.sheets.sheet_imports import take_scores
from service.domain.people.colleagues import people_to_name
from service.domain.reports.events import Actor
from service.domain.works.access import READERS
from service.errors import AppError, invalid
from service.i18n import N_
from service.models import Role
from service.pages.emulation.formula_rows import formula_fields
from service.pages.emulation.movement_forms import (
    KINDS,
    MOST_IN_COUNCIL,
    SOURCES,
    SPARE_ROWS,
    STATES,
    STEPS,
    pool_choices,
    read_criteria,
    read_frame,
    sent_people,
)
from service.pages.shared.forms import Fields, FormDep, SentForm, number_or_text, read
from service.pages.shared.visit import WITH_OWN_PAGE, StaffVisit, StaffVisitDep, answer_form
from service.pages.staff.form_rows import drawn_rows
from service.pages.staff.imports import NO_WORKBOOK, read_import
from service.pages.staff.staffroom import draw_staff_page, only
from service.web.dependencies import WithWorks
from service.web.papers.emulation import enter_paper
from service.web.paths import RowId
from service.web.reading.score_sheet import MAX_BYTES, read_result_sheet, read_score_sheet
from service.web.uploads import FORM_BYTES

router = APIRouter(dependencies=[WithWorks, Depends(only(*MEMBERS))])

LEADERS = Depends(only(Role.MANAGER, Role.DEPARTMENT))


@router.get("/emulation")
async def index(visit: StaffVisitDep) -> Response:
    """The newest movements."""
    found = await visit.run(views.list_movements, visit.reference, visit.staff.actor)
    may = {"may_make": bool(_issuers(visit)), "reads_meters": visit.staff.actor.role in READERS}
    return draw_staff_page(visit, "emulation/index.html", {"movements": found, "states": STATES, **may})


@router.get("/emulation/new", dependencies=[LEADERS])
async def new(visit: StaffVisitDep) -> Response:
    """Show the form of a new movement."""
    return await _draw_new(visit)


@router.post("/emulation/new", dependencies=[LEADERS])
async def make(visit: StaffVisitDep, form: FormDep) -> Response:
    """Make a movement."""

    def run(session: DomainSession) -> int:
        draft = read(MovementDraft, read_frame(form))
        return drafts.put_movement(session, visit.reference, visit.staff.actor, draft, visit.now).id

    return await answer_form(
        visit.run(run),
        lambda error: _draw_new(visit, error, form),
        lambda number: f"/emulation/{number}",
        raised=WITH_OWN_PAGE - {404},  # a plan that there is not is a field to mend
    )


@router.get("/emulation/{movement}")
async def show(visit: StaffVisitDep, movement: RowId) -> Response:
    """Show the standing by pools; of a draft its criteria."""
    return await _draw(visit, movement)


@router.post("/emulation/{movement}/criteria")
async def criteria(visit: StaffVisitDep, movement: RowId, form: FormDep) -> Response:
    """Set the criteria of a draft."""

    def run(session: DomainSession) -> None:
        fields = {"criteria": read_criteria(form), "version": form.number("version")}
        drafts.put_criteria(session, visit.staff.actor, movement, read(CriteriaChange, fields))

    return await _act(visit, movement, form, run)


@router.post("/emulation/{movement}/steps")
async def step(visit: StaffVisitDep, movement: RowId, form: FormDep) -> Response:
    """Take the next step."""

    def run(session: DomainSession) -> None:
        change = read(MovementStep, {"to": form.text("to"), "version": form.number("version")})
        calendar = load_calendar(session, visit.reference)
        life.step_movement(session, visit.reference, calendar, visit.staff.actor, movement, change, visit.now)

    return await _act(visit, movement, form, run)


@router.post("/emulation/{movement}/corrections")
async def correct(visit: StaffVisitDep, movement: RowId, form: FormDep) -> Response:
    """Correct a unit's points after they were announced."""

    def run(session: DomainSession) -> None:
        fields = {
            "unit": form.text("unit"),
            "why": form.text("why"),
            "points": number_or_text(form.text("points")),
        }
        draft = read(CorrectionDraft, fields)
        corrections.correct_standing(session, visit.reference, visit.staff.actor, movement, draft, visit.now)

    return await _act(visit, movement, form, run)


@router.post("/emulation/{movement}/documents")
async def document(visit: StaffVisitDep, movement: RowId, form: FormDep) -> Response:
    """Make the submission or the minutes and enter them."""

    async def doing() -> int:
        what = form.text("what")
        if what not in ("submission", "minutes"):
            raise invalid(["what"], N_("Hãy chọn văn bản."))
        return await enter_paper(visit.resources, visit.reference, visit.staff, movement, what, visit.now)

    return await answer_form(
        doing(), lambda error: _draw(visit, movement, error, form), lambda number: f"/documents/{number}"
    )


@router.post("/emulation/{movement}/sheet", max_body_size=MAX_BYTES + FORM_BYTES)
async def sheet(visit: StaffVisitDep, movement: RowId, form: FormDep) -> Response:
    """Take points out of a scoring sheet; one bad row refuses it."""

    async def doing() -> None:
        await visit.run(find_movement, visit.staff.actor, movement)
        rows = await read_score_sheet(movement, *await read_import(visit, form, MAX_BYTES, NO_WORKBOOK))
        await visit.run(take_scores, visit.reference, visit.staff.actor, movement, rows, visit.now)

    address = f"/emulation/{movement}?done=1"
    return await answer_form(doing(), lambda error: _draw(visit, movement, error, form), address)


@router.post("/emulation/{movement}/old-results", max_body_size=MAX_BYTES + FORM_BYTES)
async def old_results(visit: StaffVisitDep, movement: RowId, form: FormDep) -> Response:
    """Announce a draft with results that were reckoned elsewhere."""

    async def doing() -> None:
        await visit.run(find_movement, visit.staff.actor, movement)
        rows = await read_result_sheet(*await read_import(visit, form, MAX_BYTES, NO_WORKBOOK))

        def run(session: DomainSession) -> None:
            calendar = load_calendar(session, visit.reference)
            who = visit.reference, calendar, visit.staff.actor
            take_old_results(session, *who, movement, rows, visit.now)

        await visit.run(run)

    address = f"/emulation/{movement}?done=1"
    return await answer_form(doing(), lambda error: _draw(visit, movement, error, form), address)


async def _act(
    visit: StaffVisit, movement: int, form: SentForm, run: Callable[[DomainSession], None]
) -> Response:
    address = f"/emulation/{movement}?done=1"
    return await answer_form(visit.run(run), lambda error: _draw(visit, movement, error, form), address)


async def _draw(
    visit: StaffVisit,
    movement: int,
    error: AppError | None = None,
    form: SentForm | None = None,
) -> Response:
    def run(session: DomainSession) -> tuple[MovementView, Sequence[ScoreCommentView]]:
        actor, reference = visit.staff.actor, visit.reference
        view = views.view_movement(session, reference, actor, movement)
        return view, comments_shown(session, reference, actor, movement)

    view, comments = await visit.run(run)
    criteria = sorted((*view.criteria, *view.person_criteria), key=lambda each: each.position)
    rows = min(max(len(criteria) + SPARE_ROWS, 12), MOST_CRITERIA)
    known, sent = {each.position: each for each in criteria}, form if form and form.text("rows") else None
    context = {
        "movement": view,
        "comments": comments,
        "states": STATES,
        "steps": STEPS,
        "typed": form.fields() if form else None,
        "rows": rows,
        "criteria": criteria,
        "formulas": {at: formula_fields(known.get(at), sent, at) for at in range(1, rows + 1)},
        "sources": SOURCES,
        "kinds": KINDS,
        "indicators": fair_indicators(),
        "may_import": view.state == "draft" and view.next is not None,
        "of_city": visit.staff.account.role in (Role.TRIAGE, Role.ADMINISTRATOR),
    }
    return draw_staff_page(visit, "emulation/movement.html", context, error=error)


async def _draw_new(
    visit: StaffVisit, error: AppError | None = None, form: SentForm | None = None
) -> Response:
    council = sent_people(form, "council", MOST_IN_COUNCIL) if form else []
    context = {
        "issuers": _issuers(visit),
        "council": drawn_rows(council, most=MOST_IN_COUNCIL),
        "people": await visit.run(people_to_name, READERS),
        "units": pool_choices(visit.reference),
        "typed": form.fields() if form else Fields(),
        "fresh": form is None,
    }
    return draw_staff_page(visit, "emulation/new.html", context, error=error)


def _issuers(visit: StaffVisit) -> list[tuple[str, str]]:
    actor: Actor = visit.staff.actor
    units = [each for each in visit.reference.departments.values() if each.active]
    return [(each.code, each.name["vi"]) for each in units if may_direct(actor, each.id)]
