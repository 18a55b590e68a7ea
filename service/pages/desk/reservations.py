"""Taking a waiting case to oneself, and putting it off until a time: coordinators among themselves."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from service.domain.workspaces.desk.reservations import end_put_off, put_case_off, take_case
from service.errors import AppError
from service.i18n import N_, translate
from service.i18n.wording import exact
from service.pages.desk.case import RefusedStep, draw_case
from service.pages.desk.desk import DeskVisit
from service.pages.shared.forms import FormDep

router = APIRouter()


@router.post("/desk/keep/{code}/take")
async def take(visit: DeskVisit, code: str, form: FormDep) -> Response:
    """Take the case, from a colleague too if the form says from whom; or give back one's own."""
    holder = form.text("instead")
    instead = int(holder) if holder.isdigit() and len(holder) < 10 else None
    try:
        await visit.run(take_case, visit.staff.asker, code, instead, visit.now)
    except AppError as error:
        return await draw_case(visit, code, refusal=RefusedStep("take", error, form.fields()))
    mine = instead == visit.staff.account.id
    return await _answer(visit, code, translate(N_("Đã thôi nhận.") if mine else N_("Bạn đã nhận.")))


@router.post("/desk/keep/{code}/later")
async def later(visit: DeskVisit, code: str, form: FormDep) -> Response:
    """Put the case off until the time chosen."""
    zone = visit.zone
    choice, at = form.text("choice"), form.text("at")
    try:
        until = await visit.run(put_case_off, visit.staff.asker, code, choice, at, zone, visit.now)
    except AppError as error:
        return await draw_case(visit, code, refusal=RefusedStep("later", error, form.fields()))
    return await _answer(
        visit, code, translate(N_("Đã hoãn đến {at}."), at=exact(until, visit.reference.timezone))
    )


@router.post("/desk/keep/{code}/back")
async def back(visit: DeskVisit, code: str, form: FormDep) -> Response:
    """Bring back what was put off."""
    try:
        await visit.run(end_put_off, visit.staff.asker, code, visit.now)
    except AppError as error:
        return await draw_case(visit, code, refusal=RefusedStep("back", error, form.fields()))
    return await _answer(visit, code, translate(N_("Phản ánh trở lại hàng đợi.")))


async def _answer(visit: DeskVisit, code: str, done: str) -> Response:
    if not visit.by_script:
        return RedirectResponse(f"/desk?{urlencode({'case': code})}", status_code=303)
    return await draw_case(visit, code, done=done)
