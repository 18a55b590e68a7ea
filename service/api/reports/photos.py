"""Photos of a report: sending one, listing them, the private original for staff. Public files: `media.py`."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel

from service.api.shared.answers import refusals
from service.api.shared.files import file_form
from service.db import async_unit_of_work
from service.domain.queries import photo_details
from service.domain.queries.photo_details import PhotoDetail, open_original
from service.domain.reports.photos import find_for_sender, photo_links
from service.errors import NotFound
from service.i18n import N_
from service.imaging.refusal import MAX_BYTES
from service.models.reports.event import ActorKind
from service.models.reports.photo import PhotoState
from service.web.dependencies import NowDep, ReferenceDep, ResourcesDep, SessionDep
from service.web.rates import allow
from service.web.uploads import FORM_BYTES, GateDep, Sending, photo_form, receive_photo
from service.web.viewer import StaffDep, ViewerDep

router = APIRouter(tags=["photos"])


class PhotoEvidence(BaseModel):
    """Evidence in a photo's file, for staff: `distance_m` is how far its place lies from the report's pin.

    `clock` tells how far the time is to be trusted: `offset` (the camera knew its zone), `gps` (satellite
    time) or `local` (a clock without a zone, read in the city's).
    """

    lon: float | None
    lat: float | None
    accuracy_m: float | None
    distance_m: float | None
    taken_at: datetime | None
    clock: str | None
    camera: str | None
    failure: str | None


class PhotoOut(BaseModel):
    """Photo. `url` and `thumbnail_url` are there once its public versions are made (`ready`).

    Not `published`: a follower's that waits for the reporter or a coordinator, evidence no step cites yet, or
    one that was `hidden`.
    """

    id: UUID
    kind: str
    state: str
    url: str | None
    thumbnail_url: str | None
    width: int
    height: int
    created_at: datetime
    published: bool
    hidden: bool
    evidence: PhotoEvidence | None = None


class PhotoList(BaseModel):
    """The photos of a report, oldest first."""

    items: list[PhotoOut]


PHOTO_FORM = file_form(
    "JPEG, PNG, WebP or HEIC, at most 15 MB",
    id={"type": "string", "format": "uuid", "description": "Made by the client"},
)


@router.post(
    "/reports/{name}/photos",
    status_code=201,
    response_model=PhotoOut,
    responses={
        200: {"model": PhotoOut, "description": "The same photo was sent before"},
        **refusals(400, 401, 403, 404, 409, 413, 415, 422, 429, 507),
    },
    openapi_extra=PHOTO_FORM,
    max_body_size=MAX_BYTES + FORM_BYTES,
)
async def add(
    request: Request,
    response: Response,
    name: str,
    resources: ResourcesDep,
    reference: ReferenceDep,
    sender: ViewerDep,
    gate: GateDep,
    now: NowDep,
) -> PhotoOut:
    """Add a photo, with the report's secret or as staff. 201 means stored; the public sees it soon after."""
    await allow(request, resources, "photo")
    async with async_unit_of_work(resources.engine) as session:
        report_id, actor = await session.run_sync(find_for_sender, sender.asker, name, now=now)
    zone = ZoneInfo(reference.timezone)
    async with photo_form(request) as (file, given):
        sending = Sending(report_id, actor, at=now, zone=zone, id=given)
        photo, stored = await receive_photo(resources, gate, file, sending)
    if not stored:
        response.status_code = 200
    return shown_photo(photo, resources.settings.public_url, evidence=actor.kind == ActorKind.STAFF)


@router.get(
    "/reports/{name}/photos",
    responses=refusals(401, 404),
)
async def list_photos(
    name: str, session: SessionDep, resources: ResourcesDep, viewer: ViewerDep, now: NowDep
) -> PhotoList:
    """The report's photos: those the public sees; to its sender also their own that are not ready yet, to
    staff who have a part in the case all of them with their evidence.
    """
    found, inside = await session.run_sync(photo_details.list_photos, viewer.asker, name, now=now)
    base = resources.settings.public_url
    return PhotoList(items=[shown_photo(photo, base, evidence=inside) for photo in found])


@router.get(
    "/reports/{name}/photos/{photo_id}/original",
    response_class=StreamingResponse,
    responses={
        200: {
            "content": {f"image/{kind}": {} for kind in ("jpeg", "png", "webp", "heic")},
            "description": "The file as it was sent",
        },
        **refusals(401, 404, 410, 422),
    },
)
async def original(
    name: str, photo_id: UUID, resources: ResourcesDep, staff: StaffDep, now: NowDep
) -> StreamingResponse:
    """The private original as it was sent, for staff who have a part in the case; each reading is noted."""
    async with async_unit_of_work(resources.engine) as session:
        photo = await session.run_sync(open_original, staff.asker, name, photo_id, now=now)
    try:
        stored = await resources.storage.open(photo.original_key)
    except FileNotFoundError:
        raise _no_file() from None
    headers = {
        "Content-Length": str(stored.size),
        "Content-Disposition": f'attachment; filename="{photo.original_key.rsplit("/", 1)[1]}"',
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, no-store",
    }
    return StreamingResponse(stored.chunks, media_type=photo.media_type, headers=headers)


def _no_file() -> NotFound:
    return NotFound(N_("Không có ảnh này."))


def shown_photo(photo: PhotoDetail, public_url: str, *, evidence: bool) -> PhotoOut:
    """Return the photo as an answer tells it; what the file says of itself only with `evidence`."""
    links = photo_links(photo.view, public_url) if photo.state == PhotoState.READY else {}
    return PhotoOut(
        id=photo.id,
        kind=photo.kind,
        state=photo.state,
        url=links.get("url"),
        thumbnail_url=links.get("thumbnail_url"),
        width=photo.width,
        height=photo.height,
        created_at=photo.created_at,
        published=photo.published,
        hidden=photo.hidden,
        evidence=PhotoEvidence.model_validate(photo, from_attributes=True) if evidence else None,
    )
