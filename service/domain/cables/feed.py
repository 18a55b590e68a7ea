"""Public events of routes for the feed: promised anew, begun, blocked, done, accepted."""

from __future__ import annotations

from sqlalchemy import Text, cast, select

from service.domain.works.subject_feed import FeedReader, FeedSubject, SubjectFeedItem, within_box
from service.domain.works.views import ReadModel
from service.models import CableRoute, Event, Subject


class FeedRoute(ReadModel):
    """A route that an event is about."""

    id: int
    street: str
    links: dict[str, str]


class RouteFeedItem(SubjectFeedItem):
    """Public event of a route."""

    route: FeedRoute


def _item(row: tuple[Event, int, str], reader: FeedReader) -> RouteFeedItem:
    event, route, street = row
    links = {"self": f"{reader.base}/api/v1/cables/routes/{route}", "page": f"{reader.base}/cables/{route}"}
    subject = FeedRoute(id=route, street=street, links=links)
    return RouteFeedItem(**reader.common(event), route=subject, data=reader.masking.values(event.data))


ROUTES = FeedSubject(
    (Subject.CABLE_ROUTE,),
    select(Event, CableRoute.id, CableRoute.street).join(
        CableRoute, Event.subject_id == cast(CableRoute.id, Text)
    ),
    _item,
    prefixes=("cable.",),
    narrowed_by={"ward": CableRoute.ward_ids.overlap, "bbox": within_box(CableRoute.geom)},
)
