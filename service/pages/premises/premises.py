"""Premises with their rosters: a list, and one screen on which a day is entered for every unit at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated
from uuid import uuid4
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Path
from fastapi.responses import RedirectResponse, Response

from service.domain.cleanups.offices.premises import (
    NewPremises,
    find_premises,
    list_premises,
    make_premises,
    require_premises_keeping,
    view_premises,
)
from service.domain.cleanups.offices.roster import (
    NewRoster,
    enter_roster,
    last_items,
    roster_grid,
    roster_rows,
)
from service.domain.cleanups.offices.roster_file import take_rosters
from service.domain.works.access import require_works
from service.domain.works.acting import ActionContext
from service.errors import AppError, invalid
from service.i18n import N_
from service.models import Role
from service.pages.premises.building_rows import draw_buildings, fill_premises, sent_buildings
from service.pages.shared.forms import Fields, FormDep, SentForm, read
from service.pages.shared.kinds import departments_by_name
from service.pages.shared.visit import StaffVisit, StaffVisitDep, answer_form
from service.pages.staff.staffroom import surroundings
from service.rendering.engine import page
from service.routefile.reading import MAX_BYTES
from service.web.dependencies import WakeAfter
from service.web.rates import allow
from service.web.reading.old_list import MAX_BYTES as SHEET_BYTES
from service.web.reading.old_list import read_old_rows
from service.web.reading.premises_file import take_premises_file
from service.web.uploads import FORM_BYTES

router = APIRouter(dependencies=[WakeAfter])

PremisesId = Annotated[int, Path(ge=1, le=2**31 - 1)]


@router.get("/premises")
async def index(visit: StaffVisitDep, change: str = "") -> Response:
    """Return the premises that one may see, and the form that keeps one; filled in with those of `change`."""
    return await _draw_list(visit, change=change)


@router.post("/premises")
async def keep_one(visit: StaffVisitDep, form: FormDep) -> Response:
    """Keep premises; those of the same name are changed."""

    def verb(ctx: ActionContext) -> int:
        return make_premises(ctx, read(NewPremises, _premises(form)))[0].id

    return await answer_form(
        visit.act(verb),
        lambda error: _draw_list(visit, form, error),
        lambda stored: f"/premises/{stored}?done=1",
    )


@router.post("/premises/import", max_body_size=MAX_BYTES + FORM_BYTES)
async def take_file(visit: StaffVisitDep, form: FormDep) -> Response:
    """Keep the premises of a map file."""
    require_works(visit.reference)
    try:
        require_premises_keeping(visit.staff.actor)
        await allow(visit.request, visit.resources, "import")
        if not (files := form.files("file")):
            raise invalid(["file"], N_("Hãy chọn một tệp để nhập."))
        name, data = files[0].filename or "", await files[0].read(MAX_BYTES + 1)
        who = visit.resources, visit.reference, visit.staff, visit.now
        taken = await take_premises_file(*who, name, data)
    except AppError as error:
        if error.status in (401, 404):
            raise
        return await _draw_list(visit, error=error)
    return RedirectResponse(f"/premises?taken={taken.new + taken.changed}", status_code=303)


@router.get("/premises/{premises_id}")
async def show_premises(visit: StaffVisitDep, premises_id: PremisesId) -> Response:
    """Return the roster: building by month, and the screen on which the next day is entered."""
    return await _draw_one(visit, premises_id)


@router.post("/premises/{premises_id}")
async def enter_one(visit: StaffVisitDep, premises_id: PremisesId, form: FormDep) -> Response:
    """Enter a day for every unit at once. The form sent twice is one."""
    key = visit.resources.settings.secret

    def verb(ctx: ActionContext) -> None:
        enter_roster(ctx, key, premises_id, read(NewRoster, _roster(form)))

    return await answer_form(
        visit.act(verb),
        lambda error: _draw_one(visit, premises_id, form.fields(), error),
        f"/premises/{premises_id}?done=1",
    )


@router.post("/premises/{premises_id}/sheet", max_body_size=SHEET_BYTES + FORM_BYTES)
async def take_sheet(visit: StaffVisitDep, premises_id: PremisesId, form: FormDep) -> Response:
    """Enter the days of a workbook."""
    try:
        await visit.run(lambda session: find_premises(session, visit.staff.actor, premises_id))
        if not (files := form.files("file")):
            raise invalid(["file"], N_("Hãy chọn một tệp Excel (.xlsx) hoặc CSV."))
        await allow(visit.request, visit.resources, "import")
        rows = await read_old_rows(files[0].filename or "", await files[0].read(SHEET_BYTES + 1))
        key, announce = visit.resources.settings.secret, form.text("announce") == "1"
        await visit.act(lambda ctx: take_rosters(ctx, key, premises_id, rows, announce=announce))
    except AppError as error:
        if error.status in (401, 404):
            raise
        return await _draw_one(visit, premises_id, error=error)
    return RedirectResponse(f"/premises/{premises_id}?done=1", status_code=303)


def _premises(form: SentForm) -> dict[str, object]:
    head = {"head": form.text("head") or None} if "head" in form else {}
    return {
        "name": form.text("name"),
        "department": form.text("department"),
        "location": {"lon": form.text("lon"), "lat": form.text("lat")},
        "buildings": sent_buildings(form),
        **head,
    }


def _roster(form: SentForm) -> dict[str, object]:
    """Return what was filled in; each line below a unit is one thing."""
    items = []
    for name, building, unit in zip(
        form.texts("slot"), form.texts("building"), form.texts("unit"), strict=False
    ):
        lines = (each.strip() for each in form.text(f"items-{name}").splitlines())
        items += [{"building": building, "unit": unit, "words": each} for each in lines if each]
    names = ("id", "day", "time")
    return {
        **{name: form.text(name) for name in names},
        "minutes": form.number("minutes"),
        "announce": form.text("announce") == "1",
        "items": items,
    }


def _around(visit: StaffVisit, typed: Fields, error: AppError | None) -> dict[str, object]:
    return {
        **surroundings(visit.staff, visit.reference, visit.now),
        "units": visit.reference.departments,
        "typed": typed,
        "error": error,
        "fields": error.errors if error else (),
        "done": visit.request.query_params.get("done") == "1" and error is None,
    }


async def _draw_list(
    visit: StaffVisit, form: SentForm | None = None, error: AppError | None = None, change: str = ""
) -> Response:
    require_works(visit.reference)
    mine = visit.staff.actor.departments
    lon, lat = visit.reference.config.middle
    leads = [each for each in departments_by_name(visit.reference) if each.id in mine]
    typed, rows = Fields({"lon": str(lon), "lat": str(lat)}), []
    if form is not None:
        typed, rows = form.fields(), sent_buildings(form)
    elif change.isdecimal() and len(change) < 10:
        typed, rows = await visit.act(lambda ctx: fill_premises(ctx, int(change)))
    context = {
        **_around(visit, typed, error),
        "buildings": draw_buildings(rows),
        "departments": departments_by_name(visit.reference),
        "premises": await visit.act(list_premises),
        "leads": leads,
        "taken": visit.request.query_params.get("taken", "") if error is None else "",
        "may_make": visit.staff.account.role in (Role.DEPARTMENT, Role.MANAGER) and bool(leads),
    }
    return page(visit.request, "premises/index.html", context, status=error.status if error else 200)


async def _draw_one(
    visit: StaffVisit, id_: int, typed: Mapping[str, str] | None = None, error: AppError | None = None
) -> Response:
    require_works(visit.reference)

    def look(ctx: ActionContext) -> dict[str, object]:
        row = find_premises(ctx.session, ctx.actor, id_)
        months, cells = roster_grid(ctx, row)
        rows = roster_rows(ctx, row)
        return {
            "premises": view_premises(ctx, row),
            "months": months,
            "cells": cells,
            "last": last_items(rows) if rows else {},
        }

    zone = ZoneInfo(visit.reference.timezone)
    fresh = {"id": str(uuid4()), "time": "07:30", "minutes": "120"}
    context = {
        **_around(visit, Fields(typed or fresh), error),
        "timezone_of": zone,
        **await visit.act(look),
    }
    return page(visit.request, "premises/show.html", context, status=error.status if error else 200)
