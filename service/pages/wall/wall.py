"""The wall of the operations centre: dark, nothing to touch; figures are reckoned once for all walls."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncSession

from service.db import async_unit_of_work
from service.domain.city.reference import Reference
from service.domain.queries.feed import read_feed_filter
from service.domain.queries.news import News, read_news
from service.domain.queries.wall import Wall, read_wall
from service.i18n import language_in_use
from service.pages.feed.feed import TYPES
from service.pages.shared.story import words_for
from service.pages.staff.emergencies import alarms_of
from service.pages.staff.staffroom import entry, surroundings
from service.rendering.engine import page
from service.web.dependencies import NowDep, ReferenceDep, Resources, ResourcesDep, SessionDep
from service.web.viewer import Colleague

router = APIRouter()

FRESH_S = 3
"""How long figures are shown before they are reckoned anew, whatever number of walls there is."""
NEWS = 5


@router.get("/wall")
async def wall(
    request: Request,
    session: SessionDep,
    reference: ReferenceDep,
    resources: ResourcesDep,
    staff: Annotated[Colleague, entry("/wall")],
    now: NowDep,
) -> Response:
    """The wall, or what is on it now for the wall that asks."""
    filled = {
        **surroundings(staff, reference, now, "staff/wall.ts", "staff/alarm.ts"),
        "theme": "dark",
        "wall": await _figures(resources, reference, now),
        "news": await _news(session, reference),
        **await alarms_of(session, reference, now),
    }
    return page(request, "wall/index.html", filled, part="wall/_live.html")


async def _figures(resources: Resources, reference: Reference, now: datetime) -> Wall:
    async def make() -> bytes:
        async with async_unit_of_work(resources.engine) as session:
            found = await session.run_sync(read_wall, reference, now=now)
        return found.model_dump_json().encode()

    edition = int(now.timestamp()) // FRESH_S
    cached = await resources.response_cache.get(("wall", language_in_use.get()), edition, make, stale=5)
    return Wall.model_validate_json(cached.body)


async def _news(session: AsyncSession, reference: Reference) -> list[dict[str, object]]:
    wanted = read_feed_filter(reference, {"category": "", "ward": "", "type": ",".join(TYPES)})
    found = await session.run_sync(read_news, reference, wanted, public_url="", before=None, limit=NEWS)
    return [_item(each) for each in found]


def _item(news: News) -> dict[str, object]:
    what, tone, picture = words_for(news.type, news.lead, news.data)
    return {"news": news, "what": what, "tone": tone, "icon": picture}
