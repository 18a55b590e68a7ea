"""The calendar of a year: days off, days worked instead, public holidays taken over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from service.db import DomainSession
from service.domain.configuration.administration import days, recounts
from service.domain.configuration.administration.days import DayChange, DaySwap
from service.errors import AppError
from service.pages.admin.visit import AdminForm, AdminFormDep, AdminVisit, AdminVisitDep, redirect_to
from service.pages.shared.forms import read

router = APIRouter(prefix="/admin/calendar")

Year = Annotated[int | None, Query(ge=2000, le=2100)]


@router.get("")
async def year(visit: AdminVisitDep, year: Year = None) -> Response:
    """A year's special days, and what the public holidays would change."""
    return await _draw(visit, year or visit.now.astimezone(visit.zone).year)


@router.post("/day")
async def put(sent: AdminFormDep) -> Response:
    """Make a day off or worked."""

    def put_day(session: DomainSession) -> None:
        form = sent.form
        fields = {"day": form.day("day"), "kind": form.text("kind"), "name": form.named("name")}
        days.change_day(session, sent.visit.stamp, read(DayChange, fields), _seen(sent))

    return await _do(sent, "saved", put_day)


@router.post("/remove")
async def remove(sent: AdminFormDep) -> Response:
    """Let a day be what its weekday is."""

    def reset(session: DomainSession) -> None:
        days.reset_day(session, sent.visit.stamp, sent.form.day("day"), _seen(sent))

    return await _do(sent, "removed", reset)


@router.post("/swap")
async def swap(sent: AdminFormDep) -> Response:
    """A working day off for a day of rest worked."""
    name = sent.form.named("swap_name") if sent.form.text("swap_name_vi") else None
    calendar = sent.visit.book.calendar

    def swap_both(session: DomainSession) -> None:
        form = sent.form
        change = read(DaySwap, {"off": form.day("off"), "work": form.day("work"), "name": name})
        days.swap_days(session, sent.visit.stamp, calendar, change, _seen(sent))

    return await _do(sent, "saved", swap_both)


@router.post("/import")
async def take_over(sent: AdminFormDep) -> Response:
    """Take over the public holidays of the year."""
    overwrite = sent.form.text("overwrite") == "1"
    visit = sent.visit
    try:
        await visit.run(days.import_year, visit.stamp, sent.form.whole("year"), overwrite=overwrite)
    except AppError as error:
        return await _draw(visit, _year(sent), error, sent.form.fields())
    return redirect_to(f"/admin/calendar?year={_year(sent)}", "imported")


@router.get("/recount")
async def foresee(visit: AdminVisitDep) -> Response:
    """Show how many open cases would be due at another time by the calendar as it is now, from when
    to when.
    """
    return await _recount(visit)


@router.post("/recount")
async def recount(sent: AdminFormDep) -> Response:
    """Let a worker count the deadlines of open cases anew."""
    try:
        await sent.visit.run(recounts.request_recount, sent.visit.stamp)
    except AppError as error:
        return await _recount(sent.visit, error)
    return redirect_to("/admin/calendar/recount", "saved")


async def _recount(visit: AdminVisit, error: AppError | None = None) -> Response:
    context = {
        "found": await visit.run(recounts.preview_recount, visit.book, visit.now),
        "latest": await visit.run(recounts.latest_recount),
    }
    return visit.draw("admin/recount.html", context, error=error)


async def _do(sent: AdminForm, done: str, act: Callable[[DomainSession], object]) -> Response:
    visit = sent.visit
    try:
        await visit.run(act)
    except AppError as error:
        return await _draw(visit, _year(sent), error, sent.form.fields())
    return redirect_to(f"/admin/calendar?year={_year(sent)}", done)


def _year(sent: AdminForm) -> int:
    text = sent.form.text("year")
    found = int(text) if text.isdecimal() and len(text) == 4 else 0
    return found if 2000 <= found <= 2100 else sent.visit.now.astimezone(sent.visit.zone).year


def _seen(sent: AdminForm) -> str | None:
    """Return the version of the year that stood on the page; a day of another year is not checked by it."""
    at = sent.form.text("day") or sent.form.text("off")
    return sent.form.text("version") or None if at.startswith(sent.form.text("year")) else None


async def _draw(
    visit: AdminVisit, year: int, error: AppError | None = None, form: dict[str, str] | None = None
) -> Response:
    rows = await visit.run(days.special_days_of_year, year)
    try:
        missing = await visit.run(days.holiday_differences, year)
    except AppError:
        missing = []
    context = {
        "year": year,
        "days": rows,
        "version": days.year_version(rows),
        "missing": missing,
        "form": form or {},
    }
    return visit.draw("admin/calendar.html", context, error=error)
