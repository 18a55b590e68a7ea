"""Formulas of criteria as data: exact points out of an exact figure. Nothing here reads the database."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import floor
from typing import Annotated, Literal

from pydantic import Field, FiniteFloat, TypeAdapter

from service.domain.reports.drafts import StrictBody
from service.i18n import N_

Number = Annotated[FiniteFloat, Field(ge=0, le=1_000_000)]
FULL_ABOVE_ZERO = N_("Mức đạt đủ điểm phải lớn hơn mức không có điểm.")
STEPS_FALL = N_("Các mức phải khác nhau; mức cao hơn không được ít điểm hơn.")


class Linear(StrictBody):
    """Formula of no points up to `zero`, all from `full` on, in proportion between; rates in parts of one."""

    kind: Literal["linear"]
    zero: Number
    full: Number


class Steps(StrictBody):
    """Formula by the highest level that was reached: `[[0.95, 10], [0.9, 8]]`."""

    kind: Literal["steps"]
    steps: Annotated[list[tuple[Number, Number]], Field(min_length=1, max_length=20)]


class Per(StrictBody):
    """Formula of `points` for each whole `each` of the figure, at most `most`."""

    kind: Literal["per"]
    each: Annotated[FiniteFloat, Field(gt=0, le=1_000_000)]
    points: Number
    most: Number


class Yes(StrictBody):
    """Formula of all points where there is anything at all."""

    kind: Literal["yes"]


Formula = Annotated[Linear | Steps | Per | Yes, Field(discriminator="kind")]
FORMULA: TypeAdapter[Linear | Steps | Per | Yes] = TypeAdapter(Formula)


def fault_of(formula: Linear | Steps | Per | Yes) -> str:
    """Return the sentence that says why this is no formula; empty where it is one."""
    if isinstance(formula, Linear):
        return FULL_ABOVE_ZERO if formula.full <= formula.zero else ""
    if isinstance(formula, Steps):
        found = sorted(formula.steps)
        given = [points for _, points in found]
        return STEPS_FALL if len({level for level, _ in found}) < len(found) or given != sorted(given) else ""
    return ""


def as_written(number: float) -> Fraction:
    """Return a number as it is written: 0.7 is seven tenths."""
    return Fraction(str(number))


def points_by(formula: Linear | Steps | Per | Yes, points: float, value: Fraction) -> Fraction:
    """Return the exact points of a figure, from 0 to all `points` of the criterion."""
    whole = as_written(points)
    if isinstance(formula, Linear):
        zero, full = as_written(formula.zero), as_written(formula.full)
        found = whole * (value - zero) / (full - zero)
    elif isinstance(formula, Steps):
        reached = [given for level, given in formula.steps if value >= as_written(level)]
        found = as_written(max(reached, default=0))
    elif isinstance(formula, Per):
        found = min(
            floor(value / as_written(formula.each)) * as_written(formula.points), as_written(formula.most)
        )
    else:
        found = whole if value > 0 else Fraction(0)
    return min(max(found, Fraction(0)), whole)


def round_points(points: Fraction) -> float:
    """Return points to one decimal, a half upwards: the one place where anything is rounded."""
    return floor(points * 10 + Fraction(1, 2)) / 10


def competition_ranks(points: Sequence[float | None]) -> list[int | None]:
    """Return the place of each: 90, 85, 85, 80 are 1, 2, 2, 4; none without points."""
    return [
        None if own is None else 1 + sum(other is not None and other > own for other in points)
        for own in points
    ]
