"""Rights on routes: everybody reads them, the office that keeps the plan writes them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.city.config import CablesConfig
from service.domain.city.reference import Reference
from service.domain.reports.events import Actor
from service.errors import Forbidden, NotFound
from service.i18n import N_
from service.models import CableRoute, Role
from service.models.reports.event import ActorKind

ROOM = frozenset({Role.DEPARTMENT, Role.MANAGER, Role.EXECUTOR, Role.INSPECTOR, Role.TRIAGE})
"""Roles whose day has cables in it; an administrator looks after the plan as well."""


def cables_of(reference: Reference) -> CablesConfig:
    """Return the city's rules of cables. Raises NotFound in a city that keeps no plan of them."""
    if reference.config.cables is None or reference.config.works is None:
        raise NotFound(N_("Không có trang này."))
    return reference.config.cables


def may_plan(reference: Reference, actor: Actor) -> bool:
    """Return whether this person may add routes to the plan and change them."""
    if actor.kind != ActorKind.STAFF or reference.config.cables is None:
        return False
    if actor.role == Role.ADMINISTRATOR:
        return True
    if actor.role == Role.MANAGER and actor.of_city:
        return True
    office = reference.department_by_code.get(reference.config.cables.office)
    return (
        actor.role in (Role.DEPARTMENT, Role.MANAGER)
        and office is not None
        and office.id in actor.departments
    )


def require_planning(reference: Reference, actor: Actor) -> None:
    """Raise Forbidden for who does not keep the plan."""
    cables_of(reference)
    if not may_plan(reference, actor):
        raise Forbidden(N_("Chỉ đơn vị giữ kế hoạch ngầm hóa được sửa các tuyến."))


def company_ids(reference: Reference) -> list[int]:
    """Return the active companies that own cables, in the order of the city's folder."""
    known = reference.department_by_code
    found = [known.get(code) for code in cables_of(reference).companies]
    return [each.id for each in found if each is not None and each.active]


def find_route(session: Session, reference: Reference, route_id: int, *, lock: bool = False) -> CableRoute:
    """Return a route. Raises NotFound."""
    cables_of(reference)
    route = None
    if 0 < route_id < 1 << 31:
        query = select(CableRoute).where(CableRoute.id == route_id)
        route = session.scalar(query.with_for_update() if lock else query)
    if route is None:
        raise NotFound(N_("Không có tuyến này."))
    return route
