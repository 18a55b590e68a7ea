"""Correcting the kind of a case: what would come of it is shown first, then confirmed; scripts or not."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from service.db import async_unit_of_work
from service.domain.casework.case.context import CaseContext
from service.domain.casework.recategorisation import (
    RecategorisationPlan,
    RecategoriseRequest,
    preview_recategorising,
    recategorise,
)
from service.domain.casework.refiling import may_refile
from service.domain.city.reference import Reference
from service.domain.reports.edges import TRIAGE
from service.domain.reports.lifecycle import roles_of
from service.domain.workspaces.casefile import require_inside, stays_in_list
from service.errors import AppError, Conflict
from service.i18n import N_, language_in_use, pick
from service.models import Report
from service.pages.admin.rule_form import policy_words
from service.pages.case.actions import WorkDep
from service.pages.case.case import CaseVisit, known_code
from service.pages.shared.forms import read
from service.pages.shared.visit import StaffVisit
from service.pages.staff.staffroom import draw_staff_page

router = APIRouter()

FIELDS = ("category", "policy", "reason", "keep_lead")


@router.get("/case/{code}/kind")
async def form(visit: CaseVisit, code: str) -> Response:
    """The form; with a kind chosen, what would come of it."""
    typed = {name: visit.request.query_params.get(name, "") for name in (*FIELDS, "version")}
    return await _draw(visit, known_code(code), typed)


@router.post("/case/{code}/kind")
async def confirm(work: WorkDep) -> Response:
    """Do it; where others were quicker, what would come of it now is shown instead."""
    typed = {name: work.form.text(name) for name in (*FIELDS, "version")}
    try:
        await work.run(recategorise, work.case_context, work.code, _read_change(typed))
        works = await work.run(stays_in_list, work.staff.asker, work.code, work.now)
    except AppError as error:
        return await _draw(work, work.code, typed, error)
    where = f"/case/{work.code}?done=kind" if works else f"/queue?left={work.code}"
    return RedirectResponse(where, status_code=303)


def _read_change(typed: Mapping[str, str]) -> RecategoriseRequest:
    sent: dict[str, object] = {"category": typed["category"], "reason": typed["reason"]}
    sent |= {"policy": typed["policy"] or None, "keep_lead": typed["keep_lead"] == "1"}
    version = typed["version"]
    return read(RecategoriseRequest, {**sent, "version": int(version) if version.isdecimal() else None})


async def _draw(
    visit: StaffVisit, code: str, typed: Mapping[str, str], error: AppError | None = None
) -> Response:
    reference, resources, staff, now = visit.reference, visit.resources, visit.staff, visit.now
    async with async_unit_of_work(resources.engine) as session:
        report: Report = (await session.run_sync(require_inside, staff.asker, code, now)).report
        if error is None and not may_refile(report, staff.actor):
            error = Conflict(N_("Phản ánh này không sửa loại được ở bước hiện nay, hoặc không thuộc bạn."))
        plan: RecategorisationPlan | None = None
        if typed["category"] and error is None:
            try:
                given = _read_change({**typed, "version": typed["version"] or str(report.version)})
                ctx = CaseContext(reference, resources.rulebook, staff.asker, now)
                _, plan = await session.run_sync(preview_recategorising, ctx, code, given)
            except AppError as refused:
                error = refused
        book = await session.run_sync(resources.rulebook.get)
    filled = {
        "report": report,
        "plan": plan,
        "typed": {**typed, "category": typed["category"] or reference.categories[report.category_id].code},
        "coordinates": TRIAGE in roles_of(staff.actor, report),
        "kind_now": pick(reference.categories[report.category_id].name),
        "lead_now": _name(reference, report.lead_id),
        "due_at": plan.times.get("due_at", report.due_at) if plan else None,
        "kinds": [view for view in reference.categories.values() if view.active],
        "policies": [
            (code, policy_words(policy, language_in_use.get()))
            for code, policy in sorted(book.policies.items())
        ],
        "dropped": _dropped(reference, report, plan),
    }
    return draw_staff_page(visit, "case/kind.html", filled, "staff/case.ts", error=error)


def _name(reference: Reference, department_id: int | None) -> str:
    found = reference.departments.get(department_id or 0)
    return pick(found.name) if found else ""


def _dropped(reference: Reference, report: Report, plan: RecategorisationPlan | None) -> list[str]:
    """Return the questions whose answers go, in words."""
    if plan is None:
        return []
    path = reference.categories[report.category_id].path
    labels = {
        question["code"]: pick(question["label"])
        for code in path
        for question in reference.category_by_code[code].questions
    }
    return [labels.get(code, code) for code in plan.dropped]
