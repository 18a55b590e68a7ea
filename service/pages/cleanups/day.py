"""A clean-up on its day, on the lead's phone: who came, what was checked, the one result, what follows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import quote
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from service.domain.cleanups.access import find_cleanup
from service.domain.cleanups.day import ASKED_ABOUT, give_result, tick_check, write_attendance
from service.domain.cleanups.day_view import view_day
from service.domain.cleanups.equipment.tools import ToolRequest, missing_tools, request_tools
from service.domain.cleanups.forms import Attendance, CheckTick, CleanupResult, CleanupStep
from service.domain.cleanups.stepping import take_cleanup_step
from service.domain.works.access import require_works
from service.domain.works.acting import ActionContext
from service.domain.works.photos import find_for_photo
from service.errors import AppError, NotFound, invalid
from service.i18n import N_
from service.imaging.refusal import MAX_BYTES
from service.models import CheckState
from service.pages.shared.forms import Fields, FormDep, SentForm, read
from service.pages.shared.signing import signing_choices
from service.pages.shared.visit import StaffVisit, StaffVisitDep, answer_form
from service.pages.staff.staffroom import surroundings
from service.rendering.engine import page
from service.web.dependencies import WakeAfter
from service.web.rates import allow
from service.web.uploads import FORM_BYTES, Gate, GateDep, WorkSending, receive_photo

router = APIRouter(prefix="/manage/cleanups/{code}", dependencies=[WakeAfter])
door = APIRouter()
"""The short address of the day, as it is read out or printed."""

SAVED = ("attendance", "check", "result", "step", "means")
CAME, UNIT, PHOTOS = "came-", "unit-", "photos"
MOST_AT_ONCE = 6
ROOM = MOST_AT_ONCE * MAX_BYTES + FORM_BYTES


@door.get("/cleanups/{code}/work")
async def go_to_day(code: str) -> Response:
    """Send who leads to the day; everybody else is answered there."""
    return RedirectResponse(f"/manage/cleanups/{quote(code, safe='')}", status_code=303)


@router.get("")
async def show_day(visit: StaffVisitDep, code: str) -> Response:
    """Return the clean-up on its day."""
    return await _draw(visit, code)


@router.post("/attendance")
async def count_arrivals(visit: StaffVisitDep, code: str, form: FormDep) -> Response:
    """Write down who came. A number that was left empty is not counted yet."""
    arrivals = [
        {"id": name.removeprefix(CAME), "came": _count(form, name)}
        for name, text in form.fields().items()
        if name.startswith(CAME) and text
    ]
    sent = {"arrivals": arrivals, "walk_ins": _count(form, "walk_ins")}
    return await _do(
        visit, code, form, "attendance", lambda ctx: write_attendance(ctx, code, read(Attendance, sent))
    )


@router.post("/checks/{check}")
async def tick_one(visit: StaffVisitDep, code: str, check: str, form: FormDep) -> Response:
    """Say what became of one thing."""
    sent = {"state": form.text("state"), "note": form.text("note")}
    return await _do(
        visit, code, form, "check", lambda ctx: tick_check(ctx, code, _id(check), read(CheckTick, sent))
    )


@router.post("/result", max_body_size=ROOM)
async def give_one_result(visit: StaffVisitDep, code: str, form: FormDep, gate: GateDep) -> Response:
    """Give the one result. Photos that come with it stay, also when something else is to be mended."""
    try:
        await _take_photos(visit, code, form, gate)
    except AppError as error:
        if error.status in (401, 404):
            raise
        return await _draw(visit, code, form.fields(), error, "result")
    numbers = ("people", "bags", "kg", "trees", "drain_m")
    units = {
        name.removeprefix(UNIT): _count(form, name)
        for name, text in form.fields().items()
        if name.startswith(UNIT) and text not in ("", "0")
    }
    sent = {
        **{name: _count(form, name) for name in numbers},
        "version": _count(form, "version"),
        "words": form.text("words"),
        "units": units,
        "sure": form.text("sure") == "1",
    }
    return await _do(
        visit, code, form, "result", lambda ctx: give_result(ctx, code, read(CleanupResult, sent))
    )


@router.post("/after")
async def take_step_afterwards(visit: StaffVisitDep, code: str, form: FormDep) -> Response:
    """Begin, send the result back or close."""
    sent = {"to": form.text("to"), "version": _count(form, "version"), "reason": form.text("reason")}
    key = visit.resources.settings.secret

    def verb(ctx: ActionContext) -> None:
        take_cleanup_step(ctx, key, code, read(CleanupStep, sent))

    return await _do(visit, code, form, "step", verb)


@router.post("/means")
async def ask_means(visit: StaffVisitDep, code: str, form: FormDep) -> Response:
    """Ask for the tools that are missing. The form sent twice is one."""

    def verb(ctx: ActionContext) -> None:
        request_tools(ctx, visit.staff.asker, code, read(ToolRequest, {"id": form.text("id")}))

    return await _do(visit, code, form, "means", verb)


async def _take_photos(visit: StaffVisit, code: str, form: SentForm, gate: Gate) -> None:
    """Store the photos of the form, each in a transaction of its own; sent before it is the same one."""
    files = [each for each in form.files(PHOTOS) if each.size]
    if not files:
        return
    if len(files) > MOST_AT_ONCE:
        raise invalid([PHOTOS], N_("Mỗi lần gửi tối đa {most} ảnh."), most=MOST_AT_ONCE)
    await allow(visit.request, visit.resources, "photo")
    actor, zone = visit.staff.actor, ZoneInfo(visit.reference.timezone)
    found = await visit.run(find_for_photo, visit.reference, actor, code, "after")
    for file in files:
        await receive_photo(visit.resources, gate, file, WorkSending(*found, actor, visit.now, zone))


def _count(form: SentForm, name: str) -> int | str | None:
    """Return a whole number; what is none goes on as it was typed, and the model says so."""
    number = form.number(name)
    return number if number is not None else form.text(name) or None


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound(N_("Không có mục kiểm tra này.")) from None


async def _do(
    visit: StaffVisit, code: str, form: SentForm, what: str, verb: Callable[[ActionContext], object]
) -> Response:
    def verb_of_known(ctx: ActionContext) -> None:
        find_cleanup(ctx.session, ctx.reference, code, ctx.actor)  # none for who may not know of it
        verb(ctx)

    return await answer_form(
        visit.act(verb_of_known),
        lambda error: _draw(visit, code, form.fields(), error, what),
        f"/manage/cleanups/{code}?done={what}#said",
    )


async def _draw(
    visit: StaffVisit,
    code: str,
    typed: Mapping[str, str] | None = None,
    error: AppError | None = None,
    what: str = "",
) -> Response:
    require_works(visit.reference)

    day = await visit.act(lambda ctx: view_day(ctx, code))
    done = visit.request.query_params.get("done", "")
    context: dict[str, object] = {
        **surroundings(visit.staff, visit.reference, visit.now, "staff/cleanup_day.ts"),
        "day": day,
        "signing_choices": await visit.run(signing_choices, visit.reference, day.cleanup.lead_id),
        "cleanup": day.cleanup,
        "missing": missing_tools(day.cleanup.tools),
        "means_id": str(uuid4()),
        "units": visit.reference.departments,
        "typed": typed if what == "result" else Fields(),
        "counted": typed if what == "attendance" else Fields(),
        "asked": error is not None and any(each.msg in ASKED_ABOUT for each in error.errors),
        "states": [str(each) for each in CheckState],
        "error": error,
        "fields": error.errors if error and what in ("result", "attendance") else (),
        "done": done if done in SAVED and error is None else "",
    }
    return page(visit.request, "cleanups/day.html", context, status=error.status if error else 200)
