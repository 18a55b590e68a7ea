"""Pledges of units by machines: made, said to be kept, confirmed."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from fastapi import APIRouter, Response

from service.api.works.shared import READS, WRITES, WorkCallDep
from service.domain.city.reference import Reference, department_brief, ward_brief
from service.domain.cleanups.pledges.pledges import (
    NewPledge,
    PledgeChange,
    PledgeView,
    change_pledge,
    list_pledges,
    make_pledge,
    view_pledge,
)
from service.domain.queries.views import NamedCode, View
from service.domain.works.actions import ActionContext

router = APIRouter(tags=["clean-ups"])


class PledgeOut(View):
    """Pledge; `state` is `open`, `late`, `done` (its unit says so) or `confirmed` (by a unit above)."""

    id: UUID
    unit: NamedCode | None
    ward: NamedCode | None
    words: str
    until: date
    done_on: date | None
    state: str

    @classmethod
    def of(cls, view: PledgeView, reference: Reference) -> PledgeOut:
        """Return the pledge with the names of unit and ward."""
        unit = department_brief(reference.departments.get(view.unit_id))
        ward = ward_brief(reference.wards.get(view.ward_id or 0))
        names = ("id", "words", "until", "done_on", "state")
        return cls(
            unit=NamedCode(**unit) if unit else None,
            ward=NamedCode(**ward) if ward else None,
            **{name: getattr(view, name) for name in names},
        )


class PledgeTotals(View):
    """Numbers of pledges by their state, also of those that the list is too short for."""

    open: int
    late: int
    done: int
    confirmed: int


class PledgeList(View):
    """Pledges of one's own units, the next due first."""

    totals: PledgeTotals
    items: list[PledgeOut]


@router.get("/pledges", responses=READS)
async def all_pledges(call: WorkCallDep) -> PledgeList:
    """Return what one's own units pledged, and how it stands today."""

    def verb(ctx: ActionContext) -> PledgeList:
        counts, views = list_pledges(ctx)
        totals = PledgeTotals(**{name: getattr(counts, name) for name in PledgeTotals.model_fields})
        return PledgeList(totals=totals, items=[PledgeOut.of(each, call.reference) for each in views])

    return await call.act(verb)


@router.post(
    "/pledges",
    status_code=201,
    responses={**WRITES, 200: {"model": PledgeOut, "description": "It was made before"}},
)
async def make_one_pledge(sent: NewPledge, response: Response, call: WorkCallDep) -> PledgeOut:
    """Pledge something for a unit of one's own. The same id again is the same pledge."""

    def verb(ctx: ActionContext) -> tuple[PledgeOut, bool]:
        row, new = make_pledge(ctx, sent)
        return PledgeOut.of(view_pledge(ctx, row), call.reference), new

    return await call.create(response, verb)


@router.patch("/pledges/{pledge_id}", responses=WRITES)
async def change_one_pledge(pledge_id: UUID, sent: PledgeChange, call: WorkCallDep) -> PledgeOut:
    """Say that it was done (`done_on`), or confirm it for a unit below (`confirmed`)."""

    def verb(ctx: ActionContext) -> PledgeOut:
        return PledgeOut.of(view_pledge(ctx, change_pledge(ctx, pledge_id, sent)), call.reference)

    return await call.act(verb)
