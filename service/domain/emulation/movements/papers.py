"""Facts of the papers of a movement: everything they say is what was announced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.documents.offices import OfficeFacts, issuing_facts
from service.domain.emulation.access import ANNOUNCED, find_movement, may_keep, may_review, pool_units
from service.domain.emulation.awards.dossier_views import AwardView, newest_award, tell_award
from service.domain.emulation.entries.initiatives import recognised_of
from service.domain.emulation.movements.views import view_movement, view_unit
from service.domain.emulation.shapes import MovementView, UnitScoreView
from service.domain.indicators.registry import INDICATORS
from service.domain.reports.events import Actor
from service.errors import Conflict, Forbidden
from service.i18n import N_, translate
from service.models import Criterion, Movement


@dataclass(frozen=True, slots=True)
class MovementPaper:
    """Standing of an announced movement, and the office that issues its papers; of one unit in a dossier,
    with titles and decisions of its recognised initiatives. `award` is the newest dossier of proposals;
    `shared` are other movements of the same days that used the same results, with the names of those.
    """

    movement: MovementView
    issuer_id: int
    office: OfficeFacts
    council: Sequence[str]
    unit: UnitScoreView | None = None
    initiatives: Sequence[tuple[str, str]] = ()
    award: AwardView | None = None
    shared: Sequence[tuple[str, Sequence[str]]] = ()


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
    view = view_movement(session, reference, actor, number)
    known = recognised_of(session, reference, movement, issuer) if unit is not None else []
    found = [(each.title, each.decision) for each in known]
    newest = newest_award(session, movement) if unit is None else None
    award = tell_award(session, reference, actor, movement, *newest) if newest else None
    office, shared = issuing_facts(session, issuer), shared_results(session, movement, issuer) if own else ()
    return MovementPaper(view, issuer, office, view.council, own, found, award, shared)


def shared_results(session: Session, movement: Movement, unit: int) -> list[tuple[str, list[str]]]:
    """Return the other announced movements that counted results of the unit of the same days by the same
    indicators, each with the names of those: movements may share results, and each dossier says so.
    """
    mine = _indicators(session, [movement.id])[movement.id]
    rows = session.scalars(
        select(Movement)
        .where(Movement.id != movement.id, Movement.state.in_(sorted(ANNOUNCED)))
        .where(Movement.first <= movement.last, Movement.last >= movement.first)
        .order_by(Movement.first, Movement.id)
    )
    others = [each for each in rows if unit in pool_units(each)]
    used = _indicators(session, [each.id for each in others])
    found = [(each.title, [code for code in mine if code in used[each.id]]) for each in others]
    return [(title, [translate(INDICATORS[code].name) for code in codes]) for title, codes in found if codes]


def _indicators(session: Session, numbers: Sequence[int]) -> dict[int, list[str]]:
    """Return the indicators of each movement's criteria, in their order."""
    query = select(Criterion.movement_id, Criterion.indicator).where(
        Criterion.movement_id.in_(numbers), Criterion.indicator.in_(sorted(INDICATORS))
    )
    found: dict[int, list[str]] = {number: [] for number in numbers}
    for row in session.execute(query.order_by(Criterion.position)):
        if row.indicator not in found[row.movement_id]:
            found[row.movement_id].append(row.indicator)
    return found


def require_announced(movement: Movement) -> None:
    """Raise Conflict where the figures of a movement may still change."""
    if movement.state not in ANNOUNCED:
        raise Conflict(N_("Kết quả chưa công bố, số liệu còn thay đổi."), extra={"state": movement.state})
