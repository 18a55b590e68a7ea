"""Indicators for machines of staff: what there are, and the figures of a unit over a period."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from service.api.shared.answers import refusals
from service.api.shared.query import StrictQuery
from service.domain.indicators.values import FigureView, figures_of, indicator_of, period_asked, unit_asked
from service.web.dependencies import NowDep, ReferenceDep, SessionDep
from service.web.paths import EntryCode
from service.web.viewer import StaffDep

router = APIRouter(tags=["figures"])

Day = Annotated[str, Field(max_length=20)]


class FigureQuery(StrictQuery):
    """A unit with those below it, all without it; days of reception, of deadline or of the event."""

    unit: Annotated[str, Field(max_length=60)] = ""
    first: Annotated[Day, Field(alias="from")] = ""
    last: Annotated[Day, Field(alias="to")] = ""


class FigureList(BaseModel):
    """Figures of one unit over one period."""

    items: list[FigureView]
    next: None = None


@router.get("/indicators", responses=refusals(401, 403, 404, 422))
async def indicators(
    query: Annotated[FigureQuery, Query()],
    session: SessionDep,
    reference: ReferenceDep,
    staff: StaffDep,
    now: NowDep,
) -> FigureList:
    """Return every indicator of a unit over a period; `cases` is the list behind. Without days it is this
    month, in its first five days the last whole one.
    """
    unit = unit_asked(reference, staff.actor, query.unit)
    period = period_asked(reference, query.first, query.last, now)
    return FigureList(
        items=await session.run_sync(lambda sync: figures_of(sync, reference, unit, period, now))
    )


@router.get("/indicators/{code}", responses=refusals(401, 403, 404, 422))
async def one_indicator(
    code: EntryCode,
    query: Annotated[FigureQuery, Query()],
    session: SessionDep,
    reference: ReferenceDep,
    staff: StaffDep,
    now: NowDep,
) -> FigureView:
    """Return one figure."""
    indicator_of(code)
    unit = unit_asked(reference, staff.actor, query.unit)
    period = period_asked(reference, query.first, query.last, now)
    found = await session.run_sync(lambda sync: figures_of(sync, reference, unit, period, now))
    return next(each for each in found if each.code == code)
