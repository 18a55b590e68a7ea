"""The page on which staff find any case of theirs, open or closed, and what else goes by the words: pages,
streets, wards, departments, colleagues. While one types, the box of every page asks for the first few.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field

from service.domain.city.reference import Reference
from service.domain.queries.lists import DEFAULT_SORT, Key
from service.domain.workspaces.case_search import (
    CaseQuery,
    CaseSearchPage,
    State,
    find_cases,
    read_case_query,
)
from service.domain.workspaces.named_in_search import NamedPerson, find_units, find_wards
from service.domain.workspaces.sender_search import may_seek, read_address
from service.i18n import N_, pick, translate
from service.models import Role
from service.pages.find.shortcuts import find_shortcuts
from service.pages.shared.cards import card
from service.pages.shared.visit import StaffVisit, StaffVisitDep
from service.pages.staff.staffroom import draw_staff_page
from service.web.cursors import Cursors, key_values, read_key

router = APIRouter()

PAGE, MOST_SUGGESTED = 40, 5
STATES: dict[State, str] = {"all": N_("Tất cả"), "open": N_("Đang mở"), "done": N_("Đã kết thúc")}


class FindFilters(BaseModel):
    """Query in the address; `whole` seeks all words in the cases themselves."""

    q: Annotated[str, Field(max_length=200)] = ""
    state: State = "all"
    whole: bool = False
    holder: Annotated[str, Field(max_length=100)] = ""
    cursor: Annotated[str, Field(max_length=500)] = ""


@dataclass(frozen=True, slots=True)
class FoundLink:
    """Line of a group: a page, or the search for one thing alone."""

    name: str
    path: str
    icon: str
    note: str = ""


@router.get("/find")
async def find(visit: StaffVisitDep, filters: Annotated[FindFilters, Query()]) -> Response:
    """The cases that fit what was typed; those of the state alone where nothing was."""
    reference, cursors = visit.reference, Cursors(visit.resources.settings.secret)
    after = read_key(DEFAULT_SORT, cursors.open("find", filters.cursor)) if filters.cursor else None
    query, found = await _found(visit, filters, after, PAGE)
    context = {
        "filters": filters,
        "query": query,
        "named": _named(query),
        "states": STATES,
        "groups": _groups(visit, filters.q, query, found) if not (filters.cursor or filters.whole) else [],
        "reports": [(card(reference, view), view) for view in found.items],
        "sender": read_address(reference, filters.q) is not None and may_seek(visit.staff.actor, reference),
        "next": cursors.seal("find", key_values(found.next)) if found.next else None,
        "continued": bool(filters.cursor),
    }
    return draw_staff_page(visit, "find/index.html", context, part="find/_rows.html")


@router.get("/find/suggestions")
async def suggestions(visit: StaffVisitDep, filters: Annotated[FindFilters, Query()]) -> Response:
    """The first few of each kind, as the box of the bar lists them below itself."""
    reference = visit.reference
    sender = read_address(reference, filters.q) is not None and may_seek(visit.staff.actor, reference)
    query, found = (
        (None, None)
        if sender or not filters.q.strip()
        else await _found(visit, filters, None, MOST_SUGGESTED)
    )
    context = {
        "filters": filters,
        "sender": sender,
        "groups": _groups(visit, filters.q, query, found) if query and found else [],
        "reports": [card(reference, view) for view in found.items] if found else [],
    }
    return draw_staff_page(visit, "find/_suggestions.html", context)


async def _found(
    visit: StaffVisit, filters: FindFilters, after: Key | None, limit: int
) -> tuple[CaseQuery, CaseSearchPage]:
    reference = visit.reference
    query = read_case_query(
        reference, filters.q, state=filters.state, whole=filters.whole, holder=filters.holder.strip()
    )
    found = await visit.run(
        find_cases,
        reference,
        visit.staff.asker,
        query,
        now=visit.now,
        public_url=visit.resources.settings.public_url,
        after=after,
        limit=limit,
    )
    return query, found


def _groups(
    visit: StaffVisit, typed: str, query: CaseQuery, found: CaseSearchPage
) -> list[tuple[str, list[FoundLink]]]:
    """Return what goes by the words besides cases, under its heading; headings without any are left out."""
    if query.code or not typed.strip():
        return []
    reference, role = visit.reference, visit.staff.account.role
    street = found.street
    streets = [(name, f"/find?{urlencode({'q': name})}", "road") for name in street.names] if street else []
    wards = [
        (each.full_name, f"/find?{urlencode({'q': each.full_name})}", "map")
        for each in find_wards(reference, typed)
    ]
    people = [
        (each.name, f"/find?{urlencode({'holder': each.username})}", "user", _unit_of(reference, each))
        for each in found.people
    ]
    units = [
        (pick(each.name), f"/find?{urlencode({'q': pick(each.name)})}", "building")
        for each in find_units(reference, typed)
    ]
    actions = [(translate(each.name), each.path, each.icon) for each in find_shortcuts(Role(role), typed)]
    groups = (
        (N_("Thao tác"), actions),
        (N_("Nơi"), streets + wards),
        (N_("Đơn vị"), units),
        (N_("Người phụ trách"), people),
    )
    return [(name, [FoundLink(*each) for each in links]) for name, links in groups if links]


def _unit_of(reference: Reference, person: NamedPerson) -> str:
    unit = reference.departments.get(person.department_id or 0)
    return pick(unit.short_name) if unit else ""


def _named(query: CaseQuery) -> list[str]:
    """Return the names that were understood."""
    ward, unit = query.ward, query.department
    return [*([ward.full_name] if ward else []), *([pick(unit.name)] if unit else [])]
