"""Files of proof as they are kept: sent and withdrawn while points are claimed, by who claims them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.emulation.points.criteria import criteria_of
from service.domain.emulation.points.entered_points import CLAIMABLE, claimed_unit, criterion_at
from service.domain.emulation.points.own_claims import claiming_person, own_criterion
from service.domain.emulation.proofs.proof_views import NO_PROOF
from service.domain.reports.events import Actor
from service.errors import Conflict, NotFound, invalid
from service.i18n import N_
from service.models import Criterion, CriterionScore, Movement, PendingDeletion, PersonScore, ScoreProof

MOST_PROOFS = 5
"""Files of one unit, or of one person, for one criterion."""
NAME_LENGTH = 120


@dataclass(frozen=True, slots=True)
class NewProof:
    """File that was looked at and stored, not yet kept by any claim."""

    key: str
    name: str
    media_type: str
    size: int
    sha256: bytes


@dataclass(frozen=True, slots=True)
class ProvedClaim:
    """Claim that files prove: of a unit, or of a person in it; its movement is locked."""

    movement: Movement
    criterion: Criterion
    unit: int
    person: int | None


def require_proving(
    session: Session, reference: Reference, actor: Actor, number: int, code: str | None, position: int
) -> ProvedClaim:
    """Return the claim of a unit by its code, or without one that of who asks, which is proved now.

    Raises NotFound, Forbidden for who does not lead the unit or is of none, Conflict out of time, Invalid for
    a criterion that nobody claims.
    """
    if code is None:
        movement, person, unit = claiming_person(session, reference, actor, number)
        return ProvedClaim(movement, own_criterion(session, number, position, ["criterion"]), unit, person)
    movement, unit = claimed_unit(session, reference, actor, number, code)
    criteria = {each.position: each for each in criteria_of(session, number)}
    criterion = criterion_at(criteria, position, ["criterion"])
    if criterion.source not in CLAIMABLE:
        raise invalid(["criterion"], N_("Tiêu chí này do hội đồng cho điểm."))
    return ProvedClaim(movement, criterion, unit, None)


def add_proof(
    session: Session,
    reference: Reference,
    actor: Actor,
    number: int,
    code: str | None,
    position: int,
    new: NewProof,
    now: datetime,
) -> bool:
    """Keep a file; False where the same one was sent before, whose stored copy is then kept by nothing.

    Raises as `require_proving`, Conflict beyond the ceiling.
    """
    claim = require_proving(session, reference, actor, number, code, position)
    same = select(ScoreProof.id).where(*_of(claim), ScoreProof.sha256 == new.sha256)
    if session.scalar(same):
        return False
    if _kept(session, claim) >= MOST_PROOFS:
        raise too_many_proofs()
    row = ScoreProof(
        movement_id=claim.movement.id,
        criterion_id=claim.criterion.id,
        unit_id=claim.unit,
        staff_id=claim.person,
        key=new.key,
        name=new.name,
        media_type=new.media_type,
        size=new.size,
        sha256=new.sha256,
        added_at=now,
        added_by=actor.staff_id,
    )
    session.add(row)
    session.flush()
    return True


def too_many_proofs() -> Conflict:
    """Return the refusal of files beyond the ceiling."""
    return Conflict(N_("Mỗi tiêu chí nhiều nhất {most} tệp minh chứng."), most=MOST_PROOFS)


def withdraw_proof(
    session: Session,
    reference: Reference,
    actor: Actor,
    number: int,
    code: str | None,
    proof: int,
    now: datetime,
) -> None:
    """Withdraw a file, whose stored copy is deleted afterwards.

    Raises as `require_proving`, NotFound, Conflict for the only proof of points that were claimed.
    """
    person: int | None = None
    if code is None:
        _, person, unit = claiming_person(session, reference, actor, number)
    else:
        _, unit = claimed_unit(session, reference, actor, number, code)
    row = session.get(ScoreProof, proof)
    if row is None or (row.movement_id, row.unit_id, row.staff_id) != (number, unit, person):
        raise NotFound(NO_PROOF)
    criterion = session.get_one(Criterion, row.criterion_id)
    score = (
        session.get(CriterionScore, (number, criterion.id, unit))
        if person is None
        else session.get(PersonScore, (criterion.id, person))
    )
    others = _kept(session, ProvedClaim(session.get_one(Movement, number), criterion, unit, person)) > 1
    if criterion.needs_proof and score is not None and score.claimed and not score.proof and not others:
        message = N_("Đây là minh chứng duy nhất của điểm đã tự chấm. Hãy gửi tệp khác trước, hoặc bỏ điểm.")
        raise Conflict(message)
    session.merge(PendingDeletion(key=row.key, since=now, next_at=now))
    session.delete(row)
    session.flush()


def _of(claim: ProvedClaim) -> tuple[ColumnElement[bool], ...]:
    return (
        ScoreProof.criterion_id == claim.criterion.id,
        ScoreProof.unit_id == claim.unit,
        ScoreProof.staff_id.is_not_distinct_from(claim.person),
    )


def _kept(session: Session, claim: ProvedClaim) -> int:
    """Return how many files there are for a claim."""
    return session.scalar(select(func.count()).where(*_of(claim))) or 0
