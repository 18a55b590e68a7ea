"""Criteria of a movement, read in their order, and whether a file proves one."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.models import Criterion, CriterionSubject, ScoreProof


def criteria_of(
    session: Session, number: int, of: CriterionSubject = CriterionSubject.UNIT
) -> list[Criterion]:
    """Return the criteria of a movement in their order, of its units unless persons are asked for."""
    own = Criterion.movement_id == number, Criterion.applies_to == of
    return list(session.scalars(select(Criterion).where(*own).order_by(Criterion.position)))


def has_proof_file(session: Session, criterion_id: int, unit_id: int, person: int | None = None) -> bool:
    """Return whether a unit has sent a file for a criterion, or a person in it for one of persons."""
    own = (
        ScoreProof.criterion_id == criterion_id,
        ScoreProof.unit_id == unit_id,
        ScoreProof.staff_id.is_not_distinct_from(person),
    )
    return session.scalar(select(ScoreProof.id).where(*own).limit(1)) is not None
