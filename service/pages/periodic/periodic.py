"""Reports up the line: all of one's units, and one with its figures, words and who is missing."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from service.db import DomainSession
from service.domain.documents.register import WRITERS
from service.domain.documents.signing import DocumentSigning
from service.domain.periodic import unit_answers, views
from service.domain.periodic.unit_answers import UnitAnswer
from service.errors import AppError
from service.pages.shared.forms import FormDep, SentForm, read
from service.pages.shared.signing import read_signing, signing_choices
from service.pages.shared.visit import WITH_OWN_PAGE, StaffVisit, StaffVisitDep, answer_form
from service.pages.staff.staffroom import draw_staff_page, only
from service.web.papers.upward import merge_upward
from service.web.paths import EntryCode, RowId

router = APIRouter(dependencies=[Depends(only(*WRITERS))])


@router.get("/periodic")
async def index(visit: StaffVisitDep) -> Response:
    """The newest reports that one's units issue or contribute to."""
    found = await visit.run(views.list_periodic, visit.reference, visit.staff.actor)
    return draw_staff_page(visit, "periodic/index.html", {"reports": found})


@router.get("/periodic/{report}")
async def show(visit: StaffVisitDep, report: RowId) -> Response:
    """Show one report."""
    return await _draw(visit, report)


@router.post("/periodic/{report}/units/{unit}")
async def answer(visit: StaffVisitDep, report: RowId, unit: EntryCode, form: FormDep) -> Response:
    """Send what a unit says."""

    def run(session: DomainSession) -> None:
        words = {name: form.text(name) for name in ("results", "hindrances", "proposals")}
        sent = read(UnitAnswer, {**words, "version": form.number("version")})
        unit_answers.send_answer(session, visit.reference, visit.staff.actor, report, unit, sent, visit.now)

    return await answer_form(
        visit.run(run), lambda error: _draw(visit, report, error, form), f"/periodic/{report}?done=1"
    )


@router.post("/periodic/{report}/merge")
async def merge(visit: StaffVisitDep, report: RowId, form: FormDep) -> Response:
    """Freeze the figures and make the document."""

    async def merging() -> int:
        signing = read(DocumentSigning, read_signing(form))
        return await merge_upward(visit.resources, visit.reference, visit.staff, report, visit.now, signing)

    return await answer_form(
        merging(),
        lambda error: _draw(visit, report, error, form),
        lambda number: f"/documents/{number}",
        WITH_OWN_PAGE | {503},
    )


async def _draw(
    visit: StaffVisit, report: int, error: AppError | None = None, form: SentForm | None = None
) -> Response:
    def run(session: DomainSession) -> dict[str, object]:
        view = views.view_report(session, visit.reference, visit.staff.actor, report)
        row, kind = views.find_periodic(session, visit.staff.actor, report)
        codes = visit.reference.department_by_code
        mine = [codes[each.unit["code"]].id for each in view.words if each.mine and not view.may_merge]
        units: list[int | None] = [*mine[:3], *([None] if view.may_merge else [])]
        figures = views.report_figures(session, visit.reference, row, units, visit.now)
        choices = signing_choices(session, visit.reference, kind.issuer_id)
        return {"report": view, "figures": figures, "signing_choices": choices}

    filled = await visit.run(run)
    context = {**filled, "typed": form.fields() if form else None}
    return draw_staff_page(visit, "periodic/report.html", context, error=error)
