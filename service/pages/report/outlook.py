"""The page part that says, before a report is sent, who will be responsible and how long it usually takes."""

from __future__ import annotations

import json
import math
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import FiniteFloat

from geo.points import Point, PointProblem
from service.db import async_unit_of_work
from service.domain.cables.near import routes_near
from service.domain.city.reference import CategoryView, DepartmentView, Reference
from service.domain.city.search.elsewhere import street_elsewhere
from service.domain.city.search.nearby import nearest_street
from service.domain.queries.outlook import find_responsible, usual_time
from service.domain.reports.drafts import PLACE_MESSAGES, check_place
from service.errors import invalid
from service.i18n.rounding import round_half_up
from service.pages.shared.cable_words import near_words
from service.pages.shared.visit import PageVisitDep
from service.rendering.engine import page
from service.web.dependencies import Resources

router = APIRouter()

HOUR_S = 3600
DAY_H = 24


@router.get("/report/outlook")
async def outlook(
    visit: PageVisitDep,
    lon: FiniteFloat = math.nan,
    lat: FiniteFloat = math.nan,
    ward: Annotated[str, Query(max_length=100)] = "",
    category: Annotated[str, Query(max_length=100)] = "",
    address: Annotated[str, Query(max_length=500)] = "",
) -> Response:
    """The department, the usual time or the deadline, as a fragment; the ward alone without a category.

    `ward` is the code of a ward where no position is known. Of an `address` whose street lies in other wards
    that is told too.
    """
    named = visit.reference.ward_by_code.get(ward)
    if named and math.isnan(lon):
        lon, lat = named.lon, named.lat
    if math.isnan(lon) or math.isnan(lat):
        raise invalid(["query", "lon"], PLACE_MESSAGES[PointProblem.NOT_A_NUMBER])
    kind = visit.reference.category_by_code.get(category)
    shown = await draw_outlook(
        visit.resources, visit.reference, kind, lon, lat, visit.now, named=named is not None, address=address
    )
    return page(
        visit.request,
        "report/_outlook.html",
        {"reference": visit.reference, "now": visit.now, "outlook": shown},
    )


async def draw_outlook(
    resources: Resources,
    reference: Reference,
    kind: CategoryView | None,
    lon: float,
    lat: float,
    now: datetime,
    *,
    named: bool = False,
    address: str = "",
) -> dict[str, object] | None:
    """Return what the fragment shows; None for a place outside the city. Of a ward that was `named` alone no
    street is told.
    """
    if check_place(reference, lon, lat):
        return None
    async with async_unit_of_work(resources.engine) as session:
        book = await session.run_sync(resources.rulebook.get)
        street = "" if named else await session.run_sync(nearest_street, lon, lat)
        cables = [] if named else await session.run_sync(routes_near, reference, kind, lon, lat, now)
        found = book.locator.locate(lon, lat)
        ward = reference.wards.get(found.area_id) if found else None
        pin = None if named else Point(lon, lat)
        elsewhere = await session.run_sync(
            lambda s: street_elsewhere(
                s, reference, book.locator, ward_code=ward.code if ward else "", address=address, pin=pin
            )
        )
    if kind is None or not kind.active:
        return {"kind": None, "street": street, "ward": ward, "elsewhere": elsewhere}
    responsible = find_responsible(book, kind, lon, lat, now=now)
    usual = await _usual(resources, reference, kind, responsible.lead, now) if responsible.lead else None
    return {
        "kind": kind,
        "elsewhere": elsewhere,
        "street": street,
        "ward": responsible.ward,
        "lead": responsible.lead,
        "due_at": responsible.due_at,
        "cables": [near_words(reference, each) for each in cables],
        "usual": usual and {name: span(hours) for name, hours in usual.items()},
    }


def span(hours: float) -> tuple[str, int]:
    """Return a time as one says it before: ("hours" or "days", how many), at least one."""
    if hours >= 1.5 * DAY_H:
        return "days", int(round_half_up(hours / DAY_H, 0))
    return "hours", max(1, int(round_half_up(hours, 0)))


async def _usual(
    resources: Resources, reference: Reference, kind: CategoryView, lead: DepartmentView, now: datetime
) -> dict[str, float] | None:
    """Return the usual hours, reckoned once an hour for all who ask of that kind and department."""

    async def make() -> bytes:
        async with async_unit_of_work(resources.engine) as session:
            found = await session.run_sync(usual_time, reference, kind, lead, now=now)
        return json.dumps({"half": found.half_hours, "most": found.most_hours} if found else None).encode()

    key = ("outlook", kind.path[0], lead.code)
    cached = await resources.response_cache.get(key, int(now.timestamp()) // HOUR_S, make, stale=24)
    read: dict[str, float] | None = json.loads(cached.body)
    return read
