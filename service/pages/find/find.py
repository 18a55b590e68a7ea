"""The page on which staff find any case of theirs, open or closed, and lists of what is done."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field

from service.domain.queries.lists import DEFAULT_SORT
from service.domain.workspaces.finding import CaseQuery, State, find_cases, read_case_query
from service.i18n import N_, pick
from service.pages.shared.cards import card
from service.pages.shared.visit import StaffVisitDep
from service.pages.staff.staffroom import surroundings
from service.rendering.engine import page
from service.web.cursors import Cursors, key_values, read_key

router = APIRouter()

PAGE = 40
STATES: dict[State, str] = {"all": N_("Tất cả"), "open": N_("Đang mở"), "done": N_("Đã kết thúc")}


class FindFilters(BaseModel):
    """Query in the address; `whole` seeks all words in the cases themselves."""

    q: Annotated[str, Field(max_length=200)] = ""
    state: State = "all"
    whole: bool = False
    cursor: Annotated[str, Field(max_length=500)] = ""


@router.get("/find")
async def find(visit: StaffVisitDep, asked: Annotated[FindFilters, Query()]) -> Response:
    """The cases that fit what was typed; those of the state alone where nothing was."""
    reference, resources = visit.reference, visit.resources
    cursors = Cursors(resources.settings.secret)
    query = read_case_query(reference, asked.q, state=asked.state, whole=asked.whole)
    after = read_key(DEFAULT_SORT, cursors.open("find", asked.cursor)) if asked.cursor else None
    found = await visit.run(
        find_cases,
        reference,
        visit.staff.asker,
        query,
        now=visit.now,
        public_url=resources.settings.public_url,
        after=after,
        limit=PAGE,
    )
    context = {
        **surroundings(visit.staff, reference, visit.now),
        "asked": asked,
        "query": query,
        "named": _named(query),
        "states": STATES,
        "reports": [(card(reference, view), view) for view in found.items],
        "next": cursors.seal("find", key_values(found.next)) if found.next else None,
        "continued": bool(asked.cursor),
    }
    return page(visit.request, "find/index.html", context, part="find/_rows.html")


def _named(query: CaseQuery) -> list[str]:
    """Return the names that were understood."""
    ward, unit = query.ward, query.department
    return [*([ward.full_name] if ward else []), *([pick(unit.name)] if unit else [])]
