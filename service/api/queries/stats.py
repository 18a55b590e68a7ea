"""The city's public figures."""

from __future__ import annotations

import time
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import Field

from service.api.shared.answers import refusals
from service.api.shared.query import StrictQuery
from service.db import async_unit_of_work
from service.domain.queries.stats import Stats, read_stats
from service.domain.reports.filters import in_whole_days, read_filters
from service.i18n import language_in_use
from service.web.caching import gone, reply
from service.web.dependencies import NowDep, ReferenceDep, ResourcesDep
from service.web.rates import allow

router = APIRouter(tags=["figures"])

MAX_AGE_S = 60
STALE = 10
"""Figures up to so many minutes old are told at once while newer ones are reckoned."""

Codes = Annotated[str, Field(max_length=2000)]
Moment = Annotated[str, Field(max_length=40)]


class StatsQuery(StrictQuery):
    """Over which reports; several values of one filter are separated by commas."""

    created_after: Moment | None = Field(
        None, description="Received on this day or later; of a moment its whole day."
    )
    created_before: Moment | None = Field(
        None, description="Received before this day; of a moment up to the end of its day."
    )
    category: Codes | None = Field(None, description="Codes; those below them count too.")
    ward: Codes | None = Field(None, description="Codes of wards.")
    department: Codes | None = Field(None, description="Codes of departments that lead.")


@router.get(
    "/stats",
    response_model=Stats,
    responses={
        304: {"description": "The client's copy is current (`If-None-Match`)"},
        **refusals(422, 429),
    },
)
async def stats(
    request: Request,
    query: Annotated[StatsQuery, Query()],
    resources: ResourcesDep,
    reference: ReferenceDep,
    now: NowDep,
) -> Response:
    """Return how many reports, how many done, how fast and how often in time: in all, by category, ward,
    department and month of reception; at most some minutes old.

    `open` are not finished, `overdue` are open past their deadline; `ended_otherwise` were rejected, merged
    or withdrawn. `on_time_rate`: of those with a deadline that are done or overdue, the part done in time.
    `median_hours`: from reception to the work being done.
    """
    filters = in_whole_days(read_filters(reference, query.model_dump()), reference.timezone)

    async def make() -> bytes:
        async with resources.response_cache.heavy.turn(), async_unit_of_work(resources.engine) as session:
            found = await session.run_sync(read_stats, reference, filters, now=now, cache=resources.days)
        return found.model_dump_json().encode()

    key = ("stats", filters, reference.revision, language_in_use.get())
    body = await resources.response_cache.get(
        key,
        int(time.monotonic() / MAX_AGE_S),
        make,
        stale=STALE,
        cold=partial(allow, request, resources, "figures"),
        gone=partial(gone, request),
    )
    vary = "Accept-Language, Cookie"
    return reply(request, body, "application/json", max_age_s=MAX_AGE_S, vary=vary)
