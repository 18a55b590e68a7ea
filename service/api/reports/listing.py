"""Reading reports: lists, one report, its timeline, what is similar. Sending one is `reports.py`."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field, FiniteFloat

from service.api.shared.answers import refusals
from service.api.shared.query import StrictQuery
from service.domain.queries import detail
from service.domain.queries.lists import list_views
from service.domain.queries.similar import SimilarReport, similar_reports
from service.domain.queries.timeline import InsideEvent, TimelineEvent, timeline
from service.domain.queries.views import ReportView
from service.domain.reports.filters import MOST_RADIUS_M, read_filters
from service.errors import invalid
from service.i18n import N_
from service.web.cursors import Cursors, key_values, read_key
from service.web.dependencies import NowDep, ReferenceDep, ResourcesDep, SessionDep
from service.web.viewer import ViewerDep

router = APIRouter(tags=["reports"])


Codes = Annotated[str, Field(max_length=2000)]
Moment = Annotated[str, Field(max_length=40)]


class ListFilters(StrictQuery):
    """Filters of a list of reports. Several values of a filter are separated by commas and mean any
    of them.
    """

    bbox: Annotated[str, Field(max_length=200)] | None = Field(None, description="`west,south,east,north`")
    near: Annotated[str, Field(max_length=100)] | None = Field(None, description="`lon,lat`; see `radius_m`")
    radius_m: Annotated[FiniteFloat, Field(gt=0, le=MOST_RADIUS_M)] | None = Field(
        None, description="How far from `near`; 1,000 where it is missing."
    )
    category: Codes | None = Field(None, description="Codes; those below them count too.")
    status: Codes | None = None
    ward: Codes | None = Field(None, description="Codes of wards.")
    department: Codes | None = Field(None, description="Codes; whichever part the department plays.")
    created_after: Moment | None = Field(None, description="This moment (or day, in the city) or later.")
    created_before: Moment | None = Field(None, description="Before this moment or day.")
    updated_after: Moment | None = None
    updated_before: Moment | None = None
    overdue: bool | None = Field(None, description="Open, and past its deadline.")
    q: Annotated[str, Field(max_length=200)] | None = Field(
        None, description="Words, with or without their marks, or a tracking code."
    )


class ListQuery(ListFilters):
    """The filters of a list, its order, and where to go on."""

    sort: Literal[
        "-created_at", "created_at", "-updated_at", "updated_at", "due_at", "-due_at", "distance"
    ] = Field("-created_at", description="`distance` needs `near`. No deadline sorts last.")
    cursor: Annotated[str, Field(max_length=500)] | None = Field(None, description="`next` of the last page.")
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class TimelineQuery(StrictQuery):
    """Position in a timeline to go on from."""

    cursor: Annotated[str, Field(max_length=500)] | None = Field(None, description="`next` of the last page.")
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class SimilarQuery(StrictQuery):
    """Category and place of a report that is about to be sent."""

    category: Annotated[str, Field(min_length=1, max_length=100)]
    lon: FiniteFloat
    lat: FiniteFloat
    limit: Annotated[int, Field(ge=1, le=50)] = 10


class ReportPage(BaseModel):
    """Page of reports; `next` leads to the following one."""

    items: list[ReportView]
    next: str | None


class SimilarPage(BaseModel):
    """Similar reports, nearest first; all of them."""

    items: list[SimilarReport]
    next: None = None


class TimelinePage(BaseModel):
    """Page of a report's events, oldest first."""

    items: list[InsideEvent | TimelineEvent]
    next: str | None


@router.get("/reports", responses=refusals(400, 401, 422))
async def list_(
    query: Annotated[ListQuery, Query()],
    session: SessionDep,
    reference: ReferenceDep,
    resources: ResourcesDep,
    viewer: ViewerDep,
    now: NowDep,
) -> ReportPage:
    """Reports that fit all filters, newest first unless `sort` says otherwise. Staff also see their own cases
    that are not published.
    """
    if query.sort == "distance" and not query.near:
        raise invalid(["query", "sort"], N_("Sắp xếp theo khoảng cách cần có near."))
    filters = read_filters(reference, query.model_dump())
    cursors, kind = Cursors(resources.settings.secret), _kind(query)
    after = read_key(query.sort, cursors.open(kind, query.cursor)) if query.cursor else None

    page = await session.run_sync(
        list_views,
        reference,
        filters,
        viewer.asker,
        now=now,
        public_url=resources.settings.public_url,
        sort=query.sort,
        after=after,
        limit=query.limit,
    )
    return ReportPage(items=page.items, next=cursors.seal(kind, key_values(page.next)) if page.next else None)


@router.get("/reports/similar", responses=refusals(422))
async def similar(
    query: Annotated[SimilarQuery, Query()],
    session: SessionDep,
    reference: ReferenceDep,
    resources: ResourcesDep,
    now: NowDep,
) -> SimilarPage:
    """Open reports that a new one of this category at this place may repeat, nearest first."""
    found = await session.run_sync(
        similar_reports,
        reference,
        query.category,
        query.lon,
        query.lat,
        now=now,
        public_url=resources.settings.public_url,
        limit=query.limit,
    )
    return SimilarPage(items=found)


@router.get("/reports/{name}", responses=refusals(401, 404))
async def one(
    name: str,
    session: SessionDep,
    reference: ReferenceDep,
    resources: ResourcesDep,
    viewer: ViewerDep,
    now: NowDep,
) -> detail.OwnReportView | detail.CaseReportView | ReportView:
    """A report by its id or tracking code, the code as people type it. With the report's secret also what its
    reporter alone sees (`own`), to staff inside the case what colleagues see (`case`).
    """
    url = resources.settings.public_url
    return await session.run_sync(detail.report_view, reference, viewer.asker, name, now=now, public_url=url)


@router.get("/reports/{name}/events", responses=refusals(400, 401, 404, 422))
async def events(
    name: str,
    query: Annotated[TimelineQuery, Query()],
    session: SessionDep,
    reference: ReferenceDep,
    resources: ResourcesDep,
    viewer: ViewerDep,
    now: NowDep,
) -> TimelinePage:
    """Return what happened to a report, oldest first: its public events; to staff inside the case all of
    them.
    """
    cursors = Cursors(resources.settings.secret)
    after = int(cursors.open("events", query.cursor)[0]) if query.cursor else 0
    page = await session.run_sync(
        timeline, reference, viewer.asker, name, now=now, after=after, limit=query.limit
    )
    return TimelinePage(
        items=list(page.items), next=cursors.seal("events", [page.next]) if page.next else None
    )


def _kind(query: ListQuery) -> str:
    """Return the kind of cursor: it belongs to an order, and a distance to its centre."""
    return f"reports:{query.sort}:{query.near if query.sort == 'distance' else ''}"
