"""Poles over the API: a list of them, taken whole or not at all."""

from __future__ import annotations

from anyio import to_thread
from fastapi import APIRouter, Request
from starlette.datastructures import UploadFile

from service.api.shared.answers import refusals
from service.api.shared.files import file_form
from service.api.works.shared import WorkCall
from service.db import async_unit_of_work
from service.domain.cables.access import require_planning
from service.domain.claims.poles import rows_of_csv, take_poles
from service.errors import invalid
from service.i18n import N_
from service.routefile.reader import MAX_BYTES, read_pole_points
from service.web.dependencies import NowDep, ReferenceDep, ResourcesDep
from service.web.forms import read_form
from service.web.rates import allow
from service.web.uploads import FORM_BYTES
from service.web.viewer import StaffDep

router = APIRouter(tags=["cables"])


@router.post(
    "/cables/poles",
    status_code=201,
    responses=refusals(400, 401, 403, 404, 413, 415, 422, 429),
    openapi_extra=file_form("CSV, GeoPackage, GeoJSON up to 5 MB"),
    max_body_size=MAX_BYTES + FORM_BYTES,
)
async def import_poles(
    request: Request, resources: ResourcesDep, reference: ReferenceDep, staff: StaffDep, now: NowDep
) -> dict[str, int]:
    """Take a list of poles: `code`, `lon`, `lat`, `owner`, `seen_on`, `attached` (codes or names)."""
    require_planning(reference, staff.actor)
    await allow(request, resources, "import")
    form = await read_form(request, max_files=1, max_fields=1)
    file = form.get("file")
    if not isinstance(file, UploadFile):
        raise invalid(["file"], N_("Hãy chọn một tệp để nhập."))
    name, data = file.filename or "", await file.read(MAX_BYTES + 1)
    if name.lower().endswith(".csv") and len(data) <= MAX_BYTES:
        rows = await to_thread.run_sync(rows_of_csv, data)
    else:
        rows = await to_thread.run_sync(read_pole_points, name, data)
    async with async_unit_of_work(resources.engine) as session:
        taken = await WorkCall(session, reference, staff, now).act(lambda ctx: take_poles(ctx, rows))
    return {"poles": taken}
