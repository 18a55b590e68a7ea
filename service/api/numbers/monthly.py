"""Monthly report of ad numbers over HTTP: figures, and the same as a document."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import Field

from service.api.shared.answers import refusals
from service.api.shared.query import StrictQuery
from service.api.works.shared import WorkCallDep
from service.domain.number_cases.monthly import NumbersMonth, numbers_month
from service.domain.workspaces.downloads.writers import MEDIA_TYPES
from service.web.dependencies import NowDep, ReferenceDep, ResourcesDep
from service.web.papers.numbers import NumberPapers
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
    return (await NumberPapers(resources, reference, staff, now).month(query.month)).response()
