"""Files of movements: the standing as a workbook out and in, dossiers, submission, minutes, list."""

from __future__ import annotations

from typing import Literal

from anyio import to_thread
from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel

from service.api.emulation.shared import READS, WRITES
from service.api.shared.answers import Responses, refusals
from service.api.shared.files import FILE_BODY
from service.api.shared.sheets import read_sent_import
from service.db import DomainSession, async_unit_of_work
from service.domain.city.city import load_calendar
from service.domain.city.config_parts import UnitBrief
from service.domain.emulation.access import find_movement
from service.domain.emulation.movements import views
from service.domain.emulation.shapes import MovementView, ScoreView
from service.domain.emulation.sheets import sheet_imports
from service.domain.emulation.sheets.old_results import take_old_results
from service.domain.emulation.sheets.sheet import standing_sheet
from service.domain.reports.drafts import StrictBody
from service.domain.workspaces.downloads.writers import MEDIA_TYPES
from service.web.dependencies import NowDep, ReferenceDep, ResourcesDep, WithWorks
from service.web.exports import attachment
from service.web.papers.emulation import enter_paper, make_dossier, make_paper
from service.web.paths import EntryCode, RowId
from service.web.reading.score_sheet import MAX_BYTES, read_result_sheet, read_score_sheet
from service.web.uploads import FORM_BYTES
from service.web.viewer import StaffDep

router = APIRouter(tags=["emulation"], dependencies=[WithWorks])

_BINARY = {"schema": {"type": "string", "format": "binary"}}


def _file(kind: str, description: str) -> Responses:
    return {200: {"description": description, "content": {MEDIA_TYPES[kind]: _BINARY}}}


class MovementDocumentRequest(StrictBody):
    """A paper about a movement that is to be made and entered."""

    what: Literal["submission", "minutes"]


class EnteredDocument(BaseModel):
    """Number of a document in the register."""

    document: int


class TakenScores(BaseModel):
    """Number of points that were taken out of a workbook."""

    taken: int


@router.get(
    "/movements/{movement}/standing.xlsx",
    response_class=Response,
    responses={**_file("xlsx", "Places, and a line for each unit and criterion"), **READS},
)
async def standing_file(
    movement: RowId, resources: ResourcesDep, reference: ReferenceDep, staff: StaffDep
) -> Response:
    """The standing and the scoring sheet, as far as one reads them; it comes back by POST."""

    def read(sync: DomainSession) -> tuple[MovementView, list[tuple[UnitBrief, ScoreView]]]:
        view = views.view_movement(sync, reference, staff.actor, movement)
        return view, sheet_imports.sheet_rows_of(sync, reference, staff.actor, movement)

    async with async_unit_of_work(resources.engine) as session:
        view, rows = await session.run_sync(read)
    body = await to_thread.run_sync(standing_sheet, view, rows)
    return Response(body, media_type=MEDIA_TYPES["xlsx"], headers=attachment(f"thi-dua-{movement}.xlsx"))


@router.post(
    "/movements/{movement}/standing.xlsx",
    responses=refusals(400, 401, 403, 404, 409, 413, 415, 422, 429),
    openapi_extra=FILE_BODY,
    max_body_size=MAX_BYTES + FORM_BYTES,
)
async def take_standing_file(
    movement: RowId,
    request: Request,
    resources: ResourcesDep,
    reference: ReferenceDep,
    staff: StaffDep,
    now: NowDep,
) -> TakenScores:
    """Points out of the scoring sheet: claims of one's unit, or the council's. One bad row refuses it."""
    async with async_unit_of_work(resources.engine) as session:
        await session.run_sync(find_movement, staff.actor, movement)
    rows = await read_score_sheet(movement, *await read_sent_import(request, resources, MAX_BYTES))
    async with async_unit_of_work(resources.engine) as session:
        taken = await session.run_sync(sheet_imports.take_scores, reference, staff.actor, movement, rows, now)
    return TakenScores(taken=taken)


@router.post(
    "/movements/{movement}/old-results",
    responses=refusals(400, 401, 403, 404, 409, 413, 415, 422, 429),
    openapi_extra=FILE_BODY,
    max_body_size=MAX_BYTES + FORM_BYTES,
)
async def take_old_results_file(
    movement: RowId,
    request: Request,
    resources: ResourcesDep,
    reference: ReferenceDep,
    staff: StaffDep,
    now: NowDep,
) -> MovementView:
    """Announce a draft of a period that is over with results reckoned elsewhere: a workbook of units and
    points. They have no figures to open.
    """
    async with async_unit_of_work(resources.engine) as session:
        await session.run_sync(find_movement, staff.actor, movement)
    rows = await read_result_sheet(*await read_sent_import(request, resources, MAX_BYTES))

    def run(sync: DomainSession) -> MovementView:
        calendar = load_calendar(sync, reference)
        take_old_results(sync, reference, calendar, staff.actor, movement, rows, now)
        return views.view_movement(sync, reference, staff.actor, movement)

    async with async_unit_of_work(resources.engine) as session:
        return await session.run_sync(run)


@router.get(
    "/movements/{movement}/dossier/{unit}.docx",
    response_class=Response,
    responses={**_file("docx", "Report on what a unit has achieved"), **refusals(401, 403, 404, 409, 422)},
)
async def dossier(
    movement: RowId,
    unit: EntryCode,
    resources: ResourcesDep,
    reference: ReferenceDep,
    staff: StaffDep,
    now: NowDep,
) -> Response:
    """A unit's report on what it has achieved, out of the figures that were announced."""
    body, name = await make_dossier(resources, reference, staff, movement, unit, now)
    return Response(body, media_type=MEDIA_TYPES["docx"], headers=attachment(name))


@router.get(
    "/movements/{movement}/papers/{what}",
    response_class=Response,
    responses={
        **_file("docx", "Submission, minutes or list"),
        **refusals(401, 403, 404, 409, 422),
    },
)
async def paper(
    movement: RowId,
    what: Literal["submission.docx", "minutes.docx", "list.xlsx"],
    resources: ResourcesDep,
    reference: ReferenceDep,
    staff: StaffDep,
    now: NowDep,
) -> Response:
    """The submission for awards, the minutes, or the list as a workbook; for keepers and council."""
    body, name = await make_paper(resources, reference, staff, movement, what, now)
    return Response(body, media_type=MEDIA_TYPES[what.rpartition(".")[2]], headers=attachment(name))


@router.post("/movements/{movement}/documents", responses={**WRITES, **refusals(503)})
async def keep_paper(
    movement: RowId,
    sent: MovementDocumentRequest,
    resources: ResourcesDep,
    reference: ReferenceDep,
    staff: StaffDep,
    now: NowDep,
) -> EnteredDocument:
    """Make the submission or the minutes and enter them into the register of documents."""
    number = await enter_paper(resources, reference, staff, movement, sent.what, now)
    return EnteredDocument(document=number)
