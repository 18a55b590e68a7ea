"""Notes that one shift of coordinators leaves to the next, on top of the desk."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from service.domain.workspaces.desk.handover import NewHandoverNote, leave_note, mark_note_read
from service.pages.desk.desk import DeskFilters, DeskVisit, draw_desk
from service.pages.shared.forms import FormDep, read
from service.pages.shared.visit import answer_form
from service.web.paths import RowId

router = APIRouter()


@router.post("/desk/handover")
async def leave(visit: DeskVisit, form: FormDep) -> Response:
    """Leave a note."""

    async def act() -> None:
        sent = read(NewHandoverNote, {"text": form.text("text")})
        await visit.run(leave_note, visit.staff.actor, sent, visit.now)

    return await answer_form(act(), lambda error: draw_desk(visit, DeskFilters(), error), "/desk")


@router.post("/desk/handover/{note_id}/read")
async def mark(visit: DeskVisit, note_id: RowId, _form: FormDep) -> Response:
    """Take a note off the desk of all."""
    await visit.run(mark_note_read, visit.staff.actor, note_id, visit.now)
    return RedirectResponse("/desk", status_code=303)
