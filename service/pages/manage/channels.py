"""`/manage/channels`: how people's messages became reports in a period, by channel."""

from __future__ import annotations

from datetime import datetime, time
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from service.domain.queries.manage.period_words import period_name
from service.domain.queries.manage.periods import DAY, read_period
from service.domain.talks.channel_figures import channel_figures
from service.pages.manage.manage import PERIODS, ManageFilters, Manager, today_of
from service.pages.shared.channel_words import wait_words
from service.pages.staff.staffroom import surroundings
from service.rendering.engine import page
from service.sending.channels import CHANNELS
from service.web.dependencies import NowDep, ReferenceDep, SessionDep

router = APIRouter()


@router.get("/manage/channels")
async def by_channel(
    request: Request,
    staff: Manager,
    session: SessionDep,
    reference: ReferenceDep,
    now: NowDep,
    filters: Annotated[ManageFilters, Query()],
) -> Response:
    """The figures of one period, of the whole city: conversations belong to no department."""
    today = today_of(reference, now)
    period = read_period(filters.period, filters.at, filters.first, filters.last, today)
    zone = ZoneInfo(reference.timezone)
    begin, end = (datetime.combine(day, time(), zone) for day in (period.first, period.last + DAY))
    talking = [name for name, each in CHANNELS.items() if each.talk is not None]
    before, after = period.before(), period.after()
    context = {
        **surroundings(staff, reference, now),
        "asked": filters,
        "periods": {kind: text for kind, text in PERIODS.items() if kind != "free"},
        "period": period_name(period),
        "before": before.first.isoformat() if period.kind != "free" else "",
        "after": after.first.isoformat() if period.kind != "free" and after.first <= today else "",
        "rows": await session.run_sync(channel_figures, talking, begin, end),
        "known_channels": CHANNELS,
        "wait_words": wait_words,
    }
    return page(request, "manage/channels.html", context)
