"""Lists as files: CSV, workbook, GeoJSON, GeoPackage; short ones at once, long ones made by a worker."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel

from service.api.reports.listing import ListFilters
from service.api.shared.answers import refusals
from service.db import async_unit_of_work
from service.domain.reports.drafts import StrictBody
from service.domain.workspaces.downloads import orders, rows
from service.domain.workspaces.downloads.orders import DownloadView
from service.domain.workspaces.downloads.writers import MEDIA_TYPES
from service.models.ops.download import DownloadState
from service.web.dependencies import NowDep, ReferenceDep, Resources, ResourcesDep, SessionDep
from service.web.exports import attachment, order_list, short_file, too_long
from service.web.rates import allow
from service.web.viewer import ViewerDep

router = APIRouter(tags=["downloads"])

Form = Literal["csv", "xlsx", "geojson", "gpkg"]
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_OBJECT = {"schema": {"type": "object"}}
_TEXT = {"schema": {"type": "string"}}
_FILE: dict[int | str, dict[str, object]] = {
    200: {
        "description": "The file",
        "content": {
            kind: _OBJECT if "json" in kind else _TEXT if kind.startswith("text/") else _BINARY
            for kind in MEDIA_TYPES.values()
        },
    }
}


class NewDownload(StrictBody):
    """A file to be made of the reports that fit the filters."""

    format: Form
    filters: ListFilters = ListFilters(lang=None)


class DownloadLinks(BaseModel):
    """Links to the state of a download and to its file."""

    self: str
    file: str


class DownloadOut(BaseModel):
    """A file that is being made: `done` of `total` rows; fetched at `links.file` while `ready`."""

    id: UUID
    format: str
    state: DownloadState
    done: int
    total: int | None
    size: int | None
    created_at: datetime
    expires_at: datetime
    links: DownloadLinks


@router.get("/reports.{form}", response_class=Response, responses={**_FILE, **refusals(401, 409, 422, 429)})
async def reports(
    request: Request,
    form: Form,
    filters: Annotated[ListFilters, Query()],
    resources: ResourcesDep,
    reference: ReferenceDep,
    viewer: ViewerDep,
    now: NowDep,
) -> Response:
    """The reports that fit the filters of `/reports` as a file, newest first; 409 when there are more than
    five thousand: those are made by a worker, see `POST /downloads`.
    """
    await allow(request, resources, "download")
    found = await short_file(resources, reference, viewer.asker, form, filters.model_dump(), now)
    if found is None:
        raise too_long()
    return found


@router.post("/downloads", status_code=201, responses=refusals(400, 401, 403, 413, 415, 422, 429))
async def create(
    request: Request,
    new: NewDownload,
    resources: ResourcesDep,
    reference: ReferenceDep,
    viewer: ViewerDep,
    now: NowDep,
) -> DownloadOut:
    """Have a file made of any filtered list. It can be fetched for a day by whoever knows its id; what staff
    ask for, by that person alone.
    """
    await allow(request, resources, "download")
    filters = new.filters.model_dump(exclude_none=True)
    rows.list_conditions(reference, viewer.asker, filters, now)
    made = await order_list(request, resources, reference, viewer.asker, new.format, filters, now)
    return _out(resources, made)


@router.get("/downloads/{identity}", responses=refusals(401, 404, 410, 422))
async def state(
    identity: UUID, session: SessionDep, resources: ResourcesDep, viewer: ViewerDep, now: NowDep
) -> DownloadOut:
    """Return how far a file is."""
    return _out(resources, await session.run_sync(orders.find_download, viewer.asker, identity, now=now))


@router.get(
    "/downloads/{identity}/file",
    response_class=Response,
    responses={**_FILE, **refusals(401, 404, 409, 410, 422)},
)
async def file(identity: UUID, resources: ResourcesDep, viewer: ViewerDep, now: NowDep) -> Response:
    """The file; 409 while it is not made."""
    async with async_unit_of_work(resources.engine) as session:
        view, key = await session.run_sync(orders.file_of, viewer.asker, identity, now=now)
    stored = await resources.storage.open(key)
    headers = attachment(view.filename) | {"Content-Length": str(stored.size)}
    return StreamingResponse(stored.chunks, media_type=MEDIA_TYPES[view.format], headers=headers)


def _out(resources: Resources, view: DownloadView) -> DownloadOut:
    own = f"{resources.settings.public_url.rstrip('/')}/api/v1/downloads/{view.id}"
    facts = {name: getattr(view, name) for name in DownloadOut.model_fields if name != "links"}
    return DownloadOut(**facts, links=DownloadLinks(self=own, file=f"{own}/file"))
