"""Penalties for machines: what is in force today, of one category or of all."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from service.api.shared.answers import refusals
from service.api.shared.query import StrictQuery
from service.domain.city.penalties import PenaltyView, penalties_in_force
from service.errors import invalid
from service.i18n import N_
from service.web.dependencies import NowDep, ReferenceDep

router = APIRouter(tags=["reference data"])


class PenaltyQuery(StrictQuery):
    """A category, whose penalties with those of the categories above it are meant; all without it."""

    category: str | None = Field(default=None, max_length=60)


class PenaltyList(BaseModel):
    """Penalties in force today."""

    items: list[PenaltyView]
    next: None = None


@router.get("/penalties", responses=refusals(422))
async def penalties(
    query: Annotated[PenaltyQuery, Query()], reference: ReferenceDep, now: NowDep
) -> PenaltyList:
    """Return what acts cost, by which decree and article, and when that was last looked up. Amounts are null
    where nobody has read the decree for them yet.
    """
    if query.category is not None and query.category not in reference.category_by_code:
        raise invalid(["query", "category"], N_("Không có loại phản ánh “{code}”."), code=query.category)
    return PenaltyList(items=list(penalties_in_force(reference, now, query.category)))
