"""Routes of the undergrounding plan: for everybody to read, for the office that keeps it to write."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Query, Request, Response
from pydantic import Field
from starlette.datastructures import UploadFile

from service.api.shared.answers import refusals
from service.api.shared.files import file_form
from service.api.shared.query import StrictQuery
from service.api.works.shared import WRITES, WorkCall, WorkCallDep
from service.db import DomainSession, async_unit_of_work
from service.domain.cables.access import cables_of, find_route, require_planning
from service.domain.cables.answers import RouteFeature, RouteFeatures, tell_route
from service.domain.cables.forms import NewRoute, RouteChange
from service.domain.cables.route_imports import RouteProposal, propose_routes, require_decided, take_routes
from service.domain.cables.routes import change_route, make_route
from service.domain.cables.sheet import cables_sheet
from service.domain.cables.views import RouteFilter, list_routes, promises_of
from service.domain.city.reference import Reference
from service.domain.works.actions import ActionContext
from service.domain.workspaces.downloads.writers import MEDIA_TYPES
from service.errors import FieldError, Invalid, invalid
from service.i18n import N_
from service.models import CableRoute
from service.planfile.reader import MAX_BYTES
from service.web.dependencies import NowDep, ReferenceDep, ResourcesDep, SessionDep, WakeAfter
from service.web.exports import attachment
from service.web.forms import read_form
from service.web.paths import RowId
from service.web.rates import allow
from service.web.reading.route_file import read_route_file
from service.web.uploads import FORM_BYTES
from service.web.viewer import StaffDep

router = APIRouter(tags=["cables"], dependencies=[WakeAfter])

READS = refusals(400, 404, 422)


class RoutesQuery(StrictQuery):
    """Filters of routes."""

    company: Annotated[str, Field(max_length=60)] | None = Field(None, description="Code of a company.")
    quarter: Annotated[str, Field(pattern=r"^20\d\d-Q[1-4]$")] | None = None
    ward: Annotated[str, Field(max_length=60)] | None = Field(None, description="Code of a ward.")
    bbox: Annotated[str, Field(max_length=200)] | None = Field(None, description="`west,south,east,north`")
    near: Annotated[str, Field(max_length=100)] | None = Field(None, description="`lon,lat`")
    radius_m: Annotated[float, Field(gt=0, le=5000)] | None = None
    limit: Annotated[int, Field(ge=1, le=1000)] = 1000


@router.get("/cables/routes", responses=READS)
async def list_them(
    query: Annotated[RoutesQuery, Query()], session: SessionDep, reference: ReferenceDep, now: NowDep
) -> RouteFeatures:
    """The routes as GeoJSON; with `near` the nearest first, within `radius_m` (the city's own reach)."""
    wanted = _wanted(reference, query)
    found = await session.run_sync(list_routes, wanted, now) if wanted else []
    return RouteFeatures(features=[tell_route(reference, each) for each in found])


@router.get(
    "/cables.xlsx",
    response_class=Response,
    responses={
        200: {
            "description": "The file",
            "content": {MEDIA_TYPES["xlsx"]: {"schema": {"type": "string", "format": "binary"}}},
        },
        **READS,
    },
)
async def workbook(resources: ResourcesDep, reference: ReferenceDep, now: NowDep) -> Response:
    """The plan as a workbook: a line for each company on each street."""
    cables_of(reference)
    async with async_unit_of_work(resources.engine) as session:
        routes = await session.run_sync(list_routes, RouteFilter(), now, with_lines=False)
    body = await to_thread.run_sync(cables_sheet, reference, routes)
    return Response(body, media_type=MEDIA_TYPES["xlsx"], headers=attachment("cap-treo.xlsx"))


@router.get("/cables/routes/{route_id}", responses=READS)
async def show(route_id: RowId, session: SessionDep, reference: ReferenceDep, now: NowDep) -> RouteFeature:
    """Return one route with every promise that moved, and why."""

    def read(inner: DomainSession) -> RouteFeature:
        return _one(inner, reference, find_route(inner, reference, route_id), now)

    return await session.run_sync(read)


@router.post("/cables/routes", status_code=201, responses=WRITES)
async def make(sent: NewRoute, call: WorkCallDep) -> RouteFeature:
    """Add a route to the plan, with its sections. A route that is there is answered with 409."""

    def verb(ctx: ActionContext) -> RouteFeature:
        return _one(ctx.session, call.reference, make_route(ctx, sent), call.now)

    return await call.act(verb)


@router.patch("/cables/routes/{route_id}", responses=WRITES)
async def change(route_id: RowId, sent: RouteChange, call: WorkCallDep) -> RouteFeature:
    """Change a route. Another quarter needs a `reason`; the first promise stays and is told with it."""

    def verb(ctx: ActionContext) -> RouteFeature:
        return _one(ctx.session, call.reference, change_route(ctx, route_id, sent), call.now)

    return await call.act(verb)


@router.post(
    "/cables/import",
    response_model=None,
    responses={
        200: {
            "description": "What the file proposes; nothing is stored",
            "content": {"application/json": {"schema": {"type": "object"}}},
        },
        201: {
            "description": "The routes of the file, with `apply`",
            "content": {"application/json": {"schema": {"type": "object"}}},
        },
        **refusals(400, 401, 403, 404, 409, 413, 415, 422, 429),
    },
    openapi_extra=file_form(
        "XLSX or DOCX up to 10 MB; GeoPackage, GeoJSON, KML up to 5",
        apply={"type": "string", "enum": ["0", "1"]},
    ),
    max_body_size=MAX_BYTES + FORM_BYTES,
)
async def import_routes(
    request: Request,
    response: Response,
    resources: ResourcesDep,
    reference: ReferenceDep,
    staff: StaffDep,
    now: NowDep,
) -> dict[str, object]:
    """Read a list of routes: what it says, what is unclear. With `apply=1` take it, where nothing is."""
    require_planning(reference, staff.actor)
    await allow(request, resources, "import")
    form = await read_form(request, max_files=1, max_fields=2)
    file = form.get("file")
    wrong = [
        FieldError(("body", name), N_("Không có mục này; hãy bỏ đi hoặc xem lại tên."))
        for name in sorted(form.keys() - {"file", "apply"})
    ]
    if wrong or not isinstance(file, UploadFile):
        missing = FieldError(("body", "file"), N_("Hãy chọn một tệp để nhập."))
        raise Invalid(N_("Vui lòng sửa các mục được nêu."), errors=wrong or [missing])
    content = await read_route_file(file.filename or "", await file.read(MAX_BYTES + 1))
    apply = form.get("apply") in ("1", "true")

    def verb(ctx: ActionContext) -> RouteProposal:
        proposal = propose_routes(ctx, content)
        if apply:
            taken = take_routes(ctx, require_decided(proposal))
            proposal["taken"] = [each.id for each in taken]
        return proposal

    async with async_unit_of_work(resources.engine) as session:
        answer = await WorkCall(session, reference, staff, now).act(verb)
    response.status_code = 201 if apply else 200
    return dict(answer)


def _one(session: DomainSession, reference: Reference, route: CableRoute, now: datetime) -> RouteFeature:
    [view] = list_routes(session, RouteFilter(ids=[route.id]), now)
    return tell_route(reference, view, promises_of(session, reference, route.id))


def _wanted(reference: Reference, query: RoutesQuery) -> RouteFilter | None:
    """Return the filter, None where it names what the city does not have."""
    rules = cables_of(reference)
    company = reference.department_by_code.get(query.company) if query.company else None
    ward = reference.ward_by_code.get(query.ward) if query.ward else None
    if (query.company and company is None) or (query.ward and ward is None):
        return None
    near = _numbers(query.near, 2, "near")
    box = _numbers(query.bbox, 4, "bbox")
    return RouteFilter(
        company_id=company.id if company else None,
        quarter=query.quarter,
        ward_id=ward.id if ward else None,
        bbox=(box[0], box[1], box[2], box[3]) if box else None,
        near=(near[0], near[1], query.radius_m or rules.near_m) if near else None,
        limit=query.limit,
    )


def _numbers(text: str | None, count: int, name: str) -> list[float]:
    if text is None:
        return []
    try:
        found = [float(part) for part in text.split(",")]
    except ValueError:
        found = []
    fits = all(-180 <= x <= 180 if n % 2 == 0 else -90 <= x <= 90 for n, x in enumerate(found))
    if len(found) != count or not fits:
        raise invalid(["query", name], N_("Cần các tọa độ cách nhau bằng dấu phẩy, kinh độ trước."))
    return found
