"""Corrections of announced standings: the standing stays as it was, the correction stands beside it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from pydantic import Field, FiniteFloat, StringConstraints
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference, brief_of_unit
from service.domain.emulation.access import ANNOUNCED, find_movement, may_direct, pool_units
from service.domain.emulation.forms import Code
from service.domain.emulation.shapes import CorrectionView
from service.domain.kernel.audit import write_entry
from service.domain.reports.drafts import StrictBody
from service.domain.reports.events import Actor
from service.errors import Conflict, Forbidden, NotFound
from service.i18n import N_
from service.i18n.rounding import round_half_up
from service.models import Movement, MovementStanding, StandingCorrection

MOST = 20
"""Of one unit in one movement."""


class CorrectionDraft(StrictBody):
    """Points that a unit should have had, and why."""

    unit: Code
    points: Annotated[FiniteFloat, Field(ge=0, le=200)]
    why: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]


def correct_standing(
    session: Session, reference: Reference, actor: Actor, number: int, draft: CorrectionDraft, now: datetime
) -> StandingCorrection:
    """Add a correction; the same points and reason as the last one's are a retry.

    Raises NotFound; Forbidden for who does not lead the issuer; Conflict before it is announced, or for too
    many.
    """
    movement = find_movement(session, actor, number, lock=True)
    view = reference.department_by_code.get(draft.unit)
    if view is None or view.id not in pool_units(movement):
        raise NotFound(N_("Đơn vị này không tham gia phong trào."))
    if not may_direct(actor, movement.issuer_id):
        raise Forbidden(N_("Chỉ lãnh đạo đơn vị phát động đính chính kết quả."))
    if movement.state not in ANNOUNCED:
        message = N_("Kết quả chưa công bố thì sửa điểm, không đính chính.")
        raise Conflict(message, extra={"state": movement.state})
    earlier = [each for each in corrections_of(session, movement) if each.unit_id == view.id]
    points = float(round_half_up(draft.points, 1))
    if earlier and (earlier[-1].points, earlier[-1].why) == (points, draft.why):
        return earlier[-1]
    if len(earlier) >= MOST:
        raise Conflict(N_("Kết quả của đơn vị này đã được đính chính quá nhiều lần."))
    standing = session.get(MovementStanding, (number, view.id))
    was = earlier[-1].points if earlier else standing.points if standing else None
    facts = {"was": was, "points": points, "why": draft.why, "at": now, "by": actor.staff_id}
    row = StandingCorrection(movement_id=number, unit_id=view.id, **facts)
    session.add(row)
    session.flush()
    before, after = {"points": was}, {"unit_id": view.id, "points": points}
    write_entry(
        session,
        "standing.corrected",
        str(number),
        at=now,
        staff_id=actor.staff_id,
        before=before,
        after=after,
    )
    return row


def corrections_of(session: Session, movement: Movement) -> Sequence[StandingCorrection]:
    """Return the corrections of a movement in the order in which they came."""
    own = select(StandingCorrection).where(StandingCorrection.movement_id == movement.id)
    return session.scalars(own.order_by(StandingCorrection.id)).all()


def tell_corrections(
    session: Session, reference: Reference, movement: Movement, units: Sequence[int] | None = None
) -> list[CorrectionView]:
    """Return the corrections of these units as they are told, of all units for None."""
    return [
        CorrectionView(
            unit=brief_of_unit(reference, row.unit_id),
            was=row.was,
            points=row.points,
            why=row.why,
            at=row.at,
        )
        for row in corrections_of(session, movement)
        if units is None or row.unit_id in units
    ]
