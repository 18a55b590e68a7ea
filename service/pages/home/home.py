"""The first page: report something, look up a code, see what was fixed."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter, Request
from fastapi.responses import Response

from service.db import async_unit_of_work
from service.domain.queries.feed import FeedFilter
from service.domain.queries.news import read_news
from service.domain.queries.report_news import read_report_news
from service.i18n import pick
from service.models import EventType
from service.pages.figures.figures import read_figures
from service.pages.shared.keeping import keep_news, kept_reports
from service.pages.shared.kinds import roots
from service.pages.shared.preview import place_preview
from service.rendering.engine import page
from service.web.dependencies import NowDep, ReferenceDep, ResourcesDep

router = APIRouter()

DONE = FeedFilter(types=frozenset({EventType.CLOSED}))
LOOKED_THROUGH, MOST_FIXED, FEWEST_FIXED = 60, 8, 3
WEEK = timedelta(days=7)
DAYS = 90


@router.get("/")
async def home(request: Request, resources: ResourcesDep, reference: ReferenceDep, now: NowDep) -> Response:
    """Home; who is asked something about a report of theirs reads that first."""
    remembered = kept_reports(request, resources)
    total = (
        await read_figures(resources, reference, now, DAYS)
    ).total  # may be waited for: before the session
    async with async_unit_of_work(resources.engine) as session:
        news = await session.run_sync(read_news, reference, DONE, public_url="", limit=LOOKED_THROUGH)
        own = await session.run_sync(read_report_news, remembered)
    pairs = [each for each in news if each.before and each.after]
    this_week = [each for each in pairs if each.at > now - WEEK]
    context = {
        "reference": reference,
        "now": now,
        "kinds": roots(reference),
        "code_example": f"{reference.code_prefix}-7K3M-92",
        # A quiet week shows what was fixed before it.
        "fixed": (this_week if len(this_week) >= FEWEST_FIXED else pairs)[:MOST_FIXED],
        "total": total,
        "days": DAYS,
        "median_days": total.median_hours / 24 if total.median_hours is not None else None,
        "this_week": len(this_week) >= FEWEST_FIXED,
    }
    address = f"{resources.settings.public_url.rstrip('/')}/"
    context |= {
        "preview": place_preview(address, pick(reference.service_name), total, DAYS, pairs),
        "news_count": own.count,
        "questions": [each.code for each in remembered if each.code in own.questions],
    }
    response = page(request, "home/index.html", context | {"updated": len(own.updated)})
    keep_news(request, response, resources, own)
    return response
