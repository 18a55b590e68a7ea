"""The banner of emergencies on desk and wall with “Tôi nhận”, and a coordinator's own duty."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncSession

from service.domain.city.reference import Reference
from service.domain.emergencies.duty import (
    DutyChange,
    DutyView,
    RosterEntry,
    change_duty,
    duty_roster,
    hours_text,
    own_duty,
)
from service.domain.emergencies.taking import Alarms, read_alarms, take_emergency
from service.errors import AppError, Conflict
from service.i18n import N_, translate
from service.models import Role
from service.pages.shared.forms import FormDep, read
from service.pages.staff.duty_week import DAY_WORDS, drawn_week, sent_week
from service.pages.staff.staffroom import entry, only, surroundings
from service.rendering.engine import page
from service.web.dependencies import NowDep, ReferenceDep, SessionDep, WakeAfter
from service.web.viewer import Colleague

router = APIRouter()

Watcher = Annotated[Colleague, entry("/wall")]
Coordinator = Annotated[Colleague, Depends(only(Role.TRIAGE))]


async def alarms_of(
    session: AsyncSession, reference: Reference, now: datetime, staff: Colleague
) -> dict[str, object]:
    """Return what `staff/_alarms.html` shows, for the pages that carry it."""
    alarms: Alarms = await session.run_sync(read_alarms, reference, now, staff.actor.wards)
    return {"alarms": alarms, "alarm_told": "", "alarm_refused": ""}


@router.get("/emergencies")
async def banner(
    request: Request, session: SessionDep, reference: ReferenceDep, now: NowDep, staff: Watcher
) -> Response:
    """The banner as it is now: asked for whenever something happens, and every few seconds."""
    return await _draw(request, session, reference, now, staff)


@router.post("/emergencies/{code}/take", dependencies=[WakeAfter])
async def taken(
    request: Request,
    code: str,
    session: SessionDep,
    reference: ReferenceDep,
    now: NowDep,
    staff: Coordinator,
    _sent: FormDep,
) -> Response:
    """“Tôi nhận”; who was a moment too late reads who has it."""
    scripted = request.headers.get("hx-request") == "true"
    try:
        await session.run_sync(take_emergency, staff.asker, code, now)
    except Conflict as error:
        if not scripted:
            raise
        refused = translate(error.detail, **error.params)
        return await _draw(request, session, reference, now, staff, refused=refused)
    if not scripted:
        return RedirectResponse(f"/desk?case={code}", status_code=303)
    text = translate(N_("Bạn đã nhận {code}."), code=code)
    return await _draw(request, session, reference, now, staff, told=text)


@router.get("/account/duty")
async def duty(
    request: Request, session: SessionDep, reference: ReferenceDep, now: NowDep, staff: Coordinator
) -> Response:
    """Show the person's own switch, hours and mobile number."""
    found = await session.run_sync(own_duty, reference, staff.account.id, now)
    roster = await session.run_sync(duty_roster, reference, now)
    return _duty_page(request, reference, now, staff, found, roster=roster)


@router.post("/account/duty")
async def change(
    request: Request,
    session: SessionDep,
    reference: ReferenceDep,
    now: NowDep,
    staff: Coordinator,
    sent: FormDep,
) -> Response:
    """Keep them; what is wrong is said with what was typed."""
    body: dict[str, Any] = {
        "on_duty": sent.text("on_duty") == "1",
        "hours": sent_week(sent),
        "phone": sent.text("phone") or None,
    }
    try:
        change = read(DutyChange, body)
        await session.run_sync(change_duty, reference, staff.account.id, change, now)
    except AppError as error:
        found = DutyView(body["on_duty"], body["hours"], body["phone"], now=False)
        return _duty_page(request, reference, now, staff, found, error=error)
    return RedirectResponse("/account/duty?done=1", status_code=303)


def _duty_page(
    request: Request,
    reference: Reference,
    now: datetime,
    staff: Colleague,
    found: DutyView,
    *,
    roster: Sequence[RosterEntry] = (),
    error: AppError | None = None,
) -> Response:
    context = {
        **surroundings(staff, reference, now, "staff/account.ts"),
        "duty": found,
        "roster": roster_lines(roster),
        "days": drawn_week(found.hours),
        "done": request.query_params.get("done", "") and not error,
        "error": error,
        "fields": error.errors if error else (),
    }
    return page(request, "account/duty.html", context, status=error.status if error else 200)


def roster_lines(roster: Sequence[RosterEntry]) -> list[tuple[RosterEntry, str]]:
    """Return each coordinator with the hours of the week in words; empty for day and night."""
    return [
        (each, "; ".join(f"{translate(DAY_WORDS[day])} {hours_text(each.hours, day)}" for day in each.hours))
        for each in roster
    ]


async def _draw(
    request: Request,
    session: AsyncSession,
    reference: Reference,
    now: datetime,
    staff: Colleague,
    *,
    told: str = "",
    refused: str = "",
) -> Response:
    context = {
        "reference": reference,
        "now": now,
        "account": staff.account,
        **await alarms_of(session, reference, now, staff),
        "alarm_told": told,
        "alarm_refused": refused,
    }
    return page(request, "staff/_alarms.html", context, status=409 if refused else 200)
