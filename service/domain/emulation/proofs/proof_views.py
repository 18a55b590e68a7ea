"""Files of proof as they are read: by unit or person and criterion, and one to be opened."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.emulation.access import find_movement, may_claim, sees_unit
from service.domain.emulation.shapes import ProofView
from service.domain.reports.events import Actor
from service.errors import NotFound
from service.i18n import N_
from service.models import Movement, ScoreProof

NO_PROOF = N_("Không có tệp minh chứng này.")
ENDINGS = {"application/pdf": "pdf", "image/webp": "webp"}
"""Endings of stored proofs by their media types."""

Proofs = Mapping[tuple[int, int], Sequence[ProofView]]
"""Files by unit, or by person, and criterion."""


def proofs_of(session: Session, movement: Movement) -> Proofs:
    """Return all files of a movement's units in the order in which they came."""
    own = ScoreProof.movement_id == movement.id, ScoreProof.staff_id.is_(None)
    return _by(session.scalars(select(ScoreProof).where(*own).order_by(ScoreProof.id)), "unit_id")


def proofs_of_persons(session: Session, movement: Movement, people: Sequence[int]) -> Proofs:
    """Return the files of these people in the order in which they came."""
    own = ScoreProof.movement_id == movement.id, ScoreProof.staff_id.in_(people)
    return _by(session.scalars(select(ScoreProof).where(*own).order_by(ScoreProof.id)), "staff_id")


def _by(rows: Iterable[ScoreProof], subject: str) -> Proofs:
    found: dict[tuple[int, int], list[ProofView]] = defaultdict(list)
    for row in rows:
        view = ProofView(id=row.id, name=row.name, media_type=row.media_type, size=row.size)
        found[getattr(row, subject), row.criterion_id].append(view)
    return found


def open_proof(session: Session, actor: Actor, number: int, proof: int) -> tuple[str, str, str]:
    """Return the key, media type and file name of a proof. Raises NotFound, also for who may not read the
    unit's points; a person's files are opened by themselves and by who leads their unit.
    """
    movement = find_movement(session, actor, number)
    row = session.get(ScoreProof, proof)
    if row is None or row.movement_id != number:
        raise NotFound(NO_PROOF)
    mine = row.staff_id is not None and row.staff_id == actor.staff_id
    sees = sees_unit if row.staff_id is None else may_claim
    if not mine and not sees(actor, movement, row.unit_id):
        raise NotFound(NO_PROOF)
    return row.key, row.media_type, f"minh-chung-{row.id}.{ENDINGS[row.media_type]}"
