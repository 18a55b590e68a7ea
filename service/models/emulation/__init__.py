"""Tables of emulation."""

from service.models.emulation.award import Award
from service.models.emulation.correction import StandingCorrection
from service.models.emulation.initiative import Initiative, InitiativeState, InitiativeVote
from service.models.emulation.meter_reading import Meter, MeterReading
from service.models.emulation.movement import (
    Criterion,
    CriterionScore,
    CriterionSource,
    CriterionSubject,
    Movement,
    MovementStanding,
    MovementState,
    ScoreComment,
)
from service.models.emulation.person_score import PersonScore
from service.models.emulation.proof import ScoreProof

__all__ = [
    "Award",
    "Criterion",
    "CriterionScore",
    "CriterionSource",
    "CriterionSubject",
    "Initiative",
    "InitiativeState",
    "InitiativeVote",
    "Meter",
    "MeterReading",
    "Movement",
    "MovementStanding",
    "MovementState",
    "PersonScore",
    "ScoreComment",
    "ScoreProof",
    "StandingCorrection",
]
