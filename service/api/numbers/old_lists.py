"""Old lists of numbers over HTTP: a file of rows (number, date, place, words) that become sightings."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel

from service.api.shared.answers import refusals
from service.api.shared.files import FILE_BODY
from service.api.shared.sheets import RefusedRow, read_sent_import, refused_rows
from service.api.works.shared import WorkCall
from service.db import async_unit_of_work
from service.domain.number_cases.old_lists.imports import keep_old_rows, require_old_lists
from service.domain.number_cases.old_lists.sheet import read_old_list
from service.web.dependencies import NowDep, ReferenceDep, ResourcesDep, WakeAfter
from service.web.reading.table_file import MAX_BYTES, read_first_table
from service.web.uploads import FORM_BYTES
from service.web.viewer import StaffDep

router = APIRouter(tags=["numbers"], dependencies=[WakeAfter])


class OldRowOut(BaseModel):
    """Row of an old list as it was understood; `ward` is the code of the ward that its place names."""

    row: int
    number: str
    seen_on: date
    place: str
    ward: str | None
    words: str


class OldListOut(BaseModel):
    """Old list as it was understood: the rows, those that were left, and how many of them were `new` to the
    register or `known` to it already; on trial nothing is stored and both are 0.
    """

    items: list[OldRowOut]
    refused: list[RefusedRow]
    new: int
    known: int
    stored: bool


@router.post(
    "/numbers/imports",
    responses=refusals(400, 401, 403, 404, 413, 415, 422, 429),
    openapi_extra=FILE_BODY,
    max_body_size=MAX_BYTES + FORM_BYTES,
)
async def import_list(
    request: Request,
    resources: ResourcesDep,
    reference: ReferenceDep,
    staff: StaffDep,
    now: NowDep,
    preview: bool = Query(default=False, description="Only say what would be stored"),
) -> OldListOut:
    """Take an old list (XLSX or CSV, 2,000 rows at most), its columns guessed. Its rows count as seen, never
    as witnesses: no number is verified by them.
    """
    require_old_lists(staff.actor)
    rows = await read_first_table(*await read_sent_import(request, resources, MAX_BYTES))
    new = known = 0
    async with async_unit_of_work(resources.engine) as session:
        call = WorkCall(session, reference, staff, now)
        found = await call.act(lambda ctx: read_old_list(ctx.reference, ctx.calendar, rows, ctx.now))
        if not preview:
            listing = await call.act(lambda ctx: keep_old_rows(ctx, found.items))
            new, known = listing.new, listing.known
    wards = reference.wards
    return OldListOut(
        items=[
            OldRowOut(
                row=each.row,
                number=each.number.digits,
                seen_on=each.seen_on,
                place=each.place,
                ward=wards[each.ward_id].code if each.ward_id else None,
                words=each.words,
            )
            for each in found.items
        ],
        refused=refused_rows(found),
        new=new,
        known=known,
        stored=not preview and bool(found.items),
    )
