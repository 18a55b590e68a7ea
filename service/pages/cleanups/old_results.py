"""Page on which a unit's old list of results is looked at and taken."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter
from fastapi.responses import Response

from service.domain.city.office_lists import ImportCounts
from service.domain.cleanups.drafts import MAKERS
from service.domain.cleanups.old_results.imports import keep_old_results
from service.domain.cleanups.old_results.result_rows import MOST_RESULTS, OldCleanups, read_old_cleanups
from service.domain.works.actions import ActionContext
from service.errors import AppError
from service.pages.shared.forms import Fields, FormDep
from service.pages.shared.kinds import departments_by_name
from service.pages.shared.visit import WITH_OWN_PAGE, StaffVisit, StaffVisitDep, not_here
from service.pages.staff.imports import NO_TABLE, read_import
from service.pages.staff.staffroom import draw_staff_page
from service.web.dependencies import WakeAfter, WithWorks
from service.web.reading.table_file import MAX_BYTES, read_first_table
from service.web.uploads import FORM_BYTES

router = APIRouter(prefix="/manage/cleanups/old", dependencies=[WakeAfter, WithWorks])

SHOWN = 20


@router.get("")
async def show_old_results(visit: StaffVisitDep) -> Response:
    """Show what a list should have, and the form that takes it."""
    return _draw(visit)


@router.post("", max_body_size=MAX_BYTES + FORM_BYTES)
async def take_old_results(visit: StaffVisitDep, form: FormDep) -> Response:
    """Read a list: to look at, or to keep what was understood."""
    try:
        rows = await read_first_table(*await read_import(visit, form, MAX_BYTES, NO_TABLE))

        def run(ctx: ActionContext) -> tuple[OldCleanups, ImportCounts | None]:
            today = ctx.calendar.local(ctx.now).date()
            found = read_old_cleanups(ctx.reference, ctx.calendar, rows, today)
            return found, None if form.text("preview") else keep_old_results(
                ctx, form.text("lead"), found.items
            )

        found, results = await visit.act(run)
    except AppError as error:
        if error.status in WITH_OWN_PAGE:
            raise
        return _draw(visit, typed=form.fields(), error=error)
    return _draw(visit, found, results, typed=form.fields())


def _draw(
    visit: StaffVisit,
    found: OldCleanups | None = None,
    counts: ImportCounts | None = None,
    typed: Mapping[str, str] | None = None,
    error: AppError | None = None,
) -> Response:
    if visit.staff.account.role not in MAKERS:
        raise not_here()
    mine = visit.staff.actor.departments
    context = {
        "found": found,
        "counts": counts,
        "shown": SHOWN,
        "most": MOST_RESULTS,
        "wards": visit.reference.wards,
        "leads": [each for each in departments_by_name(visit.reference) if each.id in mine or not mine],
        "typed": Fields(typed or {}),
    }
    return draw_staff_page(visit, "cleanups/old.html", context, error=error)
