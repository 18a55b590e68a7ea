"""Readers of a plan, and how it was made known to people without accounts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.plans.access import ADMINISTRATOR, DIRECTOR, KEEPER, find_plan, plan_roles
from service.domain.plans.forms import NewBriefing
from service.domain.plans.plan_works import units_of
from service.domain.works.actions import ActionContext
from service.domain.works.units import unit_id
from service.errors import Conflict, Forbidden, invalid
from service.i18n import N_, pick
from service.models import Plan, PlanBriefing, PlanReadMark, PlanRow, PlanState, Role, Staff


@dataclass(frozen=True, slots=True)
class ReaderCounts:
    """Counts of the people whom a plan concerns, and of those who have read it."""

    read: int
    total: int


@dataclass(frozen=True, slots=True)
class PendingReader:
    """Somebody who has not read a plan that concerns them."""

    name: str
    unit: str


def mark_plan_read(ctx: ActionContext, code: str) -> Plan:
    """Note that this person has read the plan in force; again changes nothing. Raises NotFound, Conflict."""
    plan = find_plan(ctx.session, ctx.reference, ctx.actor, code)
    if plan.state == PlanState.DRAFT:
        raise Conflict(N_("Kế hoạch chưa ban hành."))
    row = insert(PlanReadMark).values(plan_id=plan.id, staff_id=ctx.actor.staff_id, read_at=ctx.now)
    ctx.session.execute(row.on_conflict_do_nothing())
    return plan


def count_readers(session: Session, reference: Reference, plans: Sequence[Plan]) -> dict[int, ReaderCounts]:
    """Return, for each plan, how many of those whom it concerns have read it."""
    return {plan.id: _count(session, reference, plan) for plan in plans}


def who_has_not_read(ctx: ActionContext, plan: Plan) -> list[PendingReader] | None:
    """Return by name who has not read the plan: for its keeper and director; None for others."""
    if not plan_roles(ctx.actor, plan) & {KEEPER, DIRECTOR, ADMINISTRATOR}:
        return None
    marked = and_(PlanReadMark.staff_id == Staff.id, PlanReadMark.plan_id == plan.id)
    unread = (
        select(Staff.name, Staff.department_id)
        .outerjoin(PlanReadMark, marked)
        .where(_concerned(ctx.session, ctx.reference, plan), PlanReadMark.staff_id.is_(None))
        .order_by(Staff.department_id, Staff.name)
        .limit(500)
    )
    units = ctx.reference.departments
    return [
        PendingReader(name, pick(units[unit].name) if unit is not None and unit in units else "")
        for name, unit in ctx.session.execute(unread)
    ]


def has_read(session: Session, plan: Plan, staff_id: int | None) -> bool:
    """Return whether this person has."""
    return session.get(PlanReadMark, (plan.id, staff_id)) is not None


def plans_read_by(session: Session, staff_id: int | None) -> frozenset[str]:
    """Return the codes of the plans that this person has read."""
    query = select(Plan.code).join(PlanReadMark, PlanReadMark.plan_id == Plan.id)
    return frozenset(session.scalars(query.where(PlanReadMark.staff_id == staff_id)))


def keep_briefing(ctx: ActionContext, code: str, form: NewBriefing) -> PlanBriefing:
    """Keep how a unit made the plan known; by people of that unit or of the plan's keeper. The same again is
    the same row.
    """
    plan = find_plan(ctx.session, ctx.reference, ctx.actor, code, lock=True)
    unit = unit_id(ctx.reference, form.unit, "unit")
    keeps = plan_roles(ctx.actor, plan) & {KEEPER, DIRECTOR}
    works = ctx.actor.role in (Role.DEPARTMENT, Role.MANAGER)
    if not keeps and not (works and unit in ctx.actor.departments):
        raise Forbidden(N_("Chỉ ghi được việc phổ biến của đơn vị mình."))
    if plan.state == PlanState.DRAFT:
        raise Conflict(N_("Kế hoạch chưa ban hành."))
    if form.held_on > ctx.calendar.local(ctx.now).date():
        raise invalid(["held_on"], N_("Ngày phổ biến chưa tới: chỉ ghi việc đã làm."))
    rows = (
        PlanBriefing.plan_id == plan.id,
        PlanBriefing.unit_id == unit,
        PlanBriefing.held_on == form.held_on,
        PlanBriefing.how == form.how,
    )
    known = ctx.session.scalar(select(PlanBriefing).where(*rows))
    if known is None:
        known = PlanBriefing(plan_id=plan.id, unit_id=unit, held_on=form.held_on, how=form.how)
        known.staff_id, known.created_at = ctx.actor.staff_id, ctx.now
        ctx.session.add(known)
    known.people, known.words = form.people, form.words
    ctx.session.flush()
    return known


def briefings(session: Session, plan: Plan) -> Sequence[PlanBriefing]:
    """Return how the plan was made known, newest first."""
    query = select(PlanBriefing).where(PlanBriefing.plan_id == plan.id)
    newest = query.order_by(PlanBriefing.held_on.desc(), PlanBriefing.id.desc())
    return session.scalars(newest.limit(200)).all()


def _count(session: Session, reference: Reference, plan: Plan) -> ReaderCounts:
    marked = and_(PlanReadMark.staff_id == Staff.id, PlanReadMark.plan_id == plan.id)
    counted = (
        select(func.count(), func.count(PlanReadMark.staff_id))
        .select_from(Staff)
        .outerjoin(PlanReadMark, marked)
        .where(_concerned(session, reference, plan))
    )
    total, read = session.execute(counted).one()
    return ReaderCounts(read, total)


def _concerned(session: Session, reference: Reference, plan: Plan) -> ColumnElement[bool]:
    """Return the people of the units with a part in the plan: the issuer's and those below it, leads,
    supports.
    """
    rows = session.scalars(select(PlanRow).where(PlanRow.plan_id == plan.id)).all()
    units = set(reference.departments_below(plan.issuer_id)) | {plan.keeper_id}
    for row in rows:
        units |= {row.lead_id} if row.lead_id else set()
        units |= set(units_of(reference, plan, row) if row.everyone else row.support_ids)
    working = Staff.role.in_((Role.DEPARTMENT, Role.MANAGER))
    return and_(Staff.active, working, or_(Staff.department_id.in_(sorted(units))))
