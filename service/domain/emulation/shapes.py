"""Shapes of movements as they are told: a list, a standing by pools, one unit's criteria, comments."""

from __future__ import annotations

from datetime import date, datetime

from service.domain.city.config_parts import UnitBrief
from service.domain.works.views import ReadModel
from service.models.emulation.movement import SectionPoints
from service.models.shared.base import Json


class MovementBrief(ReadModel):
    """A movement in a list."""

    id: int
    title: str
    state: str
    issuer: UnitBrief | None
    first: date
    last: date
    units: int
    public: bool
    announced_at: datetime | None
    version: int


class CriterionView(ReadModel):
    """A criterion; `indicator_name` says what is counted."""

    position: int
    section: str
    words: str
    points: float
    source: str
    indicator: str | None
    indicator_name: str
    formula: Json | None
    fewest: int
    needs_proof: bool
    applies_to: str


class StandingRow(ReadModel):
    """Place of a unit among its pool. `before` is its place the last time; `parts` are points by section.
    One that was dissolved is scored to its last day, `ended_on`; `successor` took over from it.
    """

    unit: UnitBrief
    points: float | None
    place: int | None
    before: int | None
    not_ranked_why: str
    ended_on: date | None = None
    successor: UnitBrief | None = None
    parts: list[SectionPoints]


class PoolView(ReadModel):
    """Pool with its units by place; before the standing is shown, one's own alone."""

    name: str
    rows: list[StandingRow]


class ChangedCase(ReadModel):
    """Report that changed after the figures were frozen: who leads it, when it changed last."""

    code: str
    unit: UnitBrief
    at: datetime


class CorrectionView(ReadModel):
    """Correction of a unit's points after they were announced."""

    unit: UnitBrief
    was: float | None
    points: float
    why: str
    at: datetime


class MovementView(MovementBrief):
    """A whole movement. `changed` reports are other than when the figures were frozen, `changes` the newest
    of those that the asker may open; `missing` units have claimed nothing; `next` is the step that the asker
    may take, `takes_sheet` says that they may send points.
    """

    decision: str
    decided_on: date | None
    plan_id: int | None
    forms: str
    claims_due: date | None
    comment_days: int
    freeze_at: datetime | None
    counted_at: datetime | None
    frozen_at: datetime | None
    commented_at: datetime | None
    council: list[str]
    criteria: list[CriterionView]
    person_criteria: list[CriterionView]
    pools: list[PoolView]
    missing: list[UnitBrief]
    changed: int
    changes: list[ChangedCase]
    next: str | None
    may_keep: bool
    may_review: bool
    reads_awards: bool
    takes_sheet: bool
    corrections: list[CorrectionView]
    may_correct: bool
    mine: list[UnitBrief]


class SupportingFigure(ReadModel):
    """Figure that is shown beside a criterion's own and gives no points; `cases` opens the list behind it."""

    name: str
    value: float | None
    of: int | None
    unit_words: str
    cases: str


class ProofView(ReadModel):
    """File that proves a claim: what its sender called it, its size in bytes."""

    id: int
    name: str
    media_type: str
    size: int


class ScoreView(ReadModel):
    """Score of a unit. `cases` and `missed` open the lists behind it, where the asker may; `lost`
    is what is missing to all its points, or what a deduction takes.
    """

    position: int
    section: str
    words: str
    points: float
    source: str
    indicator: str
    unit_words: str
    value: float | None
    of: int | None
    cases: str
    missed: str
    missed_number: int | None
    beside: SupportingFigure | None
    left_out: bool
    fewest: int
    by_formula: float | None
    claimed: float | None
    claimable: bool
    needs_proof: bool
    proof: str
    proofs: list[ProofView]
    given: float | None
    why: str
    got: float
    lost: float
    version: int


class ScoreCommentView(ReadModel):
    """Comment of a unit, and its answer. `may_answer` says that the asker may: not of their own unit."""

    id: int
    unit: UnitBrief
    criterion: int | None
    words: str
    at: datetime
    answer: str
    answered_at: datetime | None
    changed: bool
    may_answer: bool = False


class UnitScoreView(ReadModel):
    """Scores of a unit by criterion, its standing and its comments. Criteria worth `left_out` have too few
    cases: the others are scaled to the hundred.
    """

    movement: MovementBrief
    unit: UnitBrief
    standing: StandingRow
    scores: list[ScoreView]
    left_out: float
    comments: list[ScoreCommentView]
    may_claim: bool
    may_give: bool
