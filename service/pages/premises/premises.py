"""Premises with their rosters: a list, and one screen on which a day is entered for every unit at once."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import uuid4

from fastapi import APIRouter
from fastapi.responses import Response

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
from service.domain.works.actions import ActionContext
from service.errors import AppError
from service.i18n import N_
from service.models import Role
from service.pages.premises.building_rows import draw_buildings, fill_premises, sent_buildings
from service.pages.shared.forms import Fields, FormDep, SentForm, read
from service.pages.shared.kinds import departments_by_name
from service.pages.shared.visit import StaffVisit, StaffVisitDep, answer_form
from service.pages.staff.imports import NO_TABLE, read_import
from service.pages.staff.staffroom import draw_staff_page
from service.routefile.reader import MAX_BYTES
from service.web.dependencies import WakeAfter, WithWorks
from service.web.paths import RowId
from service.web.reading.premises_file import take_premises_file
from service.web.reading.table_file import MAX_BYTES as SHEET_BYTES
from service.web.reading.table_file import read_first_table
from service.web.uploads import FORM_BYTES

router = APIRouter(dependencies=[WakeAfter, WithWorks])


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

    async def taking() -> int:
        require_premises_keeping(visit.staff.actor)
        file = await read_import(visit, form, MAX_BYTES, N_("Hãy chọn một tệp để nhập."))
        who = visit.resources, visit.reference, visit.staff, visit.now
        taken = await take_premises_file(*who, *file)
        return taken.new + taken.changed

    return await answer_form(
        taking(), lambda error: _draw_list(visit, error=error), lambda count: f"/premises?taken={count}"
    )


@router.get("/premises/{premises_id}")
async def show_premises(visit: StaffVisitDep, premises_id: RowId) -> Response:
    """Return the roster: building by month, and the screen on which the next day is entered."""
    return await _draw_one(visit, premises_id)


@router.post("/premises/{premises_id}")
async def enter_one(visit: StaffVisitDep, premises_id: RowId, form: FormDep) -> Response:
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
async def take_sheet(visit: StaffVisitDep, premises_id: RowId, form: FormDep) -> Response:
    """Enter the days of a workbook."""
    key, announce = visit.resources.settings.secret, form.text("announce") == "1"

    async def taking() -> None:
        await visit.run(find_premises, visit.staff.actor, premises_id)
        rows = await read_first_table(*await read_import(visit, form, SHEET_BYTES, NO_TABLE))
        await visit.act(lambda ctx: take_rosters(ctx, key, premises_id, rows, announce=announce))

    return await answer_form(
        taking(),
        lambda error: _draw_one(visit, premises_id, error=error),
        f"/premises/{premises_id}?done=1",
    )


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
        "minutes": form.whole_or_text("minutes"),
        "announce": form.text("announce") == "1",
        "items": items,
    }


async def _draw_list(
    visit: StaffVisit, form: SentForm | None = None, error: AppError | None = None, change: str = ""
) -> Response:
    mine = visit.staff.actor.departments
    lon, lat = visit.reference.config.middle
    leads = [each for each in departments_by_name(visit.reference) if each.id in mine]
    typed, rows = Fields({"lon": str(lon), "lat": str(lat)}), []
    if form is not None:
        typed, rows = form.fields(), sent_buildings(form)
    elif change.isdecimal() and len(change) < 10:
        typed, rows = await visit.act(lambda ctx: fill_premises(ctx, int(change)))
    context = {
        "units": visit.reference.departments,
        "typed": typed,
        "buildings": draw_buildings(rows),
        "departments": departments_by_name(visit.reference),
        "premises": await visit.act(list_premises),
        "leads": leads,
        "taken": visit.request.query_params.get("taken", "") if error is None else "",
        "may_make": visit.staff.account.role in (Role.DEPARTMENT, Role.MANAGER) and bool(leads),
    }
    return draw_staff_page(visit, "premises/index.html", context, error=error)


async def _draw_one(
    visit: StaffVisit, id_: int, typed: Mapping[str, str] | None = None, error: AppError | None = None
) -> Response:
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

    fresh = {"id": str(uuid4()), "time": "07:30", "minutes": "120"}
    context = {
        "units": visit.reference.departments,
        "typed": Fields(typed or fresh),
        "timezone_of": visit.zone,
        **await visit.act(look),
    }
    return draw_staff_page(visit, "premises/show.html", context, error=error)
