"""Rights to see and keep plans, and finding one by its code."""

from __future__ import annotations

from sqlalchemy import ColumnElement, false, or_, select, true
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.reports.events import Actor
from service.domain.works.access import READERS, require_works
from service.errors import Forbidden, NotFound
from service.i18n import N_
from service.models import Plan, PlanState, Role
from service.models.reports.event import ActorKind

DRAFTER, KEEPER, DIRECTOR, ADMINISTRATOR, SYSTEM = "drafter", "keeper", "director", "administrator", "system"


def plan_roles(actor: Actor, plan: Plan) -> frozenset[str]:
    """Return the parts that `actor` has in this plan: of its issuer, its keeper, their leaders."""
    if actor.kind != ActorKind.STAFF:
        return frozenset({actor.kind})
    found, mine = set(), actor.departments
    if actor.role == Role.ADMINISTRATOR:
        return frozenset({DRAFTER, ADMINISTRATOR})
    if actor.role in (Role.DEPARTMENT, Role.MANAGER):
        found |= {DRAFTER} if mine & {plan.issuer_id, plan.keeper_id} else set()
        found |= {KEEPER} if plan.keeper_id in mine else set()
    if actor.role == Role.MANAGER and (actor.of_city or plan.issuer_id in mine):
        found |= {DRAFTER, DIRECTOR}
    return frozenset(found)


def visible_plans(actor: Actor) -> ColumnElement[bool]:
    """Return the condition of the plans that this person may see: drafts only of their own units."""
    if actor.kind != ActorKind.STAFF or actor.role not in READERS:
        return false()
    if actor.role == Role.ADMINISTRATOR or (actor.role == Role.MANAGER and actor.of_city):
        return true()
    decided = Plan.state.in_((PlanState.IN_FORCE, PlanState.CLOSED))
    if actor.role == Role.TRIAGE:
        return decided
    within = sorted(actor.departments)
    return or_(decided, Plan.issuer_id.in_(within), Plan.keeper_id.in_(within))


def find_plan(session: Session, reference: Reference, actor: Actor, code: str, *, lock: bool = False) -> Plan:
    """Return the plan of that code. Raises NotFound also for who may not know of it."""
    require_works(reference)
    query = select(Plan).where(Plan.code == code.strip().upper(), visible_plans(actor))
    plan = session.scalar(query.with_for_update() if lock else query)
    if plan is None:
        raise NotFound(N_("Không có kế hoạch này. Hãy xem lại mã."))
    return plan


def require_drafter(actor: Actor, plan: Plan) -> None:
    """Raise Forbidden for who may not change this plan's draft."""
    if DRAFTER not in plan_roles(actor, plan):
        raise Forbidden(N_("Chỉ đơn vị ban hành hoặc đơn vị theo dõi được sửa kế hoạch này."))
