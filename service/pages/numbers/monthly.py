"""Monthly report of ad numbers: its figures on a page, and the paper to sign."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field

from service.domain.number_cases.monthly import NumbersMonth, numbers_month
from service.errors import Invalid
from service.pages.shared.visit import StaffVisit
from service.pages.staff.staffroom import draw_staff_page, visit_of
from service.web.papers.numbers import NumberPapers

router = APIRouter()
NumbersVisit = Annotated[StaffVisit, visit_of("/numbers")]


class NumbersMonthQuery(BaseModel):
    """Month that is reported on; the last whole one without it."""

    month: Annotated[str, Field(max_length=12)] = ""


@router.get("/numbers/monthly")
async def show(visit: NumbersVisit, query: Annotated[NumbersMonthQuery, Query()]) -> Response:
    """Show the figures of a month."""
    try:
        month, error = await _month_figures(visit, query.month), None
    except Invalid as refused:
        month, error = await _month_figures(visit, ""), refused
    after = month.last + timedelta(days=1)
    begun = after <= visit.today
    context = {
        "report": month,
        "before": f"{month.first - timedelta(days=1):%Y-%m}",
        "after": f"{after:%Y-%m}" if begun else "",
    }
    return draw_staff_page(visit, "numbers/monthly.html", context, error=error)


@router.get("/numbers/monthly.docx")
async def paper(visit: NumbersVisit, query: Annotated[NumbersMonthQuery, Query()]) -> Response:
    """Return the report of a month to sign."""
    papers = NumberPapers(visit.resources, visit.reference, visit.staff, visit.now)
    return (await papers.month(query.month)).response()


async def _month_figures(visit: StaffVisit, month: str) -> NumbersMonth:
    return await visit.act(lambda ctx: numbers_month(ctx, month))
