"""Numbers on a case's page: what one reader is shown of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.numbers.crops import with_crops
from service.domain.numbers.proposals import reads_numbers
from service.domain.numbers.rights import may_decide, may_read_numbers
from service.domain.numbers.sightings import SightingView, sightings_of
from service.domain.reports.access import Access


@dataclass(frozen=True, slots=True)
class NumberBox:
    """Numbers of a case for one reader; `may` decide on them, `pictured` have a crop of a photo."""

    items: Sequence[SightingView]
    pictured: frozenset[int]
    may: bool


def read_box(session: Session, reference: Reference, access: Access) -> NumberBox | None:
    """Return the numbers of a case; None for who may not read them, and for kinds that have none."""
    if not may_read_numbers(access):
        return None
    items = sightings_of(session, access)
    if not items and not reads_numbers(reference, access.report.category_id):
        return None
    return NumberBox(items, with_crops(session, [each.id for each in items]), may_decide(access))
