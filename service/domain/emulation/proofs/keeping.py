"""Files of proof as they are kept: sent by the unit's leader while points are claimed, withdrawn by them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.emulation.points.criteria import criteria_of
from service.domain.emulation.points.scoring import CLAIMABLE, claimed_unit, criterion_at
from service.domain.emulation.proofs.reading import NO_PROOF
from service.domain.reports.events import Actor
from service.errors import Conflict, NotFound, invalid
from service.i18n import N_
from service.models import Criterion, CriterionScore, Movement, PendingDeletion, ScoreProof

MOST_PROOFS = 5
"""Files of one unit for one criterion."""
NAME_LENGTH = 120


@dataclass(frozen=True, slots=True)
class NewProof:
    """File that was looked at and stored, not yet kept by any claim."""

    key: str
    name: str
    media_type: str
    size: int
    sha256: bytes


def require_proving(
    session: Session, reference: Reference, actor: Actor, number: int, code: str, position: int
) -> tuple[Movement, Criterion, int]:
    """Return the movement, locked, its criterion and the unit that proves its claim now.

    Raises NotFound, Forbidden for who does not lead the unit, Conflict out of time, Invalid for a criterion
    that no unit claims.
    """
    movement, unit = claimed_unit(session, reference, actor, number, code)
    criteria = {each.position: each for each in criteria_of(session, number)}
    criterion = criterion_at(criteria, position, ["criterion"])
    if criterion.source not in CLAIMABLE:
        raise invalid(["criterion"], N_("Tiêu chí này do hội đồng cho điểm."))
    return movement, criterion, unit


def add_proof(
    session: Session,
    reference: Reference,
    actor: Actor,
    number: int,
    code: str,
    position: int,
    new: NewProof,
    now: datetime,
) -> bool:
    """Keep a file; False where the unit sent the same one before, whose stored copy is then kept by nothing.

    Raises as `require_proving`, Conflict beyond the ceiling.
    """
    movement, criterion, unit = require_proving(session, reference, actor, number, code, position)
    same = select(ScoreProof.id).where(*_of(criterion, unit), ScoreProof.sha256 == new.sha256)
    if session.scalar(same):
        return False
    if _kept(session, criterion, unit) >= MOST_PROOFS:
        raise too_many_proofs()
    row = ScoreProof(
        movement_id=movement.id,
        criterion_id=criterion.id,
        unit_id=unit,
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
    session: Session, reference: Reference, actor: Actor, number: int, code: str, proof: int, now: datetime
) -> None:
    """Withdraw a file, whose stored copy is deleted afterwards.

    Raises as `put_claims`, NotFound, Conflict for the only proof of points that were claimed.
    """
    _, unit = claimed_unit(session, reference, actor, number, code)
    row = session.get(ScoreProof, proof)
    if row is None or (row.movement_id, row.unit_id) != (number, unit):
        raise NotFound(NO_PROOF)
    criterion = session.get_one(Criterion, row.criterion_id)
    score = session.get(CriterionScore, (number, criterion.id, unit))
    others = _kept(session, criterion, unit) > 1
    if criterion.needs_proof and score is not None and score.claimed and not score.proof and not others:
        told = N_("Đây là minh chứng duy nhất của điểm đã tự chấm. Hãy gửi tệp khác trước, hoặc bỏ điểm.")
        raise Conflict(told)
    session.merge(PendingDeletion(key=row.key, since=now, next_at=now))
    session.delete(row)
    session.flush()


def _of(criterion: Criterion, unit: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return ScoreProof.criterion_id == criterion.id, ScoreProof.unit_id == unit


def _kept(session: Session, criterion: Criterion, unit: int) -> int:
    """Return how many files a unit has for a criterion."""
    return session.scalar(select(func.count()).where(*_of(criterion, unit))) or 0
