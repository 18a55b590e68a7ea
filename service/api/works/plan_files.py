"""Files of a plan: its table as a workbook, the progress report, a letter that urges, a plan below it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Query
from fastapi.responses import Response

from service.api.shared.answers import refusals
from service.api.works.shared import WorkCall
from service.db import async_unit_of_work
from service.domain.city.reference import Reference
from service.domain.documents.of_plans import PlanDocumentOrder, read_plan_paper
from service.domain.plans.plan_facts import plan_facts
from service.domain.plans.sheet import plan_sheet
from service.domain.plans.source import plan_file_of
from service.domain.workspaces.downloads.writers import MEDIA_TYPES
from service.errors import NotFound
from service.i18n import N_
from service.web.dependencies import NowDep, ReferenceDep, Resources, ResourcesDep
from service.web.exports import attachment
from service.web.papers.documents import write_plan_document
from service.web.viewer import Colleague, StaffDep

router = APIRouter(tags=["plans"])

_BINARY = {"schema": {"type": "string", "format": "binary"}}
READS = refusals(400, 401, 404, 422)
UnitCode = Annotated[str, Query(min_length=1, max_length=60, description="Code of the unit")]


def _file(form: str) -> dict[int | str, dict[str, object]]:
    return {200: {"description": "The file", "content": {MEDIA_TYPES[form]: _BINARY}}, **READS}


_SOURCE: dict[int | str, dict[str, object]] = {
    200: {"description": "The file", "content": {MEDIA_TYPES[form]: _BINARY for form in ("docx", "xlsx")}},
    **READS,
}


@router.get("/plans/{plan_code}/rows.xlsx", response_class=Response, responses=_file("xlsx"))
async def rows_file(
    plan_code: str, resources: ResourcesDep, reference: ReferenceDep, staff: StaffDep, now: NowDep
) -> Response:
    """The plan's table: the paper's own words, what was understood, what became of each row."""
    async with async_unit_of_work(resources.engine) as session:
        facts = await WorkCall(session, reference, staff, now).act(lambda ctx: plan_facts(ctx, plan_code))
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
    order = PlanDocumentOrder(what="progress", until=until)
    return await _made(resources, reference, staff, now, plan_code, order)


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
    order = PlanDocumentOrder(what="urging", unit=unit)
    return await _made(resources, reference, staff, now, plan_code, order)


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
    order = PlanDocumentOrder(what="child", unit=unit)
    return await _made(resources, reference, staff, now, plan_code, order)


@router.get("/plans/{plan_code}/source", response_class=Response, responses=_SOURCE)
async def plan_source(
    resources: ResourcesDep, reference: ReferenceDep, staff: StaffDep, now: NowDep, plan_code: str
) -> Response:
    """The Word file or workbook that the plan was taken from, without its properties; 404 without one."""
    async with async_unit_of_work(resources.engine) as session:
        key, name = await WorkCall(session, reference, staff, now).act(
            lambda ctx: plan_file_of(ctx, plan_code)
        )
    try:
        body = await to_thread.run_sync(resources.storage.get, key)
    except FileNotFoundError:
        raise NotFound(N_("Tệp này không còn trong kho.")) from None
    return Response(body, media_type=MEDIA_TYPES[name.rpartition(".")[2]], headers=attachment(name))


async def _made(
    resources: Resources,
    reference: Reference,
    staff: Colleague,
    now: datetime,
    code: str,
    order: PlanDocumentOrder,
) -> Response:
    async with async_unit_of_work(resources.engine) as session:
        paper = await WorkCall(session, reference, staff, now).act(
            lambda ctx: read_plan_paper(ctx, code, order)
        )
    made = await to_thread.run_sync(write_plan_document, resources.storage, reference, paper)
    return Response(made.body, media_type=MEDIA_TYPES["docx"], headers=attachment(made.file_name))
