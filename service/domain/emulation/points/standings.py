"""Standing of a movement: reckoned from the points as they are, or as it was frozen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.emulation.access import ANNOUNCED
from service.domain.emulation.formulas import competition_ranks
from service.domain.emulation.points.entered_points import final_points, is_left_out
from service.domain.emulation.points.unit_sums import ScoreLine, total_of
from service.models import Criterion, CriterionScore, Movement, MovementStanding
from service.models.emulation.movement import NotRanked, PoolSpec, SectionPoints

Scores = Mapping[tuple[int, int], CriterionScore]
"""Rows by unit and criterion."""


@dataclass(frozen=True, slots=True)
class UnitStanding:
    """Sum of a unit and its place in its pool."""

    unit: int
    pool: str
    points: float | None
    place: int | None
    parts: list[SectionPoints] = field(default_factory=list)
    not_ranked: NotRanked | None = None


def scores_of(session: Session, movement: Movement) -> Scores:
    """Return every score of a movement."""
    own = select(CriterionScore).where(CriterionScore.movement_id == movement.id)
    own = own.execution_options(populate_existing=True)  # counting writes beside the session
    return {(row.unit_id, row.criterion_id): row for row in session.scalars(own)}


def lines_of(criteria: Sequence[Criterion], scores: Scores, unit: int) -> list[ScoreLine]:
    """Return a unit's lines in the order of the criteria."""
    found = []
    for criterion in criteria:
        row = scores.get((unit, criterion.id))
        figure = row.figure if row else None
        cases = None
        if figure is not None:
            cases = figure["of"] if figure["of"] is not None else figure["value"]
        found.append(
            ScoreLine(
                points=criterion.points,
                source=criterion.source,
                section=criterion.section,
                got=final_points(row, criterion),
                left_out=is_left_out(row, criterion),
                cases=int(cases) if cases is not None else None,
                needs=criterion.fewest,
            )
        )
    return found


def standing_of_units(
    session: Session, movement: Movement, criteria: Sequence[Criterion], scores: Scores
) -> list[UnitStanding]:
    """Return every unit by pool and place; those without a place last. Once announced nothing is reckoned."""
    if movement.state in ANNOUNCED:
        rows = session.scalars(select(MovementStanding).where(MovementStanding.movement_id == movement.id))
        facts = ("pool", "points", "place", "parts", "not_ranked")
        known = {row.unit_id: row for row in rows}
        found = [
            UnitStanding(unit, **{name: getattr(known[unit], name) for name in facts})
            for pool in movement.pools
            for unit in pool["units"]
            if unit in known
        ]
    else:
        found = [each for pool in movement.pools for each in _pool(pool, criteria, scores)]
    order = {pool["name"]: at for at, pool in enumerate(movement.pools)}
    return sorted(found, key=lambda row: (order.get(row.pool, 0), row.place is None, row.place or 0))


def freeze_standing(
    session: Session, movement: Movement, criteria: Sequence[Criterion], scores: Scores
) -> None:
    """Keep the standing as it is now, for good."""
    for row in standing_of_units(session, movement, criteria, scores):
        facts = {"points": row.points, "place": row.place, "parts": row.parts, "not_ranked": row.not_ranked}
        session.add(MovementStanding(movement_id=movement.id, unit_id=row.unit, pool=row.pool, **facts))
    session.flush()


def places_before(session: Session, movement: Movement) -> Mapping[int, int]:
    """Return the places of units in the movement of the same issuer announced before this one."""
    earlier = (
        select(Movement.id)
        .where(Movement.issuer_id == movement.issuer_id, Movement.last < movement.first)
        .where(Movement.state.in_(sorted(ANNOUNCED)))
        .order_by(Movement.last.desc(), Movement.id.desc())
        .limit(1)
    )
    number = session.scalar(earlier)
    rows = session.execute(
        select(MovementStanding.unit_id, MovementStanding.place).where(
            MovementStanding.movement_id == number, MovementStanding.place.is_not(None)
        )
    )
    return {row.unit_id: row.place for row in rows}


def _pool(pool: PoolSpec, criteria: Sequence[Criterion], scores: Scores) -> list[UnitStanding]:
    units = pool["units"]
    totals = [total_of(lines_of(criteria, scores, unit)) for unit in units]
    ranked = competition_ranks([total.points for total in totals])
    return [
        UnitStanding(unit, pool["name"], total.points, place, total.parts, total.not_ranked)
        for unit, total, place in zip(units, totals, ranked, strict=True)
    ]
