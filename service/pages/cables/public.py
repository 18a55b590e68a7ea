"""The undergrounding plan for everybody: a map as one picture, a table by street, one route."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response
from markupsafe import Markup
from pydantic import BaseModel, Field

from geo.picture import MapView
from service.db import DomainSession
from service.domain.cables.access import cables_of, company_ids, find_route
from service.domain.cables.views import RouteFilter, RouteView, list_routes, promises_of, quarters_of
from service.domain.city.ground import names_in, paths_in
from service.domain.city.outlines import wards_in
from service.domain.city.reference import Reference
from service.i18n import translate
from service.pages.shared.cable_words import (
    DUCT_WORDS,
    ROUTE_STATES,
    TASK_WORDS,
    company_name,
    route_line,
    said_quarter,
    section_words,
)
from service.pages.shared.map_picture import DrawnGround, draw_map, picture_reply
from service.pages.shared.visit import PageVisitDep
from service.rendering.engine import page
from service.web.dependencies import SessionDep

router = APIRouter()

MAP_SIZE = 720, 420
FARTHEST, NEAREST = 10.0, 16.0
_MAX_AGE_S = 300
_COLOURS: Mapping[str, str] = {
    "planned": "#6b6560",
    "under_way": "#5b2a86",
    "blocked": "#b26a00",
    "late": "#a8211a",
    "done": "#1f7a3f",
}
_DASHES: Mapping[str, str] = {"planned": "2 5", "blocked": "8 4", "late": "10 3 2 3"}
"""Not by colour alone: each state has its own kind of line."""


class CablesQuery(BaseModel):
    """Filters in the address of the list."""

    company: Annotated[str, Field(max_length=60)] = ""
    quarter: Annotated[str, Field(max_length=10)] = ""


def words_of_cables(reference: Reference) -> dict[str, object]:
    """Return the words that templates of cables use."""
    return {
        "route_states": ROUTE_STATES,
        "task_words": TASK_WORDS,
        "duct_words": DUCT_WORDS,
        "said_quarter": said_quarter,
        "section_words": section_words,
        "company_name": lambda company: company_name(reference, company),
        "route_line": lambda route: route_line(reference, route),
    }


@router.get("/cables")
async def index(
    visit: PageVisitDep, session: SessionDep, filters: Annotated[CablesQuery, Query()]
) -> Response:
    """Return every route with its promise, its first promise and its companies."""
    cables_of(visit.reference)
    wanted = _wanted(visit.reference, filters)
    found = await session.run_sync(list_routes, wanted, visit.now, with_lines=False)
    companies = [
        (visit.reference.departments[each].code, company_name(visit.reference, each))
        for each in company_ids(visit.reference)
    ]
    context = {
        **words_of_cables(visit.reference),
        "reference": visit.reference,
        "now": visit.now,
        "filters": filters,
        "routes": found,
        "companies": companies,
        "quarters": await session.run_sync(quarters_of),
        "map_size": MAP_SIZE,
        "map_query": f"company={filters.company}&quarter={filters.quarter}",
    }
    return page(visit.request, "cables/index.html", context)


@router.get("/cables/map.svg")
async def picture(
    visit: PageVisitDep, session: SessionDep, filters: Annotated[CablesQuery, Query()]
) -> Response:
    """Return the routes on one picture of the city."""
    cables_of(visit.reference)
    body = await session.run_sync(_draw_routes, visit.reference, _wanted(visit.reference, filters), visit.now)
    return picture_reply(visit.request, body, _MAX_AGE_S)


@router.get("/cables/{route_id}")
async def show(visit: PageVisitDep, route_id: int, session: SessionDep) -> Response:
    """Return one route: the promise as it moved, and how far each company is."""

    def read(inner: DomainSession) -> dict[str, object]:
        route = find_route(inner, visit.reference, route_id)
        [view] = list_routes(inner, RouteFilter(ids=[route.id]), visit.now)
        return {"route": view, "promises": promises_of(inner, visit.reference, route.id)}

    found = await session.run_sync(read)
    context = {**words_of_cables(visit.reference), "reference": visit.reference, "now": visit.now, **found}
    return page(visit.request, "cables/show.html", context)


def _wanted(reference: Reference, filters: CablesQuery) -> RouteFilter:
    company = reference.department_by_code.get(filters.company)
    return RouteFilter(company_id=company.id if company else None, quarter=filters.quarter or None)


def _draw_routes(session: DomainSession, reference: Reference, wanted: RouteFilter, now: datetime) -> str:
    routes = [each for each in list_routes(session, wanted, now) if each.geometry is not None]
    view = _view(reference, routes)
    wards = wards_in(session, view.box, view.metres_a_pixel)
    ground = DrawnGround()
    if reference.has_streets:
        ground = DrawnGround(paths_in(session, view), names_in(session, view))
    lines = Markup("").join(_line(view, each) for each in routes)
    return draw_map(view, wards, (), ground, over=lines)


def _view(reference: Reference, routes: Sequence[RouteView]) -> MapView:
    """Return so much of the city that every route is on it."""
    lon, lat = reference.config.middle
    places = [place for each in routes for part in _parts(each) for place in part]
    if not places:
        return MapView(lon, lat, FARTHEST + 1, *MAP_SIZE)
    west, east = min(p[0] for p in places), max(p[0] for p in places)
    south, north = min(p[1] for p in places), max(p[1] for p in places)
    zoom = NEAREST
    while zoom > FARTHEST:
        view = MapView((west + east) / 2, (south + north) / 2, zoom, *MAP_SIZE)
        (left, top), (right, bottom) = view.pixel(west, north), view.pixel(east, south)
        if left >= 30 and top >= 30 and right <= MAP_SIZE[0] - 30 and bottom <= MAP_SIZE[1] - 30:
            return view
        zoom -= 0.5
    return MapView((west + east) / 2, (south + north) / 2, FARTHEST, *MAP_SIZE)


def _parts(route: RouteView) -> list[list[list[float]]]:
    if route.geometry is None:
        return []
    coordinates = route.geometry["coordinates"]
    return [coordinates] if route.geometry["type"] == "LineString" else coordinates


def _line(view: MapView, route: RouteView) -> Markup:
    path = "".join(
        "M" + "L".join("{:.1f} {:.1f}".format(*view.pixel(lon, lat)) for lon, lat in part)
        for part in _parts(route)
    )
    dash = _DASHES.get(route.state, "")
    name, _, _ = ROUTE_STATES[route.state]
    title = f"{route.street}: {said_quarter(route.quarter)}, {translate(name)}"
    return Markup(
        '<g fill="none" stroke-linecap="round" stroke-linejoin="round"><title>{}</title>'
        '<path class="halo" stroke-width="8" d="{}"/><path stroke="{}" stroke-width="4.5"'
        ' stroke-dasharray="{}" d="{}"/></g>'
    ).format(title, path, _COLOURS[route.state], dash, path)
