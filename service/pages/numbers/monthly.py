"""Monthly report of ad numbers: its figures on a page, and the paper to sign."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field

from service.domain.documents.offices import issuing_facts
from service.domain.number_cases.monthly import NumbersMonth, numbers_month
from service.domain.workspaces.downloads.writers import MEDIA_TYPES
from service.errors import Invalid
from service.pages.shared.visit import StaffVisit
from service.pages.staff.staffroom import surroundings, visit_of
from service.rendering.engine import page
from service.web.exports import attachment

router = APIRouter()
NumbersVisit = Annotated[StaffVisit, visit_of("/numbers")]


class MonthAsked(BaseModel):
    """Month that is reported on; the last whole one without it."""

    month: Annotated[str, Field(max_length=12)] = ""


@router.get("/numbers/monthly")
async def show(visit: NumbersVisit, query: Annotated[MonthAsked, Query()]) -> Response:
    """Show the figures of a month."""
    try:
        month, error = await _told(visit, query.month), None
    except Invalid as refused:
        month, error = await _told(visit, ""), refused
    after = month.last + timedelta(days=1)
    begun = after <= visit.now.astimezone(ZoneInfo(visit.reference.timezone)).date()
    context = {
        **surroundings(visit.staff, visit.reference, visit.now),
        "told": month,
        "error": error,
        "before": f"{month.first - timedelta(days=1):%Y-%m}",
        "after": f"{after:%Y-%m}" if begun else "",
    }
    return page(visit.request, "numbers/monthly.html", context, status=error.status if error else 200)


@router.get("/numbers/monthly.docx")
async def paper(visit: NumbersVisit, query: Annotated[MonthAsked, Query()]) -> Response:
    """Return the report of a month to sign."""
    from service.documents.number_month import write_month  # here: heavy
    from service.documents.offices import office_of

    month = await _told(visit, query.month)
    unit = visit.staff.actor.department_id
    office = office_of(visit.reference, unit, entered=await visit.run(issuing_facts, unit))
    today = visit.now.astimezone(ZoneInfo(visit.reference.timezone)).date()
    body = await asyncio.to_thread(write_month, office, month, today)
    headers = {**attachment(f"so-rao-vat-{month.first:%Y-%m}.docx"), "Cache-Control": "private, no-store"}
    return Response(body, media_type=MEDIA_TYPES["docx"], headers=headers)


async def _told(visit: StaffVisit, month: str) -> NumbersMonth:
    return await visit.act(lambda ctx: numbers_month(ctx, month))
