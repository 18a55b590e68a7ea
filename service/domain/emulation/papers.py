"""Facts of the papers of a movement: everything they say is what was announced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.documents.offices import OfficeFacts, office_facts
from service.domain.emulation.access import ANNOUNCED, find_movement, may_keep, may_review
from service.domain.emulation.initiatives import recognised_of
from service.domain.emulation.shapes import MovementView, UnitScoreView
from service.domain.emulation.views import view_movement, view_unit
from service.domain.reports.events import Actor
from service.errors import Conflict, Forbidden
from service.i18n import N_
from service.models import Movement


@dataclass(frozen=True, slots=True)
class MovementPaper:
    """Standing of an announced movement, and the office that issues its papers; of one unit in a dossier,
    with titles and decisions of its recognised initiatives.
    """

    movement: MovementView
    issuer_id: int
    office: OfficeFacts
    council: Sequence[str]
    unit: UnitScoreView | None = None
    initiatives: Sequence[tuple[str, str]] = ()


def read_movement_paper(
    session: Session, reference: Reference, actor: Actor, number: int, unit: str | None = None
) -> MovementPaper:
    """Return the facts of a unit's dossier, which its own unit issues, or of the papers about all.

    Raises NotFound; Forbidden for who neither keeps nor reviews it; Conflict before it is announced.
    """
    movement = find_movement(session, actor, number)
    if unit is None and not (may_keep(actor, movement) or may_review(actor, movement)):
        raise Forbidden(N_("Chỉ đơn vị phát động và hội đồng lập hồ sơ trình khen."))
    own = view_unit(session, reference, actor, number, unit) if unit is not None else None
    require_announced(movement)
    issuer = reference.department_by_code[unit].id if unit is not None else movement.issuer_id
    told = view_movement(session, reference, actor, number)
    known = recognised_of(session, reference, movement, issuer) if unit is not None else []
    found = [(each.title, each.decision) for each in known]
    return MovementPaper(told, issuer, office_facts(session, issuer), told.council, own, found)


def require_announced(movement: Movement) -> None:
    """Raise Conflict where the figures of a movement may still change."""
    if movement.state not in ANNOUNCED:
        raise Conflict(N_("Kết quả chưa công bố, số liệu còn thay đổi."), extra={"state": movement.state})
