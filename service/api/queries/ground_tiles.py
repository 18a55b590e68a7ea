"""Tiles of the ground beneath the reports: loaded streets and water, and the basemap that is kept here."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from service.api.queries.tiles import MEDIA_TYPE, Whole, answer_city_tile
from service.api.shared.answers import Responses, refusals
from service.api.shared.query import StrictQuery
from service.basemap.archive import MOST_UNPACKED, ArchiveError, unpack
from service.domain.city.basemap import Basemap
from service.domain.queries.maps import ground_tiles, tiles
from service.errors import NotFound
from service.i18n import N_
from service.web.caching import CachedResponse, reply
from service.web.dependencies import ReferenceDep, ResourcesDep

router = APIRouter(tags=["tiles"])

BASEMAP_MAX_AGE_S = 30 * 86400
"""The edition is part of the address: a basemap that replaces another has other addresses."""

_BINARY = {"schema": {"type": "string", "format": "binary"}}
_STREETS: Responses = {
    200: {
        "description": "A Mapbox Vector Tile; empty where there is nothing",
        "content": {MEDIA_TYPE: _BINARY},
    },
    304: {"description": "The client's copy is current (`If-None-Match`)"},
    **refusals(404, 422),
}
_BASEMAP: Responses = {
    200: {
        "description": "A tile as the basemap has it",
        "content": {MEDIA_TYPE: _BINARY, "image/png": _BINARY, "image/jpeg": _BINARY, "image/webp": _BINARY},
    },
    204: {"description": "The basemap has nothing there"},
    304: {"description": "The client's copy is current (`If-None-Match`)"},
    **refusals(404, 422),
}


@router.get("/tiles/streets/{z}/{x}/{y}.mvt", response_class=Response, responses=_STREETS)
async def streets(
    request: Request,
    z: Whole,
    x: Whole,
    y: Whole,
    _query: Annotated[StrictQuery, Query()],
    resources: ResourcesDep,
    reference: ReferenceDep,
) -> Response:
    """Streets, water and landmarks that were loaded: layers `water` (`name`, `kind`), `streets` (`name`,
    `class`, `bridge`) and `landmarks` (`name`, `kind`, `rank`).
    """
    tile = tiles.find_tile(z, x, y)
    return await answer_city_tile(request, resources, reference, ("streets", tile), ground_tiles.ground_tile)


@router.get("/tiles/basemap/{edition}/{z}/{x}/{y}", response_class=Response, responses=_BASEMAP)
async def basemap(
    request: Request,
    edition: Annotated[str, Path(max_length=40)],
    z: Whole,
    x: Whole,
    y: Whole,
    _query: Annotated[StrictQuery, Query()],
    resources: ResourcesDep,
    reference: ReferenceDep,
) -> Response:
    """A tile of the background that `hientruong basemap` keeps here; `edition` is told to pages."""
    tile, found = tiles.find_tile(z, x, y), reference.basemap
    if found is None or found.edition != edition:
        raise NotFound(N_("Bản đồ nền đã được thay. Hãy tải lại trang."))
    etag = f'"{edition}-{z}-{x}-{y}"'
    try:
        data = await resources.basemap_tiles.get(found, tile)
    except (FileNotFoundError, ArchiveError):
        raise NotFound(N_("Không đọc được bản đồ nền.")) from None
    if data is None:
        return Response(status_code=204, headers={"cache-control": f"public, max-age={BASEMAP_MAX_AGE_S}"})
    body = await _both_encodings(found, data, etag)
    return reply(request, body, found.media_type, max_age_s=BASEMAP_MAX_AGE_S)


async def _both_encodings(found: Basemap, data: bytes, etag: str) -> CachedResponse:
    """Return the tile with its compressed twin, of which the archive has the one."""
    if found.kind == "raster":
        return CachedResponse(data, None, etag)
    return CachedResponse(await asyncio.to_thread(unpack, data, MOST_UNPACKED), data, etag)
