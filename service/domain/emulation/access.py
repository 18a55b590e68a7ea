"""Rights to movements: who keeps one, announces it, claims, gives points, and may look."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.reports.events import Actor
from service.domain.works.access import READERS
from service.errors import Forbidden, NotFound
from service.i18n import N_
from service.models import Movement, MovementState, Role
from service.models.reports.event import ActorKind

ANNOUNCED = frozenset({MovementState.ANNOUNCED, MovementState.CLOSED})
MEMBERS = READERS | {Role.EXECUTOR}
"""Roles that a movement may concern: the accounts of a company are those of executors."""
SHOWN = ANNOUNCED | {MovementState.COMMENTED}
"""States in which units read the standing of all."""

NONE_SUCH = N_("Không có phong trào này.")


def pool_units(movement: Movement) -> list[int]:
    """Return the units of all pools, in their order."""
    return [unit for pool in movement.pools for unit in pool["units"]]


def may_direct(actor: Actor, issuer: int) -> bool:
    """Return whether a person leads this unit, and so decides on its movements."""
    if actor.kind != ActorKind.STAFF or actor.role != Role.MANAGER:
        return False
    return actor.of_city or issuer in actor.departments


def may_keep(actor: Actor, movement: Movement) -> bool:
    """Return whether a person keeps the movement: a leader of its issuer, or of the plan's keeper."""
    of_keeper = actor.role in (Role.DEPARTMENT, Role.MANAGER) and movement.keeper_id in actor.departments
    return may_direct(actor, movement.issuer_id) or (actor.kind == ActorKind.STAFF and of_keeper)


def may_review(actor: Actor, movement: Movement) -> bool:
    """Return whether a person is of the council."""
    return actor.kind == ActorKind.STAFF and actor.staff_id in movement.council


def leads_unit(actor: Actor, movement: Movement, unit: int) -> bool:
    """Return whether a person leads this unit of the movement."""
    leads = actor.kind == ActorKind.STAFF and actor.role == Role.MANAGER and unit in actor.departments
    return leads and unit in pool_units(movement)


def may_claim(actor: Actor, movement: Movement, unit: int) -> bool:
    """Return whether a person speaks for this unit of the movement: who leads it, of a company its people."""
    of_company = actor.role == Role.EXECUTOR and actor.department_id == unit
    return leads_unit(actor, movement, unit) or (of_company and unit in pool_units(movement))


def own_units(actor: Actor, movement: Movement) -> list[int]:
    """Return the units of the movement that a person works for."""
    if actor.role not in (Role.DEPARTMENT, Role.MANAGER, Role.EXECUTOR):
        return []
    return [unit for unit in pool_units(movement) if unit in actor.departments]


def sees_standing(actor: Actor, movement: Movement) -> bool:
    """Return whether a person reads the points of every unit now."""
    if may_keep(actor, movement) or may_review(actor, movement):
        return True
    if movement.state == MovementState.DRAFT:
        return False
    of_issuer = movement.issuer_id in actor.departments
    of_city = actor.role in (Role.TRIAGE, Role.ADMINISTRATOR)
    if actor.role in READERS and (of_city or of_issuer or movement.state in ANNOUNCED):
        return True
    return movement.state in SHOWN and bool(own_units(actor, movement))


def sees_movement(actor: Actor, movement: Movement) -> bool:
    """Return whether a person may know of the movement: a draft is its keepers' and the council's."""
    if actor.kind != ActorKind.STAFF or actor.role not in MEMBERS:
        return False
    if movement.state == MovementState.DRAFT:
        return may_keep(actor, movement) or may_review(actor, movement)
    return sees_standing(actor, movement) or bool(own_units(actor, movement))


def sees_unit(actor: Actor, movement: Movement, unit: int) -> bool:
    """Return whether a person reads each criterion of this unit: its own people, keepers, the council, who
    reads all units' figures anyway.
    """
    whole = may_keep(actor, movement) or may_review(actor, movement)
    whole |= actor.role in (Role.TRIAGE, Role.ADMINISTRATOR)
    return whole or unit in own_units(actor, movement)


def works_within(reference: Reference, actor: Actor, unit: int) -> bool:
    """Return whether a person works in this unit or in one below it."""
    own = actor.department_id
    return own is not None and own in reference.departments_below(unit)


def is_own_unit(reference: Reference, actor: Actor, unit: int) -> bool:
    """Return whether a unit is a person's own: they work in it or below it, or lead what is above it."""
    return unit in actor.departments or works_within(reference, actor, unit)


def find_movement(session: Session, actor: Actor, number: int, *, lock: bool = False) -> Movement:
    """Return a movement. Raises NotFound also for who may not know of it."""
    query = select(Movement).where(Movement.id == number)
    row = session.scalar(query.with_for_update() if lock else query)
    if row is None or not sees_movement(actor, row):
        raise NotFound(NONE_SUCH)
    return row


def require_keeping(actor: Actor, movement: Movement) -> None:
    """Raise Forbidden for who does not keep the movement."""
    if not may_keep(actor, movement):
        raise Forbidden(N_("Chỉ đơn vị phát động hoặc đơn vị theo dõi kế hoạch được sửa phong trào này."))
