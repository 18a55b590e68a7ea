"""Old results over HTTP: a file of rows (day, place, people, kilograms), kept as clean-ups that are over."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel

from service.api.shared.answers import refusals
from service.api.shared.files import FILE_BODY
from service.api.shared.sheets import RefusedRow, read_sent_import, refused_rows
from service.api.works.shared import WorkCall
from service.db import async_unit_of_work
from service.domain.city.office_lists import ImportCounts
from service.domain.cleanups.drafts import lead_of
from service.domain.cleanups.old_results.imports import keep_old_results
from service.domain.cleanups.old_results.result_rows import OldCleanups, read_old_cleanups
from service.domain.works.access import require_works
from service.domain.works.actions import ActionContext
from service.web.dependencies import NowDep, ReferenceDep, ResourcesDep, WakeAfter
from service.web.reading.table_file import MAX_BYTES, read_first_table
from service.web.uploads import FORM_BYTES
from service.web.viewer import StaffDep

router = APIRouter(tags=["clean-ups"], dependencies=[WakeAfter])


class OldResultOut(BaseModel):
    """Row of an old list as it was understood; `ward` is the code of the ward that its place names."""

    row: int
    day: date
    title: str
    place: str
    ward: str | None
    people: int
    kg: int | None
    bags: int | None
    trees: int | None


class OldResultsOut(BaseModel):
    """Old list as it was understood: its rows, those that were refused, and how many of them are `new` or
    `known` already; on trial nothing is stored and both are 0.
    """

    items: list[OldResultOut]
    refused: list[RefusedRow]
    new: int
    known: int
    stored: bool


@router.post(
    "/cleanups/imports",
    responses=refusals(400, 401, 403, 404, 413, 415, 422, 429),
    openapi_extra=FILE_BODY,
    max_body_size=MAX_BYTES + FORM_BYTES,
)
async def import_results(
    request: Request,
    resources: ResourcesDep,
    reference: ReferenceDep,
    staff: StaffDep,
    now: NowDep,
    lead: Annotated[str, Query(max_length=60, description="Code of the unit that organised them")],
    *,
    preview: Annotated[bool, Query(description="Only say what would be stored")] = False,
) -> OldResultsOut:
    """Take an old list of results (XLSX or CSV, 500 rows at most), its columns guessed. They are marked, and
    left out of the effect at hot spots; the same file again changes nothing.
    """
    require_works(reference)
    async with async_unit_of_work(resources.engine) as session:
        await WorkCall(session, reference, staff, now).act(lambda ctx: lead_of(ctx, lead))
    rows = await read_first_table(*await read_sent_import(request, resources, MAX_BYTES))

    def verb(ctx: ActionContext) -> tuple[OldCleanups, ImportCounts]:
        found = read_old_cleanups(reference, ctx.calendar, rows, ctx.calendar.local(now).date())
        return found, ImportCounts(0, 0) if preview else keep_old_results(ctx, lead, found.items)

    async with async_unit_of_work(resources.engine) as session:
        found, results = await WorkCall(session, reference, staff, now).act(verb)
    wards, names = reference.wards, ("row", "day", "title", "place", "people", "kg", "bags", "trees")
    return OldResultsOut(
        items=[
            OldResultOut(
                ward=wards[each.ward_id].code if each.ward_id else None,
                **{name: getattr(each, name) for name in names},
            )
            for each in found.items
        ],
        refused=refused_rows(found),
        new=results.new,
        known=results.known,
        stored=not preview and bool(found.items),
    )
