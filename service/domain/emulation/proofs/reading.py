"""Files of proof as they are read: by unit and criterion, and one to be opened."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.emulation.access import find_movement, sees_unit
from service.domain.emulation.shapes import ProofView
from service.domain.reports.events import Actor
from service.errors import NotFound
from service.i18n import N_
from service.models import Movement, ScoreProof

NO_PROOF = N_("Không có tệp minh chứng này.")
ENDINGS = {"application/pdf": "pdf", "image/webp": "webp"}
"""Endings of stored proofs by their media types."""

Proofs = Mapping[tuple[int, int], Sequence[ProofView]]
"""Files by unit and criterion."""


def proofs_of(session: Session, movement: Movement) -> Proofs:
    """Return all files of a movement in the order in which they came."""
    own = select(ScoreProof).where(ScoreProof.movement_id == movement.id).order_by(ScoreProof.id)
    found: dict[tuple[int, int], list[ProofView]] = defaultdict(list)
    for row in session.scalars(own):
        told = ProofView(id=row.id, name=row.name, media_type=row.media_type, size=row.size)
        found[row.unit_id, row.criterion_id].append(told)
    return found


def open_proof(session: Session, actor: Actor, number: int, proof: int) -> tuple[str, str, str]:
    """Return the key, media type and file name of a proof. Raises NotFound, also for who may not read the
    unit's points.
    """
    movement = find_movement(session, actor, number)
    row = session.get(ScoreProof, proof)
    if row is None or row.movement_id != number or not sees_unit(actor, movement, row.unit_id):
        raise NotFound(NO_PROOF)
    return row.key, row.media_type, f"minh-chung-{row.id}.{ENDINGS[row.media_type]}"
