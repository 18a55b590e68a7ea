"""Sum of a unit's points out of its lines. Nothing here reads the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from service.domain.emulation.formulas import as_written, round_points
from service.models import CriterionSource
from service.models.emulation.movement import NotRanked, SectionPoints

ON_TOP = frozenset({CriterionSource.BONUS, CriterionSource.DEDUCTION})
"""Sources whose points are not part of the hundred."""


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """Criterion of a unit: worth `points`, of which it has `got`. One `left_out` has too few cases:
    `cases` (None is no figure at all) where `needs` are asked for.
    """

    points: float
    source: CriterionSource
    section: str = ""
    got: float = 0
    left_out: bool = False
    cases: int | None = None
    needs: int = 0


@dataclass(frozen=True, slots=True)
class UnitTotal:
    """Points of a unit; None where more than half of the points are left out, then `not_ranked` says why."""

    points: float | None
    parts: list[SectionPoints] = field(default_factory=list)
    not_ranked: NotRanked | None = None
    left_out: float = 0


def total_of(lines: Sequence[ScoreLine]) -> UnitTotal:
    """Return the sum: what is left out is made up for by the others, scaled to the same hundred; a bonus
    comes on top, a deduction off, never below nought.
    """
    base = [line for line in lines if line.source not in ON_TOP]
    whole = sum((as_written(line.points) for line in base), Fraction(0))
    out = [line for line in base if line.left_out]
    missing = sum((as_written(line.points) for line in out), Fraction(0))
    if 2 * missing > whole:
        worst = max(out, key=lambda line: line.points)
        why = NotRanked(cases=worst.cases, needs=worst.needs)
        return UnitTotal(None, _parts(lines, Fraction(1)), why, float(missing))
    scale = whole / (whole - missing) if missing else Fraction(1)
    got = sum((as_written(line.got) for line in base if not line.left_out), Fraction(0)) * scale
    for line in lines:
        if line.source in ON_TOP and not line.left_out:
            got += as_written(line.got) * (1 if line.source == CriterionSource.BONUS else -1)
    return UnitTotal(round_points(max(got, Fraction(0))), _parts(lines, scale), None, float(missing))


def _parts(lines: Sequence[ScoreLine], scale: Fraction) -> list[SectionPoints]:
    """Return points by section in their order, as a bar shows them: a deduction is none of them."""
    found: dict[str, Fraction] = {}
    for line in lines:
        if line.source == CriterionSource.DEDUCTION:
            continue
        got = Fraction(0) if line.left_out else as_written(line.got)
        factor = Fraction(1) if line.source == CriterionSource.BONUS else scale
        found[line.section] = found.get(line.section, Fraction(0)) + got * factor
    return [SectionPoints(section=name, points=round_points(points)) for name, points in found.items()]
