"""Penalties as they are told: those in force on a day, for a category, with their amounts or without."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

from service.domain.city.config import PenaltyConfig
from service.domain.city.reference import Reference
from service.i18n import pick


class PenaltyView(BaseModel):
    """Penalty in force. Amounts are in đồng, None where the decree has not been read for them yet; those of
    organisations are so many times the persons'.
    """

    model_config = ConfigDict(frozen=True)

    code: str
    categories: list[str]
    act: str
    decree: str
    article: str
    person_min: int | None
    person_max: int | None
    organisation_min: int | None
    organisation_max: int | None
    remedies: str | None
    valid_from: date | None
    valid_to: date | None
    checked_on: date
    source: str


def penalties_in_force(
    reference: Reference, now: datetime, category: str | None = None
) -> Sequence[PenaltyView]:
    """Return the penalties in force today, of a category and those above it where one is named: what costs
    most at the end, what has no amount last.
    """
    today = now.astimezone(ZoneInfo(reference.timezone)).date()
    view = reference.category_by_code.get(category) if category is not None else None
    path = set(view.path) if view else {category} if category is not None else None
    rows = [
        each
        for each in reference.config.penalties
        if is_valid_penalty(each, today) and (path is None or path & set(each.categories))
    ]
    rows.sort(key=lambda each: (each.person_max is None, each.person_max or 0, each.code))
    return [_told(each) for each in rows]


def is_valid_penalty(row: PenaltyConfig, today: date) -> bool:
    """Return whether a penalty is in force on a day."""
    begun = row.valid_from is None or row.valid_from <= today
    return begun and (row.valid_to is None or today <= row.valid_to)


def _told(row: PenaltyConfig) -> PenaltyView:
    factor = row.factor_organisation
    return PenaltyView(
        **row.model_dump(exclude={"categories", "act", "remedies", "factor_organisation"}),
        categories=list(row.categories),
        act=pick(row.act),
        organisation_min=row.person_min * factor if row.person_min is not None else None,
        organisation_max=row.person_max * factor if row.person_max is not None else None,
        remedies=pick(row.remedies) if row.remedies else None,
    )
