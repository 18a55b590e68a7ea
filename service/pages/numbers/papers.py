"""Papers of a number's case as drafts: the invitation and the minutes, for who leads the case."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter
from fastapi.responses import Response

from service.pages.shared.visit import StaffVisit
from service.pages.staff.staffroom import visit_of
from service.web.papers.numbers import NumberPapers
from service.web.paths import LongRowId

router = APIRouter()
NumbersVisit = Annotated[StaffVisit, visit_of("/numbers")]


@router.get("/numbers/{number_id}/{what}.docx")
async def paper(
    visit: NumbersVisit, number_id: LongRowId, what: Literal["invitation", "minutes"]
) -> Response:
    """Return the paper of the running case as a draft. Raises NotFound for who does not lead it."""
    papers = NumberPapers(visit.resources, visit.reference, visit.staff, visit.now)
    return (await papers.case_paper(number_id, what)).response()
