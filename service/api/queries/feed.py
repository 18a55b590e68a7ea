"""The status feed: pages of events, and the same as server-sent events."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Query, Request
from pydantic import BaseModel, Field

from service.api.shared.answers import refusals
from service.api.shared.query import StrictQuery
from service.domain.cables.feed import ROUTES, RouteFeedItem
from service.domain.emulation.movements.feed import EMULATION, EmulationFeedItem
from service.domain.number_cases.publicity.feed import LISTED_NUMBERS, NumberFeedItem
from service.domain.queries.feed import FeedItem, feed_item, newest_position, read_feed, read_feed_filter
from service.domain.works.feed import WORKS, WorkFeedItem
from service.domain.works.subject_feed import FeedReader, FeedSubject, read_subject_feed
from service.i18n import language_in_use
from service.web.cursors import Cursors
from service.web.dependencies import ReferenceDep, ResourcesDep, SessionDep
from service.web.rates import client_address
from service.web.streaming import EventStream

router = APIRouter(tags=["feed"])

SUBJECTS: dict[str, FeedSubject[Any]] = {
    "work": WORKS,
    "cable_route": ROUTES,
    "number": LISTED_NUMBERS,
    "emulation": EMULATION,
}
Codes = Annotated[str, Field(max_length=2000)]
Cursor = Annotated[str, Field(max_length=200)]


class FeedFilters(StrictQuery):
    """Filters of events: several values of one filter are separated by commas and mean any of them. They are
    compared with what the report was when the event happened.
    """

    category: Codes | None = Field(None, description="Codes; those below them count too.")
    ward: Codes | None = Field(None, description="Codes of wards.")
    department: Codes | None = Field(None, description="Codes of the lead department.")
    bbox: Annotated[str, Field(max_length=200)] | None = Field(None, description="`west,south,east,north`")
    type: Codes | None = Field(None, description="Types of events, such as `report.closed`.")
    report: Codes | None = Field(None, description="Codes of reports, such as `HUE-7K3M-92`.")


class FeedQuery(FeedFilters):
    """Position in the feed to go on from."""

    after: Cursor | None = Field(
        None,
        description="A cursor; the beginning where it is missing. `latest` answers no events and the cursor "
        "after which new ones will come.",
    )
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    about: Literal["report", "work", "cable_route", "number", "emulation"] | None = Field(
        None,
        description="Events of reports, of works that are public (tasks, clean-ups), of routes whose cables "
        "go underground, of advertised numbers on the public list (masked), or of emulation: movements and "
        "praise; these also where each type is one of theirs. Works take `ward`, `department` and `bbox`, "
        "routes `ward` and `bbox`, emulation `department`; what else is given is refused.",
    )

    @property
    def subject(self) -> FeedSubject[Any] | None:
        """Return the subject whose events are asked for; None: reports."""
        if self.about is not None:
            return SUBJECTS.get(self.about)
        types = [each.strip() for each in self.type.split(",")] if self.type else []
        theirs = (
            each for each in SUBJECTS.values() if types and all(t.startswith(each.prefixes) for t in types)
        )
        return next(theirs, None)


class StreamQuery(FeedFilters):
    """Position in the feed to begin at."""

    after: Cursor | None = Field(None, description="A cursor; only new events where it is missing.")


class FeedAnswer(BaseModel):
    """Events, oldest first, and the cursor to go on with: the same again while there is nothing new."""

    items: list[FeedItem | WorkFeedItem | RouteFeedItem | NumberFeedItem | EmulationFeedItem]
    next: str


@router.get("/feed", responses=refusals(400, 422))
async def page(
    query: Annotated[FeedQuery, Query()],
    session: SessionDep,
    reference: ReferenceDep,
    resources: ResourcesDep,
) -> FeedAnswer:
    """Public events, oldest first. Whoever goes on with `next` sees each exactly once, in one order that
    never changes, however many write at the same time.
    """
    wanted = read_feed_filter(reference, query.model_dump(exclude={"about"}))
    cursors = Cursors(resources.settings.secret)
    subject, filters = query.subject, wanted.of_subjects(reference)
    if subject is not None:
        subject.conditions(filters)
    if query.after == "latest":
        return FeedAnswer(items=[], next=cursors.seal_position(await session.run_sync(newest_position)))
    after = cursors.open_position(query.after) if query.after else 0
    url = resources.settings.public_url
    if subject is not None:
        reader = FeedReader(reference, cursors.seal_position, url)
        limits = {"after": after, "limit": query.limit}
        events = await session.run_sync(
            lambda s: read_subject_feed(s, subject, reader, wanted.types, filters=filters, **limits)
        )
        return FeedAnswer(items=list(events.items), next=cursors.seal_position(events.next))
    found = await session.run_sync(read_feed, reference, wanted, after=after, limit=query.limit)
    items = [feed_item(reference, row, cursors.seal_position, url) for row in found.rows]
    return FeedAnswer(items=items, next=cursors.seal_position(found.next))


@router.get(
    "/feed/stream",
    status_code=200,  # the framework cannot read it off a response class of our own
    response_class=EventStream,
    responses={
        200: {
            "description": "Server-sent events: `id` is the cursor, `data` an item of the feed as JSON; a "
            "comment every 15 seconds.",
            "content": {"text/event-stream": {"schema": {"type": "string"}}},
        },
        **refusals(400, 422, 429),
    },
)
async def stream(
    request: Request,
    query: Annotated[StreamQuery, Query()],
    reference: ReferenceDep,
    resources: ResourcesDep,
    last_event_id: Annotated[str | None, Header(max_length=200)] = None,
) -> EventStream:
    """The feed as it happens. `Last-Event-ID` (or `after`) goes on behind that event without a gap or a
    repeat; without either only what is new from now on comes.
    """
    wanted = read_feed_filter(reference, query.model_dump())
    cursors = Cursors(resources.settings.secret)
    position = None
    if last_event_id:
        position = cursors.open_position(last_event_id, "Last-Event-ID")
    elif query.after:
        position = cursors.open_position(query.after)
    live = resources.live
    address = client_address(request, resources.settings.trusted_proxies)
    newest = await live.start()
    if resources.settings.rate_limits == "on":
        resources.seats.check(address)
    seat = resources.seats.take(address)
    chunks = live.listen(wanted, language_in_use.get(), newest if position is None else position)
    return EventStream(chunks, live.closing, resources.seats, seat)
