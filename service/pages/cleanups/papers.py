"""Documents about clean-ups, made on a page and entered: the announcement, a month's report."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from service.domain.documents.of_cleanups import CleanupDocumentOrder, MonthReportOrder
from service.pages.cleanups.day import draw_cleanup_day
from service.pages.cleanups.staff import draw_cleanups_room
from service.pages.shared.forms import FormDep, read
from service.pages.shared.signing import read_signing
from service.pages.shared.visit import StaffVisit, StaffVisitDep, answer_form
from service.web.papers.cleanups import CleanupPapers

router = APIRouter(prefix="/manage/cleanups")


@router.post("/report")
async def make_report(visit: StaffVisitDep, form: FormDep) -> Response:
    """Make a month's report and enter it."""
    names = ("month", "unit", "recipient")

    async def act() -> int:
        order = read(MonthReportOrder, {name: form.text(name) for name in names} | read_signing(form))
        return await _papers(visit).enter_report(order)

    return await answer_form(act(), lambda error: draw_cleanups_room(visit, None, error), _document)


@router.post("/{code}/announcement")
async def make_announcement(visit: StaffVisitDep, code: str, form: FormDep) -> Response:
    """Make the announcement of a clean-up and enter it."""

    async def act() -> int:
        return await _papers(visit).enter_announcement(code, read(CleanupDocumentOrder, read_signing(form)))

    return await answer_form(
        act(), lambda error: draw_cleanup_day(visit, code, form.fields(), error, "paper"), _document
    )


def _papers(visit: StaffVisit) -> CleanupPapers:
    return CleanupPapers(visit.resources, visit.reference, visit.staff, visit.now)


def _document(number: int) -> str:
    return f"/documents/{number}"
