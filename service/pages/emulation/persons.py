"""Page of the people of a unit in a movement: one's own points, and those that a leader gives."""

from __future__ import annotations

from collections.abc import Awaitable

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from service.db import DomainSession
from service.domain.emulation.access import MEMBERS
from service.domain.emulation.movements import views
from service.domain.emulation.persons.forms import OwnClaims, PersonPointsChange
from service.domain.emulation.persons.person_scores import list_people, put_own_claims, put_person_points
from service.domain.emulation.proofs.proof_files import withdraw_proof
from service.errors import AppError
from service.pages.emulation.units import proof_files
from service.pages.shared.forms import FormDep, SentForm, number_or_text, read
from service.pages.shared.visit import WITH_OWN_PAGE, StaffVisit, StaffVisitDep, answer_form
from service.pages.staff.staffroom import draw_staff_page, only
from service.web.dependencies import WithWorks
from service.web.papers.proofs import PROOF_BYTES, ProofSending, keep_proofs
from service.web.paths import RowId
from service.web.uploads import GateDep

router = APIRouter(dependencies=[WithWorks, Depends(only(*MEMBERS))])


@router.get("/emulation/{movement}/people")
async def show_people(visit: StaffVisitDep, movement: RowId) -> Response:
    """Show one's own points, and to leaders those of the unit's people."""
    return await _draw(visit, movement)


@router.post("/emulation/{movement}/people/claims", max_body_size=3 * PROOF_BYTES)
async def claim_own(visit: StaffVisitDep, movement: RowId, form: FormDep, gate: GateDep) -> Response:
    """Claim points for oneself, and prove them by files: all of it or nothing."""
    files = proof_files(form)
    sending = ProofSending(movement, None, files, visit.reference, visit.staff, visit.now)

    def run(session: DomainSession) -> None:
        claims = []
        for name in form:
            at = name.removeprefix("points.")
            if name != at and form.text(name) and at.isdecimal() and len(at) < 4:
                points, proof = number_or_text(form.text(name)), form.text(f"proof.{at}")
                claims.append({"criterion": int(at), "points": points, "proof": proof})
        if claims or not files:
            change = read(OwnClaims, {"claims": claims})
            put_own_claims(session, visit.reference, visit.staff.actor, movement, change, visit.now)

    return await _do(visit, movement, form, keep_proofs(visit.resources, gate, sending, run))


@router.post("/emulation/{movement}/people/proofs/{proof}/remove")
async def remove_own_proof(visit: StaffVisitDep, movement: RowId, proof: RowId, form: FormDep) -> Response:
    """Withdraw a file of one's own."""
    who = visit.reference, visit.staff.actor, movement, None, proof
    return await _do(visit, movement, form, visit.run(withdraw_proof, *who, visit.now))


@router.post("/emulation/{movement}/people/given")
async def give_person(visit: StaffVisitDep, movement: RowId, form: FormDep) -> Response:
    """Give a person of the unit points for one criterion."""

    def run(session: DomainSession) -> None:
        points = form.text("points")
        body = {
            **{name: form.text(name) for name in ("person", "why")},
            **{name: form.number(name) for name in ("criterion", "version")},
            "points": number_or_text(points) if points else None,
        }
        change = read(PersonPointsChange, body)
        put_person_points(session, visit.reference, visit.staff.actor, movement, change, visit.now)

    return await _do(visit, movement, form, visit.run(run))


async def _do(visit: StaffVisit, movement: int, form: SentForm, done: Awaitable[object]) -> Response:
    address = f"/emulation/{movement}/people?done=1"
    raised = WITH_OWN_PAGE - {404} if form.text("person") else WITH_OWN_PAGE
    return await answer_form(done, lambda error: _draw(visit, movement, error, form), address, raised)


async def _draw(
    visit: StaffVisit,
    movement: int,
    error: AppError | None = None,
    form: SentForm | None = None,
) -> Response:
    actor, reference = visit.staff.actor, visit.reference

    def run(session: DomainSession) -> dict[str, object]:
        return {
            "movement": views.view_movement(session, reference, actor, movement),
            "people": list_people(session, reference, actor, movement),
        }

    context = {
        **await visit.run(run),
        "typed": form.fields() if form else None,
    }
    return draw_staff_page(visit, "emulation/people.html", context, error=error)
