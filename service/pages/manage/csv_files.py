"""The figures behind each chart, table and map of the manager's page, as files."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query
from fastapi.responses import Response

from service.domain.queries.manage.dashboard import Dashboard, DashboardRow
from service.domain.queries.manage.selection import read_selection
from service.domain.workspaces.downloads.cells import csv_file
from service.domain.workspaces.downloads.tables import spots_geojson, spots_gpkg, xlsx_file
from service.domain.workspaces.downloads.writers import MEDIA_TYPES
from service.pages.manage.manage import ManageFilters, Manager, read_dashboard
from service.web.dependencies import NowDep, ReferenceDep, ResourcesDep
from service.web.exports import attachment

router = APIRouter()

Table = Literal["flow", "departments", "categories", "wards", "rules", "backlog"]
MEASURES = (
    "received", "open", "overdue", "done", "decided", "on_time", "late", "on_time_rate", "extended",
    "reopened", "rated", "rating", "median_hours", "p90_hours",
)  # fmt: skip
CORRECTIONS = ("received", "corrected", "refused", "handed_on", "recategorised")


@router.get("/manage/spots.{form}")
async def spots(
    staff: Manager,
    reference: ReferenceDep,
    resources: ResourcesDep,
    now: NowDep,
    form: Literal["geojson", "gpkg"],
    filters: Annotated[ManageFilters, Query()],
) -> Response:
    """The cells of the map of hot spots, and how many reports lie in each."""
    wanted = read_selection(reference, staff.actor, filters.model_dump(by_alias=True), now)
    board = await read_dashboard(resources, reference, wanted, now)
    cells = [(spot.lon, spot.lat, spot.number) for spot in board.cells]
    made = await asyncio.to_thread(spots_geojson if form == "geojson" else spots_gpkg, cells)
    return _file(made, f"spots-{board.period.first}-{board.period.last}", form)


@router.get("/manage/{table}.{form}")
async def download(
    staff: Manager,
    reference: ReferenceDep,
    resources: ResourcesDep,
    now: NowDep,
    table: Table,
    form: Literal["csv", "xlsx"],
    filters: Annotated[ManageFilters, Query()],
) -> Response:
    """Show one table, with the names of the API as its heading."""
    wanted = read_selection(reference, staff.actor, filters.model_dump(by_alias=True), now)
    board = await read_dashboard(resources, reference, wanted, now)
    heading, rows = tabled(board, table)
    made = (csv_file if form == "csv" else xlsx_file)(heading, rows, ZoneInfo(reference.timezone))
    return _file(made, f"{table}-{board.period.first}-{board.period.last}", form)


def _file(made: bytes, name: str, form: str) -> Response:
    return Response(made, media_type=MEDIA_TYPES[form], headers=attachment(f"{name}.{form}"))


def tabled(board: Dashboard, table: Table) -> tuple[Sequence[str], list[Sequence[object]]]:
    """Heading and rows of one table."""
    if table == "flow":
        return (
            ("from", "to", "received", "ended", "backlog"),
            [(f.first, f.last, f.received, f.ended, f.backlog) for f in board.flows],
        )
    if table == "backlog":
        return ("from", "to", "open"), [(age.first, age.last, age.number) for age in board.backlog]
    rows: list[DashboardRow] = getattr(board, table)
    names = CORRECTIONS if table == "rules" else MEASURES
    before = [f"{name}_before" for name in names]
    return ("code", "name", *names, *before), [_cells(row, names) for row in rows]


def _cells(row: DashboardRow, names: Sequence[str]) -> Sequence[object]:
    now = [getattr(row.now, name) for name in names]
    return (row.code, row.name, *now, *(getattr(row.before, name) for name in names))
