"""The first page: report something, look up a code, see what was fixed."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter
from fastapi.responses import Response

from service.db import async_unit_of_work
from service.domain.queries.feed import FeedFilter
from service.domain.queries.news import read_news
from service.domain.queries.report_news import read_report_news
from service.i18n import pick
from service.models import EventType
from service.pages.figures.figures import read_figures
from service.pages.shared.kinds import roots
from service.pages.shared.preview import place_preview
from service.pages.shared.report_secrets import keep_news, kept_reports
from service.pages.shared.visit import PageVisitDep
from service.rendering.engine import page

router = APIRouter()

DONE = FeedFilter(types=frozenset({EventType.CLOSED}))
LOOKED_THROUGH, MOST_FIXED, FEWEST_FIXED = 60, 8, 3
WEEK = timedelta(days=7)
DAYS = 90


@router.get("/")
async def home(visit: PageVisitDep) -> Response:
    """Home; who is asked something about a report of theirs reads that first."""
    remembered = kept_reports(visit.request, visit.resources)
    # May be waited for: before the session.
    total = (await read_figures(visit.resources, visit.reference, visit.now, DAYS)).total
    async with async_unit_of_work(visit.resources.engine) as session:
        news = await session.run_sync(read_news, visit.reference, DONE, public_url="", limit=LOOKED_THROUGH)
        own = await session.run_sync(read_report_news, remembered)
    pairs = [each for each in news if each.before and each.after]
    this_week = [each for each in pairs if each.at > visit.now - WEEK]
    context = {
        "reference": visit.reference,
        "now": visit.now,
        "kinds": roots(visit.reference),
        "code_example": f"{visit.reference.code_prefix}-7K3M-92",
        # A quiet week shows what was fixed before it.
        "fixed": (this_week if len(this_week) >= FEWEST_FIXED else pairs)[:MOST_FIXED],
        "total": total,
        "days": DAYS,
        "median_days": total.median_hours / 24 if total.median_hours is not None else None,
        "this_week": len(this_week) >= FEWEST_FIXED,
    }
    address = f"{visit.resources.settings.public_url.rstrip('/')}/"
    context |= {
        "preview": place_preview(address, pick(visit.reference.service_name), total, DAYS, pairs),
        "news_count": own.count,
        "questions": [each.code for each in remembered if each.code in own.questions],
    }
    response = page(visit.request, "home/index.html", context | {"updated": len(own.updated)})
    keep_news(visit.request, response, visit.resources, own)
    return response
