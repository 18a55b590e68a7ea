"""Documents about clean-ups, made on a page and entered: the announcement, a month's report."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from service.domain.documents.of_cleanups import CleanupDocumentOrder, MonthReportOrder
from service.pages.shared.forms import FormDep, read
from service.pages.shared.signing import read_signing
from service.pages.shared.visit import StaffVisit, StaffVisitDep
from service.web.papers.cleanups import CleanupPapers

router = APIRouter(prefix="/manage/cleanups")


@router.post("/report")
async def make_report(visit: StaffVisitDep, form: FormDep) -> Response:
    """Make a month's report and enter it."""
    names = ("month", "unit", "recipient")
    order = read(MonthReportOrder, {name: form.text(name) for name in names} | read_signing(form))
    return _entered(await _papers(visit).enter_report(order))


@router.post("/{code}/announcement")
async def make_announcement(visit: StaffVisitDep, code: str, form: FormDep) -> Response:
    """Make the announcement of a clean-up and enter it."""
    order = read(CleanupDocumentOrder, read_signing(form))
    return _entered(await _papers(visit).enter_announcement(code, order))


def _papers(visit: StaffVisit) -> CleanupPapers:
    return CleanupPapers(visit.resources, visit.reference, visit.staff, visit.now)


def _entered(number: int) -> Response:
    return RedirectResponse(f"/documents/{number}", status_code=303)
