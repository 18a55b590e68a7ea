"""A movement for everybody, where it is switched on: places and points of units, nothing of a person."""

from __future__ import annotations

from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.emulation.access import ANNOUNCED, NONE_SUCH
from service.domain.emulation.movements.corrections import tell_corrections
from service.domain.emulation.movements.views import movement_brief, standing_row
from service.domain.emulation.points.criteria import criteria_of
from service.domain.emulation.points.standings import scores_of, standing_of_units
from service.domain.emulation.shapes import CorrectionView, MovementBrief, PoolView
from service.domain.works.views import ReadModel
from service.errors import NotFound
from service.models import Movement


class PublicStanding(ReadModel):
    """Standing that everybody reads: units with a place, and corrections without their
    reasons; what was lost and who has none are not told.
    """

    movement: MovementBrief
    pools: list[PoolView]
    corrections: list[CorrectionView]


def public_standing(session: Session, reference: Reference, number: int) -> PublicStanding:
    """Return an announced movement that is public. Raises NotFound for any other."""
    movement = session.get(Movement, number)
    if movement is None or not movement.public or movement.state not in ANNOUNCED:
        raise NotFound(NONE_SUCH)
    rows = standing_of_units(session, movement, criteria_of(session, number), scores_of(session, movement))
    pools = [
        PoolView(
            name=pool["name"],
            rows=[
                standing_row(reference, row, {})
                for row in rows
                if row.pool == pool["name"] and row.place is not None
            ],
        )
        for pool in movement.pools
    ]
    shown = {row.unit["code"] for pool in pools for row in pool.rows}
    corrections = [
        each.model_copy(update={"why": ""})
        for each in tell_corrections(session, reference, movement)
        if each.unit["code"] in shown
    ]
    brief = movement_brief(reference, movement)
    return PublicStanding(movement=brief, pools=pools, corrections=corrections)
