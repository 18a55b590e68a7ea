"""Lists of one's work beside the queue: done, waiting for inspection, handed on, supported, ended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field

from service.domain.people.colleagues import may_hold
from service.domain.queries.lists import DEFAULT_SORT
from service.domain.reports.access import departments_in_sight
from service.domain.workspaces.work_lists import (
    COUNTED,
    ListName,
    lists_of,
    read_list_query,
    read_work_list,
)
from service.i18n import N_
from service.pages.queue.queue import QueueVisit
from service.pages.shared.cards import card
from service.pages.shared.kinds import area_choices, departments_by_name, roots
from service.pages.staff.staffroom import draw_staff_page
from service.web.cursors import Cursors, key_values, read_key

router = APIRouter()

PAGE, MONTHS = 40, 24
NAMES: Mapping[ListName, str] = {
    "open": N_("Đang mở"),
    "mine": N_("Tôi phụ trách"),
    "supports": N_("Tôi phối hợp"),
    "verify": N_("Chờ kiểm tra"),
    "done": N_("Đã xử lý"),
    "handed_on": N_("Đã chuyển"),
    "closed": N_("Đã kết thúc"),
}


class WorkListFilters(BaseModel):
    """Filters in the address; empty means no such condition."""

    list: Annotated[str, Field(max_length=20)] = ""
    month: Annotated[str, Field(max_length=7)] = ""
    category: Annotated[str, Field(max_length=100)] = ""
    ward: Annotated[str, Field(max_length=100)] = ""
    department: Annotated[str, Field(max_length=100)] = ""
    holder: Annotated[str, Field(max_length=100)] = ""
    cursor: Annotated[str, Field(max_length=500)] = ""

    @property
    def narrowed(self) -> bool:
        """Return whether fewer are shown than there are."""
        return bool(self.month or self.category or self.ward or self.department or self.holder)

    def at(self, name: str) -> str:
        """Return the address of another list with the same filters."""
        filters = self.model_dump(exclude={"cursor", "list"})
        return "/queue/lists?" + urlencode({"list": name, **{k: v for k, v in filters.items() if v}})


@router.get("/queue/lists")
async def work_lists(visit: QueueVisit, filters: Annotated[WorkListFilters, Query()]) -> Response:
    """Return one list of the signed-in person; its rows alone where htmx asks for the next page."""
    reference, actor = visit.reference, visit.staff.actor
    cursors = Cursors(visit.resources.settings.secret)
    query = read_list_query(reference, actor, filters.model_dump())
    kind = f"list:{query.name}"
    found = await visit.run(
        read_work_list,
        reference,
        actor,
        query,
        now=visit.now,
        public_url=visit.resources.settings.public_url,
        after=read_key(DEFAULT_SORT, cursors.open(kind, filters.cursor)) if filters.cursor else None,
        limit=PAGE,
    )
    context = {
        "filters": filters,
        "chosen": query.name,
        "names": {name: NAMES[name] for name in lists_of(actor)},
        "counts": found.counts,
        "counted": COUNTED,
        "reports": [(card(reference, view), view) for view in found.items],
        "months": _months(visit.now.astimezone(visit.zone)),
        "kinds": roots(reference),
        "areas": area_choices(reference, actor.wards),
        "departments": departments_by_name(reference) if departments_in_sight(actor) is None else [],
        "people": await visit.run(may_hold, reference, visit.staff.account.department_id)
        if actor.departments
        else [],
        "next": cursors.seal(kind, key_values(found.next)) if found.next else None,
        "continued": bool(filters.cursor),
    }
    return draw_staff_page(visit, "queue/lists.html", context, part="queue/_list_rows.html")


def _months(here: datetime) -> list[tuple[str, str]]:
    """Return the months that can be chosen, this one first, as (value, shown)."""
    newest = here.year * 12 + here.month - 1
    found = [(number // 12, number % 12 + 1) for number in range(newest, newest - MONTHS, -1)]
    return [(f"{year}-{month:02}", f"{month:02}/{year}") for year, month in found]
