"""Claims of persons for themselves: who claims, of which unit, for which criterion."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.emulation.access import find_movement, pool_units
from service.domain.emulation.points.criteria import criteria_of
from service.domain.emulation.points.entered_points import CLAIMED_IN
from service.domain.reports.events import Actor
from service.errors import Conflict, Forbidden, invalid
from service.i18n import N_
from service.models import Criterion, CriterionSource, CriterionSubject, Movement, Role, Staff

SCORED = (Role.DEPARTMENT, Role.MANAGER)
"""Roles of the people that a unit scores."""
NONE_OF_PERSONS = N_("Phong trào này không chấm điểm cá nhân.")


def claiming_person(
    session: Session, reference: Reference, actor: Actor, number: int
) -> tuple[Movement, int, int]:
    """Return the movement, locked, who claims for themselves now, and the unit that scores them.

    Raises NotFound, Forbidden for who is of no unit of the movement, Conflict out of time.
    """
    movement = find_movement(session, actor, number, lock=True)
    person = session.get(Staff, actor.staff_id) if actor.staff_id is not None else None
    unit = scoring_unit(reference, movement, person) if person is not None else None
    if person is None or unit is None:
        raise Forbidden(N_("Chỉ người của đơn vị tham gia tự chấm điểm của mình."))
    person_criteria(session, number)
    if movement.state not in CLAIMED_IN:
        raise Conflict(N_("Không còn trong thời gian tự chấm điểm."), extra={"state": movement.state})
    return movement, person.id, unit


def own_criterion(session: Session, number: int, position: int, loc: Sequence[str | int]) -> Criterion:
    """Return a criterion for which persons claim points. Raises Conflict for a movement without such, Invalid
    at `loc`.
    """
    criterion = person_criteria(session, number).get(position)
    if criterion is None:
        raise invalid(loc, N_("Phong trào không có tiêu chí số {position}."), position=position)
    if criterion.source != CriterionSource.SELF:
        raise invalid(loc, N_("Tiêu chí này do lãnh đạo đơn vị cho điểm."))
    return criterion


def scoring_unit(reference: Reference, movement: Movement, person: Staff) -> int | None:
    """Return the unit of the movement that a person works for, None for who is of none or scored by none."""
    if not person.active or person.role not in SCORED or person.department_id is None:
        return None
    units = pool_units(movement)
    return next((u for u in units if person.department_id in reference.departments_below(u)), None)


def person_criteria(session: Session, number: int) -> dict[int, Criterion]:
    """Return the criteria of persons by position. Raises Conflict for a movement that has none."""
    found = criteria_of(session, number, CriterionSubject.PERSON)
    if not found:
        raise Conflict(NONE_OF_PERSONS)
    return {each.position: each for each in found}
