"""Sending a photo in pieces: how far it has come, and the next piece. In one go: `photos.py`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

from anyio import to_thread
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel
from starlette.requests import ClientDisconnect

from service.api.reports.photos import PhotoOut, shown_photo
from service.api.shared.answers import refusals
from service.db import async_unit_of_work
from service.domain.queries.photo_details import PhotoDetail, find_sending
from service.domain.reports.access import Asker
from service.domain.reports.events import Actor
from service.errors import AppError, Malformed
from service.i18n import N_
from service.imaging.refusal import MAX_BYTES
from service.web import resumable_upload
from service.web.dependencies import NowDep, ReferenceDep, Resources, ResourcesDep
from service.web.rates import allow, spend
from service.web.resumable_upload import PIECE_BYTES
from service.web.uploads import Gate, GateDep, Sending, receive_photo
from service.web.viewer import Viewer, ViewerDep

router = APIRouter(tags=["photos"])


class Progress(BaseModel):
    """Progress of an upload, in bytes; `photo` once all of them have and it was taken."""

    offset: int
    photo: PhotoOut | None = None


_PIECE = {
    "requestBody": {
        "required": False,
        "description": f"The next bytes of the file, at most {PIECE_BYTES:,}; none to finish",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.get("/reports/{name}/photos/{photo_id}/upload", responses=refusals(401, 403, 404, 409, 422))
async def progress(
    name: str, photo_id: UUID, resources: ResourcesDep, sender: ViewerDep, now: NowDep
) -> Progress:
    """Return how far the photo of this id, made by the client, has come: from there one goes on sending."""
    report_id, _, known = await _look(resources, sender.asker, name, photo_id, now)
    if known:
        return _done(known, resources, sender)
    return Progress(
        offset=await to_thread.run_sync(resumable_upload.have, resources.storage, report_id, photo_id)
    )


@router.patch(
    "/reports/{name}/photos/{photo_id}/upload",
    responses={
        201: {"model": Progress, "description": "That was the last piece: the photo is stored"},
        **refusals(400, 401, 403, 404, 409, 413, 415, 422, 429, 507),
    },
    openapi_extra=_PIECE,
    max_body_size=PIECE_BYTES,
)
async def send_piece(
    request: Request,
    response: Response,
    name: str,
    photo_id: UUID,
    resources: ResourcesDep,
    reference: ReferenceDep,
    sender: ViewerDep,
    gate: GateDep,
    now: NowDep,
    offset: Annotated[int, Query(ge=0, le=MAX_BYTES)],
    length: Annotated[int, Query(ge=1, le=2**40, description="The whole file's size in bytes")],
) -> Progress:
    """The bytes from `offset` on. With the last of them the photo is taken as if it came in one go; a 409
    tells with `offset` where to go on.
    """
    await allow(request, resources, "piece" if offset else "photo")
    report_id, actor, known = await _look(resources, sender.asker, name, photo_id, now)
    if known:
        return _done(known, resources, sender)
    data = await _read(request)
    await spend(request, resources, len(data))

    def keep() -> int:
        return resumable_upload.append_bytes(
            resources.storage, report_id, photo_id, data, offset=offset, length=length
        )

    come = await to_thread.run_sync(keep)
    if come < length:
        return Progress(offset=come)
    sending = Sending(report_id, actor, at=now, zone=ZoneInfo(reference.timezone), id=photo_id)
    photo = await _finish(resources, gate, sending, photo_id)
    response.status_code = 201
    return _done(photo, resources, sender)


async def _look(
    resources: Resources, asker: Asker, name: str, photo_id: UUID, now: datetime
) -> tuple[UUID, Actor, PhotoDetail | None]:
    async with async_unit_of_work(resources.engine) as session:
        return await session.run_sync(find_sending, asker, name, photo_id, now=now)


async def _read(request: Request) -> bytes:
    try:
        return await request.body()
    except ClientDisconnect:
        raise Malformed(N_("Kết nối bị ngắt giữa chừng. Hãy gửi lại ảnh.")) from None


async def _finish(resources: Resources, gate: Gate, sending: Sending, photo_id: UUID) -> PhotoDetail:
    """Return the pieces as one photo; they are kept while another try may succeed."""
    target = (resources.storage, sending.report_id, photo_id)
    file = await to_thread.run_sync(resumable_upload.whole, *target)
    try:
        photo, _ = await receive_photo(resources, gate, file, sending)
    except AppError as error:
        if resumable_upload.is_final(error):
            await to_thread.run_sync(resumable_upload.clear_upload, *target)
        raise
    await to_thread.run_sync(resumable_upload.clear_upload, *target)
    return photo


def _done(photo: PhotoDetail, resources: Resources, sender: Viewer) -> Progress:
    shown = shown_photo(photo, resources.settings.public_url, evidence=sender.account is not None)
    return Progress(offset=photo.size, photo=shown)
