"""`/manage/channels`: how people's messages became reports in a period, by channel."""

from __future__ import annotations

from datetime import datetime, time
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from service.domain.queries.manage.period_words import period_name
from service.domain.queries.manage.periods import DAY, period_begun, read_period
from service.domain.talks.channel_figures import channel_figures
from service.pages.manage.manage import PERIODS, ManageFilters, ManageVisit
from service.pages.shared.channel_words import wait_words
from service.pages.staff.staffroom import draw_staff_page
from service.sending.channels import CHANNELS

router = APIRouter()


@router.get("/manage/channels")
async def by_channel(visit: ManageVisit, filters: Annotated[ManageFilters, Query()]) -> Response:
    """The figures of one period, of the whole city: conversations belong to no department."""
    today = visit.today
    period = read_period(filters.period, filters.at, filters.first, filters.last, today)
    begin, end = (datetime.combine(day, time(), visit.zone) for day in (period.first, period.last + DAY))
    talking = [name for name, each in CHANNELS.items() if each.talk is not None]
    before, after = period.before(), period.after()
    begun = None if filters.at else period_begun(period, today)
    context = {
        "filters": filters,
        "begun": begun
        and (period_name(begun), f"/manage/channels?{filters.query(at=begun.first.isoformat())}"),
        "periods": {kind: text for kind, text in PERIODS.items() if kind != "free"},
        "period": period_name(period),
        "before": before.first.isoformat() if period.kind != "free" else "",
        "after": after.first.isoformat() if period.kind != "free" and after.first <= today else "",
        "rows": await visit.run(channel_figures, talking, begin, end),
        "known_channels": CHANNELS,
        "wait_words": wait_words,
    }
    return draw_staff_page(visit, "manage/channels.html", context)
