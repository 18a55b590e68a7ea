"""The wall of the operations centre: dark, nothing to touch; figures are reckoned once for all walls."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from service.db import DomainSession, async_unit_of_work
from service.domain.city.reference import Reference
from service.domain.queries.feed import read_feed_filter
from service.domain.queries.news import News, read_news
from service.domain.queries.wall import Wall, read_wall
from service.i18n import language_in_use
from service.pages.feed.feed import TYPES
from service.pages.shared.story import words_for
from service.pages.shared.visit import StaffVisit
from service.pages.staff.emergencies import alarms_of
from service.pages.staff.staffroom import draw_staff_page, visit_of
from service.web.dependencies import Resources

router = APIRouter()

WallVisit = Annotated[StaffVisit, visit_of("/wall")]

FRESH_S = 3
"""How long figures are shown before they are reckoned anew, whatever number of walls there is."""
NEWS = 5


@router.get("/wall")
async def wall(visit: WallVisit) -> Response:
    """The wall, or what is on it now for the wall that asks."""
    reference, now = visit.reference, visit.now
    filled = {
        "theme": "dark",
        "wall": await _figures(visit.resources, reference, now),
        "news": await visit.run(_news, reference),
        **await alarms_of(visit),
    }
    islands = "staff/wall.ts", "staff/alarm.ts"
    return draw_staff_page(visit, "wall/index.html", filled, *islands, part="wall/_live.html")


async def _figures(resources: Resources, reference: Reference, now: datetime) -> Wall:
    async def make() -> bytes:
        async with async_unit_of_work(resources.engine) as session:
            found = await session.run_sync(read_wall, reference, now=now)
        return found.model_dump_json().encode()

    edition = int(now.timestamp()) // FRESH_S
    cached = await resources.response_cache.get(("wall", language_in_use.get()), edition, make, stale=5)
    return Wall.model_validate_json(cached.body)


def _news(session: DomainSession, reference: Reference) -> list[dict[str, object]]:
    wanted = read_feed_filter(reference, {"category": "", "ward": "", "type": ",".join(TYPES)})
    found = read_news(session, reference, wanted, public_url="", before=None, limit=NEWS)
    return [_item(each) for each in found]


def _item(news: News) -> dict[str, object]:
    what, tone, picture = words_for(news.type, news.lead, news.data)
    return {"news": news, "what": what, "tone": tone, "icon": picture}
