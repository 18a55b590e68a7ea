"""The feed for feed readers: Atom (RFC 4287) with GeoRSS points, newest first."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlencode
from uuid import uuid5

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import Field

from service.api.queries.feed import Cursor, FeedFilters
from service.api.shared.answers import refusals
from service.domain.city.reference import Reference
from service.domain.queries.feed import FeedItem, HiddenReport, feed_item, latest_events, read_feed_filter
from service.i18n import N_, language_in_use, pick, translate
from service.i18n.wording import STATUSES
from service.models import EventType
from service.web.caching import made_for, reply
from service.web.cursors import Cursors
from service.web.dependencies import ReferenceDep, ResourcesDep, SessionDep

router = APIRouter(tags=["feed"])

ATOM, GEORSS = "http://www.w3.org/2005/Atom", "http://www.georss.org/georss"
XML = "http://www.w3.org/XML/1998/namespace"
MEDIA_TYPE = "application/atom+xml"
MAX_AGE_S = 30
NOTHING_YET = datetime(1970, 1, 1, tzinfo=UTC)

ET.register_namespace("", ATOM)
ET.register_namespace("georss", GEORSS)


class AtomQuery(FeedFilters):
    """Number of entries, and the page."""

    before: Cursor | None = Field(None, description="Only events before this cursor's; see the link `next`.")
    limit: Annotated[int, Field(ge=1, le=200)] = 50


@router.get(
    "/feed.atom",
    response_class=Response,
    responses={
        200: {
            "description": "An Atom feed with GeoRSS points",
            "content": {MEDIA_TYPE: {"schema": {"type": "string"}}},
        },
        304: {"description": "The client's copy is current (`If-None-Match`, `If-Modified-Since`)"},
        **refusals(400, 422),
    },
)
async def atom(
    request: Request,
    query: Annotated[AtomQuery, Query()],
    session: SessionDep,
    reference: ReferenceDep,
    resources: ResourcesDep,
) -> Response:
    """The last public events, newest first, with the filters of the feed."""
    wanted = read_feed_filter(reference, query.model_dump())
    cursors = Cursors(resources.settings.secret)
    before = cursors.open_position(query.before, "before") if query.before else None
    rows = await session.run_sync(latest_events, reference, wanted, before=before, limit=query.limit)
    url = resources.settings.public_url.rstrip("/")
    # The position names the event for ever; it is no address, so it becomes a name-based UUID.
    items = {
        f"urn:uuid:{uuid5(row.report_id, str(row.position))}": feed_item(
            reference, row, cursors.seal_position, url
        )
        for row in rows
    }
    modified = max((item.at for item in items.values()), default=NOTHING_YET)
    body = _document(reference, items, modified, url, query)
    vary = "Accept-Language, Cookie"
    return reply(
        request, made_for(request, body), MEDIA_TYPE, max_age_s=MAX_AGE_S, vary=vary, modified=modified
    )


def _document(
    reference: Reference, items: Mapping[str, FeedItem], modified: datetime, url: str, query: AtomQuery
) -> bytes:
    here = f"{url}/feed.atom"
    values = query.model_dump(exclude_none=True, exclude_defaults=True)
    city = pick(reference.service_name)
    feed = ET.Element(f"{{{ATOM}}}feed", {f"{{{XML}}}lang": language_in_use.get()})
    _add(feed, "id", here)
    _add(feed, "title", translate(N_("{city}: dòng trạng thái"), city=city))
    _add(feed, "updated", _time(modified))
    _add(_add(feed, "author"), "name", city)
    _link(feed, "self", _with(here, values), MEDIA_TYPE)
    _link(feed, "alternate", f"{url}/feed", "text/html")
    if len(items) == query.limit:
        last = [*items.values()][-1].cursor
        _link(feed, "next", _with(here, {**values, "before": last}), MEDIA_TYPE)
    for name, item in items.items():
        _entry(feed, reference, name, item)
    document: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return document


def _entry(feed: ET.Element, reference: Reference, name: str, item: FeedItem) -> None:
    report = item.report
    entry = _add(feed, "entry")
    if isinstance(report, HiddenReport):
        _hidden(entry, name, report.code, item)
        return
    category = pick(reference.category_by_code[report.category].name)
    status = translate(STATUSES[report.status].name)
    _add(entry, "id", name)
    _add(entry, "title", f"{report.code} · {category} · {status}")
    _add(entry, "updated", _time(item.at))
    _add(entry, "published", _time(item.at))
    _link(entry, "alternate", report.links.page, "text/html")
    ET.SubElement(entry, f"{{{ATOM}}}category", {"term": report.category, "label": category})
    parties = [named.name for named in (report.ward, report.lead) if named]
    _add(entry, "summary", " · ".join([status, *parties]))
    point = ET.SubElement(entry, f"{{{GEORSS}}}point")
    point.text = f"{report.location.lat:.6f} {report.location.lon:.6f}"


def _hidden(entry: ET.Element, name: str, code: str, item: FeedItem) -> None:
    """Fill the entry of an event of a report that is hidden, or of its being shown again: the code alone."""
    message = N_("Đã ẩn khỏi công khai") if item.type == EventType.HIDDEN else N_("Hiện công khai trở lại")
    _add(entry, "id", name)
    _add(entry, "title", f"{code} · {translate(message)}")
    _add(entry, "updated", _time(item.at))


def _add(parent: ET.Element, name: str, text: str | None = None) -> ET.Element:
    child = ET.SubElement(parent, f"{{{ATOM}}}{name}")
    child.text = text
    return child


def _link(parent: ET.Element, rel: str, href: str, media_type: str) -> None:
    ET.SubElement(parent, f"{{{ATOM}}}link", {"rel": rel, "href": href, "type": media_type})


def _with(address: str, query: dict[str, object]) -> str:
    return f"{address}?{urlencode(query)}" if query else address


def _time(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
