"""Rights to see works and plans, and finding one by its code."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, false, or_, select, true
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.reports.events import Actor
from service.errors import NotFound
from service.i18n import N_
from service.models import Role, Work, WorkKind, WorkStatus
from service.models.reports.event import ActorKind

READERS = frozenset({Role.DEPARTMENT, Role.MANAGER, Role.TRIAGE, Role.ADMINISTRATOR})
"""Who reads every plan in force and its works; others read what they have a part in."""


OF_NUMBERS = (WorkKind.AD_NUMBER, WorkKind.CARRIER_REQUEST)
"""Kinds that are about somebody's telephone number: no reader of plans reads them for that."""


def require_works(reference: Reference) -> None:
    """Raise NotFound in a city that keeps no plans."""
    if reference.config.works is None:
        raise NotFound(N_("Không có trang này."))


def visible_works(actor: Actor) -> ColumnElement[bool]:
    """Return the condition of the works that this person may see."""
    if actor.kind != ActorKind.STAFF:
        return false()
    of_numbers = Work.kind.in_(OF_NUMBERS)
    return or_(and_(of_numbers, _numbers_of(actor)), and_(~of_numbers, _others_of(actor)))


def _numbers_of(actor: Actor) -> ColumnElement[bool]:
    """Cases of numbers and requests to carriers: for coordinators, the units that lead and decide, and of
    what was sent the carrier that is asked.
    """
    within = sorted(actor.departments)
    if actor.role == Role.TRIAGE or (actor.role == Role.MANAGER and actor.of_city):
        return true()
    if actor.role == Role.EXECUTOR and within:
        sent = Work.kind == WorkKind.CARRIER_REQUEST, Work.status != WorkStatus.DRAFT
        return and_(*sent, Work.executor_id.in_(within))
    if actor.role not in (Role.DEPARTMENT, Role.MANAGER) or not within:
        return false()
    return or_(
        Work.lead_id.in_(within),
        Work.keeper_id.in_(within),
        Work.director_id.in_(within),
        Work.support_ids.overlap(within),
    )


def _others_of(actor: Actor) -> ColumnElement[bool]:
    if actor.role in READERS:
        return true()
    mine = Work.created_by == actor.staff_id
    if actor.role == Role.INSPECTOR:
        surveyed = and_(Work.kind == WorkKind.SURVEY, Work.status != WorkStatus.DRAFT)
        return or_(mine, Work.kind == WorkKind.CABLE_SECTION, surveyed)
    if actor.role == Role.EXECUTOR and actor.departments:
        within = sorted(actor.departments)
        return or_(mine, Work.lead_id.in_(within), Work.executor_id.in_(within))
    return mine


def find_work(session: Session, reference: Reference, actor: Actor, code: str, *, lock: bool = False) -> Work:
    """Return the work of that code. Raises NotFound also for who may not know of it."""
    require_works(reference)
    query = select(Work).where(Work.code == code.strip().upper(), visible_works(actor))
    work = session.scalar(query.with_for_update() if lock else query)
    if work is None:
        raise NotFound(N_("Không có việc này. Hãy xem lại mã."))
    return work
