"""`/account/calendar`: the address of one's calendar of deadlines; and the calendar behind it."""

from __future__ import annotations

from typing import cast

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from service.domain.workspaces.calendar_feed import (
    calendar_address,
    drop_address,
    make_address,
    read_calendar,
)
from service.domain.workspaces.icalendar import icalendar_text
from service.i18n import Language, language_in_use
from service.pages.account.account import AccountPage, OwnDep
from service.pages.shared.forms import FormDep
from service.pages.shared.visit import PageVisitDep
from service.pages.staff.staffroom import draw_staff_page
from service.web.caching import made_for, reply
from service.web.dependencies import SessionDep

router = APIRouter()


@router.get("/account/calendar")
async def calendar_page(own: OwnDep) -> Response:
    """Show whether there is an address, and when it was last fetched."""
    return await _draw_calendar(own)


@router.post("/account/calendar")
async def make_calendar(own: OwnDep, _sent: FormDep) -> Response:
    """Make a new address and show it this once."""
    token = await own.run(make_address, own.staff.account.id, own.now)
    base = own.resources.settings.public_url.rstrip("/")
    return await _draw_calendar(own, f"{base}/calendar/{token}.ics")


@router.post("/account/calendar/revoke")
async def revoke_calendar(own: OwnDep, _sent: FormDep) -> Response:
    """Let the address answer no more."""
    await own.run(drop_address, own.staff.account.id)
    return RedirectResponse("/account/calendar", status_code=303)


@router.get("/calendar/{token}.ics")
async def calendar_file(visit: PageVisitDep, token: str, session: SessionDep) -> Response:
    """Return the calendar to whoever has its address, in its owner's language."""
    found = await session.run_sync(read_calendar, visit.reference, token, visit.now)
    before = language_in_use.set(cast(Language, found.language))
    try:
        body = icalendar_text(found, visit.reference, visit.resources.settings.public_url)
    finally:
        language_in_use.reset(before)
    answer = reply(visit.request, made_for(visit.request, body), "text/calendar; charset=utf-8", max_age_s=0)
    answer.headers["cache-control"] = "private, no-cache"
    return answer


async def _draw_calendar(own: AccountPage, address: str | None = None) -> Response:
    known = await own.run(calendar_address, own.staff.account.id)
    context = {"known": known, "address": address}
    headers = {"cache-control": "no-store"}
    return draw_staff_page(own, "account/calendar.html", context, headers=headers)
