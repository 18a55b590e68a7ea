"""Page of a movement's initiatives: handed in by units, voted on by the council, recognised or declined."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from uuid import uuid4

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from service.db import DomainSession
from service.domain.city.city import load_calendar
from service.domain.emulation.access import MEMBERS, find_movement
from service.domain.emulation.entries import initiatives
from service.domain.emulation.entries.initiatives import (
    InitiativeBallot,
    InitiativeDecision,
    InitiativeView,
    NewInitiative,
)
from service.domain.emulation.movements import views
from service.domain.emulation.shapes import MovementView
from service.domain.indicators.registry import INDICATORS
from service.domain.people.colleagues import people_to_name
from service.errors import AppError
from service.i18n import N_, translate
from service.models import InitiativeState
from service.pages.emulation.movement_forms import MOST_AUTHORS, sent_people
from service.pages.shared.forms import Fields, FormDep, SentForm, read, read_id
from service.pages.shared.visit import StaffVisit, StaffVisitDep, answer_form
from service.pages.staff.form_rows import drawn_rows
from service.pages.staff.staffroom import draw_staff_page, only
from service.web.dependencies import WithWorks
from service.web.paths import RowId

router = APIRouter(dependencies=[WithWorks, Depends(only(*MEMBERS))])

STATE_WORDS: Mapping[InitiativeState, str] = {
    InitiativeState.HANDED_IN: N_("Chờ hội đồng xét"),
    InitiativeState.RECOGNISED: N_("Được công nhận"),
    InitiativeState.DECLINED: N_("Không được công nhận"),
}


@router.get("/emulation/{movement}/initiatives")
async def show_initiatives(visit: StaffVisitDep, movement: RowId) -> Response:
    """Show the initiatives that one reads, and the form for people of a unit."""
    return await _draw(visit, movement)


@router.post("/emulation/{movement}/initiatives")
async def hand_in(visit: StaffVisitDep, movement: RowId, form: FormDep) -> Response:
    """Hand one in. The form sent twice is one."""

    def run(session: DomainSession) -> None:
        new = read(NewInitiative, _body(form))
        who = visit.reference, load_calendar(session, visit.reference), visit.staff.actor
        initiatives.hand_in_initiative(session, *who, movement, new, visit.now)

    return await _act(visit, movement, form, run)


@router.post("/emulation/{movement}/initiatives/{initiative}/vote")
async def vote(visit: StaffVisitDep, movement: RowId, initiative: str, form: FormDep) -> Response:
    """Vote for the council."""

    def run(session: DomainSession) -> None:
        fields = {"agrees": form.text("agrees") == "1", "why": form.text("why")}
        ballot, key = read(InitiativeBallot, fields), read_id(initiative, initiatives.NONE_SUCH)
        who = visit.reference, visit.staff.actor, movement
        initiatives.vote_on_initiative(session, *who, key, ballot, visit.now)

    return await _act(visit, movement, form, run)


@router.post("/emulation/{movement}/initiatives/{initiative}/decision")
async def decide(visit: StaffVisitDep, movement: RowId, initiative: str, form: FormDep) -> Response:
    """Recognise or decline one."""

    def run(session: DomainSession) -> None:
        fields = {name: form.text(name) for name in ("decision", "why")}
        decision = read(InitiativeDecision, {**fields, "recognised": form.text("recognised") == "1"})
        initiatives.decide_initiative(
            session,
            visit.staff.actor,
            movement,
            read_id(initiative, initiatives.NONE_SUCH),
            decision,
            visit.now,
        )

    return await _act(visit, movement, form, run)


def _body(form: SentForm) -> dict[str, object]:
    return {
        **{name: form.text(name) for name in ("id", "unit", "title", "words", "effect")},
        "authors": [row["who"] for row in sent_people(form, "authors", MOST_AUTHORS)],
        "indicator": form.text("indicator") or None,
        "applied_on": form.day("applied_on"),
    }


async def _act(
    visit: StaffVisit, movement: int, form: SentForm, run: Callable[[DomainSession], None]
) -> Response:
    address = f"/emulation/{movement}/initiatives?done=1"
    return await answer_form(visit.run(run), lambda error: _draw(visit, movement, error, form), address)


async def _draw(
    visit: StaffVisit,
    movement: int,
    error: AppError | None = None,
    form: SentForm | None = None,
) -> Response:
    actor, reference = visit.staff.actor, visit.reference

    def run(session: DomainSession) -> tuple[MovementView, Sequence[InitiativeView], bool]:
        row = find_movement(session, actor, movement)
        view = views.view_movement(session, reference, actor, movement)
        items = initiatives.list_initiatives(session, reference, actor, movement)
        return view, items, initiatives.may_hand_in(actor, row)

    typed = form.fields() if form else None
    if form is None or not (authors := sent_people(form, "authors", MOST_AUTHORS)):
        authors = [Fields(who=visit.staff.account.username)]
    units = {below for each in actor.departments for below in reference.departments_below(each)}
    view, items, hands_in = await visit.run(run)
    context = {
        "movement": view,
        "items": items,
        "hands_in": hands_in,
        "units": [(each["code"], each["name"]) for each in view.mine],
        "indicators": [(code, translate(each.name)) for code, each in INDICATORS.items()],
        "state_words": STATE_WORDS,
        "fresh": str(uuid4()),
        "authors": drawn_rows(authors, most=MOST_AUTHORS),
        "people": await visit.run(people_to_name, None, units) if hands_in else [],
        "entered": typed if typed and "title" in typed else Fields(),
    }
    return draw_staff_page(visit, "emulation/initiatives.html", context, error=error)
