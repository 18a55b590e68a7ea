"""Indicators of a unit over a period, and the list behind each."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field

from service.db import DomainSession
from service.domain.emulation.entries.readings import premises_names
from service.domain.indicators.values import (
    entered_behind,
    figures_of,
    indicator_of,
    period_asked,
    selection_behind,
    silences_behind,
    unit_asked,
)
from service.domain.indicators.works import works_behind
from service.domain.queries.manage.lists import ListPosition, list_selected
from service.domain.queries.manage.period_words import period_name
from service.domain.queries.manage.periods import Period, period_begun
from service.domain.works.access import READERS
from service.pages.shared.visit import StaffVisit, StaffVisitDep
from service.pages.shared.work_words import STATUS_WORDS
from service.pages.staff.staffroom import draw_staff_page, only
from service.web.cursors import Cursors

router = APIRouter(dependencies=[Depends(only(*READERS))])

SHOWN = 100


class IndicatorFilters(BaseModel):
    """Unit and days in the address."""

    unit: Annotated[str, Field(max_length=60)] = ""
    first: Annotated[str, Field(alias="from", max_length=20)] = ""
    last: Annotated[str, Field(alias="to", max_length=20)] = ""
    cursor: Annotated[str, Field(max_length=500)] = ""


@router.get("/indicators")
async def index(visit: StaffVisitDep, filters: Annotated[IndicatorFilters, Query()]) -> Response:
    """Every figure of a unit."""
    filled = await visit.run(_read, visit, filters)
    return draw_staff_page(visit, "indicators/index.html", {**filled, "filters": filters})


@router.get("/indicators/{code}")
async def behind(visit: StaffVisitDep, code: str, filters: Annotated[IndicatorFilters, Query()]) -> Response:
    """The list behind one figure."""
    indicator_of(code)
    filled = await visit.run(_read, visit, filters, code)
    context = {**filled, "filters": filters, "work_statuses": STATUS_WORDS}
    return draw_staff_page(visit, "indicators/behind.html", context)


def _read(
    session: DomainSession, visit: StaffVisit, filters: IndicatorFilters, code: str = ""
) -> dict[str, object]:
    reference, actor, now = visit.reference, visit.staff.actor, visit.now
    unit = unit_asked(reference, actor, filters.unit)
    period = period_asked(reference, filters.first, filters.last, now)
    figures = figures_of(session, reference, unit, period, now)
    begun = None if filters.first or filters.last else period_begun(period, visit.today)
    filled: dict[str, object] = {
        "figures": figures,
        "begun": begun and (period_name(begun), _address(begun, filters.unit)),
        "unit": reference.departments[unit] if unit is not None else None,
        "next": "",
        "days": (f"{period.first:%d/%m/%Y}", f"{period.last:%d/%m/%Y}"),
    }
    if not code:
        return filled
    selection = selection_behind(reference, code, unit, period)
    filled["figure"] = next(each for each in figures if each.code == code)
    cursors, kind = Cursors(visit.resources.settings.secret), f"indicator:{code}"
    after = cursors.open(kind, filters.cursor) if filters.cursor else None
    if selection is not None:
        position = ListPosition.read(after) if after else None
        found = list_selected(session, reference, selection, actor, now=now, after=position, limit=SHOWN)
        filled |= {"cases": found, "next": cursors.seal(kind, found.next.written()) if found.next else ""}
    elif indicator_of(code).claims:
        filled["silences"] = silences_behind(session, reference, unit, period)
    elif indicator_of(code).entered:
        filled["entered"] = entered_behind(session, reference, code, unit, period)
        filled["premises"] = premises_names(session)
    else:
        start = str(after[0]) if after else ""
        works = works_behind(session, reference, actor, code, unit, period, now, after=start)
        filled |= {"works": works, "next": cursors.seal(kind, [works.next]) if works.next else ""}
    return filled


def _address(period: Period, unit: str) -> str:
    own = f"&unit={unit}" if unit else ""
    return f"/indicators?from={period.first.isoformat()}&to={period.last.isoformat()}{own}"
