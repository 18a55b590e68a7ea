"""Vector tiles for the map: reports, clustered at low zoom, and wards."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response
from pydantic import Field

from geo.tiles import Tile
from service.api.shared.answers import Responses, refusals
from service.api.shared.query import StrictQuery
from service.db import DomainSession, async_unit_of_work
from service.domain.city.reference import Reference
from service.domain.queries.maps import tiles
from service.web.caching import cached, gone, reply
from service.web.dependencies import NowDep, ReferenceDep, Resources, ResourcesDep, hidden_edition

router = APIRouter(tags=["tiles"])

MEDIA_TYPE = "application/vnd.mapbox-vector-tile"
REPORTS_MAX_AGE_S, CITY_MAX_AGE_S = 15, 300
KEPT_TO_ZOOM = 14
"""Tiles up to here hold so many reports that their bytes are kept for as long as browsers keep them."""

STALE = 4
"""How many times as old a kept tile is still shown while the new one is being made: of a whole city's reports
that takes tenths of a second, for which no map should stand still."""

Whole = Annotated[int, Path(ge=0, le=2**31)]

_TILE: Responses = {
    200: {
        "description": "A Mapbox Vector Tile; empty where there is nothing",
        "content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}},
    },
    304: {"description": "The client's copy is current (`If-None-Match`)"},
    **refusals(404, 422),
}


class TileQuery(StrictQuery):
    """Filters of the reports in a tile; several values of one filter are separated by commas."""

    category: Annotated[str, Field(max_length=2000)] | None = Field(
        None, description="Codes; those below them count too."
    )
    status: Annotated[str, Field(max_length=2000)] | None = None
    ward: Annotated[str, Field(max_length=2000)] | None = Field(None, description="Codes.")
    q: Annotated[str, Field(max_length=200)] | None = Field(
        None, description="Words of the report, with or without their marks, or its code."
    )
    overdue: bool = Field(False, description="Only those that are open and past their deadline.")


@router.get("/tiles/reports/{z}/{x}/{y}.mvt", response_class=Response, responses=_TILE)
async def reports(
    request: Request,
    z: Whole,
    x: Whole,
    y: Whole,
    query: Annotated[TileQuery, Query()],
    resources: ResourcesDep,
    reference: ReferenceDep,
    now: NowDep,
) -> Response:
    """Published reports, layer `reports`. A point has `id`, `code`, `category`, `status`, `late`; a cluster
    has `count`, `open` (how many of them are not done) and `open_late` (how many of these are late).
    """
    tile, shown = tiles.find_tile(z, x, y), tiles.read_shown(reference, query.model_dump())

    async def make() -> bytes:
        async with resources.response_cache.light.turn(), async_unit_of_work(resources.engine) as session:
            return await session.run_sync(tiles.report_tile, tile, shown, now=now)

    if z <= KEPT_TO_ZOOM and not shown.words:
        moment = int(time.monotonic() / REPORTS_MAX_AGE_S)
        # One that still has what was hidden since is not good enough, however young.
        key = ("reports", tile, shown, await hidden_edition(resources))
        body = await resources.response_cache.get(key, moment, make, stale=STALE, gone=partial(gone, request))
    else:
        body = cached(await make())
    return reply(request, body, MEDIA_TYPE, max_age_s=REPORTS_MAX_AGE_S)


@router.get("/tiles/wards/{z}/{x}/{y}.mvt", response_class=Response, responses=_TILE)
async def wards(
    request: Request,
    z: Whole,
    x: Whole,
    y: Whole,
    _query: Annotated[StrictQuery, Query()],
    resources: ResourcesDep,
    reference: ReferenceDep,
) -> Response:
    """The wards in force: layer `wards` with `code`, `name`, `approximate`, and layer `ward_labels` with a
    point for each name.
    """
    tile = tiles.find_tile(z, x, y)
    return await answer_city_tile(request, resources, reference, ("wards", tile), tiles.ward_tile)


async def answer_city_tile(
    request: Request,
    resources: Resources,
    reference: Reference,
    layer_and_tile: tuple[str, Tile],
    read: Callable[[DomainSession, Tile], bytes],
) -> Response:
    """Return a tile of what changes with the city's revision alone: made once for a revision and kept."""
    _, tile = layer_and_tile

    async def make() -> bytes:
        async with resources.response_cache.light.turn(), async_unit_of_work(resources.engine) as session:
            return await session.run_sync(read, tile)

    body = await resources.response_cache.get(
        layer_and_tile, reference.revision, make, gone=partial(gone, request)
    )
    return reply(request, body, MEDIA_TYPE, max_age_s=CITY_MAX_AGE_S)
