"""Public events of routes in the order of the feed: promised anew, begun, blocked, done, accepted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Text, cast, func, select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.models import CableRoute, Event, Subject

PREFIX = "cable."


class FeedRoute(BaseModel):
    """A route that an event is about."""

    model_config = ConfigDict(frozen=True)

    id: int
    street: str
    links: dict[str, str]


class RouteFeedItem(BaseModel):
    """Public event of a route. `cursor` stands just after it; `data` depends on the type."""

    model_config = ConfigDict(frozen=True)

    cursor: str
    type: str
    at: datetime
    route: FeedRoute
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class RouteFeedPage:
    """Items in order, and the position to go on after."""

    items: Sequence[RouteFeedItem]
    next: int


def read_route_feed(
    session: Session,
    reference: Reference,
    types: frozenset[str] | None,
    cursor_of: Callable[[int], str],
    public_url: str,
    *,
    after: int,
    limit: int,
) -> RouteFeedPage:
    """Return the first public events of routes after a position, oldest first.

    They are found by their routes: among millions of events of reports there are a few hundred of these.
    """
    newest = session.scalar(select(func.max(Event.position))) or 0
    query = (
        select(Event, CableRoute.id, CableRoute.street)
        .join(CableRoute, Event.subject_id == cast(CableRoute.id, Text))
        .where(
            Event.report_id.is_(None),
            Event.subject_kind == Subject.CABLE_ROUTE,
            Event.public,
            Event.position > after,
        )
    )
    if types is not None:
        query = query.where(Event.type.in_(sorted(types)))
    rows = session.execute(query.order_by(Event.position).limit(limit)).all()
    masking, base = reference.masking.of(()), public_url.rstrip("/")
    items = [
        RouteFeedItem(
            cursor=cursor_of(event.position or 0),
            type=str(event.type),
            at=event.at,
            route=FeedRoute(
                id=route,
                street=street,
                links={"self": f"{base}/api/v1/cables/routes/{route}", "page": f"{base}/cables/{route}"},
            ),
            data=masking.values(event.data),
        )
        for event, route, street in rows
    ]
    last = rows[-1][0].position if len(rows) == limit else None
    return RouteFeedPage(items, last or max(after, newest))
