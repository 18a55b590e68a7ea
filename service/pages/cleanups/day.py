"""A clean-up on its day, on the lead's phone: who came, what was checked, the one result, what follows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import quote
from uuid import uuid4

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from service.domain.cleanups.access import find_cleanup
from service.domain.cleanups.day import ASKED_ABOUT, give_result, tick_check, write_attendance
from service.domain.cleanups.day_view import view_day
from service.domain.cleanups.equipment.tools import ToolRequest, missing_tools, request_tools
from service.domain.cleanups.forms import Attendance, CheckTick, CleanupResult, CleanupStep
from service.domain.cleanups.steps import take_cleanup_step
from service.domain.works.actions import ActionContext
from service.domain.works.photos import find_for_photo
from service.errors import AppError, invalid
from service.i18n import N_
from service.imaging.refusal import MAX_BYTES
from service.models import CheckState
from service.pages.shared.forms import Fields, FormDep, SentForm, read, read_id
from service.pages.shared.signing import signing_choices
from service.pages.shared.visit import WITH_OWN_PAGE, StaffVisit, StaffVisitDep, answer_form
from service.pages.staff.staffroom import draw_staff_page
from service.web.dependencies import WakeAfter, WithWorks
from service.web.rates import allow
from service.web.uploads import FORM_BYTES, Gate, GateDep, WorkSending, receive_photo

router = APIRouter(prefix="/manage/cleanups/{code}", dependencies=[WakeAfter, WithWorks])
short_link = APIRouter()
"""The short address of the day, as it is read out or printed."""

SAVED = ("attendance", "check", "result", "step", "means")
NO_CHECK = N_("Không có mục kiểm tra này.")
CAME, UNIT, PHOTOS = "came-", "unit-", "photos"
MOST_AT_ONCE = 6
ROOM = MOST_AT_ONCE * MAX_BYTES + FORM_BYTES


@short_link.get("/cleanups/{code}/work")
async def go_to_day(code: str) -> Response:
    """Send who leads to the day; everybody else is answered there."""
    return RedirectResponse(f"/manage/cleanups/{quote(code, safe='')}", status_code=303)


@router.get("")
async def show_day(visit: StaffVisitDep, code: str) -> Response:
    """Return the clean-up on its day."""
    return await draw_cleanup_day(visit, code)


@router.post("/attendance")
async def count_arrivals(visit: StaffVisitDep, code: str, form: FormDep) -> Response:
    """Write down who came. A number that was left empty is not counted yet."""
    arrivals = [
        {"id": name.removeprefix(CAME), "came": form.whole_or_text(name)}
        for name, text in form.fields().items()
        if name.startswith(CAME) and text
    ]
    sent = {"arrivals": arrivals, "walk_ins": form.whole_or_text("walk_ins")}
    return await _do(
        visit, code, form, "attendance", lambda ctx: write_attendance(ctx, code, read(Attendance, sent))
    )


@router.post("/checks/{check}")
async def tick_one(visit: StaffVisitDep, code: str, check: str, form: FormDep) -> Response:
    """Say what became of one thing."""
    sent = {"state": form.text("state"), "note": form.text("note")}
    return await _do(
        visit,
        code,
        form,
        "check",
        lambda ctx: tick_check(ctx, code, read_id(check, NO_CHECK), read(CheckTick, sent)),
    )


@router.post("/result", max_body_size=ROOM)
async def give_one_result(visit: StaffVisitDep, code: str, form: FormDep, gate: GateDep) -> Response:
    """Give the one result. Photos that come with it stay, also when something else is to be mended."""
    try:
        await _take_photos(visit, code, form, gate)
    except AppError as error:
        if error.status in WITH_OWN_PAGE:
            raise
        return await draw_cleanup_day(visit, code, form.fields(), error, "result")
    numbers = ("people", "bags", "kg", "trees", "drain_m")
    units = {
        name.removeprefix(UNIT): form.whole_or_text(name)
        for name, text in form.fields().items()
        if name.startswith(UNIT) and text not in ("", "0")
    }
    sent = {
        **{name: form.whole_or_text(name) for name in numbers},
        "version": form.whole_or_text("version"),
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
    sent = {"to": form.text("to"), "version": form.whole_or_text("version"), "reason": form.text("reason")}
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
    actor, zone = visit.staff.actor, visit.zone
    found = await visit.run(find_for_photo, visit.reference, actor, code, "after")
    for file in files:
        await receive_photo(visit.resources, gate, file, WorkSending(*found, actor, visit.now, zone))


async def _do(
    visit: StaffVisit, code: str, form: SentForm, what: str, verb: Callable[[ActionContext], object]
) -> Response:
    def verb_of_known(ctx: ActionContext) -> None:
        find_cleanup(ctx.session, ctx.reference, code, ctx.actor)  # none for who may not know of it
        verb(ctx)

    return await answer_form(
        visit.act(verb_of_known),
        lambda error: draw_cleanup_day(visit, code, form.fields(), error, what),
        f"/manage/cleanups/{code}?done={what}#said",
    )


async def draw_cleanup_day(
    visit: StaffVisit,
    code: str,
    typed: Mapping[str, str] | None = None,
    error: AppError | None = None,
    what: str = "",
) -> Response:
    """Return the page of a clean-up's day; with `error` its form `what` was refused. Raises NotFound."""
    day = await visit.act(lambda ctx: view_day(ctx, code))
    done = visit.request.query_params.get("done", "")
    context: dict[str, object] = {
        "day": day,
        "signing_choices": await visit.run(signing_choices, visit.reference, day.cleanup.lead_id),
        "cleanup": day.cleanup,
        "missing": missing_tools(day.cleanup.tools),
        "means_id": str(uuid4()),
        "units": visit.reference.departments,
        "typed": typed if what == "result" else Fields(),
        "counted": typed if what == "attendance" else Fields(),
        "confirms_unusual": error is not None and any(each.msg in ASKED_ABOUT for each in error.errors),
        "states": [str(each) for each in CheckState],
        "fields": error.errors if error and what in ("result", "attendance") else (),
        "done": done if done in SAVED and error is None else "",
    }
    return draw_staff_page(visit, "cleanups/day.html", context, "staff/cleanup_day.ts", error=error)
