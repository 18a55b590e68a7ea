"""Choice of notices by a colleague: by e-mail and on their browsers, at once, once a day, or not."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncSession

from service.domain.city.reference import Reference
from service.domain.notices.preferences import (
    choose_for_staff,
    choose_morning_mail,
    has_morning_mail,
    staff_addresses,
    staff_choices,
)
from service.domain.people.devices import Browser, devices_of, drop_device, keep_device
from service.errors import AppError, NotFound
from service.i18n import N_
from service.pages.shared.forms import FormDep, read
from service.pages.staff.staffroom import surroundings
from service.rendering.engine import page
from service.sending.channels import CHANNELS, offered
from service.sending.push import push_key
from service.web.dependencies import NowDep, ReferenceDep, Resources, ResourcesDep, SessionDep
from service.web.viewer import Colleague, StaffDep

router = APIRouter()


@router.get("/account/notices")
async def index(
    request: Request,
    session: SessionDep,
    reference: ReferenceDep,
    resources: ResourcesDep,
    now: NowDep,
    staff: StaffDep,
) -> Response:
    """Show what is chosen, and on which browsers."""
    return await _draw(request, session, reference, resources, now, staff)


@router.post("/account/notices")
async def choose(session: SessionDep, now: NowDep, staff: StaffDep, sent: FormDep) -> Response:
    """Another pace for e-mail or for browsers."""
    channel, pace = sent.text("channel"), sent.text("pace")
    await session.run_sync(choose_for_staff, CHANNELS, staff.account.id, channel, pace, now=now)
    return RedirectResponse("/account/notices?told=changed", status_code=303)


@router.post("/account/notices/morning")
async def choose_morning(session: SessionDep, staff: StaffDep, sent: FormDep) -> Response:
    """Have the morning's mail, or have it no more."""
    wanted = sent.text("morning") == "1"
    await session.run_sync(choose_morning_mail, staff.account.id, wanted)
    return RedirectResponse("/account/notices?told=changed", status_code=303)


@router.post("/account/notices/push")
async def add_browser(
    request: Request,
    session: SessionDep,
    reference: ReferenceDep,
    resources: ResourcesDep,
    now: NowDep,
    staff: StaffDep,
    sent: FormDep,
) -> Response:
    """Tell this browser from now on, until the session ends.

    A browser that was told before says so by itself after each new sign-in, and is answered with its id.
    """
    again = request.headers.get("accept") == "application/json"
    try:
        browser = read(Browser, {name: sent.text(name) for name in Browser.model_fields})
        device_id = await session.run_sync(
            keep_device,
            browser,
            language=staff.account.language,
            now=now,
            staff_id=staff.account.id,
            session_id=staff.session_id,
            label=request.headers.get("user-agent", ""),
        )
    except AppError as error:
        if again:
            raise
        return await _draw(request, session, reference, resources, now, staff, error)
    if again:
        return JSONResponse({"id": str(device_id)})
    return RedirectResponse("/account/notices?told=on", status_code=303)


@router.post("/account/notices/push/{device}/delete")
async def drop_browser(device: str, session: SessionDep, staff: StaffDep, sent: FormDep) -> Response:
    """Tell that browser nothing any more."""
    try:
        device_id = UUID(device)
    except ValueError:
        raise NotFound(N_("Không có cách nhận tin này.")) from None
    await session.run_sync(drop_device, staff.account.id, device_id)
    return RedirectResponse("/account/notices?told=ended", status_code=303)


async def _draw(
    request: Request,
    session: AsyncSession,
    reference: Reference,
    resources: Resources,
    now: datetime,
    staff: Colleague,
    error: AppError | None = None,
) -> Response:
    context = {
        **surroundings(staff, reference, now, "citizens/alerts.ts"),
        "paces": await session.run_sync(staff_choices, CHANNELS, staff.account.id),
        "addresses": await session.run_sync(staff_addresses, CHANNELS, staff.account.id),
        "morning": await session.run_sync(has_morning_mail, staff.account.id),
        "devices": await session.run_sync(devices_of, staff.account.id),
        "known_channels": CHANNELS,
        "channels": offered(resources.settings),
        "push_key": push_key(resources.settings),
        "told": request.query_params.get("told", ""),
        "error": error,
    }
    return page(request, "account/notices.html", context, status=error.status if error else 200)
