"""Bodies of requests about movements."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, Field, FiniteFloat

from service.domain.emulation.formulas import Formula
from service.domain.reports.drafts import StrictBody
from service.i18n.rounding import round_half_up
from service.models import CriterionSource, CriterionSubject, MovementState

Code = Annotated[str, Field(max_length=60)]
Points = Annotated[
    FiniteFloat, Field(ge=0, le=100), AfterValidator(lambda points: float(round_half_up(points, 1)))
]
Version = Annotated[int, Field(ge=0, le=2**31 - 1)]
MOST_CRITERIA, MOST_UNITS = 60, 500
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
Day = Annotated[date, Field(ge=EARLIEST.date(), le=LATEST.date())]


class PoolDraft(StrictBody):
    """Units that are compared with one another."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    units: Annotated[list[Code], Field(min_length=1, max_length=MOST_UNITS)]


class MovementDraft(StrictBody):
    """A movement as it is to be; `version` is the one that was read, 0 for a new one."""

    title: Annotated[str, Field(min_length=1, max_length=300)]
    issuer: Code
    plan: Annotated[str, Field(max_length=40)] = ""
    decision: Annotated[str, Field(max_length=100)] = ""
    decided_on: date | None = None
    first: Day
    last: Day
    pools: Annotated[list[PoolDraft], Field(min_length=1, max_length=20)]
    council: Annotated[list[Annotated[str, Field(max_length=100)]], Field(max_length=50)] = Field(
        default_factory=list
    )
    claims_due: date | None = None
    comment_days: Annotated[int, Field(ge=1, le=60)] = 7
    freeze_at: Annotated[AwareDatetime, Field(ge=EARLIEST, le=LATEST)] | None = None
    forms: Annotated[str, Field(max_length=200)] = ""
    public: bool = False
    version: Version = 0


class CriterionDraft(StrictBody):
    """A criterion. With an indicator it needs a formula; a source `indicator` needs both. One of
    persons is claimed by them or given by the leader of their unit; those too are worth a hundred.
    """

    section: Annotated[str, Field(max_length=200)] = ""
    words: Annotated[str, Field(min_length=1, max_length=1000)]
    points: Annotated[FiniteFloat, Field(gt=0, le=100, multiple_of=0.5)]
    source: CriterionSource
    indicator: Annotated[str, Field(max_length=60)] | None = None
    formula: Formula | None = None
    fewest: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    needs_proof: bool = False
    applies_to: CriterionSubject = CriterionSubject.UNIT


class CriteriaChange(StrictBody):
    """All criteria of a draft, in their order."""

    criteria: Annotated[list[CriterionDraft], Field(min_length=1, max_length=MOST_CRITERIA)]
    version: Version


class ClaimDraft(StrictBody):
    """Points that a unit claims for the criterion at a position, with its proof."""

    criterion: Annotated[int, Field(ge=1, le=MOST_CRITERIA)]
    points: Points
    proof: Annotated[str, Field(max_length=1000)] = ""


class ClaimsChange(StrictBody):
    """Claims of one unit."""

    unit: Code
    claims: Annotated[list[ClaimDraft], Field(min_length=1, max_length=MOST_CRITERIA)]


class CouncilPointsChange(StrictBody):
    """Points that the council gives a unit for a criterion; None takes them back. `version` is the score's
    that was read.
    """

    unit: Code
    criterion: Annotated[int, Field(ge=1, le=MOST_CRITERIA)]
    points: Points | None
    why: Annotated[str, Field(max_length=1000)] = ""
    version: Version


class NewScoreComment(StrictBody):
    """Comment of a unit on its points, on one criterion or on all."""

    unit: Code
    criterion: Annotated[int, Field(ge=1, le=MOST_CRITERIA)] | None = None
    words: Annotated[str, Field(min_length=1, max_length=2000)]


class ScoreAnswer(StrictBody):
    """Answer to a comment; `changed` says that points were."""

    answer: Annotated[str, Field(min_length=1, max_length=2000)]
    changed: bool = False


class MovementStep(StrictBody):
    """Step of a movement's life."""

    to: MovementState
    version: Version
