"""The figures behind each chart and table of the manager's page, as CSV."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query
from fastapi.responses import Response

from service.deps import NowDep, PartsDep, ReferenceDep, SessionDep
from service.domain.downloads.cells import csv_file
from service.domain.manage.dashboard import Dashboard, Row
from service.domain.manage.selection import read_selection
from service.pages.manage import Asked, Manager, read_dashboard

router = APIRouter()

Table = Literal["flow", "departments", "categories", "wards", "rules", "backlog"]
MEASURES = (
    "received", "open", "overdue", "done", "decided", "on_time", "late", "on_time_rate", "extended",
    "reopened", "rated", "rating", "median_hours", "p90_hours",
)  # fmt: skip
CORRECTIONS = ("received", "corrected", "refused", "handed_on", "recategorised")


@router.get("/manage/{table}.csv")
async def download(
    staff: Manager,
    session: SessionDep,
    reference: ReferenceDep,
    parts: PartsDep,
    now: NowDep,
    table: Table,
    asked: Annotated[Asked, Query()],
) -> Response:
    """One table, with the names of the API as its heading."""
    wanted = read_selection(reference, staff.actor, asked.model_dump(by_alias=True), now)
    board = await read_dashboard(session, reference, wanted, now, parts.days)
    heading, rows = tabled(board, table)
    body = csv_file(heading, rows, ZoneInfo(reference.timezone))
    name = f"{table}-{board.period.first}-{board.period.last}.csv"
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Response(body, media_type="text/csv; charset=utf-8", headers=headers)


def tabled(board: Dashboard, table: Table) -> tuple[Sequence[str], list[Sequence[Any]]]:
    """Heading and rows of one table."""
    if table == "flow":
        return (
            ("from", "to", "received", "ended", "backlog"),
            [(f.first, f.last, f.received, f.ended, f.backlog) for f in board.flows],
        )
    if table == "backlog":
        return ("from", "to", "open"), [(age.first, age.last, age.number) for age in board.backlog]
    rows: list[Row] = getattr(board, table)
    names = CORRECTIONS if table == "rules" else MEASURES
    before = [f"{name}_before" for name in names]
    return ("code", "name", *names, *before), [_cells(row, names) for row in rows]


def _cells(row: Row, names: Sequence[str]) -> Sequence[Any]:
    now = [getattr(row.now, name) for name in names]
    return (row.code, row.name, *now, *(getattr(row.before, name) for name in names))
