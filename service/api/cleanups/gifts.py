"""Contributions and trees by machines: recorded, taken back, looked at again; listed for everybody."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import Field

from service.api.shared.answers import refusals
from service.api.shared.query import StrictQuery
from service.api.works.shared import WRITES, WorkCallDep
from service.db import DomainSession
from service.domain.cleanups.access import find_cleanup
from service.domain.cleanups.campaigns.campaigns import find_campaign
from service.domain.cleanups.gifts.contribution_views import (
    GiftLine,
    GiftTotals,
    gifts_of_campaign,
    gifts_of_cleanup,
    view_contribution,
)
from service.domain.cleanups.gifts.contributions import (
    NewContribution,
    record_contribution,
    withdraw_contribution,
)
from service.domain.cleanups.gifts.trees import (
    NewTrees,
    TreeCheck,
    TreeLine,
    check_trees,
    list_trees,
    plant_trees,
)
from service.domain.queries.views import Place, View
from service.domain.works.access import require_works
from service.domain.works.actions import ActionContext
from service.errors import invalid
from service.i18n import N_
from service.models import ContributionKind, TreeGroup
from service.web.dependencies import ReferenceDep, SessionDep, WakeAfter

router = APIRouter(tags=["clean-ups"], dependencies=[WakeAfter])


class ContributionsWanted(StrictQuery):
    """Clean-up or campaign whose contributions are asked for."""

    cleanup: Annotated[str, Field(max_length=20)] = ""
    campaign: Annotated[str, Field(max_length=60)] = ""


class ContributionOut(View):
    """Contribution; `giver` is empty for who does not want to be named, `about` the clean-up or campaign."""

    id: UUID
    kind: ContributionKind
    amount_vnd: int | None
    count: int | None
    words: str
    giver: str
    received_on: date
    about: str

    @classmethod
    def of(cls, line: GiftLine) -> ContributionOut:
        """Return what everybody may read of it."""
        return cls.model_validate({name: getattr(line, name) for name in cls.model_fields})


class ContributionTotals(View):
    """Sums of all contributions, also of those that the list is too short for."""

    gifts: int
    cash_vnd: int
    trees: int
    tools: int
    labour: int


class ContributionList(View):
    """The newest contributions with the sums of all."""

    totals: ContributionTotals
    items: list[ContributionOut]


class TreesOut(View):
    """Trees of one species; `alive` is None until somebody looked."""

    id: UUID
    species: str
    planted: int
    location: Place
    alive: int | None
    checked_on: date | None

    @classmethod
    def of(cls, line: TreeLine) -> TreesOut:
        """Return the trees with their place."""
        place = Place(lon=line.lon, lat=line.lat)
        names = ("id", "species", "planted", "alive", "checked_on")
        return cls(location=place, **{name: getattr(line, name) for name in names})


class TreesList(View):
    """Trees of a clean-up."""

    items: list[TreesOut]


@router.get("/contributions", responses=refusals(404, 422))
async def all_contributions(
    session: SessionDep, reference: ReferenceDep, wanted: Annotated[ContributionsWanted, Query()]
) -> ContributionList:
    """Return what a public clean-up or a campaign was given; nobody is named who did not want to be."""
    require_works(reference)
    if bool(wanted.cleanup) == bool(wanted.campaign):
        raise invalid(["query", "cleanup"], N_("Cần chọn một đợt ra quân hoặc một phong trào."))

    def read(inner: DomainSession) -> tuple[GiftTotals, list[GiftLine]]:
        if wanted.campaign:
            return gifts_of_campaign(inner, reference, find_campaign(inner, wanted.campaign))
        return gifts_of_cleanup(inner, reference, find_cleanup(inner, reference, wanted.cleanup).work.id)

    totals, lines = await session.run_sync(read)
    answer = ContributionTotals(**{name: getattr(totals, name) for name in ContributionTotals.model_fields})
    return ContributionList(totals=answer, items=[ContributionOut.of(each) for each in lines])


@router.post(
    "/contributions",
    status_code=201,
    responses={**WRITES, 200: {"model": ContributionOut, "description": "It was recorded before"}},
)
async def record_one_contribution(
    sent: NewContribution, response: Response, call: WorkCallDep
) -> ContributionOut:
    """Record what somebody gave. The same id again is the same contribution."""

    def verb(ctx: ActionContext) -> tuple[ContributionOut, bool]:
        row, new = record_contribution(ctx, sent)
        return ContributionOut.of(view_contribution(ctx, row)), new

    return await call.create(response, verb)


@router.delete("/contributions/{contribution_id}", status_code=204, responses=WRITES)
async def take_back_contribution(contribution_id: UUID, call: WorkCallDep) -> None:
    """Take a contribution out of lists and sums. Again it changes nothing."""
    require_works(call.reference)

    def verb(ctx: ActionContext) -> None:
        withdraw_contribution(ctx, contribution_id)

    await call.act(verb)


@router.get("/cleanups/{cleanup}/trees", responses=refusals(404, 422))
async def trees_of_cleanup(cleanup: str, session: SessionDep, reference: ReferenceDep) -> TreesList:
    """Return the trees that were planted at a public clean-up, and how many live."""

    def read(inner: DomainSession) -> list[TreeLine]:
        return list_trees(inner, find_cleanup(inner, reference, cleanup).work.id)

    return TreesList(items=[TreesOut.of(each) for each in await session.run_sync(read)])


@router.post(
    "/cleanups/{cleanup}/trees",
    status_code=201,
    responses={**WRITES, 200: {"model": TreesOut, "description": "They were written down before"}},
)
async def plant_some_trees(cleanup: str, sent: NewTrees, response: Response, call: WorkCallDep) -> TreesOut:
    """Write down trees of one species. The same id again is the same trees."""

    def verb(ctx: ActionContext) -> tuple[TreesOut, bool]:
        row, new = plant_trees(ctx, cleanup, sent)
        return _trees(ctx, row), new

    return await call.create(response, verb)


@router.put("/trees/{trees_id}/check", responses=WRITES)
async def check_some_trees(trees_id: UUID, sent: TreeCheck, call: WorkCallDep) -> TreesOut:
    """Say how many of the trees live. The same again changes nothing."""
    require_works(call.reference)
    return await call.act(lambda ctx: _trees(ctx, check_trees(ctx, trees_id, sent)))


def _trees(ctx: ActionContext, row: TreeGroup) -> TreesOut:
    lines = list_trees(ctx.session, row.work_id)
    return TreesOut.of(next(each for each in lines if each.id == row.id))
