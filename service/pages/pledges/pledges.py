"""Pledges for colleagues: made, said to be kept, confirmed by a unit above."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import uuid4

from fastapi import APIRouter
from fastapi.responses import Response

from service.domain.cleanups.drafts import MAKERS
from service.domain.cleanups.pledges.pledges import (
    NONE,
    NewPledge,
    PledgeChange,
    change_pledge,
    list_pledges,
    make_pledge,
)
from service.domain.works.actions import ActionContext
from service.errors import AppError
from service.pages.shared.forms import Fields, FormDep, SentForm, read, read_id
from service.pages.shared.kinds import departments_by_name, wards_by_name
from service.pages.shared.visit import StaffVisit, StaffVisitDep, answer_form
from service.pages.staff.staffroom import draw_staff_page
from service.web.dependencies import WithWorks

router = APIRouter(dependencies=[WithWorks])

PATH = "/manage/pledges"


@router.get(PATH)
async def manage_pledges(visit: StaffVisitDep) -> Response:
    """Return what one's units pledged, and the form that makes a pledge."""
    return await _draw(visit)


@router.post(PATH)
async def pledge_one(visit: StaffVisitDep, form: FormDep) -> Response:
    """Make a pledge. The form sent twice is one."""

    def verb(ctx: ActionContext) -> None:
        body = {name: form.text(name) for name in ("id", "unit", "words")}
        make_pledge(
            ctx, read(NewPledge, {**body, "ward": form.text("ward") or None, "until": form.day("until")})
        )

    return await _do(visit, form, verb)


@router.post(PATH + "/{pledge}")
async def answer_pledge(visit: StaffVisitDep, pledge: str, form: FormDep) -> Response:
    """Say that it was done today, or confirm it."""
    what = form.text("what")

    def verb(ctx: ActionContext) -> None:
        body: dict[str, object] = {"confirmed": what == "confirm"}
        if what in ("done", "undone"):
            today = ctx.calendar.local(ctx.now).date()
            body = {"done_on": today.isoformat() if what == "done" else None}
        change_pledge(ctx, read_id(pledge, NONE), read(PledgeChange, body))

    return await _do(visit, form, verb)


async def _do(visit: StaffVisit, form: SentForm, verb: Callable[[ActionContext], None]) -> Response:
    return await answer_form(
        visit.act(verb), lambda error: _draw(visit, form.fields(), error), f"{PATH}?done=1"
    )


async def _draw(
    visit: StaffVisit, typed: Mapping[str, str] | None = None, error: AppError | None = None
) -> Response:
    counts, pledges = await visit.act(list_pledges)
    departments, mine = departments_by_name(visit.reference), visit.staff.actor.departments
    context = {
        "counts": counts,
        "pledges": pledges,
        "units": visit.reference.departments,
        "wards": visit.reference.wards,
        "ward_choices": [(each.code, each.said_name) for each in wards_by_name(visit.reference)],
        "leads": [each for each in departments if each.id in mine or visit.staff.actor.of_city],
        "may_make": visit.staff.account.role in MAKERS,
        "typed": Fields(typed or {"id": str(uuid4())}),
    }
    return draw_staff_page(visit, "pledges/manage.html", context, error=error)
