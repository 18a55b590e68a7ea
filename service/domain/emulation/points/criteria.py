"""Criteria of a movement, read in their order."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.models import Criterion, CriterionSubject


def criteria_of(
    session: Session, number: int, of: CriterionSubject = CriterionSubject.UNIT
) -> list[Criterion]:
    """Return the criteria of a movement in their order, of its units unless persons are asked for."""
    own = Criterion.movement_id == number, Criterion.applies_to == of
    return list(session.scalars(select(Criterion).where(*own).order_by(Criterion.position)))
