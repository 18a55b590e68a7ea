"""Work queue of staff: their cases by deadline, with filters and live updates. Bulk actions: `actions.py`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal, cast
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field

from service.db import async_unit_of_work
from service.domain.casework.extension_requests import waiting_requests
from service.domain.city.reference import Reference
from service.domain.people.colleagues import may_hold
from service.domain.queries.lists import Key
from service.domain.reports.arrivals import PromisedArrival, read_promised_arrivals, read_returned_cases
from service.domain.rules.standing_words import DeadlineWords, deadline_words
from service.domain.workspaces.casefile import read_former
from service.domain.workspaces.downloads.rows import MAY_TAKE
from service.domain.workspaces.selection import GroupStart
from service.domain.workspaces.worklist import (
    GROUPS,
    Group,
    Scope,
    WorkItem,
    Worklist,
    WorklistFilters,
    read_worklist,
    read_worklist_filters,
)
from service.i18n import pick
from service.models import Role
from service.pages.queue.works import read_works
from service.pages.shared.kinds import departments_by_name, roots
from service.pages.shared.visit import StaffVisit
from service.pages.staff.staffroom import draw_staff_page, visit_of
from service.rendering.case_words import GROUP_WORDS, SCOPE_WORDS
from service.web.cursors import Cursors
from service.web.presence import Present, present
from service.web.viewer import Colleague

router = APIRouter()

PAGE = 50


class QueueFilters(BaseModel):
    """Filters in the address of the queue; empty means no such condition."""

    scope: Scope = "all"
    group: Group | Literal[""] = ""
    status: Annotated[str, Field(max_length=20)] = ""
    category: Annotated[str, Field(max_length=100)] = ""
    q: Annotated[str, Field(max_length=200)] = ""
    about: Literal["", "reports", "works"] = ""
    cursor: Annotated[str, Field(max_length=500)] = ""

    def wanted(self, reference: Reference) -> WorklistFilters:
        """Return the same for the domain. Raises Invalid for a category that there is not."""
        return read_worklist_filters(reference, self.model_dump())

    def query(self) -> str:
        """Return the conditions as an address."""
        return urlencode({k: v for k, v in self.model_dump(exclude={"cursor"}).items() if v and v != "all"})

    @property
    def narrowed(self) -> bool:
        """Return whether fewer are shown than there are."""
        return bool(self.group or self.status or self.category or self.q or self.scope != "all")


@dataclass(frozen=True, slots=True)
class QueueRow:
    """Line of the table."""

    item: WorkItem
    title: str
    icon: str
    place: str
    lead: str
    deadline: DeadlineWords | None
    people: Sequence[Present]
    arrival: PromisedArrival | None = None


@dataclass(frozen=True, slots=True)
class BulkActionResult:
    """Result of a bulk action for one case."""

    code: str
    good: bool
    text: str


QueueVisit = Annotated[StaffVisit, visit_of("/queue")]
QueueFiltersDep = Annotated[QueueFilters, Query()]


@router.get("/queue")
async def queue(visit: QueueVisit, filters: QueueFiltersDep) -> Response:
    """The signed-in person's queue; its list alone when htmx asks for it."""
    return await draw_queue(visit, filters)


async def draw_queue(
    visit: StaffVisit,
    filters: QueueFilters,
    results: Sequence[BulkActionResult] = (),
    typed: Mapping[str, str] | None = None,
) -> Response:
    """Return the page or its list, with the `results` of a bulk action and what was `typed` into its bar."""
    reference, resources, staff, now = visit.reference, visit.resources, visit.staff, visit.now
    cursors, kind = Cursors(resources.settings.secret), f"worklist:{filters.scope}"
    wanted = filters.wanted(reference)
    after = _open(cursors.open(kind, filters.cursor)) if filters.cursor else None
    async with async_unit_of_work(resources.engine) as session:
        book = await session.run_sync(resources.rulebook.get)
        found: Worklist = await session.run_sync(
            read_worklist, reference, book.calendar, staff.actor, wanted, now=now, after=after, limit=PAGE
        )
        ids = [item.id for item in found.items]
        arrivals = await session.run_sync(read_promised_arrivals, reference, ids)
        declined = await session.run_sync(read_returned_cases, reference, ids)
        holders = await session.run_sync(may_hold, reference, staff.account.department_id)
        requests = await session.run_sync(waiting_requests, staff.actor)
        left = visit.request.query_params.get("left", "")
        gone = await session.run_sync(read_former, reference, staff.asker, left, now) if left else None
        works = await session.run_sync(read_works, reference, book.calendar, staff.actor, filters, now)
    here = await present(resources.redis, [item.id for item in found.items], now, but=staff.account.id)
    filled = {
        "filters": filters,
        "figures": found.figures,
        **works.context(filters, _grouped(reference, found.items, here, arrivals)),
        "takes": staff.actor.role in MAY_TAKE["queue"],
        "declined": {key: each.contractor_id for key, each in declined.items()},
        "contractor": staff.actor.role == Role.EXECUTOR,
        "group_words": GROUP_WORDS,
        "scopes": _scopes(staff),
        "kinds": roots(reference),
        "next": cursors.seal(kind, _sealed(found.next)) if found.next and filters.about != "works" else None,
        "continued": bool(filters.cursor),
        "results": results,
        "typed": typed or dict.fromkeys(("act", "lead", "reason", "holder"), ""),
        "bulk": staff.actor.role in (Role.DEPARTMENT, Role.MANAGER, Role.TRIAGE),
        "people": holders,
        "departments": departments_by_name(reference),
        "requests": requests,
        "gone": gone,
    }
    return draw_staff_page(visit, "queue/index.html", filled, "staff/queue.ts", part="queue/_list.html")


def _scopes(staff: Colleague) -> dict[str, str]:
    """Return whose cases the role can choose: who holds none by themselves is not asked."""
    if staff.actor.role in (Role.DEPARTMENT, Role.MANAGER) and staff.actor.departments:
        return dict(SCOPE_WORDS)
    return {}


def _grouped(
    reference: Reference,
    items: Sequence[WorkItem],
    here: Mapping[UUID, Sequence[Present]],
    arrivals: Mapping[UUID, PromisedArrival],
) -> list[tuple[str, list[QueueRow]]]:
    rows = [_row(reference, item, here.get(item.id, ()), arrivals.get(item.id)) for item in items]
    return [(group, own) for group in GROUPS if (own := [row for row in rows if row.item.group == group])]


def _row(
    reference: Reference, item: WorkItem, people: Sequence[Present], arrival: PromisedArrival | None
) -> QueueRow:
    category = reference.categories[item.category_id]
    ward = reference.wards.get(item.ward_id or 0)
    lead = reference.departments.get(item.lead_id or 0)
    return QueueRow(
        item=item,
        title=pick(category.name),
        icon=category.icon,
        place=", ".join(part for part in (item.address, ward.full_name if ward else "") if part),
        lead=pick(lead.short_name) if lead else "",
        deadline=deadline_words(item.standing),
        people=people,
        arrival=arrival,
    )


def _sealed(start: GroupStart[Group]) -> list[str | None]:
    group, key = start.group, start.after
    if key is None:
        return [group]
    return [group, key.value.isoformat() if isinstance(key.value, datetime) else None, str(key.id)]


def _open(values: list[str | None]) -> GroupStart[Group]:
    group = cast("Group", values[0])
    if len(values) == 1:
        return GroupStart(group, None)
    at = datetime.fromisoformat(values[1]) if values[1] else None
    return GroupStart(group, Key(at, UUID(str(values[2]))))
