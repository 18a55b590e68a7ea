"""Monthly report of ad numbers over HTTP: figures, and the same as a document."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import ZoneInfo

from anyio import to_thread
from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import Field

from service.api.shared.answers import refusals
from service.api.shared.query import StrictQuery
from service.api.works.shared import WorkCall, WorkCallDep
from service.db import async_unit_of_work
from service.domain.documents.offices import issuing_facts
from service.domain.number_cases.monthly import NumbersMonth, numbers_month
from service.domain.workspaces.downloads.writers import MEDIA_TYPES
from service.web.dependencies import NowDep, ReferenceDep, ResourcesDep
from service.web.exports import attachment
from service.web.viewer import StaffDep

router = APIRouter(tags=["numbers"])
FILE = {MEDIA_TYPES["docx"]: {"schema": {"type": "string", "format": "binary"}}}


ANSWERS = refusals(400, 401, 403, 404, 422)


class MonthQuery(StrictQuery):
    """Month that is reported on."""

    month: Annotated[str, Field(max_length=12, description="`2026-10`; the last whole one without it.")] = ""


@router.get("/numbers/monthly", responses=ANSWERS)
async def show_month(query: Annotated[MonthQuery, Query()], call: WorkCallDep) -> NumbersMonth:
    """Figures of a month over the reports and cases that the signed-in person knows: numbers, cases, repeat
    offenders, lists, and how many working days each carrier took to answer.
    """
    return await call.act(lambda ctx: numbers_month(ctx, query.month))


@router.get(
    "/numbers/monthly.docx",
    response_class=Response,
    responses={200: {"description": "The report", "content": FILE}, **ANSWERS},
)
async def month_paper(
    query: Annotated[MonthQuery, Query()],
    resources: ResourcesDep,
    reference: ReferenceDep,
    staff: StaffDep,
    now: NowDep,
) -> Response:
    """Return the same as a report to sign."""
    from service.documents.number_month import write_month  # here: heavy
    from service.documents.offices import office_of

    unit = staff.actor.department_id
    async with async_unit_of_work(resources.engine) as session:
        month = await WorkCall(session, reference, staff, now).act(
            lambda ctx: numbers_month(ctx, query.month)
        )
        entered = await session.run_sync(issuing_facts, unit)
    today = now.astimezone(ZoneInfo(reference.timezone)).date()
    office = office_of(reference, unit, entered=entered)
    body = await to_thread.run_sync(write_month, office, month, today)
    headers = {**attachment(f"so-rao-vat-{month.first:%Y-%m}.docx"), "Cache-Control": "private, no-store"}
    return Response(body, media_type=MEDIA_TYPES["docx"], headers=headers)
