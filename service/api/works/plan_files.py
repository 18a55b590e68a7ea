"""Files of a plan: its table as a workbook, the progress report, a letter that urges, a plan below it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Query
from fastapi.responses import Response

from service.api.shared.answers import refusals
from service.api.works.shared import by_hand
from service.db import async_unit_of_work
from service.domain.plans.overview import RowView
from service.domain.plans.reporting import PlanFacts, plan_facts, rows_of_unit
from service.domain.plans.sheet import plan_sheet
from service.domain.works.acting import Hand
from service.domain.workspaces.downloads.writers import MEDIA_TYPES
from service.errors import invalid
from service.i18n import N_
from service.web.dependencies import NowDep, ReferenceDep, ResourcesDep
from service.web.exports import attachment
from service.web.viewer import StaffDep

router = APIRouter(tags=["plans"])

_BINARY = {"schema": {"type": "string", "format": "binary"}}
READS = refusals(400, 401, 404, 422)
UnitCode = Annotated[str, Query(min_length=1, max_length=60, description="Code of the unit")]


def _file(form: str) -> dict[int | str, dict[str, object]]:
    return {200: {"description": "The file", "content": {MEDIA_TYPES[form]: _BINARY}}, **READS}


@router.get("/plans/{plan_code}/rows.xlsx", response_class=Response, responses=_file("xlsx"))
async def rows_file(
    plan_code: str, resources: ResourcesDep, reference: ReferenceDep, staff: StaffDep, now: NowDep
) -> Response:
    """The plan's table: the paper's own words, what was understood, what became of each row."""
    async with async_unit_of_work(resources.engine) as session:
        facts = await by_hand(session, reference, staff, now, lambda hand: plan_facts(hand, plan_code))
    body = await to_thread.run_sync(plan_sheet, facts.plan)
    return Response(body, media_type=MEDIA_TYPES["xlsx"], headers=attachment(f"{facts.plan.code}.xlsx"))


@router.get("/plans/{plan_code}/report.docx", response_class=Response, responses=_file("docx"))
async def progress_file(
    plan_code: str,
    resources: ResourcesDep,
    reference: ReferenceDep,
    staff: StaffDep,
    now: NowDep,
    until: Annotated[date | None, Query(description="Last day of the report; today without it")] = None,
) -> Response:
    """The progress report: results by task, difficulties and proposals, what comes next."""
    from service.documents.offices import office_of  # here: heavy
    from service.documents.plans import write_progress

    async with async_unit_of_work(resources.engine) as session:
        facts = await by_hand(session, reference, staff, now, lambda hand: plan_facts(hand, plan_code, until))
    office = office_of(reference, facts.issuer_id)
    name = f"{facts.plan.code}-bao-cao-{facts.until:%Y%m%d}.docx"
    return await _written(lambda path: write_progress(path, office, reference, facts), name)


@router.get("/plans/{plan_code}/urging.docx", response_class=Response, responses=_file("docx"))
async def urging_file(
    plan_code: str,
    resources: ResourcesDep,
    reference: ReferenceDep,
    staff: StaffDep,
    now: NowDep,
    unit: UnitCode,
) -> Response:
    """The letter that urges a unit to do what it is late with; 422 where it is late with nothing."""
    from service.documents.offices import office_of
    from service.documents.plans import write_urging

    async with async_unit_of_work(resources.engine) as session:
        verb = partial(_of_unit, code=plan_code, unit=unit, late=True)
        facts, number, rows = await by_hand(session, reference, staff, now, verb)
    if not rows:
        raise invalid(["unit"], N_("Đơn vị này không có nhiệm vụ nào trễ hạn."))
    office, name = office_of(reference, facts.issuer_id), reference.departments[number].name["vi"]
    file = f"{facts.plan.code}-don-doc-{unit}.docx"
    return await _written(lambda path: write_urging(path, office, facts, name, rows), file)


@router.get("/plans/{plan_code}/child.docx", response_class=Response, responses=_file("docx"))
async def child_file(
    plan_code: str,
    resources: ResourcesDep,
    reference: ReferenceDep,
    staff: StaffDep,
    now: NowDep,
    unit: UnitCode,
) -> Response:
    """The draft of a unit's own plan: the rows in which it has a part; 422 where it has none."""
    from service.documents.offices import office_of
    from service.documents.plans import write_child

    async with async_unit_of_work(resources.engine) as session:
        verb = partial(_of_unit, code=plan_code, unit=unit, late=False)
        facts, number, rows = await by_hand(session, reference, staff, now, verb)
    if not rows:
        raise invalid(["unit"], N_("Đơn vị này không có phần việc nào trong kế hoạch."))
    office = office_of(reference, number)
    file = f"{facts.plan.code}-ke-hoach-{unit}.docx"
    return await _written(lambda path: write_child(path, office, facts, rows), file)


def _of_unit(hand: Hand, code: str, unit: str, *, late: bool) -> tuple[PlanFacts, int, list[RowView]]:
    facts = plan_facts(hand, code)
    number, rows = rows_of_unit(hand, facts, unit, late=late)
    return facts, number, rows


async def _written(write: Callable[[Path], None], name: str) -> Response:
    def make() -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "file.docx"
            write(path)
            return path.read_bytes()

    body = await to_thread.run_sync(make)
    return Response(body, media_type=MEDIA_TYPES["docx"], headers=attachment(name))
