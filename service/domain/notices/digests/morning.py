"""Work of a colleague as it stands when the morning's mail is sent: what is late, due today, and waits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, not_, or_, select
from sqlalchemy.orm import Session

from service.domain.city.calendar import Calendar
from service.domain.city.reference import Reference
from service.domain.people.staff import actor_for
from service.domain.reports.events import Actor
from service.models import CLOCK_STANDS, HELD, Report, Role, Staff, Status

Matter = Literal["late", "today", "accept", "desk", "verify"]
MOST_LINES = 12
"""Cases named for each matter; the rest is counted."""

MORNING_ROLES = frozenset({Role.TRIAGE, Role.DEPARTMENT, Role.EXECUTOR, Role.INSPECTOR, Role.MANAGER})
_OF_CASES: tuple[Matter, ...] = ("late", "today", "accept")


@dataclass(frozen=True, slots=True)
class MorningCase:
    """Case of the morning's mail, its words masked like those of every message."""

    id: UUID
    code: str
    category_id: int
    ward_id: int | None
    address: str
    created_at: datetime
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class MorningGroup:
    """Cases of one matter: how many there are, and the most pressing of them."""

    matter: Matter
    total: int
    cases: Sequence[MorningCase]


def read_morning(
    session: Session, reference: Reference, calendar: Calendar, account: Staff, now: datetime
) -> list[MorningGroup]:
    """Return what waits for this person now, by matter; matters without a case are left out.

    A case stands in the first matter that fits it. Two queries for each matter.
    """
    actor = actor_for(account, reference)
    found: list[MorningGroup] = []
    for matter, condition in _matters(actor, calendar, now).items():
        total = session.scalar(select(func.count()).select_from(Report).where(condition)) or 0
        if total:
            found.append(MorningGroup(matter, total, _cases(session, reference, matter, condition)))
    return found


def _matters(actor: Actor, calendar: Calendar, now: datetime) -> dict[Matter, ColumnElement[bool]]:
    """Return the condition of each matter that concerns the role."""
    if actor.role == Role.TRIAGE:
        return {"desk": Report.desk_since.is_not(None)}
    if actor.role not in MORNING_ROLES:
        return {}
    column = Report.executor_id if actor.role == Role.EXECUTOR else Report.lead_id
    own = column.in_(sorted(actor.departments)) if actor.departments else column.is_not(None)
    if actor.wards is not None:
        own = Report.ward_id.in_(sorted(actor.wards))
    if actor.role == Role.INSPECTOR:
        return {"verify": and_(own, Report.status == Status.RESOLVED)}
    held = and_(own, Report.status.in_(sorted(HELD)))
    late = and_(
        Report.due_at.is_not(None),
        Report.due_at < now,
        or_(Report.paused_at.is_(None), Report.due_at < Report.paused_at),
    )
    if actor.role == Role.MANAGER:
        return {"late": and_(held, late)}
    midnight = calendar.midnight_after(calendar.local(now).date())
    today = and_(
        not_(func.coalesce(late, False)), Report.status.not_in(sorted(CLOCK_STANDS)), Report.due_at < midnight
    )
    waits = and_(Report.status == Status.ASSIGNED, or_(Report.due_at.is_(None), Report.due_at >= midnight))
    conditions = dict(zip(_OF_CASES, (late, today, waits), strict=True))
    return {matter: and_(held, each) for matter, each in conditions.items()}


def _cases(
    session: Session, reference: Reference, matter: Matter, condition: ColumnElement[bool]
) -> list[MorningCase]:
    columns = (
        Report.id,
        Report.code,
        Report.category_id,
        Report.ward_id,
        Report.address,
        Report.created_at,
        Report.due_at,
    )
    first = Report.due_at if matter in _OF_CASES else Report.created_at
    rows = session.execute(
        select(*columns).where(condition).order_by(Report.priority, first, Report.id).limit(MOST_LINES)
    )
    return [_masked(reference, MorningCase(*row)) for row in rows]


def _masked(reference: Reference, case: MorningCase) -> MorningCase:
    mask = reference.masking_of(case.category_id)
    return MorningCase(
        case.id,
        case.code,
        case.category_id,
        case.ward_id,
        mask.text(case.address),
        case.created_at,
        case.due_at,
    )
