"""A ward's own page: how many reports are open and done there, how many in time, and the latest steps."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter
from fastapi.responses import Response

from service.db import async_unit_of_work
from service.domain.casework.passing_time.follow_up import count_follow_ups
from service.domain.city.former_units import names_before
from service.domain.queries.feed import FeedFilter
from service.domain.queries.news import News, read_news
from service.domain.queries.stats import NamedFigures
from service.errors import NotFound
from service.i18n import N_
from service.pages.feed.feed import TYPES, item_of
from service.pages.figures.figures import read_figures
from service.pages.shared.preview import place_preview
from service.pages.shared.visit import PageVisitDep
from service.rendering.engine import page

router = APIRouter()

DAYS = 90
MOST_NEWS, MOST_PAIRS, LOOKED_THROUGH = 20, 6, 60
FEWEST_ANSWERS = 5
"""Answers to the follow-up question from which their share is told."""


@router.get("/ward/{code}")
async def ward(visit: PageVisitDep, code: str) -> Response:
    """The page of the ward of that code. Raises NotFound for one that is not in force."""
    found = visit.reference.ward_by_code.get(code[:20])
    if found is None:
        raise NotFound(N_("Không có phường, xã này. Hãy chọn trong danh sách ở trang bản đồ."))
    # May be waited for: before the session.
    stats = await read_figures(visit.resources, visit.reference, visit.now, DAYS)
    wanted = FeedFilter(wards=frozenset({code}), types=frozenset(TYPES))
    async with async_unit_of_work(visit.resources.engine) as session:
        news = await session.run_sync(read_news, visit.reference, wanted, public_url="", limit=LOOKED_THROUGH)
        before = await session.run_sync(names_before, code)
        follow_ups = await session.run_sync(count_follow_ups, visit.now - timedelta(days=DAYS), found.id)
    base = visit.resources.settings.public_url.rstrip("/")
    total = next((each for each in stats.by_ward if each.code == code), None)
    fixed = _pairs(news)
    context = {
        "reference": visit.reference,
        "now": visit.now,
        "ward": found,
        "before": before,
        "days": DAYS,
        "total": total,
        "median_days": _median_days(total),
        "lasting": follow_ups if follow_ups.answers >= FEWEST_ANSWERS else None,
        "fixed": fixed,
        "items": [item_of(each) for each in news[:MOST_NEWS]],
        "preview": place_preview(f"{base}/ward/{code}", found.said_name, total, DAYS, fixed),
    }
    return page(visit.request, "ward/index.html", context)


def _median_days(total: NamedFigures | None) -> float | None:
    return total.median_hours / 24 if total is not None and total.median_hours is not None else None


def _pairs(news: list[News]) -> list[News]:
    """Return what was finished there with a photo of before and of after, each report once."""
    done = {each.code: each for each in reversed(news) if each.before and each.after}
    return list(done.values())[::-1][:MOST_PAIRS]
