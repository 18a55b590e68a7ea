"""The page on which staff find any case of theirs, open or closed, and lists of what is done."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field

from service.domain.queries.lists import Key
from service.domain.workspaces.finding import CaseQuery, State, find_cases, read_case_query
from service.i18n import N_, pick
from service.pages.shared.cards import card
from service.pages.shared.visit import StaffVisitDep
from service.pages.staff.staffroom import surroundings
from service.rendering.engine import page
from service.web.cursors import Cursors

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
    after = _key(cursors.open("find", asked.cursor)) if asked.cursor else None
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
        "next": cursors.seal("find", _sealed(found.next)) if found.next else None,
        "continued": bool(asked.cursor),
    }
    return page(visit.request, "find/index.html", context, part="find/_rows.html")


def _named(query: CaseQuery) -> list[str]:
    """Return the names that were understood."""
    ward, unit = query.ward, query.department
    return [*([ward.full_name] if ward else []), *([pick(unit.name)] if unit else [])]


def _sealed(key: Key) -> list[Any]:
    return [key.value.isoformat() if isinstance(key.value, datetime) else None, str(key.id)]


def _key(values: list[Any]) -> Key:
    return Key(datetime.fromisoformat(values[0]), UUID(values[1]))
