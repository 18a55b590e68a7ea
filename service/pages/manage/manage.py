"""The manager's page: the figures of a period, each leading to the reports behind it."""

from __future__ import annotations

import asyncio
import json
from typing import Annotated, Self
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncSession

from service.db import async_unit_of_work
from service.domain.city.reference import Reference
from service.domain.claims.silence import too_silent
from service.domain.documents.offices import office_unit
from service.domain.documents.register import may_issue
from service.domain.kernel.texts import alphabetical
from service.domain.kernel.written_days import day_written
from service.domain.queries.manage import lists
from service.domain.queries.manage.dashboard import FEWEST_DECIDED, TARGET, Dashboard
from service.domain.queries.manage.outcomes import OUTCOMES
from service.domain.queries.manage.period_words import days_name, period_name
from service.domain.queries.manage.periods import Period, period_at_hand, period_begun, period_written
from service.domain.queries.manage.selection import (
    NOBODY,
    Selection,
    department_of,
    own_departments,
    own_wards,
    read_selection,
)
from service.domain.rules.standing_words import deadline_words
from service.domain.workspaces.standings import read_standings
from service.errors import AppError
from service.i18n import N_, pick
from service.pages.manage.words import age_bars, balance, cards, flow_columns, league_bars, speed_bars
from service.pages.shared.cable_words import company_name
from service.pages.shared.cards import card
from service.pages.shared.kinds import area_choices, roots
from service.pages.shared.signing import signing_choices
from service.pages.shared.visit import PageVisit, StaffVisit
from service.pages.staff.staffroom import draw_staff_page, visit_of
from service.web.cursors import Cursors
from service.web.dependencies import SessionDep
from service.web.viewer import Colleague

router = APIRouter()

PAGE = 50
PERIODS = {
    "week": N_("Tuần"),
    "month": N_("Tháng"),
    "quarter": N_("Quý"),
    "year": N_("Năm"),
    "free": N_("Tự chọn"),
}
FILTERS = ("period", "at", "from", "to", "department", "category", "ward")
Text = Annotated[str, Field(max_length=100)]


class ManageFilters(BaseModel):
    """Filters in the address of the manager's page; empty means no such condition."""

    model_config = ConfigDict(populate_by_name=True)

    period: Text = "month"
    at: Text = ""
    first: Annotated[Text, Field(alias="from")] = ""
    last: Annotated[Text, Field(alias="to")] = ""
    department: Text = ""
    category: Text = ""
    ward: Text = ""

    def query(self, **changes: str) -> str:
        """Return the same as an address, with changes."""
        params = {**self.model_dump(by_alias=True), **changes}
        return urlencode({name: value for name, value in params.items() if value not in ("", None)})

    def settled(self, period: Period | None) -> Self:
        """Return the same with the period named that is shown: a link means tomorrow what it means today."""
        if period is None:
            return self
        first, last = period.first.isoformat(), period.last.isoformat()
        named = {"first": first, "last": last} if period.kind == "free" else {"at": self.at or first}
        return self.model_copy(update=named)


class ManageListFilters(ManageFilters):
    """A list also by what became of the reports, by rule and by place."""

    exact: Text = ""
    outcome: Text = ""
    rule: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    near: Text = ""
    radius_m: Annotated[float, Field(gt=0, le=20_000)] | None = None
    cursor: Annotated[str, Field(max_length=500)] = ""


ManageVisit = Annotated[StaffVisit, visit_of("/manage")]


@router.get("/manage")
async def manage(
    visit: ManageVisit, session: SessionDep, filters: Annotated[ManageFilters, Query()]
) -> Response:
    """The dashboard of one period."""
    return await draw_dashboard(visit, session, filters)


async def draw_dashboard(
    visit: StaffVisit, session: AsyncSession, filters: ManageFilters, error: AppError | None = None
) -> Response:
    """Return the dashboard; with `error` its form was refused. Raises Unavailable before the first count."""
    reference, staff, now = visit.reference, visit.staff, visit.now
    wanted = read_selection(reference, staff.actor, filters.model_dump(by_alias=True), now)
    board = await read_dashboard(visit, wanted)
    places = lists.behind_places(wanted, board)
    month = period_at_hand("month", visit.today)
    silent = await session.run_sync(too_silent, reference, staff.actor, month.first, month.last)
    counted = await session.run_sync(lists.count_places, reference, places, now=now)
    issuer = department_of(reference, staff.actor, filters.model_dump(by_alias=True))
    begun = None if filters.at else period_begun(board.period, visit.today)
    context = {
        **filter_choices(reference, staff),
        "filters": filters.settled(board.period),
        "begun": begun and (period_name(begun), f"/manage?{filters.query(at=begun.first.isoformat())}"),
        "board": board,
        "period": period_name(board.period),
        "period_first": board.period.first.isoformat(),
        "days_name": days_name,
        "signing_choices": await session.run_sync(signing_choices, reference, issuer),
        "may_enter": (own := office_unit(reference, issuer)) is not None and may_issue(staff.actor, own),
        "has_next": board.period.after().first <= visit.today,
        "cards": cards(board),
        "balance": balance(board),
        "columns_of": flow_columns(board),
        "on_time": league_bars(board),
        "speed": speed_bars(board),
        "ages": age_bars(board),
        "places": list(zip(board.places, places, counted, strict=True)),
        "place_m": lists.PLACE_M,
        "cells": json.dumps([[round(s.lon, 5), round(s.lat, 5), s.number] for s in board.cells]),
        "fewest": FEWEST_DECIDED,
        "target": TARGET,
        "silent_month": f"{month.first:%m/%Y}",
        "silent": [(company_name(reference, company), count) for company, count in silent],
    }
    return draw_staff_page(visit, "manage/index.html", context, "staff/manage.ts", error=error)


@router.get("/manage/list")
async def behind(
    visit: ManageVisit, session: SessionDep, filters: Annotated[ManageListFilters, Query()]
) -> Response:
    """The reports behind a figure."""
    reference, resources, staff, now = visit.reference, visit.resources, visit.staff, visit.now
    wanted = read_selection(reference, staff.actor, filters.model_dump(by_alias=True), now)
    cursors = Cursors(resources.settings.secret)
    after = lists.ListPosition.read(cursors.open("manage", filters.cursor)) if filters.cursor else None
    found = await session.run_sync(
        lists.list_selected,
        reference,
        wanted,
        staff.actor,
        now=now,
        after=after,
        limit=PAGE,
        cache=resources.days,
    )
    ids = [view.id for view in found.items]
    standings = await session.run_sync(read_standings, reference, ids, now=now)
    words = {key: deadline_words(each.standing) for key, each in standings.items()}
    following = found.next.written() if found.next else None
    context = {
        **filter_choices(reference, staff),
        "filters": filters.settled(wanted.period),
        "wanted": wanted,
        "period": period_name(wanted.period) if wanted.period else "",
        "period_first": wanted.period.first.isoformat() if wanted.period else "",
        "outcome": OUTCOMES[wanted.outcome].name,
        "outcomes": OUTCOMES,
        "number_of": found.number,
        "reports": [
            (card(reference, view), view, standings[view.id], words[view.id]) for view in found.items
        ],
        "by_lateness": wanted.outcome in lists.BY_LATENESS,
        "next": cursors.seal("manage", following) if following else None,
        "continued": bool(filters.cursor),
    }
    return draw_staff_page(visit, "manage/list.html", context, "staff/manage.ts", part="manage/_rows.html")


async def read_dashboard(visit: PageVisit, wanted: Selection) -> Dashboard:
    """Return the figures; the reckoning itself keeps no other request waiting.
    Raises Unavailable before the first count.
    """
    reference, now, days = visit.reference, visit.now, visit.resources.days
    async with async_unit_of_work(visit.resources.engine) as session:
        facts = await session.run_sync(lists.managed_facts, reference, wanted, now=now, cache=days)
        rules = await session.run_sync(lists.rule_names)
    return await asyncio.to_thread(lists.reckon_board, reference, facts, wanted, rules, now)


def filter_choices(reference: Reference, staff: Colleague) -> dict[str, object]:
    """Return what the filters offer: a manager's own departments or wards, all kinds; `whose` names the whole
    where it is not the city, `bound` the group of wards.
    """
    own = own_departments(staff.actor)
    head = staff.actor.department_id
    views = [view for view in reference.departments.values() if own is None or view.id in own]
    known = sorted(views, key=lambda view: alphabetical(pick(view.name)))
    group = reference.area_group(staff.account.area_group or "")
    bound = pick(group.name) if group else None
    return {
        "periods": PERIODS,
        "period_written": period_written,
        "day_written": day_written,
        "departments": [(view.code, pick(view.name)) for view in known],
        "whose": pick(reference.departments[head].name) if own and head else None,
        "bound": bound,
        "kinds": [(kind.code, pick(kind.name)) for kind in roots(reference)],
        "wards": area_choices(reference, own_wards(staff.actor)),
        "nobody": NOBODY,
    }
