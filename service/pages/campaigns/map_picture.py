"""Pictures of the city with clean-ups on them: of a campaign with cured hot spots, and of those that come."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from markupsafe import Markup
from pydantic import BaseModel, Field

from geo.picture import MapView
from service.db import DomainSession
from service.domain.city.ground import names_in, paths_in
from service.domain.city.outlines import wards_in
from service.domain.city.reference import Reference
from service.domain.cleanups.campaigns.campaigns import find_campaign
from service.domain.cleanups.campaigns.figures import campaign_places
from service.domain.cleanups.public.views import list_public_cleanups
from service.domain.cleanups.views import CleanupFilter
from service.pages.shared.map_picture import DrawnGround, draw_map, picture_reply, view_around
from service.pages.shared.visit import PageVisitDep
from service.web.dependencies import ReferenceDep, SessionDep, WithWorks

router = APIRouter(dependencies=[WithWorks])

MAP_SIZE = 720, 420
MOST = 100
_MAX_AGE_S = 60
_CLEANUP = Markup(
    '<circle cx="{:.1f}" cy="{:.1f}" r="7" fill="#0b5c3f" stroke="#fff" stroke-width="2">'
    "<title>{}</title></circle>"
)
_CURED = Markup(
    '<path d="M{:.1f} {:.1f}m0-10 10 10-10 10-10-10z" fill="#b26a00" stroke="#fff" stroke-width="2"/>'
)


class ComingQuery(BaseModel):
    """Ward of the clean-ups on the picture; all without one."""

    ward: Annotated[str, Field(max_length=20)] = ""


@router.get("/campaigns/{slug}/map.svg")
async def draw_campaign(
    request: Request, slug: str, session: SessionDep, reference: ReferenceDep
) -> Response:
    """Return the campaign's clean-ups and the hot spots that stayed clean, on one picture."""

    def draw(inner: DomainSession) -> str:
        held, cured = campaign_places(inner, reference, find_campaign(inner, slug))
        view = view_around([*held, *cured], reference.config.middle, MAP_SIZE)
        marks = [_CLEANUP.format(*view.pixel(*each), "") for each in held]
        marks += [_CURED.format(*view.pixel(*each)) for each in cured]
        return _draw(inner, reference, view, marks)

    return picture_reply(request, await session.run_sync(draw), _MAX_AGE_S)


@router.get("/cleanups/map.svg")
async def draw_coming(
    visit: PageVisitDep, session: SessionDep, wanted: Annotated[ComingQuery, Query()]
) -> Response:
    """Return the clean-ups that come on one picture."""
    ward = visit.reference.ward_by_code.get(wanted.ward)
    filters = CleanupFilter(ward_id=ward.id if ward else None, since=visit.now, limit=MOST)

    def draw(inner: DomainSession) -> str:
        found = list_public_cleanups(inner, visit.reference, filters)
        points = [(each.lon, each.lat) for each in found]
        view = view_around(points, visit.reference.config.middle, MAP_SIZE)
        marks = [_CLEANUP.format(*view.pixel(each.lon, each.lat), each.title) for each in found]
        return _draw(inner, visit.reference, view, marks)

    return picture_reply(visit.request, await session.run_sync(draw), _MAX_AGE_S)


def _draw(session: DomainSession, reference: Reference, view: MapView, marks: Sequence[Markup]) -> str:
    wards = wards_in(session, view.box, view.metres_a_pixel)
    ground = DrawnGround()
    if reference.has_streets:
        ground = DrawnGround(paths_in(session, view), names_in(session, view))
    return draw_map(view, wards, (), ground, over=Markup("").join(marks))
