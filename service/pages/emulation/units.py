"""Page of a unit: its points and why some were lost, claims and comments; the page of the council."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from starlette.datastructures import UploadFile

from service.db import DomainSession
from service.domain.emulation.access import MEMBERS
from service.domain.emulation.forms import ClaimsChange, CouncilPointsChange, NewScoreComment, ScoreAnswer
from service.domain.emulation.movements import views
from service.domain.emulation.movements.comments import comments_shown
from service.domain.emulation.points import entered_points
from service.domain.emulation.proofs.proof_files import withdraw_proof
from service.errors import AppError, invalid
from service.i18n import N_
from service.pages.emulation.movement_forms import STATES
from service.pages.shared.forms import FormDep, SentForm, number_or_text, read
from service.pages.shared.visit import StaffVisit, StaffVisitDep, answer_form
from service.pages.staff.staffroom import draw_staff_page, only
from service.web.dependencies import WithWorks
from service.web.papers.proofs import PROOF_BYTES, ProofSending, keep_proofs
from service.web.paths import EntryCode, RowId
from service.web.uploads import GateDep

router = APIRouter(dependencies=[WithWorks, Depends(only(*MEMBERS))])


@router.get("/emulation/{movement}/units/{unit}")
async def show_unit(visit: StaffVisitDep, movement: RowId, unit: EntryCode) -> Response:
    """Show one unit's points by criterion, and why some were lost."""
    return await _draw_unit(visit, movement, unit)


@router.post("/emulation/{movement}/units/{unit}/claims", max_body_size=3 * PROOF_BYTES)
async def claim(
    visit: StaffVisitDep, movement: RowId, unit: EntryCode, form: FormDep, gate: GateDep
) -> Response:
    """Claim points, and prove them by files: all of it or nothing."""
    files = proof_files(form)
    sending = ProofSending(movement, unit, files, visit.reference, visit.staff, visit.now)

    def run(session: DomainSession) -> None:
        claims = [
            {
                "criterion": int(position),
                "points": number_or_text(form.text(f"points.{position}")),
                "proof": form.text(f"proof.{position}"),
            }
            for position in _positions(form, "points.")
            if form.text(f"points.{position}")
        ]
        if claims or not files:
            change = read(ClaimsChange, {"unit": unit, "claims": claims})
            entered_points.put_claims(
                session, visit.reference, visit.staff.actor, movement, change, visit.now
            )

    return await answer_form(
        keep_proofs(visit.resources, gate, sending, run),
        lambda error: _draw_unit(visit, movement, unit, error, form),
        f"/emulation/{movement}/units/{unit}?done=1",
    )


@router.post("/emulation/{movement}/units/{unit}/proofs/{proof}/remove")
async def remove_proof(
    visit: StaffVisitDep, movement: RowId, unit: EntryCode, proof: RowId, form: FormDep
) -> Response:
    """Withdraw a file of proof."""
    who = visit.reference, visit.staff.actor, movement, unit, proof
    return await answer_form(
        visit.run(withdraw_proof, *who, visit.now),
        lambda error: _draw_unit(visit, movement, unit, error),
        f"/emulation/{movement}/units/{unit}?done=1",
    )


@router.post("/emulation/{movement}/units/{unit}/comments")
async def comment(visit: StaffVisitDep, movement: RowId, unit: EntryCode, form: FormDep) -> Response:
    """Comment on the unit's points."""

    def run(session: DomainSession) -> None:
        fields = {"unit": unit, "criterion": form.whole_or_text("criterion"), "words": form.text("words")}
        new = read(NewScoreComment, fields)
        entered_points.add_comment(session, visit.reference, visit.staff.actor, movement, new, visit.now)

    return await answer_form(
        visit.run(run),
        lambda error: _draw_unit(visit, movement, unit, error, form),
        f"/emulation/{movement}/units/{unit}?done=1",
    )


@router.get("/emulation/{movement}/council")
async def council(visit: StaffVisitDep, movement: RowId, everything: str = "") -> Response:
    """Show what the council looks at."""
    return await _draw_council(visit, movement, everything=bool(everything))


@router.post("/emulation/{movement}/given")
async def give(visit: StaffVisitDep, movement: RowId, form: FormDep) -> Response:
    """Give points for the council."""

    def run(session: DomainSession) -> None:
        points = form.text("points")
        body = {
            "unit": form.text("unit"),
            "criterion": form.whole_or_text("criterion"),
            "points": number_or_text(points) if points else None,
            "why": form.text("why"),
            "version": form.number("version"),
        }
        change = read(CouncilPointsChange, body)
        entered_points.put_council_points(
            session, visit.reference, visit.staff.actor, movement, change, visit.now
        )

    return await answer_form(
        visit.run(run),
        lambda error: _draw_council(visit, movement, error, form),
        f"/emulation/{movement}/council?done=1",
    )


@router.post("/emulation/{movement}/answers")
async def answer(visit: StaffVisitDep, movement: RowId, form: FormDep) -> Response:
    """Answer a comment."""

    def run(session: DomainSession) -> None:
        number = form.number("comment")
        if not number or number >= 2**31:
            raise invalid(["comment"], N_("Không có ý kiến này."))
        sent = read(ScoreAnswer, {"answer": form.text("answer"), "changed": bool(form.text("changed"))})
        who = visit.reference, visit.staff.actor, movement
        entered_points.answer_comment(session, *who, number, sent, visit.now)

    return await answer_form(
        visit.run(run),
        lambda error: _draw_council(visit, movement, error, form),
        f"/emulation/{movement}/council?done=1",
    )


def proof_files(form: SentForm) -> list[tuple[int, UploadFile]]:
    """Return the files of a form of claims, each with the position of its criterion."""
    positions = _positions(form, "file.")
    return [(int(each), file) for each in positions for file in form.files(f"file.{each}")]


def _positions(form: SentForm, prefix: str) -> list[str]:
    """Return the positions of criteria for which a form has fields of this prefix, each once."""
    numbers = dict.fromkeys(name.removeprefix(prefix) for name in form if name.startswith(prefix))
    return [each for each in numbers if each.isdecimal() and each.isascii() and len(each) < 4]


async def _draw_unit(
    visit: StaffVisit,
    movement: int,
    unit: str,
    error: AppError | None = None,
    form: SentForm | None = None,
) -> Response:
    view = await visit.run(views.view_unit, visit.reference, visit.staff.actor, movement, unit)
    context = {
        "states": STATES,
        "view": view,
        "typed": form.fields() if form else None,
    }
    return draw_staff_page(visit, "emulation/unit.html", context, error=error)


async def _draw_council(
    visit: StaffVisit,
    movement: int,
    error: AppError | None = None,
    form: SentForm | None = None,
    *,
    everything: bool = False,
) -> Response:
    def run(session: DomainSession) -> dict[str, object]:
        actor, reference = visit.staff.actor, visit.reference
        open_ = views.view_differences(session, reference, actor, movement, everything=everything)
        view = views.view_movement(session, reference, actor, movement)
        comments = comments_shown(session, reference, actor, movement)
        return {"scores": open_, "movement": view, "comments": comments}

    context = {
        **await visit.run(run),
        "states": STATES,
        "typed": form.fields() if form else None,
        "everything": everything,
    }
    return draw_staff_page(visit, "emulation/council.html", context, error=error)
