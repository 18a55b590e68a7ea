"""The status feed as a page: the latest steps by day, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field

from service.domain.queries.feed import read_feed_filter
from service.domain.queries.news import News, news_candidates, read_news
from service.i18n.wording import day_words
from service.models import EventType
from service.pages.shared.kinds import roots, wards_by_name
from service.pages.shared.story import words_for
from service.pages.shared.visit import PageVisit, PageVisitDep
from service.rendering.engine import page, wants_part
from service.web.cursors import Cursors
from service.web.dependencies import SessionDep

router = APIRouter()

PAGE, MOST_TODAY = 40, 20
TYPES = (
    EventType.RECEIVED,
    EventType.ASSIGNED,
    EventType.ACCEPTED,
    EventType.RESOLVED,
    EventType.CLOSED,
    EventType.SENT_BACK,
    EventType.REOPENED,
    EventType.REJECTED,
)
DONE = (EventType.RESOLVED, EventType.CLOSED)


class FeedPageFilters(BaseModel):
    """Filters in the address of the feed; empty means no such condition."""

    category: Annotated[str, Field(max_length=100)] = ""
    ward: Annotated[str, Field(max_length=20)] = ""
    done: Annotated[str, Field(max_length=1)] = ""
    cursor: Annotated[str, Field(max_length=200)] = ""


@router.get("/feed")
async def feed(
    visit: PageVisitDep, session: SessionDep, filters: Annotated[FeedPageFilters, Query()]
) -> Response:
    """The feed; a further page, or what is new, as a part of it."""
    cursors = Cursors(visit.resources.settings.secret)
    opened = cursors.open("news", filters.cursor) if filters.cursor else []
    before = int(opened[0]) if opened else None
    # What follows on the page goes on with its last day.
    shown = opened[1:] if wants_part(visit.request) else []
    types = DONE if filters.done else TYPES
    wanted = read_feed_filter(
        visit.reference, {"category": filters.category, "ward": filters.ward, "type": ",".join(types)}
    )
    news = await session.run_sync(
        read_news, visit.reference, wanted, public_url="", before=before, limit=PAGE
    )
    fresh = not filters.cursor and not filters.done
    done_today: list[News] = []
    if fresh:
        given = {"category": filters.category, "ward": filters.ward, "type": EventType.CLOSED}
        done = read_feed_filter(visit.reference, given)
        done_today = await session.run_sync(
            news_candidates, visit.reference, done, _midnight(visit), public_url="", limit=MOST_TODAY
        )
    days = feed_days([each.at for each in news], ZoneInfo(visit.reference.timezone))
    context = {
        "reference": visit.reference,
        "now": visit.now,
        "done_today": done_today,
        "days": [
            (
                "" if day.toordinal() in shown else day_words(day, visit.now, visit.reference.timezone),
                [item_of(each) for _, each in group],
            )
            for day, group in groupby(zip(days, news, strict=True), key=itemgetter(0))
        ],
        "next": cursors.seal("news", [news[-1].position, days[-1].toordinal()])
        if len(news) == PAGE
        else None,
        "continued": bool(filters.cursor),
        "filters": filters,
        "types": TYPES,
        "done_types": DONE,
        "kinds": roots(visit.reference),
        "wards": wards_by_name(visit.reference),
        "islands": ["citizens/feed.ts"],
    }
    return page(visit.request, "feed/index.html", context, part="feed/_list.html")


def _midnight(visit: PageVisit) -> datetime:
    return visit.now.astimezone(ZoneInfo(visit.reference.timezone)).replace(
        hour=0, minute=0, second=0, microsecond=0
    )


def feed_days(moments: Sequence[datetime], zone: ZoneInfo) -> list[datetime]:
    """Return the midnight that begins the day of each step, newest first as given. A step that became known
    late stands on the day of its neighbours, so that no day comes twice.
    """
    days: list[datetime] = []
    for at in reversed(moments):
        day = at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
        days.append(max(day, days[-1]) if days else day)
    return days[::-1]


def item_of(news: News) -> dict[str, object]:
    """Return a step as the list shows it."""
    what, tone, picture = words_for(news.type, news.lead, news.data)
    return {"news": news, "what": what, "tone": tone, "icon": picture, "pair": news.type in DONE}
