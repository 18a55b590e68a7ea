"""The coordinators' desk: the queue, with one case beside it. What is done there is `actions.py`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field

from service.db import async_unit_of_work
from service.domain.casework.delayed_steps import delayed_steps
from service.domain.city.reference import Reference
from service.domain.city.templates import rejection_sentences
from service.domain.kernel.codes import tidy_code
from service.domain.reports.access import find_report
from service.domain.reports.desk_marks import KINDS
from service.domain.workspaces.desk.handover import unread_notes
from service.domain.workspaces.desk.queue import ASKED, DeskKey, DeskPage, Show, read_desk, read_filter
from service.domain.workspaces.desk.saved import SavedFilterView, saved_filters, tidy_query
from service.errors import AppError, NotFound
from service.i18n import language_in_use
from service.i18n.wording import RECEPTION_WORDS
from service.pages.desk.case import (
    KIND_WORDS,
    REJECTIONS,
    draw_case,
    open_case,
    title,
)
from service.pages.shared.kinds import area_choices, department_choices, department_names, roots
from service.pages.shared.visit import StaffVisit
from service.pages.staff.emergencies import alarms_of
from service.pages.staff.staffroom import as_present, draw_staff_page, visit_of
from service.rendering.engine import page
from service.web.cursors import Cursors
from service.web.presence import leave, others, present

router = APIRouter()

PAGE = 40
MOST_ROWS = 1_000
"""Rows that are drawn anew at once for a page that loaded as many."""

DESK_CURSOR = "desk2"
"""Begins with the priority; a cursor of before is refused like every other that is none."""

DeskVisit = Annotated[StaffVisit, visit_of("/desk")]


class DeskFilters(BaseModel):
    """Filters in the address of the desk; empty means no such condition."""

    kind: Annotated[str, Field(max_length=200)] = ""
    category: Annotated[str, Field(max_length=100)] = ""
    ward: Annotated[str, Field(max_length=20)] = ""
    channel: Annotated[str, Field(max_length=100)] = ""
    q: Annotated[str, Field(max_length=200)] = ""
    cursor: Annotated[str, Field(max_length=500)] = ""
    case: Annotated[str, Field(max_length=40)] = ""
    done: Annotated[str, Field(max_length=20)] = ""
    rows: Annotated[int, Field(ge=0, le=MOST_ROWS)] = 0
    show: Show = ""

    def filters(self) -> dict[str, str]:
        """Return the conditions alone."""
        return {name: getattr(self, name) for name in ASKED}


@router.get("/desk")
async def desk(visit: DeskVisit, filters: Annotated[DeskFilters, Query()]) -> Response:
    """The desk; its queue alone when a script asks for the fragment."""
    return await draw_desk(visit, filters)


async def draw_desk(visit: StaffVisit, filters: DeskFilters, error: AppError | None = None) -> Response:
    """Return the desk; with `error` a form of it was refused."""
    reference, resources, staff, now = visit.reference, visit.resources, visit.staff, visit.now
    cursors = Cursors(resources.settings.secret)
    after = _key(cursors.open(DESK_CURSOR, filters.cursor)) if filters.cursor else None
    wanted = read_filter(reference, filters.filters())
    async with async_unit_of_work(resources.engine) as session:
        found = await session.run_sync(
            read_desk,
            reference,
            wanted,
            staff.actor,
            now=now,
            after=after,
            limit=max(PAGE, filters.rows),
            show=filters.show,
        )
        saved = await session.run_sync(saved_filters, reference, staff.actor, now)
        held = await session.run_sync(delayed_steps, staff.actor)
        sentences = await session.run_sync(rejection_sentences, reference, language_in_use.get())
        left = await session.run_sync(unread_notes)
    here = await present(resources.redis, [item.id for item in found.items], now, but=staff.account.id)
    context = {
        **_queue(reference, found, saved, filters),
        "rejections": sentences or REJECTIONS,
        "next": cursors.seal(DESK_CURSOR, _plain(found.next)) if found.next else None,
        "present": here,
        "held_steps": held,
        "handover": left,
        **await alarms_of(visit),
        **await open_case(visit, await _code_to_open(visit, filters, found)),
    }
    islands = "staff/desk.ts", "staff/alarm.ts"
    return draw_staff_page(visit, "desk/index.html", context, *islands, error=error, part="desk/_queue.html")


@router.get("/desk/case/{code}")
async def case(
    visit: DeskVisit,
    code: str,
    left: Annotated[str, Query(max_length=40)] = "",
    seen: Annotated[int | None, Query(ge=0, lt=2**62)] = None,
) -> Response:
    """The panes of one case; `left` is the one that was open until now, `seen` the last event told before."""
    if left:
        await _leave(visit, left)
    return await draw_case(visit, code, seen=seen)


@router.get("/desk/here/{code}")
async def here(visit: DeskVisit, code: str) -> Response:
    """Show who else has the case open, and its newest version; asked again and again while it is open."""
    found = await visit.run(find_report, visit.staff.asker, code, now=visit.now)
    around = await others(visit.resources.redis, found.report.id, as_present(visit.staff), visit.now)
    context = {"reference": visit.reference, "code": code, "version": found.report.version, "others": around}
    return page(visit.request, "desk/_here.html", context)


async def _code_to_open(visit: StaffVisit, filters: DeskFilters, found: DeskPage) -> str:
    """Return the code of the case to open: the one in the address, or the one that was searched for and
    waits for nobody; empty for none.
    """
    code = tidy_code(filters.q)
    if filters.case or found.items or code is None:
        return filters.case
    try:
        await visit.run(find_report, visit.staff.asker, code, now=visit.now)
    except NotFound:
        return ""
    return code


def _queue(
    reference: Reference, found: DeskPage, saved: Sequence[SavedFilterView], filters: DeskFilters
) -> dict[str, object]:
    marks = [f"{item.code}:{item.version}:{len(item.kinds)}" for item in found.items]
    return {
        "items": found.items,
        "row_titles": {item.id: title(reference, item) for item in found.items},
        "icons": {item.id: reference.category_by_code[item.category].icon for item in found.items},
        "counts": found.counts,
        "total": found.total,
        "mine": found.mine,
        "later": found.later,
        "mark": f"{found.total};{','.join(marks)}",
        "saved": saved,
        "filters": filters,
        "query": tidy_query(filters.filters()),
        "continued": bool(filters.cursor),
        "kinds": list(KINDS),
        "kind_words": KIND_WORDS,
        "channel_words": RECEPTION_WORDS,
        "roots": roots(reference),
        "areas": area_choices(reference),
        "departments": department_choices(reference),
        "department_names": department_names(reference),
    }


async def _leave(visit: StaffVisit, code: str) -> None:
    try:
        found = await visit.run(find_report, visit.staff.asker, code, now=visit.now)
    except NotFound:
        return
    await leave(visit.resources.redis, found.report.id, as_present(visit.staff))


def _key(values: list[Any]) -> DeskKey:
    priority, since, identity = values
    return DeskKey(int(priority), datetime.fromisoformat(since), UUID(identity))


def _plain(key: DeskKey) -> list[str | int]:
    return [key.priority, key.since.isoformat(), str(key.id)]
