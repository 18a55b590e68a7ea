"""Choice of notices by a colleague: by e-mail and on their browsers, at once, once a day, or not."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse, RedirectResponse, Response

from service.domain.notices.preferences import (
    choose_for_staff,
    choose_morning_mail,
    has_morning_mail,
    staff_addresses,
    staff_choices,
)
from service.domain.people.devices import Browser, devices_of, drop_device, keep_device
from service.errors import AppError
from service.i18n import N_
from service.pages.shared.forms import FormDep, read, read_id
from service.pages.shared.visit import StaffVisit, StaffVisitDep
from service.pages.staff.staffroom import draw_staff_page
from service.sending.channels import CHANNELS, offered
from service.sending.push import push_key

router = APIRouter()


@router.get("/account/notices")
async def index(visit: StaffVisitDep) -> Response:
    """Show what is chosen, and on which browsers."""
    return await _draw(visit)


@router.post("/account/notices")
async def choose(visit: StaffVisitDep, sent: FormDep) -> Response:
    """Another pace for e-mail or for browsers."""
    channel, pace = sent.text("channel"), sent.text("pace")
    await visit.run(choose_for_staff, CHANNELS, visit.staff.account.id, channel, pace, now=visit.now)
    return RedirectResponse("/account/notices?told=changed", status_code=303)


@router.post("/account/notices/morning")
async def choose_morning(visit: StaffVisitDep, sent: FormDep) -> Response:
    """Have the morning's mail, or have it no more."""
    wanted = sent.text("morning") == "1"
    await visit.run(choose_morning_mail, visit.staff.account.id, wanted)
    return RedirectResponse("/account/notices?told=changed", status_code=303)


@router.post("/account/notices/push")
async def add_browser(visit: StaffVisitDep, sent: FormDep) -> Response:
    """Tell this browser from now on, until the session ends.

    A browser that was told before says so by itself after each new sign-in, and is answered with its id.
    """
    headers, staff = visit.request.headers, visit.staff
    again = headers.get("accept") == "application/json"
    try:
        browser = read(Browser, {name: sent.text(name) for name in Browser.model_fields})
        device_id = await visit.run(
            keep_device,
            browser,
            language=staff.account.language,
            now=visit.now,
            staff_id=staff.account.id,
            session_id=staff.session_id,
            label=headers.get("user-agent", ""),
        )
    except AppError as error:
        if again:
            raise
        return await _draw(visit, error)
    if again:
        return JSONResponse({"id": str(device_id)})
    return RedirectResponse("/account/notices?told=on", status_code=303)


@router.post("/account/notices/push/{device}/delete")
async def drop_browser(device: str, visit: StaffVisitDep, sent: FormDep) -> Response:
    """Tell that browser nothing any more."""
    device_id = read_id(device, N_("Không có cách nhận tin này."))
    await visit.run(drop_device, visit.staff.account.id, device_id)
    return RedirectResponse("/account/notices?told=ended", status_code=303)


async def _draw(visit: StaffVisit, error: AppError | None = None) -> Response:
    staff_id, settings = visit.staff.account.id, visit.resources.settings
    context = {
        "paces": await visit.run(staff_choices, CHANNELS, staff_id),
        "addresses": await visit.run(staff_addresses, CHANNELS, staff_id),
        "morning": await visit.run(has_morning_mail, staff_id),
        "devices": await visit.run(devices_of, staff_id),
        "known_channels": CHANNELS,
        "channels": offered(settings),
        "push_key": push_key(settings),
        "outcome": visit.request.query_params.get("told", ""),
    }
    return draw_staff_page(visit, "account/notices.html", context, "citizens/alerts.ts", error=error)
