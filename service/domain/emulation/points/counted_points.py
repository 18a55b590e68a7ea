"""Counting the points that follow from indicators: every night, and once more when figures are frozen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from typing import TypedDict

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.emulation.access import ANNOUNCED, pool_units
from service.domain.emulation.fairness import BESIDE
from service.domain.emulation.formulas import FORMULA, points_by, round_points
from service.domain.emulation.points.criteria import criteria_of
from service.domain.indicators.registry import UnitCounts
from service.domain.indicators.values import address_behind, count_units, indicator_of
from service.domain.queries.manage.periods import Period
from service.models import Criterion, CriterionScore, Movement, MovementState
from service.models.emulation.movement import CriterionFigure

FINAL = ANNOUNCED | {MovementState.DRAFT}
"""States in which nothing is counted: not yet, or never again."""
_ROWS = 1000


class CountedScore(TypedDict):
    """Columns of a score that counting writes."""

    movement_id: int
    criterion_id: int
    unit_id: int
    figure: CriterionFigure
    by_formula: float | None


def count_open(session: Session, reference: Reference, number: int, now: datetime) -> int:
    """Count one movement anew unless its figures stand; how many points were counted. One whose `freeze_at`
    has come is counted a last time.
    """
    movement = session.scalar(select(Movement).where(Movement.id == number).with_for_update())
    if movement is None or movement.state in FINAL or movement.frozen_at is not None:
        return 0
    counted = count_points(session, reference, movement, now)
    if movement.freeze_at is not None and movement.freeze_at <= now:
        movement.frozen_at = now
    return counted


def movements_to_count(session: Session) -> list[int]:
    """Return the movements that are counted every night."""
    query = select(Movement.id).where(Movement.state.not_in(sorted(FINAL)), Movement.frozen_at.is_(None))
    return list(session.scalars(query.order_by(Movement.id)))


def movements_to_freeze(session: Session, now: datetime) -> list[int]:
    """Return the movements whose figures are to stand from now on."""
    due = Movement.freeze_at.is_not(None), Movement.freeze_at <= now, Movement.frozen_at.is_(None)
    return list(session.scalars(select(Movement.id).where(*due, Movement.state.not_in(sorted(FINAL)))))


def count_points(session: Session, reference: Reference, movement: Movement, now: datetime) -> int:
    """Count and keep the figures of every unit; the caller holds the movement's lock. How many there are."""
    criteria = [each for each in criteria_of(session, movement.id) if each.indicator is not None]
    units = [unit for unit in pool_units(movement) if unit in reference.departments]
    rows = score_rows(session, reference, movement, criteria, units, now)
    for start in range(0, len(rows), _ROWS):
        statement = insert(CriterionScore).values(rows[start : start + _ROWS])
        statement = statement.on_conflict_do_update(
            index_elements=["movement_id", "criterion_id", "unit_id"],
            set_={name: statement.excluded[name] for name in ("figure", "by_formula")},
        )
        session.execute(statement)
    movement.counted_at = now
    session.flush()
    return len(rows)


def score_rows(
    session: Session,
    reference: Reference,
    movement: Movement,
    criteria: Sequence[Criterion],
    units: Sequence[int],
    now: datetime,
) -> list[CountedScore]:
    """Return what the log says now of these criteria and units; nothing is stored."""
    if not criteria or not units:
        return []
    found: list[CountedScore] = []
    for period, some in _periods(reference, movement, units).items():
        counts = count_units(session, reference, some, period, now)
        for unit in some:
            for criterion in criteria:
                figure = _figure(reference, criterion, counts[unit], unit, period)
                found.append(
                    {
                        "movement_id": movement.id,
                        "criterion_id": criterion.id,
                        "unit_id": unit,
                        "figure": figure,
                        "by_formula": _points_of(criterion, figure),
                    }
                )
    return found


def _periods(reference: Reference, movement: Movement, units: Sequence[int]) -> dict[Period, list[int]]:
    """Return the days that are counted and whose: a unit that was dissolved is scored to its last day, and
    not at all where that was before the first.
    """
    found: dict[Period, list[int]] = {}
    for unit in units:
        ended = reference.departments[unit].dissolved_on
        last = movement.last if ended is None else min(movement.last, ended)
        if last >= movement.first:
            found.setdefault(Period("free", movement.first, last), []).append(unit)
    return found


def _figure(
    reference: Reference, criterion: Criterion, counts: UnitCounts, unit: int, period: Period
) -> CriterionFigure:
    code = criterion.indicator or ""
    indicator = indicator_of(code)
    value, of = indicator.value(counts)
    cases = of if of is not None else value
    left_out = value is None or (cases or 0) < criterion.fewest
    figure: CriterionFigure = {
        "value": value,
        "of": of,
        "left_out": left_out,
        "cases": address_behind(reference, code, unit, period),
        "missed": address_behind(reference, indicator.missed, unit, period) if indicator.missed else "",
    }
    beside = BESIDE.get(code)
    if beside is not None:
        other, among = indicator_of(beside).value(counts)
        address = address_behind(reference, beside, unit, period)
        figure["beside"] = {"code": beside, "value": other, "of": among, "cases": address}
    return figure


def _points_of(criterion: Criterion, figure: CriterionFigure) -> float | None:
    """Return the points that the formula gives for a figure; None for one that is left out."""
    value = figure["value"]
    if figure["left_out"] or value is None:
        return None
    formula = FORMULA.validate_python(criterion.formula)
    unit = indicator_of(criterion.indicator or "").unit
    return round_points(points_by(formula, criterion.points, exact_value(unit, value, figure["of"])))


def exact_value(unit: str, value: float, of: int | None) -> Fraction:
    """Return a figure without what rounding took: 83.333… % of 120 is 100 of 120. A rate is a part of one."""
    if unit == "percent" and of:
        return Fraction(round(value * of / 100), of)
    if unit == "saved":
        return Fraction(value / 100).limit_denominator(1_000_000)
    return Fraction(value).limit_denominator(1_000_000)
