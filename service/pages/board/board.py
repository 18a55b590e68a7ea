"""The board: reports as a list and on a map, with the same filters and an address that can be shared."""

from __future__ import annotations

from typing import Annotated, Self
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field, model_validator

from service.domain.queries.lists import DEFAULT_SORT, find_extent, list_views
from service.domain.reports.access import Asker
from service.domain.reports.filters import read_filters
from service.i18n import N_
from service.models import DONE, OPEN, Status
from service.pages.shared.cards import card
from service.pages.shared.kinds import area_choices, roots
from service.pages.shared.visit import PageVisitDep
from service.rendering.engine import page
from service.web.cursors import Cursors, key_values, read_key
from service.web.dependencies import SessionDep

router = APIRouter()

PAGE = 20
STATES = {
    "open": (OPEN, N_("Đang mở")),
    "done": (DONE, N_("Đã xử lý")),
    "late": (frozenset[Status](), N_("Trễ hạn")),
}
"""Statuses as people think of them: what the chip asks for, and its words."""


class BoardFilters(BaseModel):
    """Filters in the address of the board; empty means no such condition.

    Without a `state` in the address what is still open is shown, for of what is done there is ten times as
    much; whoever looks for words or a code looks through all.
    """

    q: Annotated[str, Field(max_length=200)] = ""
    category: Annotated[str, Field(max_length=100)] = ""
    ward: Annotated[str, Field(max_length=20)] = ""
    state: Annotated[str, Field(max_length=10)] = ""
    near: Annotated[str, Field(max_length=60)] = ""
    bbox: Annotated[str, Field(max_length=120)] = ""
    cursor: Annotated[str, Field(max_length=500)] = ""

    @model_validator(mode="after")
    def _begin_with_open(self) -> Self:
        if not self.state:
            self.state = "all" if self.q else "open"
        return self

    @property
    def sort(self) -> str:
        """Nearest first where a place is given, else newest first."""
        return "distance" if self.near else DEFAULT_SORT

    def query(self) -> dict[str, object]:
        """Return the same as the lists of the domain ask it."""
        statuses = ",".join(sorted(STATES[self.state][0])) if self.state in STATES else ""
        params = {"q": self.q, "category": self.category, "ward": self.ward, "status": statuses}
        return {
            **params,
            "near": self.near,
            "radius_m": 20_000 if self.near else None,
            "bbox": self.bbox,
            "overdue": True if self.state == "late" else None,
        }

    def download(self) -> str:
        """Return the same as an address of the page that makes files."""
        data = {name: value for name, value in self.query().items() if value not in ("", None)}
        return urlencode(data | ({"overdue": "true"} if data.get("overdue") else {}))


@router.get("/map")
async def board(
    visit: PageVisitDep, session: SessionDep, filters: Annotated[BoardFilters, Query()]
) -> Response:
    """The board; its list alone when htmx asks for it."""
    cursors, kind = Cursors(visit.resources.settings.secret), f"board:{filters.sort}"
    after = read_key(filters.sort, cursors.open(kind, filters.cursor)) if filters.cursor else None
    wanted, asker = read_filters(visit.reference, filters.query()), Asker(key=visit.resources.settings.secret)
    found = await session.run_sync(
        list_views,
        visit.reference,
        wanted,
        asker,
        now=visit.now,
        public_url="",
        sort=filters.sort,
        after=after,
        limit=PAGE,
    )
    extent = None
    if (filters.q or filters.state == "late") and not filters.cursor:  # few enough to show them all at once
        extent = await session.run_sync(find_extent, visit.reference, wanted, asker, now=visit.now)
    context = {
        "extent": extent,
        "reference": visit.reference,
        "now": visit.now,
        "reports": [card(visit.reference, view) for view in found.items],
        "next": cursors.seal(kind, key_values(found.next)) if found.next else None,
        "continued": bool(filters.cursor),
        "filters": filters,
        "ward_page": visit.reference.ward_by_code.get(filters.ward),
        "kinds": roots(visit.reference),
        "areas": area_choices(visit.reference),
        "states": STATES,
        "islands": ["citizens/board.ts"],
    }
    return page(visit.request, "board/index.html", context, part="board/_list.html")
