"""Reports up the line: all of one's units, and one with its figures, words and who is missing."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from fastapi.responses import RedirectResponse, Response

from service.db import DomainSession
from service.domain.documents.register import WRITERS
from service.domain.documents.signing import DocumentSigning
from service.domain.periodic import answering, views
from service.domain.periodic.answering import UnitAnswer
from service.errors import AppError
from service.pages.shared.forms import FormDep, SentForm, read
from service.pages.shared.signing import read_signing, signing_choices
from service.pages.shared.visit import StaffVisit, StaffVisitDep, answer_form
from service.pages.staff.staffroom import only, surroundings
from service.rendering.engine import page
from service.web.papers.upward import merge_upward

router = APIRouter(dependencies=[Depends(only(*WRITERS))])

Number = Annotated[int, Path(ge=1, le=2**31 - 1)]


@router.get("/periodic")
async def index(visit: StaffVisitDep) -> Response:
    """The newest reports that one's units issue or contribute to."""
    found = await visit.run(views.list_periodic, visit.reference, visit.staff.actor)
    context = {**surroundings(visit.staff, visit.reference, visit.now), "reports": found}
    return page(visit.request, "periodic/index.html", context)


@router.get("/periodic/{report}")
async def show(visit: StaffVisitDep, report: Number, done: str = "") -> Response:
    """Show one report."""
    return await _draw(visit, report, done=bool(done))


@router.post("/periodic/{report}/units/{unit}")
async def answer(
    visit: StaffVisitDep, report: Number, unit: Annotated[str, Path(max_length=60)], form: FormDep
) -> Response:
    """Send what a unit says."""

    def run(session: DomainSession) -> None:
        words = {name: form.text(name) for name in ("results", "hindrances", "proposals")}
        said = read(UnitAnswer, {**words, "version": form.number("version")})
        answering.send_answer(session, visit.reference, visit.staff.actor, report, unit, said, visit.now)

    return await answer_form(
        visit.run(run), lambda error: _draw(visit, report, error, form), f"/periodic/{report}?done=1"
    )


@router.post("/periodic/{report}/merge")
async def merge(visit: StaffVisitDep, report: Number, form: FormDep) -> Response:
    """Freeze the figures and make the document."""
    try:
        signing = read(DocumentSigning, read_signing(form))
        number = await merge_upward(visit.resources, visit.reference, visit.staff, report, visit.now, signing)
    except AppError as error:
        if error.status in (401, 404, 503):
            raise
        return await _draw(visit, report, error, form)
    return RedirectResponse(f"/documents/{number}", status_code=303)


async def _draw(
    visit: StaffVisit,
    report: int,
    error: AppError | None = None,
    form: SentForm | None = None,
    *,
    done: bool = False,
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
    context = {
        **surroundings(visit.staff, visit.reference, visit.now),
        **filled,
        "typed": form.fields() if form else None,
        "error": error,
        "done": done,
    }
    return page(visit.request, "periodic/report.html", context, status=error.status if error else 200)
