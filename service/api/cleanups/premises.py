"""Premises and their rosters by machines."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from anyio import to_thread
from fastapi import APIRouter, Query, Request, Response

from service.api.shared.answers import refusals
from service.api.shared.files import FILE_BODY
from service.api.shared.sheets import read_sent_import
from service.api.works.shared import READS, WRITES, WorkCall, WorkCallDep
from service.db import async_unit_of_work
from service.domain.city.reference import Reference, department_brief
from service.domain.cleanups.offices.premises import (
    NewPremises,
    PremisesView,
    find_premises,
    list_premises,
    make_premises,
    require_premises_keeping,
)
from service.domain.cleanups.offices.roster import NewRoster, enter_roster, roster_rows
from service.domain.cleanups.offices.roster_file import RosterImport, take_rosters
from service.domain.cleanups.offices.sheet import roster_sheet
from service.domain.queries.views import NamedCode, Place, View
from service.domain.works.access import require_works
from service.domain.works.actions import ActionContext
from service.domain.workspaces.downloads.writers import MEDIA_TYPES
from service.routefile.reader import MAX_BYTES
from service.web.dependencies import NowDep, ReferenceDep, ResourcesDep, WakeAfter
from service.web.exports import attachment
from service.web.paths import RowId
from service.web.reading.premises_file import take_premises_file
from service.web.reading.table_file import MAX_BYTES as SHEET_BYTES
from service.web.reading.table_file import read_first_table
from service.web.uploads import FORM_BYTES
from service.web.viewer import StaffDep

router = APIRouter(tags=["clean-ups"], dependencies=[WakeAfter])


class BuildingOut(View):
    """Building, and the units in it."""

    name: str
    units: list[NamedCode]


class PremisesOut(View):
    """Premises that a unit keeps."""

    id: int
    name: str
    department: NamedCode | None
    location: Place
    buildings: list[BuildingOut]
    area: dict[str, object] | None
    head: str

    @classmethod
    def of(cls, view: PremisesView, reference: Reference) -> PremisesOut:
        """Return the premises with the names of units."""
        keeper = department_brief(reference.departments.get(view.department_id))
        buildings = [
            BuildingOut(
                name=each.name,
                units=[
                    NamedCode(**brief)
                    for unit in each.unit_ids
                    if (brief := department_brief(reference.departments.get(unit)))
                ],
            )
            for each in view.buildings
        ]
        return cls(
            id=view.id,
            name=view.name,
            department=NamedCode(**keeper) if keeper else None,
            location=Place(lon=view.lon, lat=view.lat),
            buildings=buildings,
            area=view.area,
            head=view.head,
        )


class PremisesList(View):
    """Premises that one may see, by name."""

    items: list[PremisesOut]


class TakenPremisesOut(View):
    """Numbers of premises that a file made and changed."""

    new: int
    changed: int


class TakenRostersOut(View):
    """Codes of the clean-ups that a workbook made, and how many of its days were there already."""

    codes: list[str]
    known: int


class RosterOut(View):
    """Clean-up that a roster's day is; its things are under `GET /cleanups/{code}/checks`."""

    id: UUID
    code: str
    status: str
    version: int


@router.get("/premises", responses=READS)
async def all_premises(call: WorkCallDep) -> PremisesList:
    """Return the premises that one may see."""
    require_works(call.reference)

    def verb(ctx: ActionContext) -> PremisesList:
        return PremisesList(items=[PremisesOut.of(each, call.reference) for each in list_premises(ctx)])

    return await call.act(verb)


@router.post("/premises", status_code=201, responses={**WRITES, 200: {"model": PremisesOut}})
async def keep_one_premises(sent: NewPremises, response: Response, call: WorkCallDep) -> PremisesOut:
    """Keep premises with their buildings; those of the same name and unit are changed (200)."""

    def verb(ctx: ActionContext) -> tuple[PremisesOut, bool]:
        view, new = make_premises(ctx, sent)
        return PremisesOut.of(view, call.reference), new

    return await call.create(response, verb)


@router.post(
    "/premises/import",
    responses=refusals(400, 401, 403, 404, 409, 413, 415, 422, 429),
    openapi_extra=FILE_BODY,
    max_body_size=MAX_BYTES + FORM_BYTES,
)
async def take_map_file(
    request: Request, resources: ResourcesDep, reference: ReferenceDep, staff: StaffDep, now: NowDep
) -> TakenPremisesOut:
    """Keep the premises of a GeoPackage, GeoJSON or KML file, all or none: an area each, with columns for
    name and unit, and as far as they are there buildings and the user name of who answers.
    """
    require_works(reference)
    require_premises_keeping(staff.actor)
    file = await read_sent_import(request, resources, MAX_BYTES)
    taken = await take_premises_file(resources, reference, staff, now, *file)
    return TakenPremisesOut(new=taken.new, changed=taken.changed)


@router.post(
    "/premises/{premises_id}/rosters", status_code=201, responses={**WRITES, 200: {"model": RosterOut}}
)
async def enter_one_roster(
    premises_id: RowId, sent: NewRoster, response: Response, call: WorkCallDep, resources: ResourcesDep
) -> RosterOut:
    """Enter a day: what each unit does in its building. A weekday that is not the day's is refused."""
    key = resources.settings.secret

    def verb(ctx: ActionContext) -> tuple[RosterOut, bool]:
        found, new = enter_roster(ctx, key, premises_id, sent)
        work = found.work
        return RosterOut(id=work.id, code=work.code, status=str(work.status), version=work.version), new

    return await call.create(response, verb)


@router.post(
    "/premises/{premises_id}/roster.xlsx",
    responses=refusals(400, 401, 403, 404, 409, 413, 415, 422, 429),
    openapi_extra=FILE_BODY,
    max_body_size=SHEET_BYTES + FORM_BYTES,
)
async def take_roster_file(
    premises_id: RowId,
    request: Request,
    resources: ResourcesDep,
    reference: ReferenceDep,
    staff: StaffDep,
    now: NowDep,
    *,
    announce: Annotated[bool, Query(description="Announce the days at once")] = False,
) -> TakenRostersOut:
    """Enter the days of a workbook (XLSX or CSV; building, unit, thing, day or month), all or none. The same
    file again changes nothing.
    """
    require_works(reference)
    key = resources.settings.secret

    def check(ctx: ActionContext) -> None:
        find_premises(ctx.session, ctx.actor, premises_id)

    async with async_unit_of_work(resources.engine) as session:
        await WorkCall(session, reference, staff, now).act(check)
    rows = await read_first_table(*await read_sent_import(request, resources, SHEET_BYTES))

    def verb(ctx: ActionContext) -> RosterImport:
        return take_rosters(ctx, key, premises_id, rows, announce=announce)

    async with async_unit_of_work(resources.engine) as session:
        taken = await WorkCall(session, reference, staff, now).act(verb)
    return TakenRostersOut(codes=list(taken.codes), known=taken.known)


@router.get(
    "/premises/{premises_id}/roster.xlsx",
    response_class=Response,
    responses={
        200: {
            "description": "The file",
            "content": {MEDIA_TYPES["xlsx"]: {"schema": {"type": "string", "format": "binary"}}},
        },
        **refusals(401, 404, 422),
    },
)
async def roster_file(
    premises_id: RowId, resources: ResourcesDep, reference: ReferenceDep, staff: StaffDep, now: NowDep
) -> Response:
    """The premises' rosters as a workbook: a line for each thing."""
    require_works(reference)

    async with async_unit_of_work(resources.engine) as session:
        rows = await WorkCall(session, reference, staff, now).act(
            lambda ctx: roster_rows(ctx, find_premises(ctx.session, ctx.actor, premises_id))
        )
    body = await to_thread.run_sync(roster_sheet, rows, reference)
    return Response(
        body, media_type=MEDIA_TYPES["xlsx"], headers=attachment(f"truc-ve-sinh-{premises_id}.xlsx")
    )
