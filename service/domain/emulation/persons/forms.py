"""Bodies of requests about points of persons, and how those are told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field, StringConstraints

from service.domain.city.config_parts import UnitBrief
from service.domain.emulation.forms import MOST_CRITERIA, ClaimDraft, Points, Version
from service.domain.emulation.shapes import ProofView
from service.domain.reports.drafts import StrictBody
from service.domain.works.views import ReadModel


class OwnClaims(StrictBody):
    """Points that a person claims for themselves."""

    claims: Annotated[list[ClaimDraft], Field(min_length=1, max_length=MOST_CRITERIA)]


class PersonPointsChange(StrictBody):
    """Points that a leader gives a person of the unit; None takes them back. `version` is the score's that
    was read.
    """

    person: Annotated[str, Field(max_length=100)]
    criterion: Annotated[int, Field(ge=1, le=MOST_CRITERIA)]
    points: Points | None
    why: Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)] = ""
    version: Version


class PersonScoreView(ReadModel):
    """Points of a person for one criterion; `got` are those that count."""

    position: int
    words: str
    points: float
    source: str
    needs_proof: bool
    claimed: float | None
    proof: str
    proofs: Sequence[ProofView]
    given: float | None
    why: str
    got: float
    version: int


class PersonView(ReadModel):
    """A person of a unit with their points; `place` is among the people of the unit, told to its leaders."""

    username: str
    name: str
    unit: UnitBrief
    points: float
    place: int | None
    scores: list[PersonScoreView]
    mine: bool
    may_give: bool
    may_claim: bool
