"""Fragments of the call screen: the caller's reports by number, and what is open near the place they name."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel, FiniteFloat

from service.domain.workspaces.desk.call import reports_near_call
from service.domain.workspaces.sender_search import find_by_sender
from service.errors import AppError
from service.i18n import N_, translate
from service.pages.desk.desk import DeskVisit
from service.pages.shared.cards import card
from service.pages.shared.forms import FormDep
from service.rendering.engine import page
from service.sending.channels import CHANNELS

router = APIRouter()

PURPOSE = N_("Người gửi đang gọi đến tổng đài")
"""Written down as what the number was looked up for."""


class PointQuery(BaseModel):
    """Place and kind of the report, as far as they are known while one listens."""

    lon: FiniteFloat
    lat: FiniteFloat
    category: str = ""


@router.get("/desk/new/near")
async def near(visit: DeskVisit, query: Annotated[PointQuery, Query()]) -> Response:
    """Open reports that the caller may mean; nothing where there are none."""
    found = await visit.run(
        reports_near_call,
        visit.reference,
        visit.staff.actor,
        query.category,
        query.lon,
        query.lat,
        now=visit.now,
    )
    context = {
        "reference": visit.reference,
        "now": visit.now,
        "reports": [(card(visit.reference, each), each.distance_m) for each in found],
    }
    return page(visit.request, "desk/call/_near.html", context)


@router.post("/desk/new/caller")
async def caller(visit: DeskVisit, form: FormDep) -> Response:
    """The newest reports of who left this number; each is written down as a reading of their contact."""
    context: dict[str, object] = {
        "reference": visit.reference,
        "now": visit.now,
        "reports": (),
        "error": None,
    }
    try:
        found = await visit.run(
            find_by_sender,
            CHANNELS,
            visit.reference,
            visit.staff.asker,
            form.text("phone")[:200],
            translate(PURPOSE, "vi"),
            now=visit.now,
            public_url="",
        )
        context["reports"] = [card(visit.reference, view) for view in found]
    except AppError as error:
        context["error"] = error
    answer = page(visit.request, "desk/call/_caller.html", context)
    answer.headers["Cache-Control"] = "no-store"
    return answer
