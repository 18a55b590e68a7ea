"""Documents about cables over the API: letters that urge, the progress report, the poles' owner's list."""

from __future__ import annotations

from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Query
from fastapi.responses import Response

from service.api.shared.answers import refusals
from service.db import async_unit_of_work
from service.domain.cables.access import cables_of
from service.domain.cables.papers.facts import CableOrder
from service.domain.cables.papers.map_file import cables_gpkg
from service.domain.cables.views import RouteFilter, list_routes
from service.domain.workspaces.downloads.writers import MEDIA_TYPES
from service.web.dependencies import NowDep, ReferenceDep, ResourcesDep
from service.web.exports import attachment
from service.web.papers.cables import make_cable_paper
from service.web.viewer import StaffDep

router = APIRouter(tags=["cables"])

_BINARY = {"schema": {"type": "string", "format": "binary"}}
_FILE: dict[int | str, dict[str, object]] = {
    200: {"description": "The file", "content": {MEDIA_TYPES["docx"]: _BINARY}},
    **refusals(400, 401, 403, 404, 422),
}
UnitCode = Annotated[str, Query(min_length=1, max_length=60, description="Code of the company")]


@router.get("/cables/urging.docx", response_class=Response, responses=_FILE)
async def urging(
    resources: ResourcesDep, reference: ReferenceDep, staff: StaffDep, now: NowDep, company: UnitCode
) -> Response:
    """The letter that urges a company to do its late sections; 422 where it has none."""
    order = CableOrder(what="urging", unit=company)
    made, _ = await make_cable_paper(resources, reference, staff, now, order)
    return Response(made.body, media_type=MEDIA_TYPES["docx"], headers=attachment(made.file_name))


@router.get("/cables/report.docx", response_class=Response, responses=_FILE)
async def progress(
    resources: ResourcesDep, reference: ReferenceDep, staff: StaffDep, now: NowDep
) -> Response:
    """The progress report of the undergrounding plan."""
    made, _ = await make_cable_paper(resources, reference, staff, now, CableOrder(what="progress"))
    return Response(made.body, media_type=MEDIA_TYPES["docx"], headers=attachment(made.file_name))


@router.get("/cables/poles.docx", response_class=Response, responses=_FILE)
async def poles(
    resources: ResourcesDep,
    reference: ReferenceDep,
    staff: StaffDep,
    now: NowDep,
    owner: Annotated[str, Query(max_length=60, description="Code of the poles' owner")] = "",
) -> Response:
    """The list for the poles' owner: who hangs on its poles, and what nobody owns; the city's by default."""
    order = CableOrder(what="poles", unit=owner)
    made, _ = await make_cable_paper(resources, reference, staff, now, order)
    return Response(made.body, media_type=MEDIA_TYPES["docx"], headers=attachment(made.file_name))


@router.get(
    "/cables.gpkg",
    response_class=Response,
    responses={
        200: {"description": "The file", "content": {MEDIA_TYPES["gpkg"]: _BINARY}},
        **refusals(400, 404),
    },
)
async def map_file(resources: ResourcesDep, reference: ReferenceDep, now: NowDep) -> Response:
    """The routes as a GeoPackage: promise, first promise, state and companies of each line."""
    cables_of(reference)
    async with async_unit_of_work(resources.engine) as session:
        routes = await session.run_sync(list_routes, RouteFilter(), now)
    body = await to_thread.run_sync(cables_gpkg, reference, routes)
    return Response(body, media_type=MEDIA_TYPES["gpkg"], headers=attachment("cap-treo.gpkg"))
