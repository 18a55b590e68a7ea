"""Photos of a work: sending one, listing them."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request, Response

from service.api.reports.photos import PHOTO_FORM, PhotoList, PhotoOut, shown_photo
from service.api.shared.answers import refusals
from service.api.works.shared import READS, WorkCallDep
from service.db import async_unit_of_work
from service.domain.queries.photo_details import PhotoDetail, detail
from service.domain.works.access import find_work
from service.domain.works.actions import ActionContext
from service.domain.works.photos import WorkPhotoKind, find_for_photo, work_photos
from service.imaging.refusal import MAX_BYTES
from service.web.dependencies import NowDep, ReferenceDep, ResourcesDep
from service.web.rates import allow
from service.web.uploads import FORM_BYTES, GateDep, WorkSending, photo_form, receive_photo
from service.web.viewer import StaffDep

router = APIRouter(tags=["works"])

Kind = Annotated[
    WorkPhotoKind | None,
    Query(description="Without it evidence; of a clean-up before or after, by whether it has begun"),
]


@router.post(
    "/works/{work_code}/photos",
    status_code=201,
    response_model=PhotoOut,
    responses={
        200: {"model": PhotoOut, "description": "The same photo was sent before"},
        **refusals(400, 401, 403, 404, 409, 413, 415, 422, 429, 507),
    },
    openapi_extra=PHOTO_FORM,
    max_body_size=MAX_BYTES + FORM_BYTES,
)
async def add_photo(
    request: Request,
    response: Response,
    work_code: str,
    resources: ResourcesDep,
    reference: ReferenceDep,
    staff: StaffDep,
    gate: GateDep,
    now: NowDep,
    kind: Kind = None,
) -> PhotoOut:
    """Add a photo; for whoever has a part in the work. 201 means stored, `ready` follows soon after."""
    await allow(request, resources, "photo")
    async with async_unit_of_work(resources.engine) as session:
        found = await session.run_sync(find_for_photo, reference, staff.actor, work_code, kind)
    async with photo_form(request) as (file, given):
        zone = ZoneInfo(reference.timezone)
        sending = WorkSending(*found, staff.actor, at=now, zone=zone, id=given)
        photo, stored = await receive_photo(resources, gate, file, sending)
    if not stored:
        response.status_code = 200
    return shown_photo(photo, resources.settings.public_url, evidence=True)


@router.get("/works/{work_code}/photos", responses=READS)
async def photos(work_code: str, call: WorkCallDep, resources: ResourcesDep) -> PhotoList:
    """The photos of a work, oldest first."""

    def verb(ctx: ActionContext) -> list[PhotoDetail]:
        work = find_work(ctx.session, call.reference, ctx.actor, work_code)
        return [detail(photo) for photo in work_photos(ctx.session, work.id)]

    base = resources.settings.public_url
    found = await call.act(verb)
    return PhotoList(items=[shown_photo(photo, base, evidence=True) for photo in found])
