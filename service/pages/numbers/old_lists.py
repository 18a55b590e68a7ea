"""Page on which an office's old list of numbers is looked at and taken."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from service.domain.city.office_lists import ImportCounts
from service.domain.number_cases.old_lists.imports import KEEPERS, keep_old_rows
from service.domain.number_cases.old_lists.sheet import MOST_ROWS, OldList, read_old_list
from service.domain.works.actions import ActionContext
from service.errors import AppError
from service.pages.shared.forms import FormDep
from service.pages.shared.visit import WITH_OWN_PAGE, StaffVisit, StaffVisitDep
from service.pages.staff.imports import NO_TABLE, read_import
from service.pages.staff.staffroom import draw_staff_page, only
from service.web.dependencies import WakeAfter
from service.web.reading.table_file import MAX_BYTES, read_first_table
from service.web.uploads import FORM_BYTES

router = APIRouter(dependencies=[WakeAfter])
SHOWN = 20


async def get_keeping_visit(visit: StaffVisitDep) -> StaffVisit:
    """Return the visit of somebody whose role enters old lists. Raises NotFound."""
    await only(*KEEPERS)(visit.staff)
    return visit


KeepingVisit = Annotated[StaffVisit, Depends(get_keeping_visit)]


@router.get("/numbers/old")
async def show(visit: KeepingVisit) -> Response:
    """Show what a list should have, and the form that takes it."""
    return _draw(visit)


@router.post("/numbers/old", max_body_size=MAX_BYTES + FORM_BYTES)
async def take(visit: KeepingVisit, form: FormDep) -> Response:
    """Read a list: to look at, or to keep what was understood."""
    try:
        rows = await read_first_table(*await read_import(visit, form, MAX_BYTES, NO_TABLE))

        def run(ctx: ActionContext) -> tuple[OldList, ImportCounts | None]:
            found = read_old_list(ctx.reference, ctx.calendar, rows, ctx.now)
            return found, None if form.text("preview") else keep_old_rows(ctx, found.items)

        found, listing = await visit.act(run)
    except AppError as error:
        if error.status in WITH_OWN_PAGE:
            raise
        return _draw(visit, error=error)
    return _draw(visit, found, listing)


def _draw(
    visit: StaffVisit,
    found: OldList | None = None,
    counts: ImportCounts | None = None,
    error: AppError | None = None,
) -> Response:
    context = {
        "found": found,
        "counts": counts,
        "shown": SHOWN,
        "most": MOST_ROWS,
        "wards": visit.reference.wards,
    }
    return draw_staff_page(visit, "numbers/old.html", context, error=error)
