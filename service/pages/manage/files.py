"""The figures behind each chart, table and map of the manager's page, as files."""

from __future__ import annotations

import asyncio
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.responses import Response

from service.domain.queries.manage.period_words import period_slug
from service.domain.queries.manage.selection import bounded_parameters, read_selection
from service.domain.workspaces.downloads.office import sheet_bytes
from service.domain.workspaces.downloads.tables import spots_geojson, spots_gpkg
from service.domain.workspaces.downloads.writers import MEDIA_TYPES
from service.pages.manage.manage import ManageFilters, ManageVisit, read_dashboard
from service.pages.manage.sheets import Table, file_name, tabled
from service.web.exports import attachment

router = APIRouter()


@router.get("/manage/spots.{form}")
async def spots(
    visit: ManageVisit,
    form: Literal["geojson", "gpkg"],
    filters: Annotated[ManageFilters, Query()],
) -> Response:
    """The cells of the map of hot spots, and how many reports lie in each."""
    wanted = read_selection(visit.reference, visit.staff.actor, filters.model_dump(by_alias=True), visit.now)
    board = await read_dashboard(visit, wanted)
    cells = [(spot.lon, spot.lat, spot.number) for spot in board.cells]
    made = await asyncio.to_thread(spots_geojson if form == "geojson" else spots_gpkg, cells)
    return _file(made, f"diem-nong-{period_slug(board.period)}.{form}", form)


@router.get("/manage/{table}.{form}")
async def download(
    visit: ManageVisit,
    table: Table,
    form: Literal["csv", "xlsx"],
    filters: Annotated[ManageFilters, Query()],
) -> Response:
    """Return one table as it is handed on."""
    params = filters.model_dump(by_alias=True)
    reference, actor, now = visit.reference, visit.staff.actor, visit.now
    board = await read_dashboard(visit, read_selection(reference, actor, params, now))
    sheet, rows = tabled(board, table, reference, bounded_parameters(reference, actor, params), now)
    made = await asyncio.to_thread(sheet_bytes, form, visit.zone, sheet, rows)
    return _file(made, file_name(table, board, form), form)


def _file(made: bytes, name: str, form: str) -> Response:
    return Response(made, media_type=MEDIA_TYPES[form], headers=attachment(name))
