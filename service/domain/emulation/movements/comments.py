"""Comments of units on their points as they are read: by the unit, and by who answers them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference, brief_of_unit
from service.domain.emulation.access import find_movement, may_keep, may_review, pool_units
from service.domain.emulation.points.criteria import criteria_of
from service.domain.emulation.points.entered_points import is_own_comment
from service.domain.emulation.shapes import ScoreCommentView
from service.domain.reports.events import Actor
from service.models import Criterion, Movement, MovementState, ScoreComment


def tell_comments(
    session: Session,
    reference: Reference,
    actor: Actor,
    movement: Movement,
    criteria: Sequence[Criterion],
    units: Sequence[int],
) -> list[ScoreCommentView]:
    """Return the comments of these units in the order in which they came."""
    own = ScoreComment.movement_id == movement.id, ScoreComment.unit_id.in_(units)
    positions = {each.id: each.position for each in criteria}
    plain = ("id", "words", "at", "answer", "answered_at", "changed")
    answers = movement.state == MovementState.COMMENTED and _may_answer(actor, movement)
    return [
        ScoreCommentView(
            **{name: getattr(row, name) for name in plain},
            unit=brief_of_unit(reference, row.unit_id),
            criterion=positions.get(row.criterion_id or 0),
            may_answer=answers and not is_own_comment(reference, actor, row),
        )
        for row in session.scalars(select(ScoreComment).where(*own).order_by(ScoreComment.id))
    ]


def comments_shown(
    session: Session, reference: Reference, actor: Actor, number: int
) -> list[ScoreCommentView]:
    """Return the comments that keepers and the council answer; none for others."""
    movement = find_movement(session, actor, number)
    if not _may_answer(actor, movement):
        return []
    criteria = criteria_of(session, number)
    return tell_comments(session, reference, actor, movement, criteria, pool_units(movement))


def _may_answer(actor: Actor, movement: Movement) -> bool:
    return may_keep(actor, movement) or may_review(actor, movement)
